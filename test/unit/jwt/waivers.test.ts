// What a verifier takes beyond the strict defaults, each in writing: one of several types or none, one of several values, a numeric `sub`.
import { describe, expect, it } from "vitest";
import { createVerifier, memoryDenylist, revokeSubject, unchecked, verify } from "../../../src/index.ts";
import { at, encode, expected, forge, goodClaims, key, sealed, second, without } from "./forge.ts";
import { codeOf, outcome } from "./outcome.ts";

describe('typ with optional: ["typ"] is one of these or none (SPIFFE JWT-SVID §2.3)', () => {
  const policy = { ...expected, typ: ["JWT", "JOSE"], optional: ["typ"] };
  it.each([
    ["JWT", "accepted"],
    ["jose", "accepted"],
    [undefined, "accepted"],
    ["at+jwt", "typ_mismatch"],
    ["", "typ_mismatch"],
  ])("%s: %s", async (typ, code) => {
    expect(await outcome(forge(goodClaims, { alg: "HS256", typ }), key, policy)).toBe(code);
  });

  it("exp and iat are demanded all the same", async () => {
    expect(await outcome(forge(without("exp")), key, policy)).toBe("claim_missing");
  });

  it.each([[{}], [{ typ: unchecked }]])("without types to expect (%o) it is a TypeError", async (typ) => {
    expect(await outcome(forge(), key, { ...expected, ...typ, optional: ["typ"] })).toBe("invalid_argument");
  });

  it("without it a typ that is expected has to be there", async () => {
    expect(await outcome(forge(goodClaims, { alg: "HS256" }), key, { ...expected, typ: ["JWT"] })).toBe("typ_mismatch");
  });
});

describe("match: one of several, or contained in a list", () => {
  it.each<[unknown, unknown, string]>([
    ["a", { oneOf: ["a", "b"] }, "accepted"],
    ["b", { oneOf: ["a", "b"] }, "accepted"],
    [1, { oneOf: [1, true] }, "accepted"],
    ["1", { oneOf: [1, true] }, "claim_mismatch"],
    ["c", { oneOf: ["a", "b"] }, "claim_mismatch"],
    [["a"], { oneOf: ["a", "b"] }, "claim_mismatch"],
    [undefined, { oneOf: ["a", "b"] }, "claim_missing"],
    [["a", "b"], { contains: "b" }, "accepted"],
    [["a", ["b"]], { contains: "b" }, "claim_mismatch"],
    [[], { contains: "b" }, "claim_mismatch"],
    ["a b", { contains: "b" }, "claim_mismatch"],
    ["b", { contains: "b" }, "claim_mismatch"],
    [{ b: true, length: 1, 0: "b" }, { contains: "b" }, "claim_mismatch"],
    [undefined, { contains: "b" }, "claim_missing"],
  ])("%j against %j: %s", async (claim, wanted, code) => {
    expect(await outcome(forge({ ...goodClaims, claim }), key, { ...expected, match: { claim: wanted } })).toBe(code);
  });

  class Nonce {
    nonce = "x";
    get azp(): string {
      return String(Date.now());
    }
  }
  it.each<[string, unknown]>([
    ["a list", { a: ["x"] }],
    ["no member", { a: {} }],
    ["both members", { a: { oneOf: ["x"], contains: "x" } }],
    ["an unknown member", { a: { anyOf: ["x"] } }],
    ["an empty list", { a: { oneOf: [] } }],
    ["no list", { a: { oneOf: "x" } }],
    ["an object to find", { a: { oneOf: [{}] } }],
    ["a hole", { a: { oneOf: Object.assign([], { 1: "x" }) } }],
    ["an empty string", { a: { contains: "" } }],
    ["a list to find", { a: { contains: ["x"] } }],
    ["undefined", { a: { oneOf: undefined } }],
    ["a Map", new Map([["nonce", "x"]])],
    ["an accessor of a class", new Nonce()],
  ])("%s is a TypeError", async (_name, match) => {
    expect(await outcome(forge(), key, { ...expected, match })).toBe("invalid_argument");
  });
});

describe("allowNumericSubject: a sub that is an integer", () => {
  const saying = (sub: string): string =>
    sealed(encode({ alg: "HS256" }), encode(JSON.stringify(goodClaims).replace('"user_123"', sub)));
  const policy = { ...expected, allowNumericSubject: true };

  it("is refused unless it is waived", async () => {
    expect(await outcome(saying("42"), key, expected)).toBe("claim_invalid");
    expect(await outcome(saying("42"), key, { ...expected, allowNumericSubject: false })).toBe("claim_invalid");
  });

  it("is given back as its digits, in claims and payload, from the cache too", async () => {
    const verifier = createVerifier(key, { ...policy, cache: 10 });
    for (let i = 0; i < 2; i++) {
      const { claims, payload } = await verifier.verify(saying("42"));
      expect([claims.sub, payload.sub]).toEqual(["42", "42"]);
    }
    expect(await outcome(saying("42"), key, { ...policy, subject: "42" })).toBe("accepted");
    expect(await outcome(saying("42"), key, { ...policy, subject: "43" })).toBe("subject_mismatch");
    expect((await verify(saying('"user_123"'), key, policy)).claims.sub).toBe("user_123");
  });

  it.each(["9007199254740993", "1.5", "1e400", "true", "null", "{}", "[42]"])(
    "%s is refused all the same",
    async (sub) => {
      expect(await outcome(saying(sub), key, policy)).toBe("claim_invalid");
    },
  );

  it("is revoked with its subject", async () => {
    const denylist = memoryDenylist({ now: at(second) });
    await revokeSubject(denylist, { iss: goodClaims.iss, sub: "42" }, { maxLifetime: "1h", now: at(second) });
    expect(await outcome(saying("42"), key, { ...policy, denylist })).toBe("revoked");
    expect(await outcome(saying("43"), key, { ...policy, denylist })).toBe("accepted");
  });

  it.each([undefined, "yes", 1, null])("%s is a TypeError", async (allowNumericSubject) => {
    const code = await codeOf(() => createVerifier(key, { ...expected, allowNumericSubject } as never));
    expect(code).toBe(allowNumericSubject === undefined ? "accepted" : "invalid_argument");
  });
});
