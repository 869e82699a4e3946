/** SHA-256 (FIPS 180-4) of a string, by the runtime. For names of entries in stores; keys and signatures have their own ways. */

import { subtleCrypto, syncHmac } from "../base/platform.ts";
import type { Call, Steps } from "../base/steps.ts";
import { encodeBase64url } from "./base64url.ts";
import { encodeUtf8 } from "./utf8.ts";

/** Returns the digest of a string's UTF-8 bytes, as base64url: 43 characters. At once only where there is `node:crypto`. */
export function* sha256(text: string): Steps<string> {
  const digest = yield digestCall(text);
  return encodeBase64url(new Uint8Array(digest as ArrayBuffer | Uint8Array)); // either form of the call gives one of them
}

function digestCall(text: string): Call {
  const crypto = syncHmac();
  if (crypto === undefined) return { later: () => subtleCrypto().digest("SHA-256", encodeUtf8(text)) };
  const now = (): Uint8Array => crypto.createHash("sha256").update(text).digest();
  return { later: now, now };
}
