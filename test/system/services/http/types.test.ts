// What compiles: mintmark/express beside libraries that declare a `request.auth` of their own, and callers typed by the schema.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const adapters = "../../../../src/http/adapters";

/** The declarations of frameworks are many: the programs share what was parsed. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The errors of a program of one file, in that file and in the library. */
function errorsIn(code: string): string[] {
  const file = join(here, "program.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    typeRoots: [join(here, "../../../../node_modules/@types")],
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const onDisk = ts.createCompilerHost(options);
  host.fileExists = (name) => name === file || onDisk.fileExists(name);
  host.readFile = (name) => (name === file ? code : onDisk.readFile(name));
  host.getSourceFile = (name, ...rest) => {
    if (name === file) return ts.createSourceFile(name, code, ts.ScriptTarget.ES2022);
    if (!parsed.has(name)) parsed.set(name, onDisk.getSourceFile(name, ...rest));
    return parsed.get(name);
  };
  const program = ts.createProgram([file], options, host);
  // Other packages may have errors of their own, but none about a property that two of them declare.
  return ts
    .getPreEmitDiagnostics(program)
    .filter(
      ({ file: at, code: number }) =>
        at === undefined || !at.fileName.includes("node_modules") || number === 2717 || number === 2430,
    )
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const schema = `
import { createVerifier, type StandardSchemaV1, type VerifyingKey } from "../../../../src/index.ts";
declare const key: VerifyingKey;
declare const schema: StandardSchemaV1<unknown, { role: "admin" | "user" }>;
const verifier = createVerifier(key, { issuer: "a", audience: "b", schema });
`;

describe.each([
  ["express-oauth2-jwt-bearer", 'import { auth } from "express-oauth2-jwt-bearer";\napp.use(auth({}));'],
  [
    "the MCP SDK",
    'import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";\napp.use(requireBearerAuth);',
  ],
])("beside %s", (_name, other) => {
  it("requireAuth compiles", { timeout: 120_000 }, () => {
    expect(
      errorsIn(`${schema}
import express from "express";
import { requireAuth } from "${adapters}/express.ts";
const app = express();
${other.replace("app.use(requireBearerAuth)", "void requireBearerAuth")}
const guard = requireAuth(verifier, { property: "caller" });
app.get("/", guard, (request, response) => {
  const role: "admin" | "user" = guard.callerOf(request).claims.role;
  response.json({ role, theirs: request.auth });
});
`),
    ).toEqual([]);
  });
});

it("callers have the schema's types in Express, Fastify and Hono", { timeout: 120_000 }, () => {
  const use = (what: string): string => `{
  const one: "admin" | "user" = ${what}.claims.role;
  // @ts-expect-error -- no such role
  const other: "root" = ${what}.claims.role;
  void one, other;
}`;
  expect(
    errorsIn(`${schema}
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { requireAuth as forExpress } from "${adapters}/express.ts";
import { requireAuth as forFastify } from "${adapters}/fastify.ts";
import { requireAuth as forHono } from "${adapters}/hono.ts";
const a = forExpress(verifier);
express().get("/", a, (request) => ${use("a.callerOf(request)")});
const b = forFastify(verifier, { scopes: "x" });
Fastify().get("/", { onRequest: b }, (request) => ${use("b.callerOf(request)")});
const c = forHono(verifier);
new Hono().get("/", c, (context) => { ${use("c.callerOf(context)")} return context.text(""); });
const d = forExpress(verifier, { anonymous: "allow" });
express().get("/", d, (request) => {
  const role: "admin" | "user" | undefined = d.callerOf(request)?.claims.role;
  // @ts-expect-error -- there may be no caller
  d.callerOf(request).claims;
  void role;
});
// @ts-expect-error -- a request without a token has no scopes
forExpress(verifier, { anonymous: "allow", scopes: "x" });
forExpress(verifier, { onRefusal: (refusal, request: express.Request, response: express.Response) => response.json(request.path + refusal.status) });
forExpress(verifier, { token: (request: express.Request) => String(request.body.token) });
`),
  ).toEqual([]);
});
