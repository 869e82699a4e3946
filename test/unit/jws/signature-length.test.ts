// How long a signature is by its algorithm's name: what a plug-in key returns is measured against it.
import { describe, expect, it } from "vitest";
import { asymmetricDefinition, hmacDefinition } from "../../../src/algorithms/algorithm.ts";
import { HS256, HS384, HS512 } from "../../../src/index.ts";
import { signatureLengths } from "../../../src/jws/signature-length.ts";
import { asymmetricAlgorithms } from "../keys/good-keys.ts";

describe("the octets of a signature", () => {
  it.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64], // RFC 7518 §3.2
    ["ES256", 64],
    ["ES384", 96],
    ["ES512", 132], // §3.4
    ["EdDSA", 64],
    ["Ed25519", 64], // RFC 8037 §3.1
    ["ML-DSA-44", 2420],
    ["ML-DSA-65", 3309],
    ["ML-DSA-87", 4627], // FIPS 204 §4
  ])("of %s are %d", (alg, length) => {
    expect(signatureLengths(alg)).toEqual({ least: length, most: length });
  });

  it.each(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])(
    "of %s are as many as the modulus has, 256 or more",
    (alg) => {
      expect(signatureLengths(alg)).toEqual({ least: 256, most: Infinity });
    },
  );

  it.each(["ML-DSA-4", "ES256K", "XES256", "RS25", "RS2560", "HS128", "hs256", "ES", "NONSENSE", "MyEd", "toString"])(
    "of %s are any but none: nothing is known of it",
    (alg) => {
      expect(signatureLengths(alg)).toEqual({ least: 1, most: Infinity });
    },
  );

  it("are those of the algorithm's record, of every algorithm", () => {
    for (const alg of [HS256, HS384, HS512]) expect(signatureLengths(alg.name).most).toBe(hmacDefinition(alg).length);
    for (const alg of asymmetricAlgorithms) {
      const { least, most } = signatureLengths(alg.name);
      const definition = asymmetricDefinition(alg);
      const length = definition.signatureLength({ n: new Uint8Array(256) });
      expect([least, most], alg.name).toEqual([length, definition.kty === "RSA" ? Infinity : length]);
    }
  });
});
