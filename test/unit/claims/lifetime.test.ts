// The times of a new token (`iat` is always set. `exp` is always set, ≤ maxLifetime, later than now).
import { describe, expect, it } from "vitest";
import { buildClaims, decode, sign } from "../../../src/index.ts";
import type { SignOptions } from "../../../src/index.ts";
import { planClaims } from "../../../src/claims/build.ts";
import { at, key, second } from "../jwt/forge.ts";
import { codeOf } from "../jwt/outcome.ts";

const now = at(second);
const day = 86_400;
const times = (claims: object = {}, options: SignOptions = {}): { iat?: number; nbf?: number; exp?: number } => {
  const { iat, nbf, exp } = buildClaims(claims, { now, ...options });
  return { iat, exp, ...(nbf !== undefined && { nbf }) };
};
const refused = (claims: object, options: SignOptions = {}): Promise<string> =>
  codeOf(() => buildClaims(claims, { now, ...options }));

describe("always set", () => {
  it("iat is now, exp is 15 minutes later", () => {
    expect(times()).toEqual({ iat: second, exp: second + 900 });
  });

  it("iat is a whole second, that has begun", () => {
    expect(times({}, { now: () => new Date(second * 1000 + 999) })).toEqual({ iat: second, exp: second + 900 });
  });

  it("without a clock of the caller's it is the system's", () => {
    const { iat, exp } = buildClaims({});
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(5);
    expect(exp).toBe(iat + 900);
  });

  it("claims of the caller's own stand", () => {
    expect(times({ iat: second - 60 })).toEqual({ iat: second - 60, exp: second + 840 });
    expect(times({ exp: second + 1 })).toEqual({ iat: second, exp: second + 1 });
    expect(times({ nbf: second + 60, exp: second + 61, iat: second - 1 })).toEqual({
      nbf: second + 60,
      exp: second + 61,
      iat: second - 1,
    });
    expect(times({ exp: second + 1.5 })).toEqual({ iat: second, exp: second + 1 });
  });

  it("in the token too, whatever the claims look like: a class, no prototype", async () => {
    class Claims {
      sub = "user_123";
    }
    const bare: object = Object.assign(Object.create(null) as object, { sub: "user_123" });
    for (const claims of [new Claims(), bare]) {
      expect(decode(await sign(claims, key, { now })).claims).toEqual({
        sub: "user_123",
        iat: second,
        exp: second + 900,
      });
    }
  });
});

describe("a registered claim that JSON would not write is refused: it looks set, and the token would be without it", () => {
  const exp = second + 60;
  class WithGetter {
    sub = "user_123";
    get exp(): number {
      return exp;
    }
  }
  it.each<[string, object]>([
    ["hidden", Object.defineProperty({ sub: "user_123" }, "exp", { value: exp })],
    [
      "hidden, beside what has to be copied",
      Object.defineProperty({ sub: "user_123", at: new Date() }, "exp", { value: exp }),
    ],
    ["a getter of a class", new WithGetter()],
    ["inherited", Object.create({ exp }) as object],
    ["inherited, and said by an option", Object.create({ iss: "prototype" }) as object],
  ])("%s", async (_what, claims) => {
    expect(await refused(claims, { issuer: "option" })).toBe("invalid_argument");
  });
});

describe("later than now", () => {
  it.each<[string, object, SignOptions]>([
    ["exp now, issued before", { iat: second - 10, exp: second }, {}],
    ["exp before now, issued before that", { iat: second - 10, exp: second - 5 }, {}],
    ["expiresIn 0", {}, { expiresIn: 0 }],
    ["expiresAt now", {}, { expiresAt: second }],
    ["expiresAt in the past", {}, { expiresAt: second - 1 }],
    ["a Date in the past", {}, { expiresAt: new Date(0) }],
    ["exp now", { exp: second }, {}],
    ["exp in the past", { exp: second - 1 }, {}],
    ["exp 0", { exp: 0 }, {}],
    ["exp not later than iat", { iat: second + 900, exp: second + 900 }, {}],
    ["exp before iat", { iat: second + 100, exp: second + 50 }, {}],
  ])("%s is a TypeError", async (_name, claims, options) => {
    expect(await refused(claims, options)).toBe("invalid_argument");
  });

  it("a second is enough", () => {
    expect(times({}, { expiresIn: 1 }).exp).toBe(second + 1);
    expect(times({}, { expiresAt: second + 1 }).exp).toBe(second + 1);
  });
});

