/** The key that the generator signs with: made here, or pasted. */

import {
  exportJwk,
  exportPem,
  generateKeyPair,
  generateSecret,
  importSecret,
  importSigningKey,
  publicKeyOf,
  thumbprint,
  type Jwk,
  type SigningKey,
  type VerifyingKey,
} from "mintmark";
import { isHmac, isRsa, type AnyAlgorithm } from "./algorithms.ts";
import { readSigningKey, type SecretEncoding } from "./pasted-keys.ts";

export interface ReadyKey {
  readonly alg: AnyAlgorithm;
  readonly signingKey: SigningKey;
  /** How a shared secret is written. */
  readonly encoding: SecretEncoding;
  /** What can be shown of a key that was made here. */
  readonly made: { readonly text: string; readonly jwk: string } | undefined;
  /** What others verify with; a secret has none. */
  readonly published: { readonly pem: string; readonly jwk: string; readonly jwks: string } | undefined;
}

/** A new key. `bits`: of an RSA key. */
export async function makeKey(alg: AnyAlgorithm, bits: number, kid: string | undefined): Promise<ReadyKey> {
  if (isHmac(alg)) return describeMade(alg, await generateSecret(alg, { extractable: true, kid }));
  const { privateKey } = await generateKeyPair(alg, {
    extractable: true,
    kid,
    ...(isRsa(alg) && { modulusLength: bits }),
  });
  return describeMade(alg, privateKey);
}

/** The same key under another name; without one, a key pair is called by its thumbprint. */
export async function renameKey({ alg, signingKey }: ReadyKey, kid: string | undefined): Promise<ReadyKey> {
  const jwk = { ...(await exportJwk(signingKey)), kid: undefined };
  if (isHmac(alg)) return describeMade(alg, await importSecret(jwk, alg, { extractable: true, kid }));
  return describeMade(
    alg,
    await importSigningKey(jwk, alg, { extractable: true, kid: kid ?? (await thumbprint(jwk)) }),
  );
}

export async function pastedKey(
  text: string,
  alg: AnyAlgorithm,
  encoding: SecretEncoding,
  kid: string | undefined,
): Promise<ReadyKey> {
  const { signingKey, publicKey } = await readSigningKey(text, alg, encoding, kid);
  // The secret of a JWK is in base64url.
  const written = text.trim().startsWith("{") ? "base64url" : encoding;
  return { alg, signingKey, encoding: written, made: undefined, published: publicKey && (await publish(publicKey)) };
}

async function describeMade(alg: AnyAlgorithm, signingKey: SigningKey): Promise<ReadyKey> {
  const jwk = await exportJwk(signingKey);
  if (isHmac(alg))
    return {
      alg,
      signingKey,
      encoding: "base64url",
      made: { text: jwk.k ?? "", jwk: print(jwk) },
      published: undefined,
    };
  return {
    alg,
    signingKey,
    encoding: "utf8",
    made: { text: await exportPem(signingKey), jwk: print(jwk) },
    published: await publish(await publicKeyOf(signingKey)),
  };
}

async function publish(key: VerifyingKey): Promise<NonNullable<ReadyKey["published"]>> {
  const jwk = await exportJwk(key);
  return { pem: await exportPem(key), jwk: print(jwk), jwks: print({ keys: [jwk] }) };
}

function print(value: Jwk | { readonly keys: readonly Jwk[] }): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
