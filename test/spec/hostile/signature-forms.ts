// Signatures by the right private key in forms that JOSE does not have: lenient primitives take them for good.
import { constants, createHmac, createPrivateKey, sign, type JsonWebKey, type SignKeyObjectInput } from "node:crypto";
import type { TestKey } from "../threats/keys.ts";
import type { Random } from "./random.ts";

const order: Readonly<Record<string, bigint>> = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};
const ed25519Order = 2n ** 252n + 27742317777372353535851937790883648493n;

const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const octets = (value: bigint, length: number): Buffer =>
  Buffer.from(
    value
      .toString(16)
      .padStart(2 * length, "0")
      .slice(-2 * length),
    "hex",
  );

/** A signature over `input` in another form than `good`, which has the right one. */
export function otherForm({ alg, jwk }: TestKey, input: string, good: Buffer, random: Random): Buffer {
  const by = (digest: string | null, options: Omit<SignKeyObjectInput, "key"> = {}): Buffer =>
    sign(digest, Buffer.from(input), { key: createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" }), ...options });
  const hash = `sha${alg.slice(2)}`;
  const half = good.length / 2;
  const [first, second] = [good.subarray(0, half), good.subarray(half)];
  const padded = (): Buffer => Buffer.concat([Buffer.alloc(1), good]);

  if (alg.startsWith("HS")) {
    const secret = Buffer.from(jwk.k!, "base64url");
    const mac = (name: string, text: string): Buffer => createHmac(name, secret).update(text).digest();
    const [header, payload] = input.split(".") as [string, string];
    return random.pick([
      Buffer.from(good.toString("hex")),
      Buffer.from(good.toString("base64")),
      mac("sha1", input),
      mac(hash, payload),
      mac(hash, `${header}${payload}`),
      mac(hash, `${input}.`),
      mac(hash, Buffer.from(payload, "base64url").toString()),
      Buffer.concat([good, mac("sha1", input)]),
    ]);
  }
  if (alg.startsWith("ES")) {
    const n = order[alg]!;
    return random.pick([
      by(hash, { dsaEncoding: "der" }),
      Buffer.concat([second, first]),
      padded(),
      Buffer.concat([Buffer.alloc(1), first, Buffer.alloc(1), second]),
      Buffer.concat([Buffer.from(first).reverse(), Buffer.from(second).reverse()]),
      by(alg === "ES256" ? "sha512" : "sha256", { dsaEncoding: "ieee-p1363" }),
      Buffer.concat([octets((number(first) + n) % 2n ** BigInt(8 * half), half), second]),
      Buffer.concat([first, octets((number(second) + n) % 2n ** BigInt(8 * half), half)]),
    ]);
  }
  if (/^[RP]S/.test(alg)) {
    const pss = (saltLength: number): Buffer => by(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    const pkcs1 = (digest: string): Buffer => by(digest, { padding: constants.RSA_PKCS1_PADDING });
    const others = alg.startsWith("R")
      ? [pss(Number(alg.slice(2)) / 8), pkcs1(alg === "RS256" ? "sha1" : "sha256")]
      : [pkcs1(hash), pss(0), pss(20), pss(Number(alg.slice(2)) / 8 - 1), pss(constants.RSA_PSS_SALTLEN_MAX_SIGN)];
    return random.pick([
      ...others,
      padded(),
      Buffer.from(good).reverse(),
      octets(number(Buffer.from(jwk.n!, "base64url")) - number(good), good.length),
    ]);
  }
  // Ed25519; what has no structure to bend (ML-DSA) gets another length.
  if (good.length !== 64) return random.pick([padded(), Buffer.concat([good, Buffer.alloc(1)]), good.subarray(0, -1)]);
  const scalar = number(Uint8Array.from(second).reverse());
  return random.pick([
    Buffer.concat([first, octets(scalar + ed25519Order, 32).reverse()]),
    Buffer.concat([first, octets(ed25519Order - scalar, 32).reverse()]),
    padded(),
    Buffer.concat([second, first]),
    Buffer.from(good).reverse(),
  ]);
}
