/** A look inside a token. Nothing is verified, and the types say so. */

import type { Bytes } from "../encoding/bytes.ts";
import { parseHeader, type JwsHeader } from "../jws/header.ts";
import { decodeSignature, splitCompact } from "../jws/open.ts";
import { parsePayload } from "./payload.ts";

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

/** A token taken apart. `verified` is always `false`. */
export interface Decoded {
  readonly header: JwsHeader;
  readonly claims: UnverifiedClaims;
  readonly signature: Bytes;
  readonly verified: false;
}

/**
 * Takes a token apart without verifying anything: for looking, never for deciding. Unsecured and broken tokens are refused.
 *
 * @throws JwtError `token_malformed`, `header_invalid`, `payload_invalid`.
 * @example
 * const token = await sign({ sub: "user_123" }, await generateSecret(HS256));
 * decode(token).claims.sub; // "user_123", says whoever made it
 */
export function decode(token: string): Decoded {
  const [headerSegment, payloadSegment, signatureSegment] = splitCompact(token);
  const header = parseHeader(headerSegment);
  const signature = decodeSignature(signatureSegment);
  const claims = parsePayload(payloadSegment);
  return { header, claims, signature, verified: false };
}
