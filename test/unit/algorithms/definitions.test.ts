// What each algorithm asks of the runtime, and how its keys and signatures look, against what the specifications register.
// Said here in their own terms, for every algorithm: also for those that this runtime lacks.
import { describe, expect, it } from "vitest";
import { asymmetricDefinition, definition, hmacDefinition } from "../../../src/algorithms/algorithm.ts";
import * as mintmark from "../../../src/index.ts";
import type { AsymmetricAlgorithm } from "../../../src/index.ts";

const {
  Ed25519,
  EdDSA,
  ES256,
  ES384,
  ES512,
  HS256,
  HS384,
  HS512,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
  PS256,
  PS384,
  PS512,
  RS256,
  RS384,
  RS512,
} = mintmark;

/** An OBJECT IDENTIFIER in DER (X.690 §8.19), of its dotted form. */
function oid(dotted: string): number[] {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const content = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 127) | 128);
    return digits;
  });
  return [6, content.length, ...content];
}

/** An AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
const identifier = (dotted: string, ...parameters: number[]): number[] => {
  const content = [...oid(dotted), ...parameters];
  return [0x30, content.length, ...content];
};

const NULL = [5, 0];
const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);
const rsaPublic = ["n", "e"];
const rsaPrivate = ["d", "p", "q", "dp", "dq", "qi"];
const rsaGeneration = { modulusLength: 2048, publicExponent: [1, 0, 1] };

describe.each([
  [HS256, 256],
  [HS384, 384],
  [HS512, 512],
] as const)("$name (RFC 7518 §3.2)", (alg, bits) => {
  it("is HMAC with its SHA-2 function, and a secret as long as the hash", () => {
    expect(hmacDefinition(alg)).toEqual({
      name: alg.name,
      kty: "oct",
      webCrypto: { name: "HMAC", hash: `SHA-${bits}` },
      digest: `sha${bits}`,
      length: bits / 8,
    });
  });
});

describe.each([
  [RS256, 256],
  [RS384, 384],
  [RS512, 512],
] as const)("$name (RFC 7518 §3.3)", (alg, bits) => {
  it("is RSASSA-PKCS1-v1_5 with its hash, named once with the key", () => {
    expect(asymmetricDefinition(alg)).toMatchObject({
      name: alg.name,
      kty: "RSA",
      publicMembers: rsaPublic,
      privateMembers: rsaPrivate,
      integers: [...rsaPublic, ...rsaPrivate],
      generation: rsaGeneration,
      keyParams: { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` },
      signParams: { name: "RSASSA-PKCS1-v1_5" },
      digest: `sha${bits}`,
      identifier: identifier("1.2.840.113549.1.1.1", ...NULL),
    });
    // Padding is PKCS #1 v1.5 where nothing is said.
    expect(asymmetricDefinition(alg).nodeOptions).toBeUndefined();
  });
});

describe.each([
  [PS256, 256],
  [PS384, 384],
  [PS512, 512],
] as const)("$name (RFC 7518 §3.5)", (alg, bits) => {
  it("is RSASSA-PSS with a salt as long as the hash, in Web Crypto and in node:crypto", () => {
    expect(asymmetricDefinition(alg)).toMatchObject({
      name: alg.name,
      kty: "RSA",
      publicMembers: rsaPublic,
      privateMembers: rsaPrivate,
      integers: [...rsaPublic, ...rsaPrivate],
      generation: rsaGeneration,
      keyParams: { name: "RSA-PSS", hash: `SHA-${bits}` },
      signParams: { name: "RSA-PSS", saltLength: bits / 8 },
      digest: `sha${bits}`,
      nodeOptions: { padding: 6, saltLength: bits / 8 },
      identifier: identifier("1.2.840.113549.1.1.1", ...NULL),
    });
  });
});

describe.each([
  [ES256, "P-256", 256, 32, "1.2.840.10045.3.1.7"],
  [ES384, "P-384", 384, 48, "1.3.132.0.34"],
  [ES512, "P-521", 512, 66, "1.3.132.0.35"],
] as const)("$name (RFC 7518 §3.4)", (alg, crv, bits, size, curve) => {
  it("is ECDSA on its curve, with coordinates as long as the field", () => {
    const found = asymmetricDefinition(alg);
    expect(found).toMatchObject({
      name: alg.name,
      kty: "EC",
      crv,
      publicMembers: ["x", "y"],
      privateMembers: ["d"],
      keyParams: { name: "ECDSA", namedCurve: crv },
      signParams: { name: "ECDSA", hash: `SHA-${bits}` },
      digest: `sha${bits}`,
      identifier: identifier("1.2.840.10045.2.1", ...oid(curve)),
      pointLength: 2 * size + 1,
    });
    expect(found.signatureLength({})).toBe(2 * size);
  });
});

describe.each([Ed25519, EdDSA])("$name (RFC 8037, RFC 9864)", (alg) => {
  it("is Ed25519, whichever of its names the header says", () => {
    const found = asymmetricDefinition(alg);
    expect(found).toMatchObject({
      name: alg.name,
      kty: "OKP",
      crv: "Ed25519",
      publicMembers: ["x"],
      privateMembers: ["d"],
      keyParams: { name: "Ed25519" },
      signParams: { name: "Ed25519" },
      digest: null,
      identifier: identifier("1.3.101.112"),
      seedTags: [4],
    });
    expect(found.signatureLength({})).toBe(64);
  });
});

describe.each([
  [ML_DSA_44, "ML-DSA-44", 17, 1312, 2420],
  [ML_DSA_65, "ML-DSA-65", 18, 1952, 3309],
  [ML_DSA_87, "ML-DSA-87", 19, 2592, 4627],
] as const)("$name (RFC 9964, FIPS 204 §4)", (alg, name, arc, publicLength, signatureLength) => {
  const found = asymmetricDefinition(alg);

  it("is ML-DSA in pure mode: a public key, a seed, and a JWK that says its alg", () => {
    expect(found).toMatchObject({
      name,
      kty: "AKP",
      statesAlg: true,
      publicMembers: ["pub"],
      privateMembers: ["priv"],
      keyParams: { name },
      signParams: { name },
      digest: null,
      identifier: identifier(`2.16.840.1.101.3.4.3.${arc}`),
      seedTags: [0x80, 0x30],
    });
    expect(found.signatureLength({})).toBe(signatureLength);
  });

  it("has keys of its lengths, and no other", () => {
    expect(found.faultOfPublic({ pub: bytes(publicLength) })).toBeUndefined();
    for (const pub of [bytes(publicLength - 1), bytes(publicLength + 1), bytes(0)])
      expect(found.faultOfPublic({ pub })).toContain(`pub: expected ${publicLength} octets`);
    expect(found.faultOfPublic({})).toContain("pub");
    expect(found.faultOfPrivate({ priv: bytes(32) })).toBeUndefined();
    // The expanded key, which FIPS 204 has too, is none here.
    for (const priv of [bytes(31), bytes(33), bytes(64), bytes(2560)])
      expect(found.faultOfPrivate({ priv })).toContain("32-octet seed");
    expect(found.faultOfPrivate({})).toBe("priv: expected the 32-octet seed, found 0 octets");
    expect(found.faultOfPrivate({ priv: bytes(2000) })).toBe("priv: expected the 32-octet seed, found 2000 octets");
    expect(found.faultOfPrivate({ priv: bytes(2560) })).toBe(
      "priv: expected the 32-octet seed, found 2560 octets, an expanded key",
    );
  });
});

const pairs: readonly AsymmetricAlgorithm[] = [RS256, PS256, ES256, Ed25519, EdDSA, ML_DSA_44];

it("what not every runtime has says where it is", () => {
  for (const alg of [Ed25519, EdDSA, ML_DSA_44, ML_DSA_65, ML_DSA_87])
    expect(asymmetricDefinition(alg).runtimes).toMatch(/^Node \d+(\.\d+)?, .*Deno.*Chromium \d+/);
  for (const alg of [RS256, PS512, ES256, ES512]) expect(asymmetricDefinition(alg).runtimes).toBeUndefined();
});

it("an algorithm of another copy of the package is one here", () => {
  expect(Symbol.keyFor(definition)).toBe("mintmark.algorithm");
});

it("one with a secret is none with a key pair, and the reverse: the refusal says what to use", () => {
  for (const alg of pairs)
    expect(() => hmacDefinition(alg as never)).toThrow(
      `${alg.name} has a key pair: use generateKeyPair, importSigningKey or importVerifyingKey`,
    );
  for (const alg of [HS256, HS384, HS512])
    expect(() => asymmetricDefinition(alg as never)).toThrow(
      `${alg.name} has a secret, no key pair: use generateSecret or importSecret`,
    );
});

it("a name in place of the constant: the refusal shows the import", () => {
  const said = (found: string): string =>
    `algorithm: expected mintmark's constant, as in import { ES256 } from "mintmark", found ${found}`;
  expect(() => asymmetricDefinition("RS256" as never)).toThrow(said('"RS256"'));
  // A secret in the place of the algorithm.
  expect(() => hmacDefinition("correct horse battery staple" as never)).toThrow(said("a string of 28 characters"));
});
