/** The one way in (RFC 7515 §5.2): take apart, select keys, check the signature. Nothing reads the payload before that. */

import { refusePromise } from "../base/options.ts";
import { decodeBase64url, isCanonical } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { JwtError, quote, quoteSome, UnavailableError } from "../errors.ts";
import type { Steps } from "../base/steps.ts";
import type { VerifyingKey } from "../keys/key.ts";
import { verifyText, type TextVerifier } from "../keys/material.ts";
import type { CompiledKeys } from "../keys/select.ts";
import { describeWrapping, parseHeader, rememberHeader, type HeaderMemo, type JwsHeader } from "./header.ts";

/** A compact serialization whose signature is good. */
export interface OpenedCompact {
  readonly header: JwsHeader;
  /** The payload as it stands in the token. */
  readonly payload: string;
  readonly key: VerifyingKey;
}

/** Takes apart and checks a token whose payload is base64url and attached. */
export function* openCompact(
  token: string,
  keys: CompiledKeys,
  checkExtensions: (header: JwsHeader) => void,
  memo: HeaderMemo,
): Steps<OpenedCompact> {
  const [segment, payload, signature] = splitCompact(token);
  const known = memo.get(segment);
  const header = known ?? parseHeader(segment);
  if (known === undefined) checkExtensions(header);
  const input = token.slice(0, segment.length + 1 + payload.length);
  const candidates = yield* selectKeys(header, keys);
  const { key } = checkText(candidates, input, signature) ?? (yield* checkBytes(candidates, input, payload, signature));
  if (known === undefined) rememberHeader(memo, segment, header);
  return { header, payload, key };
}

/** Refuses what is longer than the option `maxTokenLength` allows, before anything in it is looked at. */
export function checkTokenLength(length: number, maxTokenLength: number): void {
  if (length > maxTokenLength)
    throw new JwtError("token_too_large", `${length} characters, at most ${maxTokenLength} by maxTokenLength`);
}

/** Exactly three parts (RFC 7515 §7.1). Found by position: a token of a million dots makes no list. */
export function splitCompact(token: unknown): [header: string, payload: string, signature: string] {
  refusePromise("token", token);
  if (typeof token !== "string") throw malformed(`expected a string, found ${quote(token)}`);
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1); // where there is no first, there is none
  if (second < 0 || token.includes(".", second + 1))
    throw malformed(`expected header.payload.signature${describeParts(token)}`);
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

/** Five parts are what JWE has (RFC 7516 §7.1). Counted no further: there may be a million. */
function describeParts(token: string): string {
  const parts = token.split(".", 7).length;
  return parts === 5
    ? ", found five parts: an encrypted token (JWE)"
    : `, found ${parts > 6 ? "more than 6" : parts} parts`;
}

/** The keys to try for a header. A key source is never asked about an `alg` it does not list. */
export function* selectKeys(
  header: { readonly alg: string; readonly kid?: string },
  keys: CompiledKeys,
): Steps<readonly VerifyingKey[]> {
  if (!keys.algorithms.has(header.alg))
    throw new JwtError(
      "alg_not_allowed",
      `alg: expected ${quoteSome(keys.algorithms, keys.algorithms.size)}, found ${quote(header.alg)}`,
    );
  const kid = Object.hasOwn(header, "kid") ? header.kid : undefined;
  return keys.known === undefined ? yield* keys.ask(header.alg, kid) : keys.known(header.alg, kid);
}

/** The key under which a signature is good. */
export interface GoodSignature {
  readonly key: VerifyingKey;
}

/** The key, of those that a header leads to, under which the signature over `input` is good. */
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

/** Those keys that compare MACs as text, at once. */
function checkText(
  candidates: readonly (VerifyingKey & TextVerifier)[],
  input: string | Bytes,
  segment: string,
): GoodSignature | undefined {
  for (const key of candidates) if (key[verifyText]?.(input, segment) === true) return { key };
  return undefined;
}

/**
 * The other keys. `payload`: the base64url part that must be canonical too, which who reads it sees to when the signature is good;
 * `undefined` where the payload is not encoded.
 */
function* checkBytes(
  candidates: readonly (VerifyingKey & TextVerifier)[],
  input: string | Bytes,
  payload: string | undefined,
  segment: string,
): Steps<GoodSignature> {
  // Whoever's signature it is: what is not canonical is malformed.
  const signature = decodeSignature(segment);
  const data = typeof input === "string" ? encodeUtf8(input) : input;
  let failed = false;
  for (const key of candidates) {
    if (key[verifyText] !== undefined) continue;
    try {
      if (
        (yield { later: () => key.verify(data, signature), now: key.verifySync?.bind(key, data, signature) }) === true
      )
        return { key };
    } catch {
      failed = true; // "could not be checked" is not "bad": the others are tried first
    }
  }
  if (payload !== undefined && !isCanonical(payload)) throw malformed("the payload is not canonical base64url");
  if (failed) throw new UnavailableError("key_unavailable", "a key could not verify");
  throw new JwtError("signature_invalid", "the signature is not by an expected key");
}

/** The payload's octets, from canonical base64url. */
export function decodePayload(segment: string): Bytes {
  const bytes = decodeBase64url(segment);
  if (bytes === undefined) throw malformed("the payload is not canonical base64url");
  return bytes;
}

/** A signature's octets, from canonical base64url. */
export function decodeSignature(segment: string): Bytes {
  const bytes = decodeBase64url(segment);
  if (bytes === undefined || segment === "")
    throw malformed(`the signature is empty, or not canonical base64url${describeWrapping(segment)}`);
  return bytes;
}

export function malformed(message: string): JwtError {
  return new JwtError("token_malformed", message);
}
