import type { Bytes } from "../encoding/bytes.ts";

/** Reads octets as one number, the highest octet first (RFC 8017 §4.2). Eight at a time: one at a time takes ten times as long. */
export function integer(octets: Bytes): bigint {
  const { length } = octets;
  const view = new DataView(octets.buffer, octets.byteOffset, length);
  let [value, at] = [0n, 0];
  for (; at < length % 8; at++) value = (value << 8n) | BigInt(view.getUint8(at));
  for (; at < length; at += 8) value = (value << 64n) | view.getBigUint64(at);
  return value;
}
