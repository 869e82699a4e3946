// An algorithm is a frozen value, never a name: `none` cannot be written down, a literal that looks
// like an algorithm is none, and each is bound to one kind of key.
import { describe, expect, it } from "vitest";
import * as mintmark from "../../../src/index.ts";
import { privateJwkFor, publicJwkFor, secretBytes } from "../keys/good-keys.ts";
import { refusalOf } from "../keys/refusal.ts";

const {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  Ed25519,
  EdDSA,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
  generateKeyPair,
  generateSecret,
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
} = mintmark;

const registered = {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  Ed25519,
  EdDSA,
  "ML-DSA-44": ML_DSA_44,
  "ML-DSA-65": ML_DSA_65,
  "ML-DSA-87": ML_DSA_87,
};

type Untyped = (...args: unknown[]) => unknown;
/** Everything that takes an algorithm, with a key that fits HS256 or ES256. */
const takers: readonly (readonly [string, "HS256" | "ES256", (alg: unknown) => unknown])[] = [
  ["generateSecret", "HS256", generateSecret as Untyped],
  ["generateKeyPair", "ES256", generateKeyPair as Untyped],
  ["importSecret", "HS256", (alg) => (importSecret as Untyped)(secretBytes(64), alg)],
  ["importSecretSync", "HS256", (alg) => (importSecretSync as Untyped)(secretBytes(64), alg)],
  ["importSigningKey", "ES256", (alg) => (importSigningKey as Untyped)(privateJwkFor(ES256), alg)],
  ["importSigningKeySync", "ES256", (alg) => (importSigningKeySync as Untyped)(privateJwkFor(ES256), alg)],
  ["importVerifyingKey", "ES256", (alg) => (importVerifyingKey as Untyped)(publicJwkFor(ES256), alg)],
  ["importVerifyingKeySync", "ES256", (alg) => (importVerifyingKeySync as Untyped)(publicJwkFor(ES256), alg)],
];

describe.each(Object.entries(registered))("%s", (name, alg) => {
  it("has its registered name (RFC 7518 §3.1, RFC 8037, RFC 9864, RFC 9964)", () => {
    expect(alg.name).toBe(name);
  });

  it("is frozen, all the way down", () => {
    const parts: unknown[] = [alg];
    for (const part of parts) {
      if (typeof part !== "object" || part === null) continue;
      // What is reached through the algorithm's own members decides what a key may be.
      if (parts.indexOf(part) < 2) expect(Object.isFrozen(part)).toBe(true);
      parts.push(...Reflect.ownKeys(part).map((key) => (part as Record<PropertyKey, unknown>)[key]));
    }
    expect(() => Object.assign(alg, { name: "none" })).toThrow(TypeError);
    expect(() => Object.assign(alg, { extra: 1 })).toThrow(TypeError);
    expect(Object.getPrototypeOf(alg)).toBe(Object.prototype);
  });
});

it("there is no algorithm called none, and none is exported under another name", () => {
  const names = Object.values(mintmark as Record<string, unknown>).flatMap((value) =>
    typeof value === "object" && value !== null && "name" in value ? [value.name] : [],
  );
  expect(names.sort()).toEqual(Object.keys(registered).sort());
});

describe.each(takers)("%s", (_taker, fits, take) => {
  it("takes mintmark's constant", async () => {
    expect(await refusalOf(() => take(registered[fits]))).toBe("accepted");
  });

  it.each<readonly [string, unknown]>([
    ["its name", fits],
    ["the name none", "none"],
    ["a String object", Object(fits)],
    ["undefined", undefined],
    ["null", null],
    ["a number", 256],
    ["true", true],
    ["a symbol", Symbol(fits)],
    ["a function", () => fits],
    ["an empty object", {}],
    ["a list", [fits]],
    ["a literal with its name", { name: fits }],
    ["a literal called none", { name: "none" }],
    ["its JSON", JSON.parse(JSON.stringify(registered[fits]))],
    ["a Web Crypto algorithm", { name: "HMAC", hash: "SHA-256" }],
    ["a JWK", publicJwkFor(ES256)],
  ])("refuses %s", async (_what, alg) => {
    expect(await refusalOf(() => take(alg))).toBe("invalid_argument");
    await expect(async () => take(alg)).rejects.toThrow(/^algorithm: expected mintmark's constant/);
  });

  it("refuses the algorithms of the other kind", async () => {
    const others = Object.values(registered).filter(({ name }) => name.startsWith("HS") !== fits.startsWith("HS"));
    for (const alg of others) expect(await refusalOf(() => take(alg)), alg.name).toBe("invalid_argument");
  });
});

it("a name changed on a copy changes nothing: the definition has its own", async () => {
  const copy = { ...HS256, name: "none" };
  const key = await Promise.resolve((importSecret as Untyped)(secretBytes(64), copy)).catch(() => "refused");
  expect(key === "refused" || (key as mintmark.SecretKey).alg === "HS256").toBe(true);
});
