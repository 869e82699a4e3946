/** The key pair of a prover: keys of this library, or those of Web Crypto, which browsers keep in IndexedDB without giving them out. */

import { signingSchemeOf, type HandleAlgorithm, type Scheme } from "../algorithms/by-name.ts";
import { namingMembers, publicMembers } from "../algorithms/jwk-members.ts";
import { subtleCrypto, type Handle } from "../base/platform.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { own, type JsonObject } from "../encoding/json.ts";
import { isHandle, nameOf, wrongKey } from "../keys/found.ts";
import type { CryptoKeyLike } from "../keys/import.ts";
import { invalidKey, refusePrivate, type JwkInput } from "../keys/jwk.ts";
import { checkSigningKey, type SigningKey, type VerifyingKey } from "../keys/key.ts";
import { materialOf } from "../keys/material.ts";

/**
 * The key pair of a client: of `generateKeyPair`, or a `CryptoKeyPair` of Web Crypto. The public key of a plug-in key may be a JWK.
 */
export interface DpopKeyPair {
  /** Signs. It need not be extractable, and is never exported. */
  readonly privateKey: SigningKey | CryptoKeyLike;
  /** Its public half, which every proof carries. */
  readonly publicKey: VerifyingKey | CryptoKeyLike | JwkInput;
}

/** A key pair, ready to sign proofs. */
export interface SigningPair {
  readonly key: SigningKey;
  /** Returns the public JWK, which has only the members that make up the key. */
  readonly publicJwk: () => Promise<JsonObject>;
}

/** Checks a key pair, as far as that is possible at once. */
export function readKeyPair(pair: unknown): SigningPair {
  if (nameOf(pair) !== "a key pair") {
    const write = "pass { privateKey, publicKey }";
    const hints = { "a private key": write, "a public key": write, "a CryptoKey": write, "a JWK": write };
    throw wrongKey("keyPair", "a key pair, such as that of generateKeyPair", pair, hints);
  }
  const { privateKey, publicKey } = pair as DpopKeyPair; // it has both members
  const key = isHandle(privateKey) ? signingKeyOf(privateKey) : checkSigningKey(privateKey);
  if (key.alg.startsWith("HS")) throw invalidKey("keyPair: expected a key pair, found a shared secret");
  return { key, publicJwk: async () => checkedJwk(key, publicKey, await publicJwkOf(publicKey)) };
}

/** Returns the scheme of a handle. */
function schemeOfHandle({ algorithm }: Handle): Scheme {
  const { name, namedCurve }: HandleAlgorithm = algorithm; // each algorithm has these members or none
  const scheme = signingSchemeOf(algorithm);
  if (scheme !== undefined) return scheme;
  throw invalidKey(`keyPair: a CryptoKey for ${[name, namedCurve].filter(Boolean).join(" with ")}, which signs no JWT`);
}

/** Makes a signing key of a handle, whether or not it can be exported. */
function signingKeyOf(handle: Handle): SigningKey {
  if (handle.type !== "private" || !handle.usages.includes("sign"))
    throw invalidKey('keyPair: expected a private CryptoKey whose usages include "sign"');
  const { alg, params } = schemeOfHandle(handle);
  return { alg, sign: async (data) => new Uint8Array(await subtleCrypto().sign(params, handle, data)) };
}

/** Returns the public JWK of a key of any form. */
async function publicJwkOf(key: DpopKeyPair["publicKey"]): Promise<object> {
  if (isHandle(key)) {
    if (key.type !== "public") throw invalidKey("keyPair: publicKey is not a public CryptoKey");
    return subtleCrypto().exportKey("jwk", key);
  }
  const jwk = materialOf(key)?.publicJwk ?? key;
  if (!("kty" in jwk))
    throw invalidKey("keyPair: publicKey: expected a public key of this library, a CryptoKey or a JWK");
  return jwk;
}

/** Returns the members that make up a public key, after one trial signature, where the key itself can check it. */
async function checkedJwk(key: SigningKey, publicKey: DpopKeyPair["publicKey"], jwk: object): Promise<JsonObject> {
  refusePrivate(jwk);
  const kty = own(jwk, "kty");
  const names = typeof kty === "string" && Object.hasOwn(publicMembers, kty) ? membersOf(kty) : [];
  if (names.length === 0) throw invalidKey("keyPair: publicKey: expected a key of the kind EC, OKP, RSA or AKP");
  const data = Uint8Array.of(116, 114, 105, 97, 108);
  const signature = await key.sign(data);
  const fits = isHandle(publicKey)
    ? await verifyWith(publicKey, signature, data)
    : !("verify" in publicKey) || (await (publicKey as VerifyingKey).verify(data, signature)); // a JWK has no such method
  if (!fits) throw invalidKey("keyPair: the private key does not fit its public half");
  return Object.fromEntries(names.map((name) => [name, own(jwk, name)]));
}

async function verifyWith(handle: Handle, signature: Bytes, data: Bytes): Promise<boolean> {
  const { params } = schemeOfHandle(handle);
  return !handle.usages.includes("verify") || subtleCrypto().verify(params, handle, signature, data);
}

/** Returns the names of a public key's members, `kty` first. */
function membersOf(kty: string): readonly string[] {
  const named: JsonObject = namingMembers;
  const octets: JsonObject = publicMembers;
  return ["kty", ...((named[kty] as readonly string[] | undefined) ?? []), ...(octets[kty] as readonly string[])];
}
