// What refusals of claims say: the claim, what was expected, what was found, and what to write.
import { describe, expect, it } from "vitest";
import { buildClaims } from "../../../src/index.ts";
import { missingClaim, validateClaims, type ClaimPolicy } from "../../../src/claims/validate.ts";

const nothing: ClaimPolicy = {
  issuers: undefined,
  audiences: undefined,
  subject: undefined,
  required: [],
  match: [],
  tolerance: 5,
  maxTokenAge: undefined,
};

/** Returns the message with which claims are refused. */
function messageOf(claims: Record<string, unknown>, policy: Partial<ClaimPolicy> = {}): string {
  try {
    validateClaims(claims, { ...nothing, ...policy }, undefined, 1_800_000_000);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

describe("a claim of the wrong form", () => {
  it.each<[Record<string, unknown>, string]>([
    [{ sub: 5 }, "sub: expected a string, found 5"],
    [{ exp: "5" }, 'exp: expected a finite number, found "5"'],
    [{ exp: 1e12 }, "exp: expected seconds since 1970 (these look like milliseconds), found 1000000000000"],
    [{ aud: [5] }, "aud: expected a string or a list of strings, found object"],
    [{ exp: 999_999_999_999 }, "accepted"],
  ])("%j", (claims, said) => {
    expect(messageOf(claims)).toBe(said);
  });
});

describe("a claim that is missing", () => {
  it.each([
    ["aud", '"aud" is missing: sign with the option audience, or expect audience: unchecked'],
    ["exp", '"exp" is missing: waive it with optional: ["exp"] if the issuer sets none'],
    ["iat", '"iat" is missing: waive it with optional: ["iat"] if the issuer sets none'],
    ["role", '"role" is missing'],
  ])("%s", (claim, said) => {
    expect(missingClaim(claim).message).toBe(said);
  });
});

describe("a claim that is not what was expected", () => {
  const list = { match: [{ name: "roles", values: new Set(["admin"]), contains: true }] };
  const named = (name: string): Partial<ClaimPolicy> => ({
    match: [{ name, values: new Set(["x"]), contains: false }],
  });

  it("says how many others a list has, or what is there in place of a list", () => {
    expect(messageOf({ roles: ["a", "b"] }, list)).toBe('roles: expected a list with "admin", found 2 others');
    expect(messageOf({ roles: "a" }, list)).toBe('roles: expected a list with "admin", found "a"');
  });

  it("quotes a name that is not a plain one", () => {
    expect(messageOf({ "a b": "y" }, named("a b"))).toMatch(/^"a b": /);
    expect(messageOf({ "a ": "y" }, named("a "))).toMatch(/^"a ": /);
    expect(messageOf({ " a": "y" }, named(" a"))).toMatch(/^" a": /);
  });

  it("shows where two strings differ, from the start if they are short", () => {
    expect(messageOf({ iss: "Ab" }, { issuers: new Set(["ab"]) })).toBe(
      'iss: expected "ab", found "Ab" (they differ in upper and lower case)',
    );
    expect(messageOf({ iss: "ab" }, { issuers: new Set([" ab"]) })).toBe(
      'iss: expected " ab", found "ab" (they differ in white space)',
    );
    expect(messageOf({ iss: `${"x".repeat(50)}a` }, { issuers: new Set([`${"x".repeat(50)}b`]) })).toBe(
      `iss: expected "…${"x".repeat(24)}b"` + `, found "…${"x".repeat(24)}a" (they differ from character 51 on)`,
    );
  });
});

it("claims that are a promise are named, and what to do", () => {
  const promised = Promise.resolve({ sub: "user_123" }) as unknown as Record<string, never>;
  expect(() => buildClaims(promised)).toThrow("claims: found a promise: await it");
});

describe("dates with fractions", () => {
  it.each(["exp", "nbf", "iat"])("%s is written as a whole second", (name) => {
    const now = (): Date => new Date(1_800_000_000_000);
    const given: Record<string, unknown> = { [name]: 1_800_000_000 + (name === "exp" ? 60.5 : 0.5) };
    expect(Number.isInteger(Reflect.get(buildClaims(given, { now }), name))).toBe(true);
  });
});
