/** Lengths of signatures by JOSE name, for keys of plug-ins: their algorithm's record is not at hand. */

import type { AlgorithmName } from "../algorithms/by-name.ts";

type RsaName = Extract<AlgorithmName, `${"RS" | "PS"}${string}`>;

/** Octets (RFC 7518 §3.2, §3.4; RFC 8037 §3.1; FIPS 204 §4). */
const exactly: Readonly<Record<Exclude<AlgorithmName, RsaName>, number>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
  ES256: 64,
  ES384: 96,
  ES512: 132,
  Ed25519: 64,
  EdDSA: 64,
  "ML-DSA-44": 2420,
  "ML-DSA-65": 3309,
  "ML-DSA-87": 4627,
};

/** RSA: as long as the modulus, which has 2048 bits at least (RFC 7518 §3.3). */
const rsa: readonly string[] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] satisfies RsaName[];

/** Returns how many octets a signature has; of an unknown algorithm's, only that there is one. */
export function signatureLengths(alg: string): { readonly least: number; readonly most: number } {
  const exact = Object.hasOwn(exactly, alg) ? exactly[alg as keyof typeof exactly] : undefined; // it has that name
  return { least: exact ?? (rsa.includes(alg) ? 256 : 1), most: exact ?? Infinity };
}
