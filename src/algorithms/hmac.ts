/** HMAC with SHA-2 (RFC 7518 §3.2): one shared secret signs and verifies. */

import { algorithm, type Algorithm } from "./algorithm.ts";

function hmac<Name extends string>(name: Name, bits: number): Algorithm<Name> {
  return algorithm(name, {
    name,
    kty: "oct",
    webCrypto: { name: "HMAC", hash: `SHA-${bits}` },
    digest: `sha${bits}`,
    length: bits / 8,
  });
}

/**
 * HMAC using SHA-256 (RFC 7518 §3.2). The secret has at least 32 octets; the MAC has 32.
 *
 * @example
 * const key = await generateSecret(HS256);
 */
export const HS256: Algorithm<"HS256"> = /* @__PURE__ */ hmac("HS256", 256);
/**
 * HMAC using SHA-384 (RFC 7518 §3.2). The secret has at least 48 octets; the MAC has 48.
 *
 * @example
 * const key = await generateSecret(HS384);
 */
export const HS384: Algorithm<"HS384"> = /* @__PURE__ */ hmac("HS384", 384);
/**
 * HMAC using SHA-512 (RFC 7518 §3.2). The secret has at least 64 octets; the MAC has 64.
 *
 * @example
 * const key = await generateSecret(HS512);
 */
export const HS512: Algorithm<"HS512"> = /* @__PURE__ */ hmac("HS512", 512);
