// A file of src/ is tested at its own path in test/unit, or through another door, which is named here.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const sources = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => path.replaceAll("\\", "/").slice(0, -3));
const isThere = (test: string): boolean => existsSync(`${root}test/${test}.test.ts`);
const mirrored = (source: string): boolean => isThere(`unit/${source}`);

/** The files of a room that have no test of their own path, and the test that asks about them: the one of the function that uses them. */
const through: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": { index: "spec/structure/dist" },
  algorithms: { "algorithm hmac ecdsa eddsa mldsa rsa jwk-members": "unit/algorithms/definitions" },
  base: { loopback: "unit/jwks/remote-options", unchecked: "unit/jwt/waivers" },
  cli: {
    "command option help": "unit/cli/run",
    algorithms: "unit/cli/commands/keygen",
    files: "unit/cli/input",
    main: "unit/cli/process",
    suggest: "unit/cli/arguments",
    "time token-view": "unit/cli/commands/decode",
    "verification-keys warnings": "unit/cli/commands/verify",
  },
  http: {
    "adapters/guard adapters/response": "unit/http/adapters/express",
    "options request-error": "unit/http/authenticate",
    "origin proof": "unit/oauth/dpop-adapters",
    refusal: "unit/http/challenge",
    "websocket-protocol": "unit/http/token",
  },
  jsonwebtoken: {
    "algorithms decode errors index instance keys sign types verify": "unit/jsonwebtoken/jsonwebtoken",
    "values warnings": "unit/jsonwebtoken/edges",
  },
  jwks: {
    "cache load": "unit/jwks/remote-cache",
    "document entry rules": "unit/jwks/key-set",
    "fetch refresh": "unit/jwks/remote-servers",
  },
  jws: { header: "unit/jws/critical", sign: "unit/jws/compact" },
  jwt: {
    expected: "unit/jwt/options",
    header: "unit/jwt/typ",
    "payload signer": "unit/jwt/sign",
    "typed-claims": "unit/jwt/schema",
    verifier: "unit/jwt/verify",
  },
  keys: {
    bind: "unit/keys/import",
    found: "unit/keys/forms",
    "handle key-options": "unit/keys/given",
  },
  mcp: { index: "spec/structure/dist" },
  oauth: {
    "access-token issuers": "unit/oauth/protected-resource",
    "dpop-options nonces proof-check proof-key": "unit/oauth/dpop-verifier",
    index: "spec/structure/dist",
    "options spend verified": "unit/oauth/logout-token",
    "signing-pair": "unit/oauth/dpop-prover",
  },
  revocation: { contract: "unit/revocation/revoke", seconds: "unit/revocation/expiring" },
  ring: { "keys options state": "unit/ring/ring", "record refresh update": "unit/ring/failure" },
  sessions: {
    "contract settings": "unit/sessions/given",
    "ids note record refusals verifier versions": "unit/sessions/sessions",
    index: "spec/structure/dist",
    "redis-store sql-store": "unit/sessions/server-stores",
  },
  stores: { "first-use redis sql": "unit/ring/redis-store" },
};
const listed = new Map(
  Object.entries(through).flatMap(([room, doors]) =>
    Object.entries(doors).flatMap(([files, test]) =>
      files.split(" ").map((file) => [room === "" ? file : `${room}/${file}`, test] as const),
    ),
  ),
);

describe("the tests of src/", () => {
  it("each file has its own, or one that is named", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter((source) => !mirrored(source) && !listed.has(source))).toEqual([]);
  });

  it("nothing is named that is gone, or that has a test of its own by now", () => {
    expect([...listed.keys()].filter((source) => !sources.includes(source) || mirrored(source))).toEqual([]);
    expect([...listed.values()].filter((test) => !isThere(test))).toEqual([]);
  });
});
