/**
 * ML-DSA (FIPS 204) as RFC 9964 uses it: pure mode, empty context, the private key is the 32-octet seed,
 * and the JWK (`kty` "AKP") always says its `alg`.
 */

import { algorithm, type Algorithm } from "./algorithm.ts";
import { privateMembers, publicMembers } from "./jwk-members.ts";

function mlDsa<Name extends string>(
  name: Name,
  lastArc: number,
  publicLength: number,
  signatureLength: number,
): Algorithm<Name> {
  return algorithm(name, {
    name,
    kty: "AKP",
    statesAlg: true,
    publicMembers: publicMembers.AKP,
    privateMembers: privateMembers.AKP,
    keyParams: { name },
    signParams: { name },
    digest: null,
    identifier: [0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, lastArc],
    seedTags: [0x80, 0x30],
    runtimes: "Node 24.7, Bun 1.4, Deno 2.9, Chromium 156",
    faultOfPublic: ({ pub }) => (pub?.length === publicLength ? undefined : `pub: expected ${publicLength} octets`),
    faultOfPrivate: ({ priv }) =>
      priv?.length === 32
        ? undefined
        : `priv: expected the 32-octet seed, found ${priv?.length ?? 0} octets${(priv?.length ?? 0) > 2000 ? ", an expanded key" : ""}`,
    signatureLength: () => signatureLength,
  });
}

/**
 * ML-DSA-44 (RFC 9964): post-quantum. Public keys have 1312 octets, signatures 2420. Available in Node 24.7, Bun 1.4, Deno 2.9
 * and Chromium 156; other runtimes throw `unsupported_algorithm`.
 *
 * @example
 * ```ts no-run
 * const { privateKey, publicKey } = await generateKeyPair(ML_DSA_44);
 * ```
 */
export const ML_DSA_44: Algorithm<"ML-DSA-44"> = /* @__PURE__ */ mlDsa("ML-DSA-44", 17, 1312, 2420);
/**
 * ML-DSA-65 (RFC 9964): post-quantum. Public keys have 1952 octets, signatures 3309. Available in Node 24.7, Bun 1.4, Deno 2.9
 * and Chromium 156; other runtimes throw `unsupported_algorithm`.
 *
 * @example
 * ```ts no-run
 * const { privateKey, publicKey } = await generateKeyPair(ML_DSA_65);
 * ```
 */
export const ML_DSA_65: Algorithm<"ML-DSA-65"> = /* @__PURE__ */ mlDsa("ML-DSA-65", 18, 1952, 3309);
/**
 * ML-DSA-87 (RFC 9964): post-quantum. Public keys have 2592 octets, signatures 4627. Available in Node 24.7, Bun 1.4, Deno 2.9
 * and Chromium 156; other runtimes throw `unsupported_algorithm`.
 *
 * @example
 * ```ts no-run
 * const { privateKey, publicKey } = await generateKeyPair(ML_DSA_87);
 * ```
 */
export const ML_DSA_87: Algorithm<"ML-DSA-87"> = /* @__PURE__ */ mlDsa("ML-DSA-87", 19, 2592, 4627);
