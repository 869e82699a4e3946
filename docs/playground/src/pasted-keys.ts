/** What was pasted as a key: a secret, a PEM, a JWK or a JWKS, told apart by what it looks like; the library checks what it is. */

import {
  exportJwk,
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

/** The members of a JWK as it was pasted: nothing is known of them yet. */
type Members = Readonly<Record<string, unknown>>;

export type SecretEncoding = NonNullable<ImportSecretOptions["encoding"]>;

export const secretEncodings: readonly SecretEncoding[] = ["utf8", "base64", "base64url", "hex"];

export interface PastedKeys {
  readonly keys: VerificationKeys;
  /** What it turned out to be. */
  readonly description: string;
  /** Keys of a set that are not used, and why. */
  readonly notes: readonly string[];
  /** Whether the library refuses the secret as too short, and this page checks the signature by itself. */
  readonly isTooShort?: boolean;
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
  if (!isKeyFile(text)) return readSecret(secretText(pasted), hmacOf(wanted), encoding);
  if (!text.startsWith("{")) return readPem(text, wanted);
  const json = parseJson(text);
  if (Array.isArray(json["keys"])) return readSet(json as unknown as JwksInput, wanted);
  const stated = typeof json["alg"] === "string" ? algorithmNamed(json["alg"]) : undefined;
  if (json["kty"] === "oct") return readSecretJwk(json, hmacOf(stated ?? wanted));
  if (isPrivateJwk(json))
    return describePrivate("Private JWK", await importFitting(json, stated, wanted, publicHalfOf));
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

/** Whether the text is a secret by itself, of which nobody can say how it spells its bytes. */
export function isSecretText(pasted: string): boolean {
  return pasted.trim() !== "" && !isKeyFile(pasted.trim());
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

function parseJson(text: string): Members {
  try {
    return JSON.parse(text) as Record<string, unknown>; // it starts with {, so it is an object
  } catch {
    throw Object.assign(new TypeError("this starts like a JWK, and is not JSON"), { code: "invalid_key" });
  }
}

type ImportKey = (key: JwkInput | string, alg: AsymmetricAlgorithm) => Promise<VerifyingKey>;

/** The key under the algorithm that is wanted, or that it states; else under the first that it fits. */
async function importFitting(
  key: JwkInput | string,
  stated: AnyAlgorithm | undefined,
  wanted: AnyAlgorithm | undefined,
  importKey: ImportKey = importVerifyingKey,
): Promise<VerifyingKey> {
  const first = [stated, wanted].find((alg): alg is AsymmetricAlgorithm => alg !== undefined && !isHmac(alg));
  const refusals: unknown[] = [];
  for (const alg of first === undefined ? keyPairAlgorithms : [first, ...keyPairAlgorithms]) {
    try {
      return await importKey(key, alg);
    } catch (error) {
      refusals.push(error);
    }
  }
  // The most telling one: not that it is a key of another kind than the one that was tried.
  throw refusals.find((error) => !/kind|: kty|: crv|: alg/.test((error as Error).message)) ?? refusals[0];
}

async function readSet(jwks: JwksInput, wanted: AnyAlgorithm | undefined): Promise<PastedKeys> {
  const algorithms = wanted === undefined || isHmac(wanted) ? keyPairAlgorithms : [wanted];
  const keys = await Promise.all(jwks.keys.map((jwk) => withoutPrivateHalf(jwk, wanted)));
  const set = await localJwks({ keys }, { algorithms, allowSharedKeys: true });
  const isPrivate = keys.some((key, at) => key !== jwks.keys[at]);
  return {
    keys: set,
    description: `Key set: ${set.size} of ${jwks.keys.length} ${jwks.keys.length === 1 ? "key" : "keys"} can be used.`,
    notes: [
      ...(isPrivate
        ? ["Of private keys, the public half verifies. Do not publish this set: whoever has it can sign."]
        : []),
      ...set.passedOver.map(
        ({ index, kid, reason }) => `Key ${index + 1}${kid === undefined ? "" : ` (${kid})`} is not used: ${reason}.`,
      ),
    ],
  };
}

/** The public half of a private key in a set; anything else as it is, so that the library says why it does not use it. */
async function withoutPrivateHalf(jwk: JwkInput, wanted: AnyAlgorithm | undefined): Promise<JwkInput> {
  if (!isPrivateJwk(jwk)) return jwk;
  const { alg } = jwk as Members;
  const stated = typeof alg === "string" ? algorithmNamed(alg) : undefined;
  try {
    return await exportJwk(await importFitting(jwk, stated, wanted, publicHalfOf));
  } catch {
    return jwk;
  }
}

async function readPem(text: string, wanted: AnyAlgorithm | undefined): Promise<PastedKeys> {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return describePublic("Public key", await importFitting(text, undefined, wanted));
  return describePrivate("Private key", await importFitting(text, undefined, wanted, publicHalfOf));
}

/** A private key has its public half inside, and that is what verifies. */
const publicHalfOf: ImportKey = async (key, alg) => publicKeyOf(await importSigningKey(key, alg));

/** `d` of RSA, EC and OKP keys, `priv` of ML-DSA's (RFC 9964). */
function isPrivateJwk(jwk: unknown): boolean {
  const { kty, d, priv } = Object(jwk) as Members; // of a set, an entry may be anything
  return typeof (kty === "AKP" ? priv : d) === "string";
}

function readSecret(text: string, alg: HmacAlgorithm, encoding: SecretEncoding): Promise<PastedKeys> {
  return orTooShort(importSecret(text, alg, { encoding }), text, alg, encoding);
}

function readSecretJwk(jwk: Members, alg: HmacAlgorithm): Promise<PastedKeys> {
  return orTooShort(importSecret(jwk, alg), String(jwk["k"]), alg, "base64url");
}

/** A secret that the library refuses as too short is tried all the same: the signature shows whether it was this one. */
async function orTooShort(
  imported: Promise<SecretKey>,
  text: string,
  alg: HmacAlgorithm,
  encoding: SecretEncoding,
): Promise<PastedKeys> {
  try {
    return describeSecret(await imported);
  } catch (error) {
    const key = await shortSecret(text, alg, encoding);
    if (key === undefined) throw error;
    const reason = (error as Error).message;
    return {
      keys: key,
      description: `Secret for ${alg.name}.`,
      notes: [`Applications refuse it: ${reason}.`],
      isTooShort: true,
    };
  }
}

/** A key of this page's own, by Web Crypto: the library has none for a secret that anybody can guess. */
async function shortSecret(
  text: string,
  { name }: HmacAlgorithm,
  encoding: SecretEncoding,
): Promise<VerifyingKey | undefined> {
  const bytes = secretBytes(text, encoding);
  if (bytes === undefined || bytes.length === 0 || bytes.length >= minimumOf(name)) return undefined;
  const hash = `SHA-${name.slice(2)}`;
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["verify"]);
  return { alg: name, verify: (data, signature) => crypto.subtle.verify("HMAC", key, signature, data) };
}

const minimumOf = (name: string): number => Number(name.slice(2)) / 8;

function secretBytes(text: string, encoding: SecretEncoding): Uint8Array<ArrayBuffer> | undefined {
  if (encoding === "utf8") return new TextEncoder().encode(text);
  if (encoding === "hex")
    return /^(?:[0-9a-f]{2})+$/i.test(text)
      ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
      : undefined;
  const alphabet = encoding === "base64" ? text : text.replaceAll("-", "+").replaceAll("_", "/");
  try {
    return Uint8Array.from(atob(alphabet), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function describeSecret(key: SecretKey): PastedKeys {
  return { keys: key, description: `Secret for ${key.alg}.`, notes: [] };
}

function describePrivate(what: string, key: VerifyingKey): PastedKeys {
  return {
    ...describePublic(what, key),
    notes: ["Its public half verifies. Whoever has this key can sign: verifiers need the public one."],
  };
}

function describePublic(what: string, key: VerifyingKey): PastedKeys {
  return {
    keys: key,
    description: `${what} for ${key.alg}${key.kid === undefined ? "" : `, kid ${key.kid}`}.`,
    notes: [],
  };
}
