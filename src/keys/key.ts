/**
 * The contract of keys. Anything that can sign is a `SigningKey`, anything that can check is a `VerifyingKey`:
 * Web Crypto keys, a KMS, an HSM. Three members each; that is the whole plug-in contract.
 */

import { refusePolluted, wrongArgument } from "../base/options.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { argumentError } from "../errors.ts";
import { wrongKey, type Hints } from "./found.ts";

/** A private key, or anything that signs with one algorithm. */
export interface SigningKey {
  /** The JOSE name of its one algorithm, such as `"ES256"`. */
  readonly alg: string;
  /** Written to the header of every token it signs. */
  readonly kid?: string;
  /** The signature as JOSE writes it: ECDSA as r and s (IEEE P1363), never DER. */
  sign(data: Bytes): Bytes | Promise<Bytes>;
  /** Needed by `signSync` alone. */
  signSync?(data: Bytes): Bytes;
}

/** A public key, or anything that checks signatures of one algorithm. */
export interface VerifyingKey {
  /** The JOSE name of its one algorithm, such as `"ES256"`. */
  readonly alg: string;
  /** A token whose header has a `kid` is tried with the keys of the same `kid`, or if there are none, with the keys without `kid`. */
  readonly kid?: string;
  /** Given: the key accepts only tokens of this `iss`, whatever else is expected. */
  readonly issuer?: string;
  /** Only `true` is a good signature. A throw means "could not be checked", not "bad". */
  verify(data: Bytes, signature: Bytes): boolean | Promise<boolean>;
  /** Needed by `verifySync` alone. */
  verifySync?(data: Bytes, signature: Bytes): boolean;
}

/** A shared secret: it signs and verifies. */
export interface SecretKey extends SigningKey, VerifyingKey {}

/** A source of the key to sign with, such as a key ring. It is asked once per token, before its header. */
export interface SigningKeySource {
  /** The key for the token that is being signed. */
  current(): SigningKey | Promise<SigningKey>;
  /** The same at once: needed by `signSync` alone. */
  currentSync?(): SigningKey;
  /** Longest lifetime, in seconds, of a token signed by its keys: retired keys no longer verify. */
  readonly maxLifetime?: number;
}

/** A source of keys to verify with, such as a JWKS. It sees the header only, and never an `alg` outside `algorithms`. */
export interface KeySource {
  /** The JOSE names of the algorithms that tokens may use. */
  readonly algorithms: readonly string[];
  /** Returns the keys to try: those with the `kid`, if there is one. An empty list is `key_not_found`, an exception `key_unavailable`. */
  select(wanted: {
    readonly alg: string;
    readonly kid?: string;
  }): readonly VerifyingKey[] | Promise<readonly VerifyingKey[]>;
  /** The same at once: needed by `verifySync` alone. */
  selectSync?(wanted: { readonly alg: string; readonly kid?: string }): readonly VerifyingKey[];
}

/** Keys that tokens and signatures are verified with. */
export type VerificationKeys = VerifyingKey | readonly VerifyingKey[] | KeySource;

/** Checks `alg` as a key or source states it: never empty, never any spelling of `none`. */
export function checkAlg(alg: unknown): string {
  if (typeof alg !== "string" || ["", "none"].includes(alg.trim().toLowerCase()))
    throw wrongArgument("alg", "the name of an algorithm", alg);
  return alg;
}

/** Hints for what has to be imported first. */
const toImport = (write: string): Hints =>
  Object.fromEntries(["a string", "bytes", "a JWK", "a CryptoKey", "a KeyObject"].map((name) => [name, write]));

/** Checks a plug-in signing key before it is used. */
export function checkSigningKey(key: unknown): SigningKey {
  if (!isKeyLike(key, "sign"))
    throw wrongKey("key", "a signing key", key, {
      ...toImport("import it first, with importSecret or importSigningKey"),
      "a key pair": "pass its privateKey",
      "a public key": "sign with the private key",
      "an object that is no key": "a signing key has alg and sign",
    });
  checkKeyMembers(key);
  return key as SigningKey;
}

/** Checks a plug-in verifying key before it is used. */
export function checkVerifyingKey(key: unknown): VerifyingKey {
  // An X509Certificate of node:crypto has a verify() too.
  if (!isKeyLike(key, "verify") || "checkIssued" in key) {
    const remote = "of a key set pass remoteJwks(url, { algorithms: [RS256] })";
    throw wrongKey("keys", "verifying keys", key, {
      ...toImport("import it first, with importSecret or importVerifyingKey"),
      ...(typeof key === "string" && key.startsWith("http") && { "a string": remote }),
      "a URL": remote,
      "a key pair": "pass its publicKey",
      "a private key": "pass its public half, await publicKeyOf(key)",
      "a key set": "pass localJwks(set, { algorithms: [ES256] })",
      "an X509Certificate": "import its publicKey first, with importVerifyingKey",
      "a function": "keys by kid come from a key source, such as remoteJwks",
      "an object that is no key": "a verifying key has alg and verify",
    });
  }
  checkKeyMembers(key);
  if (key.issuer !== undefined && (typeof key.issuer !== "string" || key.issuer === ""))
    throw argumentError("issuer of a key: expected a non-empty string");
  return key as VerifyingKey;
}

interface KeyLike {
  readonly alg?: unknown;
  readonly kid?: unknown;
  readonly issuer?: unknown;
}

function isKeyLike(key: unknown, method: "sign" | "verify"): key is KeyLike & object {
  return typeof key === "object" && key !== null && typeof (key as Record<string, unknown>)[method] === "function";
}

function checkKeyMembers({ alg, kid }: KeyLike): void {
  refusePolluted(["alg", "kid", "issuer", "sign", "verify"]);
  checkAlg(alg);
  if (kid !== undefined && typeof kid !== "string") throw wrongArgument("kid of a key", "a string", kid);
}
