// The keys that tokens and subjects have in stores: told apart by every part, whatever the parts look like. What is stored outlives
// a release, so the spelling is a contract.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runSync } from "../../../src/base/steps.ts";
import * as contract from "../../../src/revocation/contract.ts";

const storeKey = (...args: Parameters<typeof contract.storeKey>): string => runSync(contract.storeKey(...args));
const subjectKey = (...args: Parameters<typeof contract.subjectKey>): string => runSync(contract.subjectKey(...args));
const sessionKey = (...args: Parameters<typeof contract.sessionKey>): string => runSync(contract.sessionKey(...args));
const exemptionKey = (...args: Parameters<typeof contract.exemptionKey>): string =>
  runSync(contract.exemptionKey(...args));

describe("a token's key", () => {
  it("is its kind, its issuer and its jti, as JSON", () => {
    expect(storeKey("revoked", { iss: "https://issuer.example", jti: "token-1" })).toBe(
      '["revoked","https://issuer.example","token-1"]',
    );
    expect(storeKey("used", { iss: "i", jti: 'quo"te' })).toBe('["used","i","quo\\"te"]');
  });

  it("without an issuer has null for it", () => {
    expect(storeKey("used", { jti: "token-1" })).toBe('["used",null,"token-1"]');
  });

  it("counts own claims only", () => {
    const inherited = Object.create({ iss: "i", jti: "j" }) as Record<string, unknown>;
    expect(storeKey("used", inherited)).toBe('["used",null,null]');
  });

  it("differs in every part, and where a part ends", () => {
    const keys = [
      storeKey("used", { iss: "a", jti: "b" }),
      storeKey("revoked", { iss: "a", jti: "b" }),
      storeKey("used", { iss: "ab", jti: "" }),
      storeKey("used", { iss: 'a","b', jti: "c" }),
      storeKey("used", { iss: "a", jti: 'b","c' }),
      storeKey("used", { jti: "b" }),
      storeKey("used", { iss: "null", jti: "b" }),
      subjectKey("a", "b"),
      subjectKey("b", "a"),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it("a subject's key is its issuer and its name", () => {
  expect(subjectKey("https://issuer.example", "user_123")).toBe('["subject","https://issuer.example","user_123"]');
});

describe("long keys", () => {
  const long = "x".repeat(4000);
  const digest = (part: string): string => createHash("sha256").update(JSON.stringify(part)).digest("base64url");

  it("up to 128 characters a key is written out, then its long parts are digests", () => {
    const fitting = "x".repeat(128 - storeKey("used", { iss: "my-api", jti: "" }).length);
    expect(storeKey("used", { iss: "my-api", jti: fitting })).toBe(JSON.stringify(["used", "my-api", fitting]));
    expect(storeKey("used", { iss: "my-api", jti: `${fitting}x` })).toBe(
      JSON.stringify(["used", "my-api", [digest(`${fitting}x`)]]),
    );
    expect(storeKey("revoked", { iss: long, jti: "1" })).toBe(JSON.stringify(["revoked", [digest(long)], "1"]));
    expect(subjectKey("my-api", long)).toBe(JSON.stringify(["subject", "my-api", [digest(long)]]));
    expect(sessionKey(undefined, long)).toBe(JSON.stringify(["session", null, [digest(long)]]));
    expect(exemptionKey("my-api", long, 5)).toBe(JSON.stringify(["exempt", "my-api", [digest(`5:${long}`)]]));
  });

  it("no key is longer, and different tokens have different keys", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.integer({ min: 0, max: 300 }).map((length) => "\u0000".repeat(length)),
      fc.constantFrom(`["${digest(long)}"]`, digest(long), long),
    );
    const token = fc.record({ iss: text, jti: text });
    fc.assert(
      fc.property(token, token, (a, b) => {
        const [first, second] = [storeKey("used", a), storeKey("used", b)];
        return first.length <= 128 && (first === second) === (a.iss === b.iss && a.jti === b.jti);
      }),
      { numRuns: 500 },
    );
  });
});
