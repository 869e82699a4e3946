// generateSecret and generateKeyPair (RFC 7518 §3.2, RFC 7638).
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  Ed25519,
  ES256,
  ES384,
  exportJwk,
  exportPem,
  generateKeyPair,
  generateSecret,
  HS256,
  HS512,
  publicKeyOf,
  RS256,
  sign,
  thumbprint,
  verify,
} from "../../../src/index.ts";
import type {
  AsymmetricAlgorithm,
  GenerateKeyPairOptions,
  GenerateSecretOptions,
  HmacAlgorithm,
  KeyPair,
} from "../../../src/index.ts";
import { hmacAlgorithms } from "../../spec/algorithms.ts";
import { asymmetricAlgorithms, secretLength } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

const expected = { issuer: "https://issuer.example", audience: "web" };
type Untyped = (alg: unknown, options?: unknown) => Promise<unknown>;

describe("generateSecret", () => {
  it.each(hmacAlgorithms)("$name: as many random bytes as the hash has (RFC 7518 §3.2)", async (alg) => {
    const [one, other] = await Promise.all([1, 2].map(() => generateSecret(alg, { extractable: true })));
    const [a, b] = await Promise.all([exportJwk(one!), exportJwk(other!)]);
    expect(a).toEqual({ kty: "oct", alg: alg.name, use: "sig", k: expect.any(String) as string });
    expect(Buffer.from(a.k!, "base64url")).toHaveLength(secretLength[alg.name]!);
    expect(a.k).not.toBe(b.k);
  });

  it("has no kid unless it is given one: the thumbprint of a secret would tell who guesses it that they guessed right (RFC 7638 §7)", async () => {
    expect(await generateSecret(HS256)).not.toHaveProperty("kid");
    expect(await generateSecret(HS256, { kid: "2025-01" })).toMatchObject({ alg: "HS256", kid: "2025-01" });
    expect(await generateSecret(HS256, { kid: undefined, extractable: undefined })).not.toHaveProperty("kid");
  });

  it("is not extractable by default", async () => {
    for (const options of [{}, { extractable: false }, { extractable: undefined }]) {
      const secret = await generateSecret(HS512, options);
      expect(await refusalOf(() => exportJwk(secret))).toBe("invalid_key");
    }
  });

  it.each<readonly [string, unknown]>([
    ["an unknown name", { kty: "oct" }],
    ["a misspelt name", { extractible: true }],
    ["a length", { length: 16 }],
    ["an issuer", { issuer: "a" }],
    ["an empty kid", { kid: "" }],
    ["a kid that is no string", { kid: 5 }],
    ["kid null", { kid: null }],
    ["extractable as text", { extractable: "yes" }],
    ["extractable as number", { extractable: 1 }],
    ["extractable null", { extractable: null }],
    ["text for options", "kid"],
    ["a number for options", 5],
    ["true for options", true],
    ["null for options", null],
    ["a list for options", ["kid"]],
  ])("refuses %s", async (_what, options) => {
    expect(await refusalOf(() => (generateSecret as Untyped)(HS256, options))).toBe("invalid_argument");
  });
});

