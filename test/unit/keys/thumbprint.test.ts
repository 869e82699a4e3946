// Thumbprints are what any implementation of RFC 7638 makes of a key: here they are made once more, from the specification's words.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  ES256,
  ES384,
  ES512,
  Ed25519,
  generateKeyPair,
  generateSecret,
  HS256,
  importSigningKey,
  importVerifyingKey,
  ML_DSA_44,
  publicKeyOf,
  RS256,
  thumbprint,
  thumbprintUri,
} from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { privateJwkFor, publicJwkFor } from "./good-keys.ts";

/** RFC 7638 §3: the required members alone, in the order of their names, without white space. */
const byHand = (jwk: object, names: readonly string[], hash = "sha256"): string =>
  createHash(hash)
    .update(`{${names.map((name) => `"${name}":"${String((jwk as Record<string, unknown>)[name])}"`).join(",")}}`)
    .digest("base64url");

const keys = [
  ["EC", ES256, ["crv", "kty", "x", "y"]],
  ["EC on P-384", ES384, ["crv", "kty", "x", "y"]],
  ["EC on P-521", ES512, ["crv", "kty", "x", "y"]],
  ["OKP (RFC 8037 §2)", Ed25519, ["crv", "kty", "x"]],
  ["RSA", RS256, ["e", "kty", "n"]],
  ["AKP (RFC 9964)", ML_DSA_44, ["alg", "kty", "pub"]],
] as const;

describe.each(keys)("%s", (_what, alg, names) => {
  const jwk = publicJwkFor(alg);
  const wanted = byHand(jwk, names);

  it("by its required members alone, of either half, whatever else the JWK says", async () => {
    for (const one of [jwk, privateJwkFor(alg), { kid: "k1", use: "sig", ...jwk, x5c: ["AAAA"] }])
      expect(await thumbprint(one)).toBe(wanted);
  });

  it("with each hash by each spelling, and as a URI with its registered name (RFC 9278 §4)", async () => {
    for (const [hash, node, name] of [
      ["sha256", "sha256", "sha-256"],
      ["SHA-256", "sha256", "sha-256"],
      ["sha384", "sha384", "sha-384"],
      ["SHA-384", "sha384", "sha-384"],
      ["sha512", "sha512", "sha-512"],
      ["SHA-512", "sha512", "sha-512"],
    ] as const) {
      expect(await thumbprint(jwk, hash)).toBe(byHand(jwk, names, node));
      expect(await thumbprintUri(jwk, hash)).toBe(
        `urn:ietf:params:oauth:jwk-thumbprint:${name}:${byHand(jwk, names, node)}`,
      );
    }
    expect(await thumbprintUri(jwk)).toBe(`urn:ietf:params:oauth:jwk-thumbprint:sha-256:${wanted}`);
  });

  it("not of a JWK without one of them, or with one that is no text in base64url", async () => {
    for (const name of names) {
      for (const value of [
        undefined,
        null,
        5,
        "",
        [],
        ...(["alg", "crv", "kty"].includes(name) ? [] : ["AA==", "A", "é"]),
      ]) {
        const attempt = (): Promise<string> => thumbprint({ ...jwk, [name]: value });
        expect(await codeOf(attempt)).toBe("invalid_key");
        expect(String(await errorOf(attempt))).toMatch(
          name === "kty"
            ? /JWK: kty: expected AKP, EC, OKP, RSA, oct, found/
            : new RegExp(`JWK: ${name}: expected ${["alg", "crv"].includes(name) ? "a string" : "base64url"}`),
        );
      }
    }
  });
});

it("of a secret by k, whether it is a JWK or a key", async () => {
  const jwk = { kty: "oct", k: "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA" };
  expect(await thumbprint(jwk)).toBe(byHand(jwk, ["k", "kty"]));
});

it("of a key object by its public half", async () => {
  const wanted = await thumbprint(publicJwkFor(ES256));
  const signing = await importSigningKey(privateJwkFor(ES256), ES256);
  for (const key of [
    signing,
    await publicKeyOf(signing),
    await importVerifyingKey(publicJwkFor(ES256), ES256),
    await importSigningKey(privateJwkFor(ES256), ES256, { extractable: true }),
  ])
    expect(await thumbprint(key)).toBe(wanted);
});

it("of a key that cannot be exported: none is known", async () => {
  expect(await codeOf(async () => thumbprint(await generateSecret(HS256)))).toBe("invalid_key");
  expect(await codeOf(async () => thumbprint(await generateSecret(HS256, { extractable: true })))).toBe("accepted");
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  const handle = await importSigningKey(privateKey, ES256);
  expect(String(await errorOf(() => thumbprint(handle)))).toMatch(/cannot be exported/);
  expect((await generateKeyPair(ES256)).publicKey.kid).toMatch(/^[\w-]{43}$/);
});

it.each([
  [undefined],
  [null],
  ["EC"],
  [5],
  [[]],
  [() => ({})],
  [{ ...publicJwkFor(ES256), kty: ["EC"] }],
  [{ ...publicJwkFor(ES256), kty: { toString: (): string => "EC" } }],
])("of %o there is none", async (value) => {
  expect(await codeOf(() => thumbprint(value as never))).toBe("invalid_key");
});

it.each(["sha1", "md5", "sha-224", "sha2560", "xsha256", "sha--256", "", " sha256", null, 256, ["sha256"]])(
  "not with the hash %j",
  async (hash) => {
    for (const make of [thumbprint, thumbprintUri]) {
      expect(await codeOf(() => make(publicJwkFor(ES256), hash as never))).toBe("invalid_argument");
      expect(String(await errorOf(() => make(publicJwkFor(ES256), hash as never)))).toMatch(
        /^TypeError: hash: expected sha256, sha384 or sha512, found/,
      );
    }
  },
);

it("the numbers of an RSA key count without zero octets in front, and nothing else is changed (RFC 7518 §6.3)", async () => {
  const rsa = publicJwkFor(RS256) as { kty: string; n: string; e: string };
  const wanted = byHand(rsa, ["e", "kty", "n"]);
  const padded = (text: string, zeros: number): string =>
    Buffer.concat([Buffer.alloc(zeros), Buffer.from(text, "base64url")]).toString("base64url");
  for (const zeros of [1, 2, 5]) {
    expect(await thumbprint({ ...rsa, n: padded(rsa.n, zeros) })).toBe(wanted);
    expect(await thumbprint({ ...rsa, e: padded(rsa.e, zeros) })).toBe(wanted);
  }
  const zero = { ...rsa, n: "AAAA" };
  expect(await thumbprint(zero)).toBe(byHand(zero, ["e", "kty", "n"]));
  const ec = { ...publicJwkFor(ES256), x: padded("AQ", 31) };
  expect(await thumbprint(ec)).toBe(byHand(ec, ["crv", "kty", "x", "y"]));
});

it("a kty in a list is none", async () => {
  const attempt = (): Promise<string> => thumbprint({ ...publicJwkFor(RS256), kty: ["RSA"] as never });
  expect(String(await errorOf(attempt))).toMatch(/JWK: kty: expected AKP, EC, OKP, RSA, oct, found/);
});
