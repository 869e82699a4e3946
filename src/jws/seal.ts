/** The one way out: a signing input becomes a signature (RFC 7515 §5.1), whatever holds the key. */

import { encodeBase64url } from "../encoding/base64url.ts";
import { encodeUtf8, type Bytes } from "../encoding/utf8.ts";
import { argumentError, UnavailableError } from "../errors.ts";
import type { Steps } from "../keys/call.ts";
import { signText, type SigningKey, type TextSigner } from "../keys/contract.ts";

/** The signature over `input` as base64url. */
export function* seal(key: SigningKey & TextSigner, input: string | Bytes): Steps<string> {
  const macText = key[signText];
  if (macText !== undefined) return macText(input);
  const data = typeof input === "string" ? encodeUtf8(input) : input;
  let signature: unknown;
  try {
    signature = yield { later: () => key.sign(data), now: key.signSync && (() => key.signSync?.(data)) };
  } catch {
    throw new UnavailableError("key_unavailable", `the ${key.alg} key could not sign`);
  }
  return encodeBase64url(checkSignature(signature, key.alg));
}

/** A plug-in may answer with the wrong thing: a KMS gives ECDSA signatures in DER, where JOSE wants r and s. */
function checkSignature(signature: unknown, alg: string): Uint8Array {
  if (!ArrayBuffer.isView(signature)) throw argumentError(`${alg}: sign() has to return the signature's bytes`);
  const { byteLength } = signature;
  const expected = signatureLength(alg);
  if (expected === undefined ? byteLength === 0 : byteLength !== expected) {
    throw argumentError(`${alg}: sign() returned ${byteLength} bytes, expected ${expected ?? "a signature"} (ECDSA: r and s as IEEE P1363, not DER)`);
  }
  return new Uint8Array(signature.buffer, signature.byteOffset, byteLength);
}

/** The length of signatures whose name says it (RFC 7518 §3.2, §3.4, RFC 8037 §3.1). */
function signatureLength(alg: string): number | undefined {
  if (alg.startsWith("Ed")) return 64;
  const [, family, bits] = /^(HS|ES)(256|384|512)$/.exec(alg) ?? [];
  if (bits === undefined) return undefined;
  // The field of ES512 has 521 bits.
  return family === "HS" ? Number(bits) / 8 : 2 * Math.ceil((bits === "512" ? 521 : Number(bits)) / 8);
}
