/** What Web Crypto and `node:crypto` call the algorithms that are compared. */

const rsa = { hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** `web`: parameters for `crypto.subtle`; `node`: the digest and the key options for `node:crypto`. */
export const algorithms = {
  HS256: { generate: { name: "HMAC", hash: "SHA-256", length: 256 }, web: "HMAC" },
  RS256: { generate: { name: "RSASSA-PKCS1-v1_5", ...rsa }, web: "RSASSA-PKCS1-v1_5", node: { digest: "sha256" } },
  PS256: {
    generate: { name: "RSA-PSS", ...rsa },
    web: { name: "RSA-PSS", saltLength: 32 },
    // 6 is RSA_PKCS1_PSS_PADDING.
    node: { digest: "sha256", options: { padding: 6, saltLength: 32 } },
  },
  ES256: {
    generate: { name: "ECDSA", namedCurve: "P-256" },
    web: { name: "ECDSA", hash: "SHA-256" },
    node: { digest: "sha256", options: { dsaEncoding: "ieee-p1363" } },
  },
  // By its older name, which fast-jwt and hono read too; the key is Ed25519.
  EdDSA: { generate: { name: "Ed25519" }, web: "Ed25519", node: { digest: null } },
  "ML-DSA-44": { generate: { name: "ML-DSA-44" }, web: "ML-DSA-44", node: { digest: null } },
};
