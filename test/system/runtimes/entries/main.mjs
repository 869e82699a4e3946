// Node, Bun and Deno, through `import`: a question on standard input, its answer on standard output.
import process from "node:process";
import { json } from "node:stream/consumers";
import * as mintmark from "mintmark";
import * as jsonwebtoken from "mintmark/jsonwebtoken";
import * as mcp from "mintmark/mcp";
import * as oauth from "mintmark/oauth";
import * as calls from "./conformance.mjs";

const { call, argument } = await json(process.stdin);
process.stdout.write(JSON.stringify(await calls[call]({ ...mintmark, jsonwebtoken, oauth, mcp }, argument)));
