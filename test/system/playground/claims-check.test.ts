import { describe, expect, it } from "vitest";
import { checkDraft } from "../../../docs/playground/src/claims-check.ts";

const good = { iss: "https://id.example", sub: "user_123", aud: "orders" };
const check = (claims: unknown, more = {}): ReturnType<typeof checkDraft> =>
  checkDraft({
    json: typeof claims === "string" ? claims : JSON.stringify(claims),
    lifetime: "15m",
    jwtId: false,
    ...more,
  });

describe("checkDraft", () => {
  it("passes good claims, and says what the token will say", () => {
    const { issued, refusals, warnings, options } = check(good, { jwtId: true });
    expect([refusals, warnings]).toEqual([[], []]);
    expect(issued).toMatchObject({
      ...good,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(options).toEqual({ expiresIn: "15m", jwtId: true });
  });

  it("leaves to the claims what they say themselves", () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    expect(check({ ...good, exp, jti: "x" }, { jwtId: true })).toMatchObject({
      options: {},
      issued: { exp, jti: "x" },
      refusals: [],
    });
  });

  it("finds every refusal at once, each once", () => {
    const { refusals, issued } = check(
      { iss: "", sub: 5, aud: [], jti: 1, password: "x", nested: { client_secret: "y" }, exp: 1e12, nbf: "soon" },
      { lifetime: "900" },
    );
    expect(issued).toBeUndefined();
    for (const name of ["iss", "sub", "aud", "jti", '"password"', '"client_secret"', "exp"])
      expect(
        refusals.some((message) => message.startsWith(name)),
        name,
      ).toBe(true);
    expect(new Set(refusals).size).toBe(refusals.length);
  });

  it.each([
    ["a lifetime that is no text with a unit", good, { lifetime: "900" }, /^expiresIn/],
    ["a lifetime that is too long", good, { lifetime: "500d" }, /maxLifetime/],
    ["an end before the beginning", { ...good, nbf: Math.floor(Date.now() / 1000) + 7200 }, {}, /never be good/],
    ["an end in the past", { ...good, exp: 1_700_000_000 }, {}, /never be good/],
    ["half a surrogate pair", '{ "name": "\\ud83d" }', {}, /surrogate/],
    ["no JSON", "{", {}, /^claims: not JSON/],
    ["a list", "[]", {}, /^claims: expected a JSON object/],
    ["null", "null", {}, /^claims: expected a JSON object/],
  ])("refuses %s", (_, claims, more, message) => {
    const { refusals } = check(claims, more);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatch(message);
  });

  it("takes the library's default without a lifetime", () => {
    const { issued, options } = check(good, { lifetime: "" });
    expect(options).toEqual({});
    expect(Number(issued?.exp) - Number(issued?.iat)).toBe(900);
  });

  it("warns of what is lawful and seldom meant", () => {
    expect(check({}, { lifetime: "30d" }).warnings.map((warning) => warning.split(":")[0])).toEqual([
      "No issuer",
      "No audience",
      "No subject",
      "Good for more than a day",
    ]);
    expect(
      check(
        '{ "iss": "a", "sub": "b", "aud": "c", "text": "12345678901234567890", "n": 9007199254740993, "ok": 9007199254740992 }',
      ).warnings,
    ).toEqual(["9007199254740993 is too large a number: it becomes 9007199254740992. Write it as text."]);
  });
});
