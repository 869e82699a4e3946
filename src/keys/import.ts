/** Imports of keys: JWK, PEM, DER, or a key object of the runtime. Each key is bound to one algorithm for good. */

import { asymmetricDefinition, type AsymmetricAlgorithm, type AsymmetricDefinition } from "../algorithms/algorithm.ts";
import type { Handle } from "../base/platform.ts";
import { runAsync, runSync, type Steps } from "../base/steps.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { bindPrivateHandle, bindPrivateKey, bindPublicHandle, bindPublicKey } from "./bind.ts";
import { isHandle, type KeyObjectLike } from "./found.ts";
import { readKey } from "./given.ts";
import { checkPrivateJwk, checkPublicJwk, invalidKey, type JwkInput } from "./jwk.ts";
import type { SigningKey, VerifyingKey } from "./key.ts";
import { readTraits, withJwkKid } from "./key-options.ts";

/** A Web Crypto key of any runtime, whatever its type is called there. */
export interface CryptoKeyLike {
  /** `private` or `public`. */
  readonly type: string;
  /** `true` where its runtime gives the key out. */
  readonly extractable: boolean;
  /** Its algorithm, by its Web Crypto name. */
  readonly algorithm: { readonly name: string };
  /** Permitted operations: `sign` for a private key, `verify` for a public one. */
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
 * text or bytes, a `KeyObject` of Node or a `CryptoKey`. Line ends written as `\n`, as in environment variables, are repaired. On import, the
 * key signs once, and the signature is checked against its public half. A `CryptoKey` that is not extractable works in the asynchronous
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
 * Imports a private key synchronously, like `importSigningKey`, in any form but a `CryptoKey`. It needs `node:crypto`: Node, Bun and Deno.
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
 * Imports a public key synchronously, like `importVerifyingKey`, in any form but a `CryptoKey`. It needs `node:crypto`: Node, Bun and Deno.
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
