/** The one way out: a signing input becomes a signature (RFC 7515 §5.1), whatever holds the key. */

import { signatureLengths } from "./signature-length.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { argumentError, UnavailableError } from "../errors.ts";
import type { Steps } from "../base/steps.ts";
import type { SigningKey } from "../keys/key.ts";
import { signText, type TextSigner } from "../keys/material.ts";

/** The signature over `input` as base64url. */
export function* seal(key: SigningKey & TextSigner, input: string | Bytes): Steps<string> {
  return key[signText]?.(input) ?? (yield* signBytes(key, input));
}

export function* signBytes(key: SigningKey, input: string | Bytes): Steps<string> {
  const data = typeof input === "string" ? encodeUtf8(input) : input;
  let signature: unknown;
  try {
    signature = yield { later: () => key.sign(data), now: key.signSync?.bind(key, data) };
  } catch {
    throw new UnavailableError("key_unavailable", `the ${key.alg} key could not sign`);
  }
  const { least, most } = signatureLengths(key.alg);
  const length = ArrayBuffer.isView(signature) ? signature.byteLength : 0;
  // A plug-in may answer with the wrong thing: a KMS gives ECDSA signatures in DER, where JOSE wants r and s.
  if (!ArrayBuffer.isView(signature) || length < least || length > most) {
    throw argumentError(`${key.alg}: sign() returned ${length} bytes, expected ${least} (IEEE P1363, not DER)`);
  }
  return encodeBase64url(new Uint8Array(signature.buffer, signature.byteOffset, length));
}
