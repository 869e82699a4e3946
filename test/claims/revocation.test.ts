// The keys that tokens and subjects have in stores: told apart by every part, whatever the parts look like. What is stored outlives
// a release, so the spelling is a contract.
import { describe, expect, it } from "vitest";
import { storeKey, subjectKey } from "../../src/revocation/contract.ts";

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
