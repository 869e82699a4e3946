/**
 * base64url without padding (RFC 4648 §5, RFC 7515 §2), strict: a byte string has one accepted
 * spelling. Decoders differ in what they let through (padding, whitespace, the other alphabet,
 * stray bits in the last character), so every decoded text is encoded again and compared.
 */

import { asBuffer, nativeBuffer } from "../platform/native.ts";
import type { Bytes } from "./bytes.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** Newer runtimes bring base64 themselves; TypeScript's ES2022 library does not know it yet. */
interface Base64Bytes {
  toBase64?(options: { alphabet: "base64url"; omitPadding: true }): string;
}
interface Base64BytesConstructor {
  fromBase64?(text: string, options: { alphabet: "base64url" }): Bytes;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Bytes as base64url. */
export function encodeBase64url(bytes: Uint8Array): string {
  const buffer = asBuffer(bytes);
  if (buffer !== undefined) return buffer.toString("base64url");
  const native = (bytes as unknown as Base64Bytes).toBase64?.({ alphabet: "base64url", omitPadding: true });
  return native ?? encodeByTable(bytes);
}

/** The UTF-8 bytes of a text as base64url. */
export function encodeBase64urlText(text: string): string {
  const buffer = nativeBuffer();
  return buffer === undefined ? encodeBase64url(encodeUtf8(text)) : buffer.from(text).toString("base64url");
}

/** The bytes of a base64url text, or `undefined` when it is not the canonical spelling of any. */
export function decodeBase64url(text: string): Bytes | undefined {
  const bytes = decodeLeniently(text);
  // A Buffer may be a window on memory shared with others: hand out a copy that stands alone.
  return bytes !== undefined && encodeBase64url(bytes) === text ? new Uint8Array(bytes) : undefined;
}

/** The bytes of a base64 text in either alphabet, padded or not, with the line ends that tools put in; or `undefined`. */
export function decodeBase64(text: string): Bytes | undefined {
  const url = text.replace(/\s/g, "").replaceAll("+", "-").replaceAll("/", "_");
  const padding = url.endsWith("==") ? 2 : url.endsWith("=") ? 1 : 0;
  return padding > 0 && url.length % 4 !== 0 ? undefined : decodeBase64url(url.slice(0, url.length - padding));
}

/** The text whose UTF-8 bytes a canonical base64url text spells, or `undefined`. */
export function decodeBase64urlText(text: string): string | undefined {
  const bytes = decodeLeniently(text);
  return bytes !== undefined && encodeBase64url(bytes) === text ? decodeUtf8(bytes) : undefined;
}

function decodeLeniently(text: string): Uint8Array | undefined {
  const buffer = nativeBuffer();
  if (buffer !== undefined) return buffer.from(text, "base64url");
  const native = Uint8Array as unknown as Base64BytesConstructor;
  if (native.fromBase64 === undefined) return decodeByTable(text);
  try {
    return native.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}

function encodeByTable(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet.charAt((held >> (bits - 6)) & 63);
  }
  return bits > 0 ? text + alphabet.charAt((held << (6 - bits)) & 63) : text;
}

function decodeByTable(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    held = ((held << 6) | alphabet.indexOf(text.charAt(i))) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[length++] = held >> (bits -= 8);
  }
  return bytes;
}
