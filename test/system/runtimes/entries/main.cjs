// Node through `require`; only the suite itself is imported.
const { json } = require("node:stream/consumers");
const mintmark = require("mintmark");
const jsonwebtoken = require("mintmark/jsonwebtoken");
const mcp = require("mintmark/mcp");
const oauth = require("mintmark/oauth");

json(process.stdin).then(async ({ call, argument }) => {
  const calls = await import("./conformance.mjs");
  process.stdout.write(JSON.stringify(await calls[call]({ ...mintmark, jsonwebtoken, oauth, mcp }, argument)));
});