describe("≤ maxLifetime, default 366 days: a longer token is a mistake until you say so", () => {
  it.each<[string, object, SignOptions]>([
    ["expiresIn", {}, { expiresIn: "366d" }],
    ["expiresAt", {}, { expiresAt: second + 366 * day }],
    ["a claim exp", { exp: second + 366 * day }, {}],
  ])("%s: 366 days are accepted", (_name, claims, options) => {
    expect(times(claims, options).exp).toBe(second + 366 * day);
  });

  it.each<[string, object, SignOptions]>([
    ["expiresIn", {}, { expiresIn: 366 * day + 1 }],
    ["expiresIn in weeks", {}, { expiresIn: "53w" }],
    ["expiresAt", {}, { expiresAt: second + 366 * day + 1 }],
    ["a claim exp", { exp: second + 366 * day + 1 }, {}],
    ["an iat that is long past", { iat: second - 366 * day }, {}],
    [
      "an iat to come, which does not make the token's life shorter",
      { iat: second + 300 * day, exp: second + 400 * day },
      {},
    ],
  ])("%s: more is a TypeError", async (_name, claims, options) => {
    expect(await refused(claims, options)).toBe("invalid_argument");
  });

  it("maxLifetime says how much", async () => {
    expect(times({}, { expiresIn: "520w", maxLifetime: "520w" }).exp).toBe(second + 520 * 7 * day);
    expect(await refused({}, { expiresIn: "2m", maxLifetime: "1m" })).toBe("invalid_argument");
    expect(await refused({}, { maxLifetime: "14m" })).toBe("invalid_argument");
    expect(await refused({ exp: second + 61 }, { maxLifetime: 60 })).toBe("invalid_argument");
  });

  it.each<[string, SignOptions, string]>([
    ["the default", { expiresIn: "53w" }, "366d (maxLifetime), found 32054400 s"],
    ["a string", { expiresIn: "2m", maxLifetime: "1m" }, "1m (maxLifetime), found 120 s"],
    ["seconds", { expiresIn: "2m", maxLifetime: 60 }, "60 (maxLifetime), found 120 s"],
  ])("the refusal names it, as it was given: %s", (_what, options, said) => {
    expect(() => times({}, options)).toThrow(`exp: expected a lifetime of at most ${said}`);
  });

  it("the refusal names the key where the key allows less", () => {
    const issue = (options: SignOptions): unknown => planClaims({ now, ...options }, 3600).issue({});
    const said =
      "exp: expected a lifetime of at most 3600 s, as the key allows (retainFor of a key ring), found 7200 s";
    expect(() => issue({ expiresIn: "2h" })).toThrow(said);
    expect(() => issue({ expiresIn: "2h", maxLifetime: "1h" })).toThrow(said);
    expect(() => issue({ expiresIn: "2h", maxLifetime: "1m" })).toThrow("1m (maxLifetime), found 7200 s");
    expect(() => issue({ expiresIn: "2m", maxLifetime: "1m" })).toThrow("1m (maxLifetime), found 120 s");
    expect(issue({ expiresIn: "1h" })).toEqual({ iat: second, exp: second + 3600 });
  });

  it("maxLifetime: undefined is not given, and the default holds", async () => {
    expect(await refused({}, { expiresIn: "53w", maxLifetime: undefined })).toBe("invalid_argument");
  });
});

describe("notBefore", () => {
  it("nbf is set only where it is asked for", () => {
    expect(times()).not.toHaveProperty("nbf");
    expect(times({}, { notBefore: "1m" })).toEqual({ iat: second, nbf: second + 60, exp: second + 900 });
    expect(times({}, { notBefore: new Date(second * 1000 - 5000) }).nbf).toBe(second - 5);
  });

  it.each<[string, object, SignOptions]>([
    ["at exp", {}, { notBefore: "15m" }],
    ["after exp", {}, { notBefore: "16m" }],
    ["a Date at exp", {}, { notBefore: new Date((second + 900) * 1000) }],
    ["a claim nbf at exp", { nbf: second + 900 }, {}],
    ["a claim nbf after a claim exp", { nbf: second + 61, exp: second + 60 }, {}],
  ])("≥ exp is an error: %s", async (_name, claims, options) => {
    expect(await refused(claims, options)).toBe("invalid_argument");
  });

  it("a second before exp is accepted", () => {
    expect(times({}, { notBefore: "899s" }).nbf).toBe(second + 899);
  });
});

describe("a claim given both in `claims` and in options is an error", () => {
  it.each<[string, object, SignOptions]>([
    ["iss", { iss: "a" }, { issuer: "a" }],
    ["sub", { sub: "a" }, { subject: "a" }],
    ["aud", { aud: "a" }, { audience: "a" }],
    ["aud list", { aud: ["a"] }, { audience: ["b"] }],
    ["jti", { jti: "a" }, { jwtId: "a" }],
    ["jti, random", { jti: "a" }, { jwtId: true }],
    ["exp, expiresIn", { exp: second + 60 }, { expiresIn: 60 }],
    ["exp, expiresAt", { exp: second + 60 }, { expiresAt: second + 60 }],
    ["nbf, text", { nbf: second }, { notBefore: "0s" }],
    ["nbf, Date", { nbf: second }, { notBefore: new Date(second * 1000) }],
  ])("%s", async (_name, claims, options) => {
    expect(await refused(claims, options)).toBe("invalid_argument");
    expect(await codeOf(() => sign(claims, key, { now, ...options }))).toBe("invalid_argument");
    expect(await refused(claims)).toBe("accepted");
    expect(await refused({}, options)).toBe("accepted");
  });

  it("expiresIn and expiresAt: one of them", async () => {
    expect(await refused({}, { expiresIn: 60, expiresAt: second + 60 })).toBe("invalid_argument");
    expect(await refused({}, { expiresIn: undefined, expiresAt: second + 60 })).toBe("accepted");
    expect(await refused({}, { expiresIn: 60, expiresAt: undefined })).toBe("accepted");
  });
});
