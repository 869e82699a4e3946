/** Decoding of a token. Nothing is verified, and the types say so. */

import type { Bytes } from "../encoding/bytes.ts";
import { parseHeader, type JwsHeader } from "../jws/header.ts";
import { decodeSignature, splitCompact } from "../jws/verify.ts";
import { parsePayload } from "./payload.ts";

/** Claims of a token, unverified: not accepted where verified claims are asked for. */
export interface UnverifiedClaims {
  /** `iss`, unverified. */
  readonly iss?: unknown;
  /** `sub`, unverified. */
  readonly sub?: unknown;
  /** `aud`, unverified. */
  readonly aud?: unknown;
  /** `exp`, unverified. */
  readonly exp?: unknown;
  /** `nbf`, unverified. */
  readonly nbf?: unknown;
  /** `iat`, unverified. */
  readonly iat?: unknown;
  /** `jti`, unverified. */
  readonly jti?: unknown;
  /** Any other claim, unverified. */
  readonly [claim: string]: unknown;
}

/** A token taken apart. `verified` is always `false`. */
export interface Decoded {
  /** The header. */
  readonly header: JwsHeader;
  /** The payload, not verified. */
  readonly claims: UnverifiedClaims;
  /** The signature, not checked. */
  readonly signature: Bytes;
  /** Always `false`, so that it is not taken for a `Verified`. */
  readonly verified: false;
}

/**
 * Takes a token apart (RFC 7515 §7.1) without verifying: for inspection, never for decisions. Unsecured and malformed tokens are refused.
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
