/** Lengths of signatures, by the algorithm's name: the result of a plug-in key is measured against them. */

/** Returns the length in bytes (RFC 7518 §3.2, §3.4; RFC 8037 §3.1). An RSA modulus has at least 2048 bits; other algorithms: at least 1. */
export function signatureLengths(alg: string): { readonly least: number; readonly most: number } {
  const [, family, hashBits] = /^([HREP])S(256|384|512)$/.exec(alg) ?? [];
  const octets = Number(hashBits) / 8;
  // r and s are as long as the curve's field, and that which goes with 512 bits has 521.
  const pair = 2 * (octets === 64 ? 66 : octets);
  const exact = family === "H" ? octets : family === "E" ? pair : alg.startsWith("Ed") ? 64 : undefined;
  return { least: exact ?? (family === undefined ? 1 : 256), most: exact ?? Infinity };
}
