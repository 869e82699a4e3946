// Signatures by the right private key in forms that JOSE does not have: lenient primitives take them for good.
import { constants, createHmac, createPrivateKey, sign, type JsonWebKey, type SignKeyObjectInput } from "node:crypto";
import type fc from "fast-check";
import type { TestKey } from "../threats/keys.ts";
import { one } from "./arbitrary.ts";

/** Of each curve, n. */
export const orders: Readonly<Record<string, bigint>> = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};
const ed25519Order = 2n ** 252n + 27742317777372353535851937790883648493n;

export const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
export const octets = (value: bigint, length: number): Buffer =>
  Buffer.from((value % 2n ** BigInt(8 * length)).toString(16).padStart(2 * length, "0"), "hex");
const reversed = (bytes: Uint8Array): Buffer => Buffer.from(bytes).reverse();
export const halves = (signature: Buffer): [Buffer, Buffer] => [
  signature.subarray(0, signature.length / 2),
  signature.subarray(signature.length / 2),
];

/** A signature over `input` in another form than `good`, which has the right one. */
type Form = (good: Buffer, input: string) => Buffer;

const padded: Form = (good) => Buffer.concat([Buffer.alloc(1), good]);
const exchanged: Form = (good) => Buffer.concat(halves(good).reverse());

export function otherForms({ alg, jwk }: TestKey): fc.Arbitrary<Form> {
  const hash = `sha${alg.slice(2)}`;
  const by =
    (digest: string, options: Omit<SignKeyObjectInput, "key">): Form =>
    (_good, input) =>
      sign(digest, Buffer.from(input), {
        key: createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" }),
        ...options,
      });
  const ofHalves =
    (change: (first: Buffer, second: Buffer) => readonly Uint8Array[]): Form =>
    (good) =>
      Buffer.concat(change(...halves(good)));

  if (alg.startsWith("HS")) {
    const mac = (name: string, text: string): Buffer =>
      createHmac(name, Buffer.from(jwk.k!, "base64url")).update(text).digest();
    return one<Form>(
      (good) => Buffer.from(good.toString("hex")),
      (good) => Buffer.from(good.toString("base64")),
      (_good, input) => mac("sha1", input),
      (_good, input) => mac(hash, input.split(".")[1]!),
      (_good, input) => mac(hash, input.replace(".", "")),
      (_good, input) => mac(hash, `${input}.`),
      (_good, input) => mac(hash, Buffer.from(input.split(".")[1]!, "base64url").toString()),
      (good, input) => Buffer.concat([good, mac("sha1", input)]),
    );
  }
  if (alg.startsWith("ES")) {
    const added = (half: Buffer): Buffer => octets(number(half) + orders[alg]!, half.length);
    return one<Form>(
      by(hash, { dsaEncoding: "der" }),
      by(alg === "ES256" ? "sha512" : "sha256", { dsaEncoding: "ieee-p1363" }),
      padded,
      exchanged,
      ofHalves((first, second) => [Buffer.alloc(1), first, Buffer.alloc(1), second]),
      ofHalves((first, second) => [reversed(first), reversed(second)]),
      ofHalves((first, second) => [added(first), second]),
      ofHalves((first, second) => [first, added(second)]),
    );
  }
  if (/^[RP]S/.test(alg)) {
    const saltOf = Number(alg.slice(2)) / 8;
    const pss = (saltLength: number): Form => by(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    const pkcs1 = (digest: string): Form => by(digest, { padding: constants.RSA_PKCS1_PADDING });
    return one<Form>(
      ...(alg.startsWith("R")
        ? [pss(saltOf), pkcs1(alg === "RS256" ? "sha1" : "sha256")]
        : [pkcs1(hash), pss(0), pss(20), pss(saltOf - 1), pss(constants.RSA_PSS_SALTLEN_MAX_SIGN)]),
      padded,
      reversed,
      (good) => octets(number(Buffer.from(jwk.n!, "base64url")) - number(good), good.length),
    );
  }
  // ML-DSA has no structure to bend.
  if (!alg.startsWith("Ed"))
    return one<Form>(
      padded,
      (good) => Buffer.concat([good, Buffer.alloc(1)]),
      (good) => good.subarray(0, -1),
    );
  const scalar = (change: (s: bigint) => bigint): Form =>
    ofHalves((first, second) => [first, reversed(octets(change(number(reversed(second))), 32))]);
  return one<Form>(
    scalar((s) => s + ed25519Order),
    scalar((s) => ed25519Order - s),
    padded,
    exchanged,
    reversed,
  );
}
