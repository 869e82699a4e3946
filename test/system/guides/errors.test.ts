// docs/guides/errors.md lists every code that there is and no other, in the order in which they are looked for, with the statuses that are sent.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { HS256, importSecret, JwtError, RequestError, safeVerify, UnavailableError } from "../../../src/index.ts";
import type { JwtErrorCode, RequestErrorCode, StandardSchemaV1, UnavailableErrorCode } from "../../../src/index.ts";
import { refuse } from "../../../src/http/refusal.ts";
import {
  audience,
  encode,
  expected,
  goodClaims,
  jwtHeader,
  sealed,
  second,
  secret,
  strangerSecret,
} from "../../unit/jwt/forge.ts";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");
const guide = read("docs/guides/errors.md");

/** The rows of the table in the section of a class, each as its cells. */
function rows(name: string): string[][] {
  const [, section = ""] = new RegExp(`^## \`${name}\`:.*\n([^]*?)(?=^## )`, "m").exec(guide) ?? [];
  return [...section.matchAll(/^\| `(.*)$/gm)].map(([, line]) =>
    line!.split("|").map((cell) => cell.replaceAll("`", "").trim()),
  );
}

/** The strings of a declaration, such as the members of a union. */
function strings(path: string, declaration: string): string[] {
  const found: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) found.push(node.text);
    ts.forEachChild(node, collect);
  };
  ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022, true).forEachChild(function visit(node) {
    const declared =
      ts.isTypeAliasDeclaration(node) || ts.isVariableDeclaration(node) ? node.name.getText() : undefined;
    if (declared === declaration) collect(node);
    else ts.forEachChild(node, visit);
  });
  return found;
}

describe("every code is in the guide:", () => {
  it.each([
    ["JwtError", "src/errors.ts", "jwtErrorCodes"],
    ["UnavailableError", "src/errors.ts", "unavailableErrorCodes"],
    ["TypeError", "src/errors.ts", "ArgumentErrorCode"],
    ["RequestError", "src/http/request-error.ts", "RequestErrorCode"],
  ])("%s", (name, path, declaration) => {
    const codes = strings(path, declaration);
    expect(codes.length).toBeGreaterThanOrEqual(4);
    expect(
      rows(name)
        .map(([code]) => code)
        .sort(),
    ).toEqual(codes.sort());
  });
});

describe("the statuses are those of the guide:", () => {
  const status = (error: Error): number => refuse(error, () => "Bearer").status;

  it("JwtError", () => {
    for (const [code] of rows("JwtError")) expect(status(new JwtError(code as JwtErrorCode, ""))).toBe(401);
  });
  it("UnavailableError", () => {
    for (const [code] of rows("UnavailableError"))
      expect(status(new UnavailableError(code as UnavailableErrorCode, ""))).toBe(503);
  });
  it.each(rows("RequestError"))("%s: %s", (code, said) => {
    expect(status(new RequestError(code as RequestErrorCode, ""))).toBe(Number(said));
  });
});

describe("of several things that are wrong, the first of the guide's order is told:", async () => {
  const key = await importSecret(secret, HS256, { kid: "1" });
  const schema: StandardSchemaV1 = { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [] }) } };
  const everything = {
    ...expected,
    subject: "user_123",
    match: { nonce: "n" },
    required: ["tenant"],
    maxTokenAge: "1h",
    maxTokenLength: 2000,
    schema,
    denylist: { has: () => true },
    replay: { add: () => false },
  } as const;
  const claims = { ...goodClaims, nonce: "n", tenant: "t" };

  /** What makes a token wrong in each way. A payload that is no object is wrong in all the ways that a claim can be. */
  const faults: Record<
    string,
    { claims?: object; header?: object; without?: string; payload?: unknown; secret?: Uint8Array; end?: string }
  > = {
    token_too_large: { end: "A".repeat(2000) },
    token_malformed: { end: "." },
    header_invalid: { header: { typ: 1 } },
    crit_unsupported: { header: { crit: ["x"], x: 1 } },
    alg_not_allowed: { header: { alg: "none" } },
    key_not_found: { header: { kid: "2" } },
    signature_invalid: { secret: strangerSecret },
    payload_invalid: { payload: [] },
    typ_mismatch: { header: { typ: "at+jwt" } },
    claim_invalid: { claims: { jti: 7 } },
    claim_missing: { without: "tenant" },
    issuer_mismatch: { claims: { iss: "https://other.example" } },
    audience_mismatch: { claims: { aud: "billing" } },
    subject_mismatch: { claims: { sub: "user_124" } },
    claim_mismatch: { claims: { nonce: "m" } },
    not_yet_valid: { claims: { nbf: second + 60 } },
    too_old: { claims: { iat: second - 7200 } },
    expired: { claims: { exp: second - 60 } },
    schema_mismatch: {},
    revoked: {},
    replayed: {},
  };
  const order = rows("JwtError").map(([code]) => code!);

  it.each(order.map((code, at) => [code, at] as const))("%s", async (code, from) => {
    // This and all below it, the first of them last: typ is wrong in two ways.
    const wrong = order
      .slice(from)
      .reverse()
      .map((name) => faults[name]!);
    const header = Object.assign({ ...jwtHeader, kid: "1" }, ...wrong.map((fault) => fault.header ?? {})) as object;
    const said = Object.entries(
      Object.assign({ ...claims }, ...wrong.map((fault) => fault.claims ?? {})) as object,
    ).filter(([name]) => !wrong.some(({ without }) => without === name));
    const payload = wrong.find((fault) => fault.payload !== undefined)?.payload ?? Object.fromEntries(said);
    const token =
      sealed(encode(header), encode(payload), wrong.find((fault) => fault.secret !== undefined)?.secret) +
      wrong.map(({ end = "" }) => end).join("");
    const policy = Object.fromEntries(
      Object.entries(everything).filter(([name]) => !leftOut(code).includes(name)),
    ) as unknown as typeof everything;
    expect(await safeVerify(token, key, policy)).toMatchObject({ ok: false, error: { code } });
  });

  /** The last three are wrong for what is asked about, not for what the token says. */
  function leftOut(code: string): string[] {
    return { revoked: ["schema"], replayed: ["schema", "denylist"] }[code] ?? [];
  }

  it("and nothing is wrong with a token without any of them", async () => {
    const token = sealed(encode({ ...jwtHeader, kid: "1" }), encode(claims));
    expect(await safeVerify(token, key, { issuer: expected.issuer, audience, now: expected.now })).toMatchObject({
      ok: true,
    });
  });
});
