/** Keys from where they are kept: JWK, PEM, or a Web Crypto handle. Each is bound to one algorithm for good. */

import { asymmetricDefinition, type AsymmetricAlgorithm, type AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { isObject } from "../encoding/json.ts";
import { argumentError } from "../errors.ts";
import { subtleCrypto, type Handle } from "../base/platform.ts";
import {
  attempt,
  attemptSync,
  bindPrivateHandle,
  bindPrivateKey,
  bindPrivateKeySync,
  bindPublicHandle,
  bindPublicKey,
  bindPublicKeySync,
} from "./bind.ts";
import type { Jwk, JwkInput, SigningKey, VerifyingKey } from "./key.ts";
import { rsaIntegers } from "./der.ts";
import { checkPrivateJwk, checkPublicJwk, invalidKey } from "./jwk.ts";
import { readPrivatePem, readPublicPem } from "./pem.ts";
import { readTraits, withKidOf } from "./key-options.ts";

/** A Web Crypto key, as every runtime has it, whatever its types are called there. */
export interface CryptoKeyLike {
  /** `private` or `public`. */
  readonly type: string;
  /** Whether its runtime gives the key out. */
  readonly extractable: boolean;
  /** What it is for, by its Web Crypto name. */
  readonly algorithm: { readonly name: string };
  /** Of `sign` and `verify`, the one that is needed. */
  readonly usages: readonly string[];
}

/** What a private key is told. */
export interface ImportSigningKeyOptions {
  /** Written to the header of every token. Default: the JWK's own `kid`, if it has one. */
  readonly kid?: string | undefined;
  /** Whether `exportJwk` and `exportPem` may give the private key out again. Default `false`. */
  readonly extractable?: boolean | undefined;
  /**
   * Takes a JWK whose members are written in ways that RFC 7518 forbids: padded base64url, the plain base64 alphabet, numbers with
   * zero octets in front, EC numbers shorter or longer than the field. It is brought into its one canonical form before it is
   * checked. Default `false`.
   */
  readonly lenient?: boolean | undefined;
}

/** What a public key is told. */
export interface ImportVerifyingKeyOptions {
  /** A token whose header has a `kid` is tried with the keys of that name. Default: the JWK's own `kid`, if it has one. */
  readonly kid?: string | undefined;
  /** The key then accepts only tokens of this `iss`. */
  readonly issuer?: string;
  /**
   * Takes a JWK whose members are written in ways that RFC 7518 forbids: padded base64url, the plain base64 alphabet, numbers with
   * zero octets in front, EC coordinates shorter or longer than the field. It is brought into its one canonical form before it is
   * checked. Default `false`.
   */
  readonly lenient?: boolean | undefined;
}

const signingOptions = ["kid", "extractable", "lenient"];
const verifyingOptions = ["kid", "issuer", "lenient"];

/**
 * Makes a private key ready to sign with one algorithm.
 *
 * The key is a JWK with its public half (RFC 7517), the text of a PEM file (PKCS#8, PKCS#1 or SEC1, recognised by
 * content; line ends written as `\n` in environment variables are mended), or a `CryptoKey`. It signs once on import, and the
 * signature is checked against its public half. A `CryptoKey` that is not extractable works in the asynchronous
 * functions only.
 *
 * @throws TypeError `invalid_key`: malformed, encrypted, of another kind or curve, halves that do not fit together.
 * @throws TypeError `unsupported_algorithm`: the runtime lacks the algorithm.
 * @example
 * const { privateKey } = await generateKeyPair(ES256, { extractable: true });
 * const key = await importSigningKey(await exportPem(privateKey), ES256, { kid: "2026-11" });
 */
export async function importSigningKey(
  key: JwkInput | CryptoKeyLike | string,
  alg: AsymmetricAlgorithm,
  options: ImportSigningKeyOptions = {},
): Promise<SigningKey> {
  const definition = asymmetricDefinition(alg);
  const traits = readTraits(options, signingOptions);
  if (isHandle(key)) {
    checkHandle(key, "private", "sign", definition);
    if (!key.extractable) return bindPrivateHandle(key, definition, traits);
  }
  const jwk = await readKey(key, "pkcs8", definition);
  return bindPrivateKey(checkPrivateJwk(jwk, definition, traits.reading), definition, withKidOf(jwk, traits));
}

/**
 * Makes a public key ready to verify with one algorithm.
 *
 * The key is a JWK (RFC 7517), the text of a PEM file (SPKI, PKCS#1 or an X.509 certificate, whose dates and chain are
 * not checked), or a `CryptoKey`. A private key is refused: publish `publicKeyOf` of it.
 *
 * @throws TypeError `invalid_key`: malformed, private, of another kind or curve, weak (RSA under 2048 bits, even or
 * small exponents, points off the curve or of small order).
 * @throws TypeError `unsupported_algorithm`: the runtime lacks the algorithm.
 * @example
 * const { publicKey } = await generateKeyPair(ES256);
 * const key = await importVerifyingKey(await exportJwk(publicKey), ES256, { issuer: "https://issuer.example" });
 */
export async function importVerifyingKey(
  key: JwkInput | CryptoKeyLike | string,
  alg: AsymmetricAlgorithm,
  options: ImportVerifyingKeyOptions = {},
): Promise<VerifyingKey> {
  const definition = asymmetricDefinition(alg);
  const traits = readTraits(options, verifyingOptions);
  if (isHandle(key)) {
    const modulus = checkHandle(key, "public", "verify", definition);
    if (!key.extractable) return bindPublicHandle(key, definition.signatureLength({ n: modulus }), definition, traits);
  }
  const jwk = await readKey(key, "spki", definition);
  return bindPublicKey(checkPublicJwk(jwk, definition, traits.reading), definition, withKidOf(jwk, traits));
}

/**
 * As `importSigningKey`, at once, from JWK or PEM, through `node:crypto`: on Node, Bun and Deno.
 *
 * @throws TypeError `sync_unavailable`: no synchronous signatures of this kind in this runtime; else as `importSigningKey`.
 * @example
 * const { privateKey } = await generateKeyPair(ES256, { extractable: true });
 * const key = importSigningKeySync(await exportPem(privateKey), ES256);
 * const token = signSync({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 */
export function importSigningKeySync(
  key: JwkInput | string,
  alg: AsymmetricAlgorithm,
  options: ImportSigningKeyOptions = {},
): SigningKey {
  const definition = asymmetricDefinition(alg);
  const traits = readTraits(options, signingOptions);
  const jwk = readKeySync(key, "pkcs8", definition);
  return bindPrivateKeySync(checkPrivateJwk(jwk, definition, traits.reading), definition, withKidOf(jwk, traits));
}

/**
 * As `importVerifyingKey`, at once, from JWK or PEM, through `node:crypto`: on Node, Bun and Deno.
 *
 * @throws TypeError `sync_unavailable`: no synchronous signatures of this kind in this runtime; else as `importVerifyingKey`.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const key = importVerifyingKeySync(await exportPem(publicKey), ES256);
 * const token = await sign({ sub: "user_123" }, privateKey, { issuer: "my-api", audience: "web" });
 * verifySync(token, [key], { issuer: "my-api", audience: "web" });
 */
export function importVerifyingKeySync(
  key: JwkInput | string,
  alg: AsymmetricAlgorithm,
  options: ImportVerifyingKeyOptions = {},
): VerifyingKey {
  const definition = asymmetricDefinition(alg);
  const traits = readTraits(options, verifyingOptions);
  const jwk = readKeySync(key, "spki", definition);
  return bindPublicKeySync(checkPublicJwk(jwk, definition, traits.reading), definition, withKidOf(jwk, traits));
}

async function readKey(
  key: JwkInput | CryptoKeyLike | string,
  format: "pkcs8" | "spki",
  definition: AsymmetricDefinition,
): Promise<Jwk> {
  // A copy, made before anything is awaited: the key is imported as it was when it was given.
  if (typeof key !== "string" && !isHandle(key)) return { ...checkIsJwk(key) };
  const der = typeof key === "string" ? readPem(key, format, definition) : undefined;
  if (der !== undefined && definition.integers !== undefined)
    return readIntegers(der, format, definition.kty, definition.integers);
  return attempt(definition, async () => {
    const subtle = subtleCrypto();
    const usage = format === "pkcs8" ? "sign" : "verify";
    const handle =
      der === undefined ? (key as Handle) : await subtle.importKey(format, der, definition.keyParams, true, [usage]);
    return ofThisAlgorithm(await subtle.exportKey("jwk", handle), definition);
  });
}

function readKeySync(key: JwkInput | string, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Jwk {
  if (typeof key !== "string") return checkIsJwk(key);
  const der = readPem(key, format, definition);
  if (definition.integers !== undefined) return readIntegers(der, format, definition.kty, definition.integers);
  return attemptSync(definition, (crypto) => {
    const input = { key: der as Buffer, format: "der" } as const;
    const object =
      format === "pkcs8"
        ? crypto.createPrivateKey({ ...input, type: "pkcs8" })
        : crypto.createPublicKey({ ...input, type: "spki" });
    return ofThisAlgorithm(object.export({ format: "jwk" }), definition);
  });
}

function readPem(text: string, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Uint8Array {
  return format === "pkcs8" ? readPrivatePem(text, definition) : readPublicPem(text, definition);
}

/** A key whose DER is a list of numbers (RSA) as a JWK, without asking the runtime. */
function readIntegers(der: Uint8Array, format: "pkcs8" | "spki", kty: string, names: readonly string[]): Jwk {
  const integers = rsaIntegers(der, format);
  if (integers?.length !== (format === "pkcs8" ? names.length : 2))
    throw invalidKey("PEM: not an RSA key of two primes");
  const members: Readonly<Record<string, string>> = Object.fromEntries(
    integers.map((octets, i) => [names[i] ?? "", encodeBase64url(octets)]),
  );
  return { kty, ...members };
}

/** What a runtime says beside the key members of a JWK it exports is its own choice, not the caller's. */
function ofThisAlgorithm(jwk: object, definition: AsymmetricDefinition): Jwk {
  return { ...(jwk as Jwk), alg: definition.name, key_ops: undefined, use: undefined } as unknown as Jwk;
}

function checkIsJwk(key: unknown): Jwk {
  if (!isObject(key)) throw invalidKey("key: expected a JWK, the text of a PEM file, or a CryptoKey");
  if (isHandle(key))
    throw argumentError("a CryptoKey has no synchronous form: use the asynchronous import", "sync_unavailable");
  return key as Jwk;
}

function isHandle(key: unknown): key is Handle {
  return isObject(key) && isObject(key["algorithm"]) && Array.isArray(key["usages"]) && typeof key["type"] === "string";
}

/**
 * Checks a caller's own handle against the algorithm, as far as a handle tells. Returns zeros as long as
 * its modulus, where it has one.
 */
function checkHandle(
  handle: Handle,
  type: string,
  usage: "sign" | "verify",
  { name, keyParams }: AsymmetricDefinition,
): Bytes {
  const {
    name: scheme,
    hash,
    namedCurve,
    modulusLength = 2048,
    publicExponent = [1, 0, 1],
  } = handle.algorithm as HandleAlgorithm;
  if (handle.type !== type || !handle.usages.includes(usage))
    throw invalidKey(`expected a ${type} CryptoKey whose usages include "${usage}"`);
  if (scheme !== keyParams.name || hash?.name !== keyParams.hash || namedCurve !== keyParams.namedCurve)
    throw invalidKey(`the CryptoKey is not for ${name}`);
  const exponent = Array.from(publicExponent).reduce((sum, octet) => sum * 256 + octet, 0);
  if (modulusLength < 2048 || modulusLength > 16384) throw invalidKey(`${modulusLength} bits, expected 2048 to 16384`);
  if (exponent < 65537 || exponent >= 2 ** 32 || exponent % 2 === 0)
    throw invalidKey("expected an odd exponent from 65537 to 2^32");
  return new Uint8Array(Math.ceil(modulusLength / 8));
}

interface HandleAlgorithm {
  readonly name: string;
  readonly hash?: { readonly name: string };
  readonly namedCurve?: string;
  readonly modulusLength?: number;
  readonly publicExponent?: ArrayLike<number>;
}
