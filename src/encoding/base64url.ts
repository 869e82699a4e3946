/**
 * base64url without padding (RFC 4648 §5, RFC 7515 §2), strict: a byte string has one accepted
 * spelling. Decoders differ in what they let through (padding, whitespace, the other alphabet,
 * stray bits in the last character), so none is relied on for that.
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
  return native ?? encodeOctets(bytes.reduce((octets, octet) => octets + String.fromCharCode(octet), ""));
}

/** The UTF-8 bytes of a text as base64url. */
export function encodeBase64urlText(text: string): string {
  const memory = passingMemory(text);
  if (memory !== undefined) return memory.toString("base64url", 0, memory.write(text));
  return nativeBuffer() === undefined && isAscii(text) ? encodeOctets(text) : encodeBase64url(encodeUtf8(text));
}

/** The bytes of a base64url text, or `undefined` when it is not the canonical spelling of any. */
export function decodeBase64url(text: string): Bytes | undefined {
  if (!isCanonical(text)) return undefined;
  const buffer = nativeBuffer();
  // A Buffer may be a window on memory shared with others: hand out a copy that stands alone.
  if (buffer !== undefined) return new Uint8Array(buffer.from(text, "base64url"));
  const native = Uint8Array as unknown as Base64BytesConstructor;
  return native.fromBase64?.(text, { alphabet: "base64url" }) ?? Uint8Array.from(decodeOctets(text), (octet) => octet.charCodeAt(0));
}

/** The bytes of a base64 text in either alphabet, padded or not, with the line ends that tools put in; or `undefined`. */
export function decodeBase64(text: string): Bytes | undefined {
  const url = text.replace(/\s/g, "").replaceAll("+", "-").replaceAll("/", "_");
  const padding = url.endsWith("==") ? 2 : url.endsWith("=") ? 1 : 0;
  return padding > 0 && url.length % 4 !== 0 ? undefined : decodeBase64url(url.slice(0, url.length - padding));
}

/** The text whose UTF-8 bytes a canonical base64url text spells, or `undefined`. */
export function decodeBase64urlText(text: string): string | undefined {
  const memory = passingMemory(text);
  if (memory !== undefined) {
    const length = memory.write(text, "base64url");
    // Encoded again and compared, which is faster here than a look at each character.
    return memory.toString("base64url", 0, length) === text ? decodeUtf8(memory, length) : undefined;
  }
  if (!isCanonical(text)) return undefined;
  const octets = nativeBuffer() === undefined ? decodeOctets(text) : "";
  return octets !== "" && isAscii(octets) ? octets : decodeUtf8(decodeBase64url(text) ?? new Uint8Array());
}

/** Whether a text is base64url as an encoder writes it: its alphabet, no padding, zeros in the bits that are left over. */
export function isCanonical(text: string): boolean {
  const rest = text.length % 4;
  return rest !== 1 && !/[^\w-]/.test(text) && (rest === 0 || (rest === 2 ? "AQgw" : "AEIMQUYcgkosw048").includes(text.slice(-1)));
}

/** Characters: three octets each in UTF-8 at most. */
const maxPassing = 5000;
let passing: Buffer | undefined;

/** Memory that short texts pass through, where there is a `Buffer`: making it anew takes longer than the work in it. */
function passingMemory(text: string): Buffer | undefined {
  return text.length > maxPassing ? undefined : (passing ??= nativeBuffer()?.allocUnsafeSlow(3 * maxPassing));
}

// Without a Buffer: atob() and btoa() keep an octet in each character. ASCII, as most tokens are, is its own text.

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function encodeOctets(octets: string): string {
  return btoa(octets).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decodeOctets(text: string): string {
  return atob(text.replaceAll("-", "+").replaceAll("_", "/"));
}
