/** Exports of keys: JWK, PEM, and the public half of a private key. */

import { encodeBase64url } from "../encoding/base64url.ts";
import { runAsync } from "../base/steps.ts";
import { subtleCrypto } from "../base/platform.ts";
import { attempt, bindPublicKey } from "./bind.ts";
import type { SigningKey, VerifyingKey } from "./key.ts";
import { materialOf, type KeyMaterial } from "./material.ts";
import { checkPublicJwk, invalidKey, type Jwk } from "./jwk.ts";
import { writePem } from "./pem.ts";

/**
 * Returns the public half of a private key, with the same `kid`: verifiers get this one.
 *
 * @throws TypeError `invalid_key`: a shared secret, a plug-in key, or a `CryptoKey` that could not be exported.
 * @example
 * const { privateKey } = await generateKeyPair(ES256, { extractable: true });
 * const key = await importSigningKey(await exportPem(privateKey), ES256);
 * console.log(await exportPem(await publicKeyOf(key)) === (await exportPem(await publicKeyOf(privateKey)))); // true
 */
export async function publicKeyOf(key: SigningKey): Promise<VerifyingKey> {
  const { definition, publicJwk } = knownMaterial(key);
  if (definition.kty === "oct")
    throw invalidKey("a shared secret has no public half: whoever verifies with it can also sign");
  if (publicJwk === undefined)
    throw invalidKey("the public half of this key is not known: import it with importVerifyingKey");
  return runAsync(() => bindPublicKey(checkPublicJwk(publicJwk, definition), definition, { kid: key.kid }));
}

/**
 * Exports a key as JWK (RFC 7517), with `alg`, `use` and, where it has one, `kid`. A public key always; a private key or a
 * secret only when it was made with `extractable: true`. That prevents accidents; it does not stop code that runs in the
 * same process.
 *
 * @throws TypeError `invalid_key`: not extractable, or a plug-in key.
 * @example
 * const { publicKey } = await generateKeyPair(ES256, { kid: "2026-11" });
 * console.log(Object.keys(await exportJwk(publicKey)).join(" ")); // kty crv x y alg use kid
 */
// eslint-disable-next-line @typescript-eslint/require-await -- a plain throw would escape the caller's catch
export async function exportJwk(key: SigningKey | VerifyingKey): Promise<Jwk> {
  const { definition } = knownMaterial(key);
  return { ...exportable(key).jwk, alg: definition.name, use: "sig", ...(key.kid !== undefined && { kid: key.kid }) };
}

/**
 * Exports a key as PEM (RFC 7468): a public key as SPKI, a private key made with `extractable: true` as PKCS#8.
 *
 * @throws TypeError `invalid_key`: not extractable, a shared secret, or a plug-in key.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256, { extractable: true });
 * const [toKeep, toGiveAway] = [await exportPem(privateKey), await exportPem(publicKey)];
 */
export async function exportPem(key: SigningKey | VerifyingKey): Promise<string> {
  const { jwk, isPrivate } = exportable(key);
  const { definition } = knownMaterial(key);
  if (definition.kty === "oct") throw invalidKey("a shared secret has no PEM form: use exportJwk");
  const [format, usage, label] = isPrivate
    ? (["pkcs8", "sign", "PRIVATE KEY"] as const)
    : (["spki", "verify", "PUBLIC KEY"] as const);
  const der = await attempt(definition, async () => {
    const subtle = subtleCrypto();
    const handle = await subtle.importKey("jwk", jwk, definition.keyParams, true, [usage]);
    return subtle.exportKey(format, handle);
  });
  return writePem(label, toBase64(new Uint8Array(der)));
}

/** Returns the JWK of a private key that is extractable, or of a public key. */
function exportable(key: SigningKey | VerifyingKey): { jwk: Jwk; isPrivate: boolean } {
  const { publicJwk, privateJwk } = knownMaterial(key);
  const isPrivate = "sign" in key;
  const jwk = isPrivate ? privateJwk : publicJwk;
  if (jwk === undefined)
    throw invalidKey("the key is not extractable: import or generate it with { extractable: true }");
  return { jwk, isPrivate };
}

function knownMaterial(key: unknown): KeyMaterial {
  const known = materialOf(key);
  if (known === undefined)
    throw invalidKey("expected a key that mintmark made: a plug-in key keeps its material to itself");
  return known;
}

function toBase64(bytes: Uint8Array): string {
  const text = encodeBase64url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}
