// Facts that are known without the record of an algorithm: they are those of the record.
import { describe, expect, it } from "vitest";
import { asymmetricDefinition, hmacDefinition } from "../../../src/algorithms/algorithm.ts";
import { digestOf, signingSchemeOf } from "../../../src/algorithms/by-name.ts";
import { hmacAlgorithms } from "../../spec/algorithms.ts";
import { asymmetricAlgorithms } from "../keys/good-keys.ts";

describe("the digest of an algorithm", () => {
  it.each(hmacAlgorithms)("$name: that of its record", (alg) => {
    expect(digestOf(alg.name)).toBe(hmacDefinition(alg).webCrypto.hash);
  });

  it.each(asymmetricAlgorithms)("$name: that of its record, or of its specification", (alg) => {
    const { keyParams, signParams, kty } = asymmetricDefinition(alg);
    const fixed = kty === "AKP" ? "cSHAKE256" : "SHA-512"; // FIPS 204 §3.7, RFC 8032 §5.1
    expect(digestOf(alg.name)).toBe(signParams.hash ?? keyParams.hash ?? fixed);
  });

  it.each(["ES256K", "none", "hs256", "toString", "__proto__", ""])("%j: none is known", (alg) => {
    expect(digestOf(alg)).toBeUndefined();
  });
});

describe("the scheme of a handle", () => {
  it.each(asymmetricAlgorithms)("for $name: its name, and how its record signs", (alg) => {
    const { keyParams, signParams } = asymmetricDefinition(alg);
    const { hash, ...others } = keyParams;
    const name = alg.name === "EdDSA" ? "Ed25519" : alg.name;
    const scheme = signingSchemeOf({ ...others, ...(hash !== undefined && { hash: { name: hash } }) });
    expect(scheme?.alg).toBe(name);
    expect(scheme?.params).toMatchObject(signParams);
  });

  it.each([
    { name: "ECDSA", namedCurve: "P-224" },
    { name: "ECDSA", namedCurve: "toString" },
    { name: "ECDSA" },
    { name: "ECDH", namedCurve: "P-256" },
    { name: "RSA-OAEP", hash: { name: "SHA-256" } },
    { name: "RSA-PSS", hash: { name: "SHA-1" } },
    { name: "RSASSA-PKCS1-v1_5" },
    { name: "HMAC", hash: { name: "SHA-256" } },
    { name: "EdDSA" },
    { name: "Ed448" },
    { name: "ML-DSA-4" },
    { name: "toString" },
  ])("for $name $namedCurve $hash: none, it signs no JWT", (algorithm) => {
    expect(signingSchemeOf(algorithm)).toBeUndefined();
  });
});

it.each([44, 65, 87])("the digest beside ML-DSA-%i is cSHAKE256", (size) => {
  expect(digestOf(`ML-DSA-${size}`)).toBe("cSHAKE256");
});

it.each(["xEd25519", "Ed25519ph", "XML-DSA-44", "ML-DSA-44-ipd", "Ed448"])("%s is no scheme of JWTs", (name) => {
  expect(signingSchemeOf({ name })).toBeUndefined();
});