describe("generateKeyPair", () => {
  const pairs = new Map<string, KeyPair>();
  beforeAll(async () => {
    // One of RSA, and each kind once.
    const algs = asymmetricAlgorithms.filter(({ name }) => !/^(RS384|RS512|PS)/.test(name));
    for (const alg of algs) pairs.set(alg.name, await generateKeyPair(alg));
  });

  const generated = asymmetricAlgorithms.filter(({ name }) => !/^(RS384|RS512|PS)/.test(name));
  it.each(generated)("$name: a pair whose public key verifies what the private key signs", async ({ name }) => {
    const { privateKey, publicKey } = pairs.get(name)!;
    const token = await sign({ sub: "u" }, privateKey, expected);
    const verified = await verify(token, publicKey, expected);
    expect(verified.header).toEqual({ alg: name, typ: "JWT", kid: privateKey.kid });
    expect(privateKey).toMatchObject({ alg: name });
    expect(publicKey).toMatchObject({ alg: name });
  });

  it.each(generated)("$name: both halves are named by the RFC 7638 thumbprint of the public key", async ({ name }) => {
    const { privateKey, publicKey } = pairs.get(name)!;
    expect(publicKey.kid).toBe(await thumbprint(await exportJwk(publicKey)));
    expect(privateKey.kid).toBe(publicKey.kid);
    expect(await thumbprint(privateKey)).toBe(publicKey.kid);
  });

  it.each(generated)("$name: the public key is always exportable, the private key not by default", async ({ name }) => {
    const { privateKey, publicKey } = pairs.get(name)!;
    expect(await exportJwk(publicKey)).toMatchObject({ alg: name, use: "sig", kid: publicKey.kid });
    expect(await exportPem(publicKey)).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(await refusalOf(() => exportJwk(privateKey))).toBe("invalid_key");
    expect(await refusalOf(() => exportPem(privateKey))).toBe("invalid_key");
    expect(await exportJwk(await publicKeyOf(privateKey))).toEqual(await exportJwk(publicKey));
  });

  it("the halves do not do each other's work", () => {
    const { privateKey, publicKey } = pairs.get("ES256")!;
    expect(privateKey).not.toHaveProperty("verify");
    expect(privateKey).not.toHaveProperty("verifySync");
    expect(publicKey).not.toHaveProperty("sign");
    expect(publicKey).not.toHaveProperty("signSync");
  });

  it("a given kid names both halves", async () => {
    const { privateKey, publicKey } = await generateKeyPair(Ed25519, { kid: "2025-01" });
    expect([privateKey.kid, publicKey.kid]).toEqual(["2025-01", "2025-01"]);
    const again = await generateKeyPair(ES256, { kid: undefined, extractable: undefined, modulusLength: undefined });
    expect(again.publicKey.kid).toBe(await thumbprint(again.publicKey));
  });

  it.each([ES384, Ed25519])("$name: extractable gives the private key out, as JWK and as PEM", async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    expect(await exportJwk(privateKey)).toMatchObject({
      alg: alg.name,
      d: expect.stringMatching(/^[\w-]{43,}$/) as string,
    });
    expect(await exportPem(privateKey)).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^]*\n-----END PRIVATE KEY-----\n$/);
  });

  it("RSA: 2048 bits and the exponent 65537 unless told otherwise; modulusLength is in bits", async () => {
    const { n, e } = await exportJwk(pairs.get("RS256")!.publicKey);
    expect(Buffer.from(n!, "base64url")).toHaveLength(256);
    expect(e).toBe("AQAB");
    const longer = await exportJwk((await generateKeyPair(RS256, { modulusLength: 2056 })).publicKey);
    expect(Buffer.from(longer.n!, "base64url")).toHaveLength(257);
  });

  it.each([
    0,
    1,
    512,
    1024,
    2047,
    2049,
    2050,
    16385,
    16392,
    1e9,
    -2048,
    2048.5,
    NaN,
    Infinity,
    null,
    "2048",
    2048n,
    [2048],
    true,
  ])("RSA: modulusLength %s is refused", async (modulusLength) => {
    expect(await refusalOf(() => (generateKeyPair as Untyped)(RS256, { modulusLength }))).toBe("invalid_argument");
  });

  it.each([ES256, Ed25519])("$name has no modulusLength", async (alg) => {
    expect(await refusalOf(() => generateKeyPair(alg, { modulusLength: 2048 }))).toBe("invalid_argument");
  });

  it.each<readonly [string, unknown]>([
    ["an unknown name", { curve: "P-256" }],
    ["an issuer", { issuer: "a" }],
    ["an empty kid", { kid: "" }],
    ["a kid that is no string", { kid: 5 }],
    ["kid null", { kid: null }],
    ["extractable as text", { extractable: "yes" }],
    ["extractable as number", { extractable: 0 }],
    ["text for options", "kid"],
    ["a number for options", 5],
    ["true for options", true],
    ["null for options", null],
    ["a list for options", []],
  ])("refuses %s", async (_what, options) => {
    expect(await refusalOf(() => (generateKeyPair as Untyped)(ES256, options))).toBe("invalid_argument");
  });
});

describe("types", () => {
  it("keep secrets and pairs apart", async () => {
    const attempts: readonly (() => Promise<unknown>)[] = [
      // @ts-expect-error -- a pair for HMAC does not compile, and does not run
      () => generateKeyPair(HS256 satisfies HmacAlgorithm),
      // @ts-expect-error -- nor does a secret for ECDSA
      () => generateSecret(ES256 satisfies AsymmetricAlgorithm),
    ];
    for (const attempt of attempts) expect(await refusalOf(attempt)).toBe("invalid_argument");
    expect({ kid: undefined } satisfies GenerateKeyPairOptions satisfies GenerateSecretOptions).toEqual({});
  });
});
