/**
 * Members of mintmark's own keys beyond the contract in `key.ts`. They stand under registered symbols, so that the keys of one
 * copy of the package work at full speed, and can be exported, in every other copy.
 */

import type { AsymmetricDefinition, HmacDefinition } from "../algorithms/algorithm.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { isObject } from "../encoding/json.ts";
import type { Jwk } from "./jwk.ts";
import type { KeySource } from "./key.ts";

/** The MAC of a signing input as base64url: text in, text out, where HMAC is synchronous. */
export const signText: unique symbol = /* @__PURE__ */ Symbol.for("mintmark.signText");
/** A check of a base64url MAC against the signing input, in constant time. */
export const verifyText: unique symbol = /* @__PURE__ */ Symbol.for("mintmark.verifyText");
/** A function that returns the key material, as far as it may be known. */
export const material: unique symbol = /* @__PURE__ */ Symbol.for("mintmark.material");
/** A key source's reason for having no key for a header: the error to refuse the token with, or `undefined`. */
export const reasonForNone: unique symbol = /* @__PURE__ */ Symbol.for("mintmark.reasonForNone");

export interface TextSigner {
  readonly [signText]?: (input: string | Bytes) => string;
}
export interface TextVerifier {
  readonly [verifyText]?: (input: string | Bytes, segment: string) => boolean;
}
export interface ExplainingSource {
  readonly [reasonForNone]?: (wanted: Parameters<KeySource["select"]>[0]) => unknown;
}

/** The material of a key: all that `exportJwk`, `exportPem`, `publicKeyOf`, `thumbprint` and `publicJwks` learn of it. */
export interface KeyMaterial {
  readonly definition: AsymmetricDefinition | HmacDefinition;
  /** Key members only: `kty`, `crv` and the like. Missing for a secret. */
  readonly publicJwk?: Jwk;
  /** Missing unless the key is extractable; a secret's is an `oct` JWK. */
  readonly privateJwk?: Jwk;
}

/** Returns the material of a key that mintmark made; `undefined` for a plug-in key and for what is no key. */
export function materialOf(key: unknown): KeyMaterial | undefined {
  // Under this symbol no other value is ever written.
  return isObject(key) ? (key as { readonly [material]?: () => KeyMaterial })[material]?.() : undefined;
}
