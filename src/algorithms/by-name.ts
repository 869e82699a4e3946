/**
 * Facts about algorithms for those who have no record at hand: a plug-in key knows its algorithm by name, a handle of Web Crypto by its
 * parameters. The records themselves would bring every family into the bundle. The compiler asks for the digest of each algorithm, and a test
 * compares all facts with the records.
 */

import type { AsymmetricAlgorithm, AsymmetricDefinition, HmacAlgorithm } from "./algorithm.ts";

type AsymmetricName = AsymmetricAlgorithm["name"];

/** JOSE name of an algorithm. */
export type AlgorithmName = AsymmetricName | HmacAlgorithm["name"];

/**
 * Digests by algorithm: the one that the algorithm's name has (OpenID Connect Core §3.1.3.6). Ed25519 hashes with SHA-512 (RFC 8032 §5.1),
 * ML-DSA with SHAKE256 (FIPS 204 §3.7), which is cSHAKE256 without its two strings.
 */
const digests: Readonly<Record<AlgorithmName, string>> = {
  HS256: "SHA-256",
  HS384: "SHA-384",
  HS512: "SHA-512",
  RS256: "SHA-256",
  RS384: "SHA-384",
  RS512: "SHA-512",
  PS256: "SHA-256",
  PS384: "SHA-384",
  PS512: "SHA-512",
  ES256: "SHA-256",
  ES384: "SHA-384",
  ES512: "SHA-512",
  Ed25519: "SHA-512",
  EdDSA: "SHA-512",
  "ML-DSA-44": "cSHAKE256",
  "ML-DSA-65": "cSHAKE256",
  "ML-DSA-87": "cSHAKE256",
};

/** Returns the digest of an algorithm, by the name that Web Crypto has for it. */
export function digestOf(alg: string): string | undefined {
  return Object.hasOwn(digests, alg) ? digests[alg as AlgorithmName] : undefined; // it has that name
}

/** Parameters of Web Crypto that tell the algorithm of a handle. */
export interface HandleAlgorithm {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: { readonly name: string };
}

/** The JOSE name of a handle's algorithm, and the parameters of its signatures. */
export interface Scheme {
  readonly alg: string;
  readonly params: AsymmetricDefinition["signParams"];
}

/** Names of algorithms by their scheme in Web Crypto, but for the length of the hash (RFC 7518 §3.3–3.5). */
const prefixes: Readonly<Record<string, string>> = { ECDSA: "ES", "RSASSA-PKCS1-v1_5": "RS", "RSA-PSS": "PS" };

/** ECDSA: one hash for each curve (RFC 7518 §3.4). */
const bitsOfCurves: Readonly<Record<string, number>> = { "P-256": 256, "P-384": 384, "P-521": 512 };

/**
 * Returns the scheme of a handle, or `undefined` if it signs no JWT. An Ed25519 key signs as `Ed25519`, never as `EdDSA`. Parameters that a
 * scheme does not have are not read.
 */
export function signingSchemeOf({ name, namedCurve = "", hash }: HandleAlgorithm): Scheme | undefined {
  // These names are those of JOSE (RFC 9864, RFC 9964).
  if (/^(?:Ed25519|ML-DSA-(?:44|65|87))$/.test(name)) return { alg: name, params: { name } };
  const bits = Number(name === "ECDSA" ? bitsOfCurves[namedCurve] : hash?.name.slice(-3));
  return Object.hasOwn(prefixes, name) && bits >= 256
    ? { alg: `${prefixes[name] ?? ""}${bits}`, params: { name, hash: `SHA-${bits}`, saltLength: bits / 8 } }
    : undefined;
}
