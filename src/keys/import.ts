/** Imports of keys: JWK, PEM, DER, or a key object of the runtime. Each key is bound to one algorithm for good. */

import { asymmetricDefinition, type AsymmetricAlgorithm, type AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { copyBytes, type Bytes } from "../encoding/bytes.ts";
import { parseUniqueJsonObject } from "../encoding/json.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { runAsync, runSync, type Steps } from "../base/steps.ts";
import { subtleCrypto, type Handle } from "../base/platform.ts";
import { askRuntime, bindPrivateHandle, bindPrivateKey, bindPublicHandle, bindPublicKey, doNotFit } from "./bind.ts";
import type { SigningKey, VerifyingKey } from "./key.ts";
import { rsaIntegers, statedPublicKey, version1 } from "./der.ts";
import {
  importHints,
  isBytes,
  isHandle,
  isKeyObject,
  nameOf,
  wrongKey,
  type Hints,
  type KeyObjectLike,
} from "./found.ts";
import { checkPrivateJwk, checkPublicJwk, invalidKey, type Jwk, type JwkInput } from "./jwk.ts";
import { readDer, readPrivatePem, readPublicPem } from "./pem.ts";
import { forKeySets } from "./text.ts";
import { readTraits, withJwkKid } from "./key-options.ts";

/** A Web Crypto key of any runtime, whatever its type is called there. */
export interface CryptoKeyLike {
  /** `private` or `public`. */
  readonly type: string;
  /** `true` where its runtime gives the key out. */
  readonly extractable: boolean;
  /** Its algorithm, by its Web Crypto name. */
  readonly algorithm: { readonly name: string };
  /** Of `sign` and `verify`, the one that is needed. */
  readonly usages: readonly string[];
}

/** @inline */
type SyncKeyInput = JwkInput | KeyObjectLike | string | Uint8Array | ArrayBuffer;

/** @inline */
type KeyInput = SyncKeyInput | CryptoKeyLike;

/** Options of `importSigningKey`. */
export interface ImportSigningKeyOptions {
  /** Written to the header of every token. Default: the JWK's own `kid`, if it has one. */
  readonly kid?: string | undefined;
  /** Lets `exportJwk` and `exportPem` give the private key out again. Default `false`. */
  readonly extractable?: boolean | undefined;
  /**
   * Takes a JWK whose members are written in ways that RFC 7518 forbids: padded base64url, the plain base64 alphabet, numbers with
   * zero octets in front, EC numbers shorter or longer than the field. It is brought into its one canonical form before it is
   * checked. Default `false`.
   */
  readonly lenient?: boolean | undefined;
}

/** Options of `importVerifyingKey`. */
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

/**
 * Makes a private key ready to sign with one algorithm.
 *
 * The key is a JWK with its public half (RFC 7517), a PEM or DER file (PKCS#8, PKCS#1 or SEC1, recognised by content), each as
 * text or bytes, a `KeyObject` of Node or a `CryptoKey`. Line ends written as `\n` in environment variables are mended. It signs once on import, and the
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
  key: KeyInput,
  alg: AsymmetricAlgorithm,
  options: ImportSigningKeyOptions = {},
): Promise<SigningKey> {
  return runAsync(() => readSigningKey(key, alg, options));
}

/**
 * Makes a public key ready to verify with one algorithm.
 *
 * The key is a JWK (RFC 7517), a PEM or DER file (SPKI, PKCS#1 or an X.509 certificate, whose dates and chain are not
 * checked), each as text or bytes, a `KeyObject` of Node or a `CryptoKey`. A private key is refused: publish `publicKeyOf` of it.
 *
 * @throws TypeError `invalid_key`: malformed, private, of another kind or curve, weak (RSA under 2048 bits, even or
 * small exponents, points off the curve or of small order).
 * @throws TypeError `unsupported_algorithm`: the runtime lacks the algorithm.
 * @example
 * const { publicKey } = await generateKeyPair(ES256);
 * const key = await importVerifyingKey(await exportJwk(publicKey), ES256, { issuer: "https://issuer.example" });
 */
export async function importVerifyingKey(
  key: KeyInput,
  alg: AsymmetricAlgorithm,
  options: ImportVerifyingKeyOptions = {},
): Promise<VerifyingKey> {
  return runAsync(() => readVerifyingKey(key, alg, options));
}

/**
 * Imports a private key at once, as `importSigningKey` does, from all but a `CryptoKey`, through `node:crypto`: on Node, Bun and Deno.
 *
 * @throws TypeError `sync_unavailable`: no synchronous signatures of this kind in this runtime; else as `importSigningKey`.
 * @example
 * const { privateKey } = await generateKeyPair(ES256, { extractable: true });
 * const key = importSigningKeySync(await exportPem(privateKey), ES256);
 * const token = signSync({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 */
export function importSigningKeySync(
  key: SyncKeyInput,
  alg: AsymmetricAlgorithm,
  options: ImportSigningKeyOptions = {},
): SigningKey {
  return runSync(readSigningKey(key, alg, options));
}

/**
 * Imports a public key at once, as `importVerifyingKey` does, from all but a `CryptoKey`, through `node:crypto`: on Node, Bun and Deno.
 *
 * @throws TypeError `sync_unavailable`: no synchronous signatures of this kind in this runtime; else as `importVerifyingKey`.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const key = importVerifyingKeySync(await exportPem(publicKey), ES256);
 * const token = await sign({ sub: "user_123" }, privateKey, { issuer: "my-api", audience: "web" });
 * verifySync(token, [key], { issuer: "my-api", audience: "web" });
 */
export function importVerifyingKeySync(
  key: SyncKeyInput,
  alg: AsymmetricAlgorithm,
  options: ImportVerifyingKeyOptions = {},
): VerifyingKey {
  return runSync(readVerifyingKey(key, alg, options));
}

function* readSigningKey(key: KeyInput, alg: AsymmetricAlgorithm, options: ImportSigningKeyOptions): Steps<SigningKey> {
  const definition = asymmetricDefinition(alg);
  const traits = readTraits<ImportSigningKeyOptions>(options, { kid: 1, extractable: 1, lenient: 1 });
  if (isHandle(key)) {
    checkHandle(key, "private", "sign", definition);
    if (!key.extractable) return yield* bindPrivateHandle(key, definition, traits);
  }
  const jwk = yield* readKey(key, "pkcs8", definition);
  return yield* bindPrivateKey(checkPrivateJwk(jwk, definition, traits.reading), definition, withJwkKid(jwk, traits));
}

function* readVerifyingKey(
  key: KeyInput,
  alg: AsymmetricAlgorithm,
  options: ImportVerifyingKeyOptions,
): Steps<VerifyingKey> {
  const definition = asymmetricDefinition(alg);
  const traits = readTraits<ImportVerifyingKeyOptions>(options, { kid: 1, issuer: 1, lenient: 1 });
  if (isHandle(key)) {
    const modulus = checkHandle(key, "public", "verify", definition);
    if (!key.extractable)
      return yield* bindPublicHandle(key, definition.signatureLength({ n: modulus }), definition, traits);
  }
  const jwk = yield* readKey(key, "spki", definition);
  return yield* bindPublicKey(checkPublicJwk(jwk, definition, traits.reading), definition, withJwkKid(jwk, traits));
}

/** A key as it was given, opened as far as no runtime is needed. */
type Opened = { readonly jwk: Jwk } | { readonly der: Uint8Array } | { readonly handle: Handle };

function* readKey(key: KeyInput, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Steps<Jwk> {
  // Opened before anything is awaited: the key is imported as it was when it was given.
  const opened = openKey(key, format, definition);
  if ("jwk" in opened) return opened.jwk;
  if ("handle" in opened) {
    const exported = yield* askRuntime(definition, () => subtleCrypto().exportKey("jwk", opened.handle));
    return ofThisAlgorithm(exported, definition);
  }
  return yield* readFile(opened.der, format, definition);
}

/** Reads a key of this algorithm in PKCS#8 or SPKI as a JWK, which is still to be checked. */
export function* readFile(der: Uint8Array, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Steps<Jwk> {
  const { integers, keyParams, seedTags, publicMembers } = definition;
  if (integers !== undefined) return readIntegers(der, format, definition.kty, integers);
  // The runtime gets no public key beside a private one, and makes its own: it has to be the one that the file states.
  const isSeed = format === "pkcs8" && seedTags !== undefined;
  const input = Uint8Array.from(isSeed ? version1(der) : der);
  const exported = yield* askRuntime(
    definition,
    async (): Promise<object> => {
      const subtle = subtleCrypto();
      const usage = format === "pkcs8" ? "sign" : "verify";
      return subtle.exportKey("jwk", await subtle.importKey(format, input, keyParams, true, [usage]));
    },
    (crypto): object => {
      // node:crypto takes any Uint8Array, whatever its types say.
      const file = { key: input as Buffer, format: "der" } as const;
      const object =
        format === "pkcs8"
          ? crypto.createPrivateKey({ ...file, type: format })
          : crypto.createPublicKey({ ...file, type: format });
      return object.export({ format: "jwk" });
    },
  );
  const jwk = ofThisAlgorithm(exported, definition);
  const stated = isSeed ? statedPublicKey(der) : undefined;
  if (stated !== undefined && encodeBase64url(stated) !== jwk[publicMembers[0] ?? ""]) throw invalidKey(doNotFit);
  return jwk;
}

/** Opens a key in whatever form it was given; what is no key is refused by its name. */
function openKey(key: unknown, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  if (typeof key === "string") return openText(key, format, definition);
  if (isBytes(key)) return openBytes(copyBytes(key), format, definition);
  const found = nameOf(key);
  // A copy: the caller's object may change while something is awaited.
  if (found === "a JWK") return { jwk: { ...(key as Jwk) } };
  if (isHandle(key)) return { handle: key };
  if (isKeyObject(key)) return openKeyObject(key, format, definition);
  throw wrongKey("key", expectedForms, key, hintsFor(format, definition), "invalid_key");
}

const expectedForms = "a JWK, PEM, DER, a KeyObject or a CryptoKey";

function openText(text: string, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  if (!text.trimStart().startsWith("{")) {
    const read = format === "pkcs8" ? readPrivatePem : readPublicPem;
    return { der: read(text, definition) };
  }
  const json = parseUniqueJsonObject(text.trim());
  if (json === undefined) throw invalidKey("key: JSON that does not parse, or has a member twice: is it cut off?");
  if ("kty" in json) return { jwk: json as Jwk };
  throw wrongKey("key, parsed as JSON", "a JWK", json, hintsFor(format, definition, "JSON.parse(key)"), "invalid_key");
}

function openBytes(bytes: Bytes, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  const der = readDer(bytes, format, definition);
  if (der !== undefined) return { der };
  const text = decodeUtf8(bytes);
  if (text !== undefined && !text.includes("\0")) return openText(text, format, definition);
  throw invalidKey(
    bytes[0] === 0x30
      ? "key: DER that is cut off, or no key"
      : 'key: bytes that are neither DER nor text in UTF-8; of UTF-16 pass new TextDecoder("utf-16le").decode(key)',
  );
}

/** Opens a key of `node:crypto`, which gives out most kinds as JWK; the others show in DER what they are. */
function openKeyObject(key: KeyObjectLike, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  const wanted = format === "pkcs8" ? "private" : "public";
  if (key.type !== wanted)
    throw invalidKey(
      `key: expected a ${wanted} KeyObject, found a ${key.type} one${key.type === "private" ? ": pass createPublicKey(key)" : ""}`,
    );
  try {
    return { jwk: ofThisAlgorithm(key.export({ format: "jwk" }), definition) };
  } catch {
    const exportDer = key.export.bind(key) as (options: object) => unknown;
    const der = exportDer({ format: "der", type: format });
    if (isBytes(der)) return openBytes(copyBytes(der), format, definition);
    throw invalidKey("key: a KeyObject that this runtime does not give out");
  }
}

/** Returns what to write instead of each thing that is no key. `key`: how the caller would write it. */
function hintsFor(format: "pkcs8" | "spki", { name }: AsymmetricDefinition, key = "key"): Hints {
  const shared = importHints(key);
  const half = format === "pkcs8" ? "Private" : "Public";
  return {
    ...shared,
    "a key pair": `pass ${key}.${half.toLowerCase()}Key`,
    "an object around a key": `${shared["an object around a key"]} or, with a passphrase, create${half}Key(${key}) of node:crypto`,
    "a URL": `${shared["a URL"]} of a file; ${forKeySets}`,
    ...(format === "pkcs8"
      ? { "an X509Certificate": "it has no private key", "a service account": `pass ${key}.private_key` }
      : {
          "a key set": `${shared["a key set"]}, or use localJwks(${key}, { algorithms: [${name.replaceAll("-", "_")}] })`,
          "an X509Certificate": "pass key.publicKey",
          "a service account": "its key is private",
          "a private key": "pass it to publicKeyOf",
        }),
  };
}

/** Reads a key whose DER is a list of numbers (RSA) as a JWK, without asking the runtime. */
function readIntegers(der: Uint8Array, format: "pkcs8" | "spki", kty: string, names: readonly string[]): Jwk {
  const integers = rsaIntegers(der, format);
  if (integers?.length !== (format === "pkcs8" ? names.length : 2))
    throw invalidKey("PEM: not an RSA key of two primes");
  const members: Readonly<Record<string, string>> = Object.fromEntries(
    integers.map((octets, i) => [names[i] ?? "", encodeBase64url(octets)]),
  );
  return { kty, ...members };
}

/** Replaces what a runtime writes beside the key members of a JWK: it is not the caller's choice. */
function ofThisAlgorithm(jwk: object, definition: AsymmetricDefinition): Jwk {
  return { ...(jwk as Jwk), alg: definition.name, key_ops: undefined, use: undefined } as unknown as Jwk;
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
    throw invalidKey(
      `expected a ${type} CryptoKey whose usages include "${usage}", found a ${handle.type} one with ${handle.usages.join(" and ") || "no usages"}`,
    );
  if (scheme !== keyParams.name || hash?.name !== keyParams.hash || namedCurve !== keyParams.namedCurve)
    throw invalidKey(
      `the CryptoKey is not for ${name}: found ${[scheme, namedCurve, hash?.name].filter(Boolean).join(" with ")}`,
    );
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
