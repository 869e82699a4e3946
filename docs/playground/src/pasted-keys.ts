/** What was pasted as a key: a secret, a PEM, a JWK or a JWKS, told apart by what it looks like; the library checks what it is. */

import {
  importSecret,
  importSigningKey,
  importVerifyingKey,
  localJwks,
  publicKeyOf,
  type AsymmetricAlgorithm,
  type HmacAlgorithm,
  type ImportSecretOptions,
  type JwkInput,
  type JwksInput,
  type SecretKey,
  type SigningKey,
  type VerificationKeys,
  type VerifyingKey,
} from "mintmark";
import { algorithmNamed, hmacAlgorithms, isHmac, keyPairAlgorithms, type AnyAlgorithm } from "./algorithms.ts";

export type SecretEncoding = NonNullable<ImportSecretOptions["encoding"]>;

export interface PastedKeys {
  readonly keys: VerificationKeys;
  /** What it turned out to be. */
  readonly description: string;
  /** Keys of a set that are not used, and why. */
  readonly notes: readonly string[];
}

export interface PastedSigningKey {
  readonly signingKey: SigningKey;
  /** What others verify with; a secret has none. */
  readonly publicKey: VerifyingKey | undefined;
}

/**
 * Keys to verify with.
 *
 * @param wanted The algorithm of the token, or the one that was chosen. A key that does not fit it is bound to one that it fits, and the
 * token is then refused: a key is never bent to a token.
 * @throws TypeError `invalid_key`, `unsupported_algorithm`: the library's, or the text is no JSON.
 */
export async function readVerificationKeys(
  pasted: string,
  wanted: AnyAlgorithm | undefined,
  encoding: SecretEncoding,
): Promise<PastedKeys> {
  const text = pasted.trim();
  if (!isKeyFile(text)) return describeSecret(await importSecret(secretText(pasted), hmacOf(wanted), { encoding }));
  if (!text.startsWith("{")) return describePublic("Public key", await importFitting(text, undefined, wanted));
  const json = parseJson(text);
  if (Array.isArray(json["keys"])) return readSet(json as unknown as JwksInput, wanted);
  const stated = typeof json["alg"] === "string" ? algorithmNamed(json["alg"]) : undefined;
  if (json["kty"] === "oct") return describeSecret(await importSecret(json, hmacOf(stated ?? wanted)));
  return describePublic("Public JWK", await importFitting(json, stated, wanted));
}

/**
 * A key to sign with.
 *
 * @throws TypeError `invalid_key`, `unsupported_algorithm`: the library's, or the text is no JSON.
 */
export async function readSigningKey(
  pasted: string,
  alg: AnyAlgorithm,
  encoding: SecretEncoding,
  kid: string | undefined,
): Promise<PastedSigningKey> {
  const text = pasted.trim();
  const json = text.startsWith("{") ? (parseJson(text) as JwkInput) : undefined;
  if (isHmac(alg)) {
    const signingKey =
      json === undefined
        ? await importSecret(secretText(pasted), alg, { encoding, kid })
        : await importSecret(json, alg, { kid });
    return { signingKey, publicKey: undefined };
  }
  const signingKey = await importSigningKey(json ?? text, alg, { kid });
  return { signingKey, publicKey: await publicKeyOf(signingKey) };
}

function isKeyFile(text: string): boolean {
  return text.startsWith("{") || text.includes("-----BEGIN");
}

/** One line end after a secret is the editor's. */
function secretText(pasted: string): string {
  return pasted.replace(/\r?\n$/, "");
}

function hmacOf(wanted: AnyAlgorithm | undefined): HmacAlgorithm {
  const [first] = hmacAlgorithms;
  const alg = wanted !== undefined && isHmac(wanted) ? wanted : first;
  if (alg === undefined) throw new TypeError("no HMAC algorithm");
  return alg;
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>; // it starts with {, so it is an object
  } catch {
    throw Object.assign(new TypeError("this starts like a JWK, and is not JSON"), { code: "invalid_key" });
  }
}

/** The key under the algorithm that is wanted, or that it states; else under the first that it fits. */
async function importFitting(
  key: JwkInput | string,
  stated: AnyAlgorithm | undefined,
  wanted: AnyAlgorithm | undefined,
): Promise<VerifyingKey> {
  const first = [stated, wanted].find((alg): alg is AsymmetricAlgorithm => alg !== undefined && !isHmac(alg));
  const refusals: unknown[] = [];
  for (const alg of first === undefined ? keyPairAlgorithms : [first, ...keyPairAlgorithms]) {
    try {
      return await importVerifyingKey(key, alg);
    } catch (error) {
      refusals.push(error);
    }
  }
  // The most telling one: not that it is a key of another kind than the one that was tried.
  throw refusals.find((error) => !/kind|: kty|: crv|: alg/.test((error as Error).message)) ?? refusals[0];
}

async function readSet(jwks: JwksInput, wanted: AnyAlgorithm | undefined): Promise<PastedKeys> {
  const algorithms = wanted === undefined || isHmac(wanted) ? keyPairAlgorithms : [wanted];
  const set = await localJwks(jwks, { algorithms, allowSharedKeys: true });
  return {
    keys: set,
    description: `Key set: ${set.size} of ${jwks.keys.length} ${jwks.keys.length === 1 ? "key" : "keys"} can be used.`,
    notes: set.passedOver.map(
      ({ index, kid, reason }) => `Key ${index + 1}${kid === undefined ? "" : ` (${kid})`} is not used: ${reason}.`,
    ),
  };
}

function describeSecret(key: SecretKey): PastedKeys {
  return { keys: key, description: `Secret for ${key.alg}.`, notes: [] };
}

function describePublic(what: string, key: VerifyingKey): PastedKeys {
  return {
    keys: key,
    description: `${what} for ${key.alg}${key.kid === undefined ? "" : `, kid ${key.kid}`}.`,
    notes: [],
  };
}
