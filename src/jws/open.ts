/** The one way in (RFC 7515 §5.2): take apart, select a key, check the signature. Nothing reads the payload before that. */

import { decodeBase64url } from "../encoding/base64url.ts";
import { encodeUtf8, type Bytes } from "../encoding/utf8.ts";
import { JwtError, quote, UnavailableError } from "../errors.ts";
import type { Steps } from "../keys/call.ts";
import { verifyText, type TextVerifier, type VerifyingKey } from "../keys/contract.ts";
import type { CompiledKeys } from "../keys/select.ts";
import { parseHeader, rememberHeader, type HeaderMemo, type JwsHeader } from "./header.ts";

/** A compact serialization whose signature is good. */
export interface OpenedCompact {
  readonly header: JwsHeader;
  /** The payload as it stands in the token. */
  readonly payload: string;
  readonly key: VerifyingKey;
}

/** Takes apart and checks a token whose payload is base64url and attached. */
export function* openCompact(token: string, keys: CompiledKeys, checkExtensions: (header: JwsHeader) => void, memo: HeaderMemo): Steps<OpenedCompact> {
  const [headerSegment, payload, signature] = splitCompact(token);
  const known = memo.get(headerSegment);
  const header = known ?? parseHeader(headerSegment);
  if (known === undefined) checkExtensions(header);
  const candidates = yield* selectKeys(header, keys);
  const key = yield* checkSignature(candidates, token.slice(0, headerSegment.length + 1 + payload.length), payload, signature);
  if (known === undefined) rememberHeader(memo, headerSegment, header);
  return { header, payload, key };
}

/** Exactly three parts (RFC 7515 §7.1). Found by position: a token of a million dots makes no list. */
export function splitCompact(token: unknown): [header: string, payload: string, signature: string] {
  if (typeof token !== "string") throw malformed(`expected a string, found ${quote(token)}`);
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  if (first < 0 || second < 0 || token.includes(".", second + 1)) throw malformed("expected header.payload.signature");
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

/** The keys to try for a header. A key source is never asked about an `alg` it does not list. */
export function* selectKeys(header: { readonly alg: string; readonly kid?: string }, keys: CompiledKeys): Steps<readonly VerifyingKey[]> {
  if (!keys.algorithms.has(header.alg)) throw new JwtError("alg_not_allowed", `alg ${quote(header.alg)}, expected ${[...keys.algorithms].join(" or ")}`);
  return yield* keys.select(header.alg, Object.hasOwn(header, "kid") ? header.kid : undefined);
}

/**
 * The first of the candidates under which the signature over `input` is good. `payload` is the base64url part
 * that must be canonical too, or `undefined` where the payload is not encoded.
 */
export function* checkSignature(candidates: readonly VerifyingKey[], input: string | Bytes, payload: string | undefined, segment: string): Steps<VerifyingKey> {
  let failed = false;
  let opened: { data: Bytes; signature: Bytes } | undefined;
  for (const key of candidates as readonly (VerifyingKey & TextVerifier)[]) {
    let good: unknown;
    const verifiesText = key[verifyText];
    if (verifiesText !== undefined) {
      good = verifiesText(input, segment);
    } else {
      const { data, signature } = (opened ??= { data: typeof input === "string" ? encodeUtf8(input) : input, signature: decodeSignature(segment) });
      try {
        good = yield { later: () => key.verify(data, signature), now: key.verifySync && (() => key.verifySync?.(data, signature)) };
      } catch {
        failed = true; // "could not be checked" is not "bad": the others are tried first
      }
    }
    if (good === true) return key;
  }
  // The same answer on every path: what is not canonical is malformed, whoever's signature it is not.
  decodeSignature(segment);
  if (payload !== undefined) decodePayload(payload);
  if (failed) throw new UnavailableError("key_unavailable", "a key could not verify");
  throw new JwtError("signature_invalid", "the signature is not by the expected key");
}

/** The payload's octets, from canonical base64url. */
export function decodePayload(segment: string): Bytes {
  const bytes = decodeBase64url(segment);
  if (bytes === undefined) throw malformed("the payload is not canonical base64url");
  return bytes;
}

function decodeSignature(segment: string): Bytes {
  const bytes = segment === "" ? undefined : decodeBase64url(segment);
  if (bytes === undefined) throw malformed(segment === "" ? "the signature is empty" : "the signature is not canonical base64url");
  return bytes;
}

export function malformed(message: string): JwtError {
  return new JwtError("token_malformed", message);
}
