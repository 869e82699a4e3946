/**
 * RSA with SHA-2, PKCS#1 v1.5 (RS*, RFC 7518 §3.3) and PSS (PS*, §3.5). Keys have 2048 to 16384 bits;
 * numbers are written without leading zero octets (§6.3).
 */

import type { Bytes } from "../encoding/bytes.ts";
import { algorithm, type Algorithm, type Members } from "./algorithm.ts";
import { integer } from "./integer.ts";
import { privateMembers, publicMembers } from "./jwk-members.ts";

function rsa<Name extends string>(name: Name, scheme: "RSASSA-PKCS1-v1_5" | "RSA-PSS", bits: number): Algorithm<Name> {
  const pss = scheme === "RSA-PSS";
  return algorithm(name, {
    name,
    kty: "RSA",
    publicMembers: publicMembers.RSA,
    privateMembers: privateMembers.RSA,
    keyParams: { name: scheme, hash: `SHA-${bits}` },
    // The salt is as long as the hash, both ways: node:crypto alone would take any length.
    signParams: pss ? { name: scheme, saltLength: bits / 8 } : { name: scheme },
    digest: `sha${bits}`,
    // node:crypto pads by PKCS #1 v1.5 unless told.
    ...(pss && { nodeOptions: { padding: 6, saltLength: bits / 8 } }),
    generation: { modulusLength: 2048, publicExponent: [1, 0, 1] },
    integers: [...publicMembers.RSA, ...privateMembers.RSA],
    identifier: [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0],
    faultOfPublic,
    faultOfPrivate,
    isInRange: (signature, members) => isBelow(signature, octets(members, "n")),
    signatureLength: (members) => octets(members, "n").length,
  });
}

function faultOfPublic(members: Members): string | undefined {
  const n = octets(members, "n");
  const e = octets(members, "e");
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
  if (n[0] === 0 || e[0] === 0) return "n or e has a leading zero octet";
  if (bits < 2048 || bits > 16384) return `${bits} bits, expected 2048 to 16384`;
  if (isEven(n)) return "n is even";
  return isEven(e) || e.length > 4 || integer(e) < 65537n ? "e: expected an odd number from 65537 to 2^32" : undefined;
}

/** Checks the relations of RFC 8017 §3.2: runtimes sign with the primes and never look whether the rest fits. */
function faultOfPrivate(members: Members): string | undefined {
  const limit = octets(members, "n").length;
  const number = (name: string): bigint => {
    const value = octets(members, name);
    return value.length > limit ? 0n : integer(value);
  };
  const [d, p, q, dp, dq, qi] = [number("d"), number("p"), number("q"), number("dp"), number("dq"), number("qi")];
  const e = number("e");
  const fits =
    p > 1n &&
    q > 1n &&
    p * q === number("n") &&
    dp === d % (p - 1n) &&
    (e * dp) % (p - 1n) === 1n &&
    dq === d % (q - 1n) &&
    (e * dq) % (q - 1n) === 1n &&
    qi < p &&
    (qi * q) % p === 1n;
  return fits ? undefined : "the private members do not fit together";
}

function octets(members: Members, name: string): Bytes {
  return members[name] ?? new Uint8Array();
}

/** Compares two numbers of as many octets. Some runtimes take s + n for s. */
function isBelow(number: Bytes, limit: Bytes): boolean {
  const at = number.findIndex((octet, i) => octet !== limit[i]);
  return (number[at] ?? 0) < (limit[at] ?? 0); // where they are equal, there is no octet at -1
}

function isEven(bytes: Bytes): boolean {
  return ((bytes.at(-1) ?? 0) & 1) === 0;
}

/**
 * RSASSA-PKCS1-v1_5 using SHA-256 (RFC 7518 §3.3). Keys have 2048 to 16384 bits, signatures as many: 256 octets by default.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(RS256);
 */
export const RS256: Algorithm<"RS256"> = /* @__PURE__ */ rsa("RS256", "RSASSA-PKCS1-v1_5", 256);
/**
 * RSASSA-PKCS1-v1_5 using SHA-384 (RFC 7518 §3.3). Keys have 2048 to 16384 bits, signatures as many: 256 octets by default.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(RS384);
 */
export const RS384: Algorithm<"RS384"> = /* @__PURE__ */ rsa("RS384", "RSASSA-PKCS1-v1_5", 384);
/**
 * RSASSA-PKCS1-v1_5 using SHA-512 (RFC 7518 §3.3). Keys have 2048 to 16384 bits, signatures as many: 256 octets by default.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(RS512);
 */
export const RS512: Algorithm<"RS512"> = /* @__PURE__ */ rsa("RS512", "RSASSA-PKCS1-v1_5", 512);
/**
 * RSASSA-PSS using SHA-256 and a 32-octet salt (RFC 7518 §3.5). Keys have 2048 to 16384 bits, signatures as many: 256 octets by
 * default.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(PS256);
 */
export const PS256: Algorithm<"PS256"> = /* @__PURE__ */ rsa("PS256", "RSA-PSS", 256);
/**
 * RSASSA-PSS using SHA-384 and a 48-octet salt (RFC 7518 §3.5). Keys have 2048 to 16384 bits, signatures as many: 256 octets by
 * default.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(PS384);
 */
export const PS384: Algorithm<"PS384"> = /* @__PURE__ */ rsa("PS384", "RSA-PSS", 384);
/**
 * RSASSA-PSS using SHA-512 and a 64-octet salt (RFC 7518 §3.5). Keys have 2048 to 16384 bits, signatures as many: 256 octets by
 * default.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(PS512);
 */
export const PS512: Algorithm<"PS512"> = /* @__PURE__ */ rsa("PS512", "RSA-PSS", 512);
