/** A look inside a token. Nothing is verified, and the types say so. */

import type { Bytes } from "../encoding/bytes.ts";
import { parseHeader, type JwsHeader } from "../jws/header.ts";
import { decodeSignature, splitCompact } from "../jws/verify.ts";
import { parsePayload } from "./payload.ts";

/** What a token claims to be. Not accepted where verified claims are asked for. */
export interface UnverifiedClaims {
  /** The issuer, by its own word. */
  readonly iss?: unknown;
  /** The subject, if it is true. */
  readonly sub?: unknown;
  /** For whom. */
  readonly aud?: unknown;
  /** Until when. */
  readonly exp?: unknown;
  /** From when. */
  readonly nbf?: unknown;
  /** Issued when. */
  readonly iat?: unknown;
  /** Which token. */
  readonly jti?: unknown;
  /** And the rest. */
  readonly [claim: string]: unknown;
}

/** A token taken apart. `verified` is always `false`. */
export interface Decoded {
  /** The header. */
  readonly header: JwsHeader;
  /** What the payload says. */
  readonly claims: UnverifiedClaims;
  /** The signature's octets, whatever they are worth. */
  readonly signature: Bytes;
  /** So that it is not taken for a `Verified`. */
  readonly verified: false;
}

/**
 * Takes a token apart (RFC 7515 §7.1) without verifying anything: for looking, never for deciding. Unsecured and broken tokens are refused.
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
