/** Verification of a signature (RFC 7515 §5.2): take apart, select keys, check. Nothing reads the payload before that. */

import { refusePromise } from "../base/options.ts";
import { decodeBase64url, isCanonical } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { JwtError, quote, quoteSome, UnavailableError } from "../errors.ts";
import type { Call, Steps } from "../base/steps.ts";
import type { VerifyingKey } from "../keys/key.ts";
import { verifyText, type TextVerifier } from "../keys/material.ts";
import { askSource, type CompiledKeys } from "../keys/select.ts";
import { describeWrapping, type JwsHeader } from "./header.ts";

/** A compact serialization whose signature is good. */
export interface SignedCompact {
  readonly header: JwsHeader;
  /** The payload's segment of the token. */
  readonly payload: string;
  readonly key: VerifyingKey;
}

/** Reads the headers of tokens. */
export interface HeaderReader {
  /** Returns the header of a segment, checked. */
  readonly read: (segment: string) => JwsHeader;
  /** Freezes a header whose signature is good, and may remember it. */
  readonly keep: (segment: string, header: JwsHeader) => unknown;
}

/**
 * Takes apart and checks a token whose payload is base64url and attached. Its form and header are checked at once, before the generator that
 * is returned begins.
 */
export function verifyCompact(token: string, keys: CompiledKeys, headers: HeaderReader): Steps<SignedCompact> {
  const parts = splitCompact(token);
  const header = headers.read(parts[0]);
  const input = token.slice(0, parts[0].length + 1 + parts[1].length);
  return verifyParts(input, parts, header, checkAlgorithm(header, keys), keys, headers);
}

/** Checks the signature over the parts of a token whose header was checked. */
function* verifyParts(
  input: string,
  [segment, payload, signature]: CompactParts,
  header: JwsHeader,
  kid: string | undefined,
  keys: CompiledKeys,
  headers: HeaderReader,
): Steps<SignedCompact> {
  // What selectKeys() does, without its generator: a list needs none, and it takes a thirtieth of a token's time.
  const candidates = keys.known === undefined ? yield* askSource(keys, header.alg, kid) : keys.known(header.alg, kid);
  const { key } = checkText(candidates, input, signature) ?? (yield* checkBytes(candidates, input, payload, signature));
  headers.keep(segment, header);
  return { header, payload, key };
}

/** Refuses what is longer than the option `maxTokenLength` allows, before anything in it is looked at. */
export function checkTokenLength(length: number, maxTokenLength: number): void {
  if (length > maxTokenLength)
    throw new JwtError(
      "token_too_large",
      `expected at most ${maxTokenLength} characters (maxTokenLength), found ${length}`,
    );
}

type CompactParts = readonly [header: string, payload: string, signature: string];

/** Splits a token into exactly three parts (RFC 7515 §7.1). They are found by position: a token of a million dots makes no list. */
export function splitCompact(token: unknown): CompactParts {
  refusePromise("token", token);
  if (typeof token !== "string") throw malformed(`expected a string, found ${quote(token)}`);
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1); // where there is no first, there is none
  if (second < 0 || token.includes(".", second + 1))
    throw malformed(`expected header.payload.signature${describeParts(token)}`);
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

/** Describes how many parts a token has: five are those of a JWE (RFC 7516 §7.1). Counted no further: there may be a million. */
function describeParts(token: string): string {
  const parts = token.split(".", 7).length;
  return parts === 5
    ? ", found five parts: an encrypted token (JWE)"
    : `, found ${parts === 1 ? "one part" : `${parts > 6 ? "more than 6" : parts} parts`}`;
}

/** The members of a header that lead to keys. */
interface KeyNames {
  readonly alg: string;
  readonly kid?: string;
}

