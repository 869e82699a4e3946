/**
 * Algorithms: frozen values, each of which carries everything the layers above need to know of its
 * family, so that none of them compares names. You pass `ES256`, never `"ES256"`.
 */

import { wrongArgument } from "../base/options.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { argumentError } from "../errors.ts";

/** Registered, so that an algorithm from one copy of the package is one in every copy. */
export const definition: unique symbol = Symbol.for("mintmark.algorithm") as typeof definition;

/**
 * A signature or MAC algorithm (RFC 7518 §3.1, RFC 8037, RFC 9864, RFC 9964). Only mintmark's own constants are
 * algorithms; a literal that looks like one is refused.
 */
export interface Algorithm<Name extends string = string> {
  /** The JOSE identifier, as it stands in the header's `alg`. */
  readonly name: Name;
  /** The record of the algorithm, which is not part of the public contract. */
  readonly [definition]: unknown;
}

/** An algorithm whose one secret both signs and verifies. */
export type HmacAlgorithm = Algorithm<"HS256" | "HS384" | "HS512">;

/** An algorithm with a private key that signs and a public key that verifies. */
export type AsymmetricAlgorithm = Algorithm<
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "Ed25519"
  | "EdDSA"
  | "ML-DSA-44"
  | "ML-DSA-65"
  | "ML-DSA-87"
>;

export interface HmacDefinition {
  readonly name: string;
  readonly kty: "oct";
  readonly webCrypto: { readonly name: "HMAC"; readonly hash: string };
  /** The digest's name in `node:crypto`. */
  readonly digest: string;
  /** Octets of the MAC, and the least a secret may have (RFC 7518 §3.2). */
  readonly length: number;
}

/** Decoded JWK members by name. */
export type Members = Readonly<Record<string, Bytes>>;

export interface AsymmetricDefinition {
  readonly name: string;
  readonly kty: "RSA" | "EC" | "OKP" | "AKP";
  readonly crv?: string;
  /** Given: a JWK has to state its `alg`, which is part of the key (RFC 9964). */
  readonly statesAlg?: true;
  /** The members of a JWK that are its public key, and those that are its private key, base64url each. */
  readonly publicMembers: readonly string[];
  readonly privateMembers: readonly string[];
  /** Parameters of `subtle.importKey` and `generateKey`, and those of `sign` and `verify`. */
  readonly keyParams: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
  readonly signParams: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
  /** `node:crypto`'s one-shot functions: digest, and the options beside the key. */
  readonly digest: string | null;
  readonly nodeOptions?: { readonly padding?: number; readonly saltLength?: number };
  /** Conversions, where `node:crypto` writes signatures in another form than JOSE: to that form and back. */
  readonly nodeSignature?: { toNode(signature: Uint8Array): Uint8Array; fromNode(signature: Uint8Array): Bytes };
  /** Parameters of `generateKey` beyond `keyParams`, by default. */
  readonly generation?: { readonly modulusLength: number; readonly publicExponent: readonly number[] };
  /** The AlgorithmIdentifier of its keys in DER (RFC 5280 §4.1.1.2). */
  readonly identifier: readonly number[];
  /** EC: octets of an uncompressed point in DER (RFC 5480 §2.2). */
  readonly pointLength?: number;
  /** Ed25519, ML-DSA: the tags of a private key in PKCS#8 (RFC 8410 §7, RFC 9881 §6). */
  readonly seedTags?: readonly number[];
  /** RSA: the members that DER lists as numbers, in this order, private ones last (RFC 8017 appendix A.1). */
  readonly integers?: readonly string[];
  /** The runtimes that have it, where not all do. */
  readonly runtimes?: string;
  /** Returns in a few words what is wrong with a public key (or with a private one). */
  faultOfPublic(members: Members): string | undefined;
  faultOfPrivate(members: Members): string | undefined;
  /** A forged signature and messages of one octet each: a good key accepts it for none of them, a weak key for at least one. */
  readonly forgery?: { readonly messages: readonly number[]; readonly signature: () => Bytes };
  /** Tells a signature that is a number below what the key allows (RFC 8017 §5.2.2) from one that no key made. */
  isInRange?(signature: Bytes, members: Members): boolean;
  /** Returns the octets of every signature by this key. */
  signatureLength(members: Members): number;
}

/** Makes an algorithm of its definition. */
export function algorithm<Name extends string>(
  name: Name,
  data: HmacDefinition | AsymmetricDefinition,
): Algorithm<Name> {
  return Object.freeze({ name, [definition]: Object.freeze(data) });
}

/** Returns the record of an HMAC algorithm. */
export function hmacDefinition(alg: HmacAlgorithm): HmacDefinition {
  const found = definitionOf(alg);
  if (found.kty !== "oct")
    throw argumentError(`${found.name} has a key pair: use generateKeyPair, importSigningKey or importVerifyingKey`);
  return found;
}

/** Returns the record of an algorithm with key pairs. */
export function asymmetricDefinition(alg: AsymmetricAlgorithm): AsymmetricDefinition {
  const found = definitionOf(alg);
  if (found.kty === "oct")
    throw argumentError(`${found.name} has a secret, no key pair: use generateSecret or importSecret`);
  return found;
}

function definitionOf(alg: unknown): HmacDefinition | AsymmetricDefinition {
  if (typeof alg === "object" && alg !== null && definition in alg)
    return alg[definition] as HmacDefinition | AsymmetricDefinition;
  throw wrongArgument("algorithm", `mintmark's constant, as in import { ES256 } from "mintmark"`, alg);
}
