/**
 * Members of a JWK that make up the key, by `kty` (RFC 7518 §6, RFC 8037 §2, RFC 9964). The records of the algorithms
 * have theirs from here, and so has whoever meets a JWK without knowing its algorithm.
 */

/** Octets and numbers of the public key, base64url each. */
export const publicMembers = {
  RSA: ["n", "e"],
  EC: ["x", "y"],
  OKP: ["x"],
  AKP: ["pub"],
} as const;

/** Octets and numbers of the private key or the secret, base64url each. */
export const privateMembers = {
  RSA: ["d", "p", "q", "dp", "dq", "qi"],
  EC: ["d"],
  OKP: ["d"],
  AKP: ["priv"],
  oct: ["k"],
} as const;

/** Members that name what the octets belong to: a curve, or the algorithm. */
export const namingMembers = {
  EC: ["crv"],
  OKP: ["crv"],
  AKP: ["alg"],
} as const;
