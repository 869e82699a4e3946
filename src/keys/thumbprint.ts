/** JWK thumbprints (RFC 7638, RFC 8037 §2, RFC 9964) and their URIs (RFC 9278). */

import { namingMembers, privateMembers, publicMembers } from "../algorithms/jwk-members.ts";
import { wrongArgument } from "../base/options.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { isObject, own } from "../encoding/json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { subtleCrypto } from "../base/platform.ts";
import type { SigningKey, VerifyingKey } from "./key.ts";
import { materialOf } from "./material.ts";
import { invalidKey, type JwkInput } from "./jwk.ts";

/** A SHA-2 function by either of its usual spellings. */
export type ThumbprintHash = "sha256" | "sha384" | "sha512" | "SHA-256" | "SHA-384" | "SHA-512";

/**
 * Returns the thumbprint of a key or JWK as base64url (RFC 7638, RFC 9964 for `AKP`). SHA-256 unless told otherwise. Only the members that
 * make up the key count, so a private key has the thumbprint of its public half.
 *
 * @throws TypeError `invalid_key`: a required member is missing or not a string.
 * @example
 * const { publicKey } = await generateKeyPair(ES256);
 * console.log((await thumbprint(publicKey)) === publicKey.kid); // true
 */
export async function thumbprint(
  key: SigningKey | VerifyingKey | JwkInput,
  hash: ThumbprintHash = "sha256",
): Promise<string> {
  return thumbprintOf(jwkOf(key), hashName(hash));
}

/**
 * Returns the thumbprint as a URI (RFC 9278): `urn:ietf:params:oauth:jwk-thumbprint:sha-256:…`.
 *
 * @throws TypeError `invalid_key`: a required member is missing or not a string.
 * @example
 * const uri = await thumbprintUri({ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
 * console.log(uri.endsWith(":kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")); // true
 */
export async function thumbprintUri(
  key: SigningKey | VerifyingKey | JwkInput,
  hash: ThumbprintHash = "sha256",
): Promise<string> {
  const name = hashName(hash);
  return `urn:ietf:params:oauth:jwk-thumbprint:${name.toLowerCase()}:${await thumbprintOf(jwkOf(key), name)}`;
}

export async function thumbprintOf(jwk: object, hash = "SHA-256"): Promise<string> {
  const kty = own(jwk, "kty");
  // A secret has no public half: it is identified by itself.
  const octets = membersFor(kty, { ...publicMembers, oct: privateMembers.oct });
  if (octets === undefined) throw wrongArgument("JWK: kty", "AKP, EC, OKP, RSA, oct", kty, "invalid_key");
  // In the order of their code points (RFC 7638 §3.3).
  const names = ["kty", ...(membersFor(kty, namingMembers) ?? []), ...octets].sort();
  const members = names.map((name) => {
    const isName = !octets.includes(name);
    const value = canonical(own(jwk, name), kty === "RSA" && !isName);
    if (typeof value !== "string" || value === "" || !(isName || decodeBase64url(value)))
      throw invalidKey(`JWK: ${name}: expected ${isName ? "a string" : "base64url without padding"}`);
    return [name, value] as const;
  });
  const digest = await subtleCrypto().digest(hash, encodeUtf8(JSON.stringify(Object.fromEntries(members))));
  return encodeBase64url(new Uint8Array(digest));
}

/** Returns a number of an RSA key without the zero octets that some servers write in front of them. */
function canonical(value: unknown, isNumber: boolean): unknown {
  const octets = isNumber && typeof value === "string" ? decodeBase64url(value) : undefined;
  const first = octets?.findIndex((octet) => octet !== 0) ?? 0;
  return octets !== undefined && first > 0 ? encodeBase64url(octets.subarray(first)) : value;
}

function membersFor(kty: unknown, table: Readonly<Record<string, readonly string[]>>): readonly string[] | undefined {
  return typeof kty === "string" && Object.hasOwn(table, kty) ? table[kty] : undefined;
}

function jwkOf(key: unknown): object {
  if (!isObject(key)) throw invalidKey("expected a key or a JWK");
  const known = materialOf(key);
  if (known === undefined) return key;
  const jwk = known.publicJwk ?? known.privateJwk;
  if (jwk === undefined) throw invalidKey("the key cannot be exported, so its thumbprint is unknown");
  return jwk;
}

function hashName(hash: unknown): string {
  const [, bits] = /^sha-?(256|384|512)$/i.exec(typeof hash === "string" ? hash : "") ?? [];
  if (bits === undefined) throw wrongArgument("hash", "sha256, sha384 or sha512", hash);
  return `SHA-${bits}`;
}
