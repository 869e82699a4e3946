/** A look inside a token. Nothing is verified, and the types say so. */

import { decodeBase64url, decodeBase64urlText } from "../encoding/base64url.ts";
import { parseJsonObject } from "../encoding/json.ts";
import type { Bytes } from "../encoding/utf8.ts";
import { JwtError } from "../errors.ts";
import { parseHeader, type JwsHeader } from "../jws/header.ts";
import { malformed, splitCompact } from "../jws/open.ts";

/** What a token claims to be. Not accepted where verified claims are asked for. */
export interface UnverifiedClaims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
  readonly iat?: unknown;
  readonly jti?: unknown;
  readonly [claim: string]: unknown;
}

export interface Decoded {
  readonly header: JwsHeader;
  readonly claims: UnverifiedClaims;
  readonly signature: Bytes;
  readonly verified: false;
}

export function decode(token: string): Decoded {
  const [headerSegment, payloadSegment, signatureSegment] = splitCompact(token);
  const header = parseHeader(headerSegment);
  const signature = decodeBase64url(signatureSegment);
  if (signature === undefined || signatureSegment === "" || payloadSegment === "" || decodeBase64url(payloadSegment) === undefined) {
    throw malformed("payload or signature: not canonical base64url, or empty");
  }
  const text = decodeBase64urlText(payloadSegment);
  const claims = text === undefined ? undefined : parseJsonObject(text);
  if (claims === undefined) throw new JwtError("payload_invalid", "the payload is not a JSON object in UTF-8");
  return { header, claims, signature, verified: false };
}
