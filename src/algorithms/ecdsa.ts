/**
 * ECDSA on the NIST curves with SHA-2 (RFC 7518 §3.4). Coordinates are as long as the field (§6.2.1.2),
 * signatures are r and s of that length one after the other (IEEE P1363), never DER.
 */

import type { Bytes } from "../encoding/bytes.ts";
import { algorithm, type Algorithm, type Members } from "./algorithm.ts";
import { integer } from "./integer.ts";
import { privateMembers, publicMembers } from "./jwk-members.ts";

interface Curve {
  readonly name: string;
  readonly hashBits: number;
  /** Octets of a coordinate. */
  readonly size: number;
  /** The curve's object identifier in DER. */
  readonly oid: readonly number[];
  /** y² = x³ + ax + b over the integers modulo `field`; `order` is the group's (FIPS 186-5, SP 800-186 §3.2.1). */
  readonly field: string;
  readonly a: number;
  readonly b: string;
  readonly order: string;
}

function ecdsa<Name extends string>(name: Name, curve: Curve): Algorithm<Name> {
  const { size, hashBits } = curve;
  return algorithm(name, {
    name,
    kty: "EC",
    crv: curve.name,
    publicMembers: publicMembers.EC,
    privateMembers: privateMembers.EC,
    keyParams: { name: "ECDSA", namedCurve: curve.name },
    signParams: { name: "ECDSA", hash: `SHA-${hashBits}` },
    digest: `sha${hashBits}`,
    nodeSignature: { toNode: (signature) => toDer(signature, size), fromNode: (signature) => fromDer(signature, size) },
    identifier: [0x30, curve.oid.length + 9, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, ...curve.oid],
    pointLength: 2 * size + 1,
    faultOfPublic: ({ x, y }) => {
      if (x?.length !== size || y?.length !== size) return `x and y: expected ${size} octets each`;
      // Some runtimes import a point that is not on the curve.
      return isOnCurve(integer(x), integer(y), curve) ? undefined : "the point is not on the curve";
    },
    faultOfPrivate: ({ d }: Members) => {
      if (d?.length !== size) return `d: expected ${size} octets`;
      const scalar = integer(d);
      return scalar === 0n || scalar >= BigInt(curve.order) ? "d is out of range" : undefined;
    },
    signatureLength: () => 2 * size,
  });
}

// node:crypto knows IEEE P1363 too; asking Node 24 for it takes longer than all of this.

/** Writes r and s as an ECDSA-Sig-Value (RFC 3279 §2.2.3): two INTEGERs in a SEQUENCE. */
function toDer(signature: Uint8Array, size: number): Uint8Array {
  const der = new Uint8Array(2 * size + 9);
  let at = 3;
  for (const end of [size, 2 * size]) {
    let first = end - size;
    while (first < end - 1 && signature[first] === 0) first++;
    // A first bit that is set would make it negative.
    const padding = (signature[first] ?? 0) >> 7;
    der[at++] = 2;
    der[at++] = padding + end - first;
    at += padding;
    while (first < end) der[at++] = signature[first++] ?? 0;
  }
  const length = at - 3;
  der[2] = length;
  if (length < 0x80) {
    der[1] = 0x30;
    return der.subarray(1, at);
  }
  der[0] = 0x30;
  der[1] = 0x81;
  return der.subarray(0, at);
}

/** Reads r and s, each as long as the field, from the ECDSA-Sig-Value that the runtime made. */
function fromDer(der: Uint8Array, size: number): Bytes {
  const signature = new Uint8Array(2 * size);
  let at = der[1] === 0x81 ? 3 : 2;
  for (const end of [size, 2 * size]) {
    const next = at + 2 + (der[at + 1] ?? 0);
    const digits = der.subarray(at + 2, next).slice(-size);
    signature.set(digits, end - digits.length);
    at = next;
  }
  return signature;
}

function isOnCurve(x: bigint, y: bigint, curve: Curve): boolean {
  const field = BigInt(curve.field);
  return x < field && y < field && (y * y - x * x * x - BigInt(curve.a) * x - BigInt(curve.b)) % field === 0n;
}

/**
 * ECDSA using P-256 and SHA-256 (RFC 7518 §3.4). Signatures have 64 octets: r and s, never DER.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 */
export const ES256: Algorithm<"ES256"> = /* @__PURE__ */ ecdsa("ES256", {
  name: "P-256",
  hashBits: 256,
  size: 32,
  oid: [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
  field: "0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
  a: -3,
  b: "0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
  order: "0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
});
/**
 * ECDSA using P-384 and SHA-384 (RFC 7518 §3.4). Signatures have 96 octets: r and s, never DER.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES384);
 */
export const ES384: Algorithm<"ES384"> = /* @__PURE__ */ ecdsa("ES384", {
  name: "P-384",
  hashBits: 384,
  size: 48,
  oid: [6, 5, 0x2b, 0x81, 4, 0, 0x22],
  field: "0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
  a: -3,
  b: "0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
  order: "0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
});
/**
 * ECDSA using P-521 and SHA-512 (RFC 7518 §3.4). Signatures have 132 octets: r and s, never DER.
 *
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES512);
 */
export const ES512: Algorithm<"ES512"> = /* @__PURE__ */ ecdsa("ES512", {
  name: "P-521",
  hashBits: 512,
  size: 66,
  oid: [6, 5, 0x2b, 0x81, 4, 0, 0x23],
  field:
    "0x01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  a: -3,
  b: "0x051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
  order:
    "0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
});
