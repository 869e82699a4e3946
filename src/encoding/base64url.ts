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

/** Bytes as base64url. */
export function encodeBase64url(bytes: Uint8Array): string {
  const buffer = asBuffer(bytes);
  if (buffer !== undefined) return buffer.toString("base64url");
  const native = (bytes as unknown as Base64Bytes).toBase64?.({ alphabet: "base64url", omitPadding: true });
  return native ?? btoa(bytes.reduce((octets, octet) => octets + String.fromCharCode(octet), "")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The UTF-8 bytes of a text as base64url. */
export function encodeBase64urlText(text: string): string {
  const memory = text.length > maxPassing ? undefined : passingMemory();
  return memory === undefined ? encodeBase64url(encodeUtf8(text)) : memory.toString("base64url", 0, memory.write(text));
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
  const memory = text.length > maxPassing ? undefined : passingMemory();
  const bytes = memory === undefined ? decodeLeniently(text) : memory.subarray(0, memory.write(text, "base64url"));
  return bytes !== undefined && encodeBase64url(bytes) === text ? decodeUtf8(bytes) : undefined;
}

/** Characters: three octets each in UTF-8 at most. */
const maxPassing = 5000;
let passing: Buffer | undefined;

/** Memory that short texts pass through, where there is a `Buffer`: making it anew takes longer than the work in it. */
function passingMemory(): Buffer | undefined {
  return (passing ??= nativeBuffer()?.allocUnsafeSlow(3 * maxPassing));
}

function decodeLeniently(text: string): Uint8Array | undefined {
  const buffer = nativeBuffer();
  if (buffer !== undefined) return buffer.from(text, "base64url");
  const native = Uint8Array as unknown as Base64BytesConstructor;
  try {
    return native.fromBase64?.(text, { alphabet: "base64url" }) ?? Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (octet) => octet.charCodeAt(0));
  } catch {
    return undefined;
  }
}

