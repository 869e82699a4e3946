import type { Bytes } from "../encoding/bytes.ts";

/** Reads octets as one number, the highest octet first (RFC 8017 §4.2). */
export function integer(octets: Bytes): bigint {
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}
