/**
 * Ed25519 (RFC 8032) under its own name (RFC 9864) and under the older `EdDSA` (RFC 8037 §3.1). Each
 * accepts only its own header name; here `EdDSA` is always Ed25519.
 */

import { algorithm, type Algorithm } from "./algorithm.ts";
import { privateMembers, publicMembers } from "./jwk-members.ts";

/**
 * The y coordinates of the eight points of small order, the sign bit cleared, as hexadecimal octets.
 * Several runtimes accept any message under such a key.
 */
const smallOrder: readonly string[] = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

function ed25519<Name extends string>(name: Name): Algorithm<Name> {
  return algorithm(name, {
    name,
    kty: "OKP",
    crv: "Ed25519",
    publicMembers: publicMembers.OKP,
    privateMembers: privateMembers.OKP,
    keyParams: { name: "Ed25519" },
    signParams: { name: "Ed25519" },
    digest: null,
    identifier: [0x30, 5, 6, 3, 0x2b, 0x65, 0x70],
    seedTags: [4],
    runtimes: "Node 20, Deno, Bun, workerd, Chromium 137, Firefox 130, Safari 17",
    faultOfPublic: ({ x }) => {
      if (x?.length !== 32) return "x: expected 32 octets";
      const y = Array.from(x, (octet, i) => (i === 31 ? octet & 0x7f : octet).toString(16).padStart(2, "0"));
      if (smallOrder.includes(y.join(""))) return "the point has a small order";
      // y < 2^255 − 19 (RFC 8032 §5.1.3): the first octet is the lowest.
      return y.slice(1).join("") === "ff".repeat(30) + "7f" && (x[0] ?? 0) >= 0xed ? "y is not canonical" : undefined;
    },
    faultOfPrivate: ({ d }) => (d?.length === 32 ? undefined : "d: expected 32 octets"),
    // R is the neutral element and S = 0: good when kA is the neutral element too (RFC 8032 §5.1.7). Under every spelling of the
    // eight points k, which is a hash, is a multiple of the point's order for one of these messages.
    forgery: { messages: [135, 184, 7], signature: () => Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 1 : 0)) },
    signatureLength: () => 64,
  });
}

/**
 * Ed25519 (RFC 9864 §2.2): the header says `Ed25519`. Keys have 32 octets, signatures 64. Software from before 2025 expects
 * `EdDSA`.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(Ed25519);
 */
export const Ed25519: Algorithm<"Ed25519"> = /* @__PURE__ */ ed25519("Ed25519");
/**
 * Ed25519 under its older header name `EdDSA` (RFC 8037 §3.1): the same keys and signatures, for software that knows no other name.
 * Ed448 is not in it.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(EdDSA);
 */
export const EdDSA: Algorithm<"EdDSA"> = /* @__PURE__ */ ed25519("EdDSA");