/** Selects the keys to try for a header: of a token that is remembered, and of JSON. `verifyCompact` does the same itself. */
export function* selectKeys(header: KeyNames, keys: CompiledKeys): Steps<readonly VerifyingKey[]> {
  const kid = checkAlgorithm(header, keys);
  return keys.known === undefined ? yield* askSource(keys, header.alg, kid) : keys.known(header.alg, kid);
}

/** Refuses an `alg` that no key has: a key source is never asked about it. Returns the header's own `kid`. */
function checkAlgorithm(header: KeyNames, { algorithms }: CompiledKeys): string | undefined {
  if (!algorithms.has(header.alg))
    throw new JwtError(
      "alg_not_allowed",
      `alg: expected ${quoteSome(algorithms, algorithms.size)}, found ${quote(header.alg)}`,
    );
  return Object.hasOwn(header, "kid") ? header.kid : undefined;
}

/** The key under which a signature is good. */
export interface GoodSignature {
  readonly key: VerifyingKey;
}

/** Returns the key, of those that a header leads to, under which the signature over `input` is good. */
export function* checkSignature(
  header: { readonly alg: string; readonly kid?: string },
  keys: CompiledKeys,
  input: string | Bytes,
  payload: string | undefined,
  segment: string,
): Steps<GoodSignature> {
  const candidates = yield* selectKeys(header, keys);
  return checkText(candidates, input, segment) ?? (yield* checkBytes(candidates, input, payload, segment));
}

/** Tries the keys that compare MACs as base64url, at once. */
function checkText(
  candidates: readonly (VerifyingKey & TextVerifier)[],
  input: string | Bytes,
  segment: string,
): GoodSignature | undefined {
  for (const key of candidates) if (key[verifyText]?.(input, segment) === true) return { key };
  return undefined;
}

/**
 * Tries the other keys. `payload`: the base64url segment. It must be canonical; on success the caller's decoder checks that.
 * `undefined` where the payload is not encoded.
 */
function* checkBytes(
  candidates: readonly (VerifyingKey & TextVerifier)[],
  input: string | Bytes,
  payload: string | undefined,
  segment: string,
): Steps<GoodSignature> {
  // A signature that is not canonical is malformed, whoever made it.
  const signature = decodeSignature(segment);
  const data = typeof input === "string" ? encodeUtf8(input) : input;
  let failed = false;
  for (const key of candidates) {
    if (key[verifyText] !== undefined) continue;
    try {
      const call = new LazyCall(
        () => key.verify(data, signature),
        () => key.verifySync?.bind(key, data, signature),
      );
      if ((yield call) === true) return { key };
    } catch {
      failed = true; // "could not be checked" is not "bad": the others are tried first
    }
  }
  if (payload !== undefined && !isCanonical(payload)) throw malformed("the payload is not canonical base64url");
  if (failed) throw new UnavailableError("key_unavailable", "a key could not verify");
  throw new JwtError("signature_invalid", "the signature was not made by any of the expected keys");
}

/**
 * Call whose synchronous form is looked for when it is needed: a key of a set makes its own then. The getter stands in a class, for the reason
 * that `LazyKey` gives in keys/bind.ts.
 */
class LazyCall implements Call {
  readonly later: Call["later"];
  readonly #find: () => Call["now"];

  constructor(later: Call["later"], find: () => Call["now"]) {
    this.later = later;
    this.#find = find;
  }

  get now(): Call["now"] {
    return this.#find();
  }
}

/** Decodes the payload's canonical base64url. */
export function decodePayload(segment: string): Bytes {
  const bytes = decodeBase64url(segment);
  if (bytes === undefined) throw malformed("the payload is not canonical base64url");
  return bytes;
}

/** Decodes a signature's canonical base64url. */
export function decodeSignature(segment: string): Bytes {
  const bytes = decodeBase64url(segment);
  if (bytes === undefined || segment === "")
    throw malformed(`the signature is empty, or not canonical base64url${describeWrapping(segment)}`);
  return bytes;
}

export function malformed(message: string): JwtError {
  return new JwtError("token_malformed", message);
}
