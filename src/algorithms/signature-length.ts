/** How long signatures are, by the algorithm's name: what a plug-in key returns is measured against it. */

/** Octets (RFC 7518 §3.2, §3.4; RFC 8037 §3.1; FIPS 204 §4). */
const lengths: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["HS256", 32], ["HS384", 48], ["HS512", 64],
  ["ES256", 64], ["ES384", 96], ["ES512", 132],
  ["Ed25519", 64], ["EdDSA", 64],
  ["ML-DSA-44", 2420], ["ML-DSA-65", 3309], ["ML-DSA-87", 4627],
]);

/** The lengths that signatures of an algorithm may have: an RSA modulus has 2048 bits at least, of others anything but nothing is known. */
export function signatureLengths(alg: string): { readonly least: number; readonly most: number } {
  const exact = lengths.get(alg);
  return { least: exact ?? (/^[RP]S\d/.test(alg) ? 256 : 1), most: exact ?? Infinity };
}
