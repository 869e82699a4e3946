/**
 * base64url without padding (RFC 4648 §5, RFC 7515 §2), strict: a byte string has one accepted
 * spelling. Decoders differ in what they let through (padding, whitespace, the other alphabet,
 * stray bits in the last character), so what one decodes is encoded again, and has to be the same text.
 */

import { asBuffer, base64Function, nativeBuffer } from "../base/platform.ts";
import type { Bytes } from "./bytes.ts";
import { decodeUtf8, writeUtf8 } from "./utf8.ts";

/** Base64 of newer runtimes, which TypeScript's ES2022 library does not know yet. */
interface Base64Bytes {
  toBase64?(options: { alphabet: "base64url"; omitPadding: true }): string;
  setFromBase64?(text: string, options: { alphabet: "base64url" }): { readonly written: number };
}

/** Encodes bytes, or the first `length` of them, as base64url. */
export function encodeBase64url(bytes: Uint8Array, length: number = bytes.length): string {
  const buffer = asBuffer(bytes);
  if (buffer !== undefined) return buffer.base64urlSlice(0, length);
  const part = bytes.subarray(0, length);
  const native = (part as unknown as Base64Bytes).toBase64?.({ alphabet: "base64url", omitPadding: true });
  // btoa() takes an octet in each character.
  return (
    native ??
    base64Function("btoa")(part.reduce((octets, octet) => octets + String.fromCharCode(octet), ""))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "")
  );
}

/** Encodes the UTF-8 bytes of a string as base64url. */
export function encodeBase64urlText(text: string): string {
  const memory = passingMemory(text);
  return encodeBase64url(memory, writeUtf8(text, memory));
}

/** Decodes base64url; `undefined`: it is not the canonical spelling of any bytes. */
export function decodeBase64url(text: string): Bytes | undefined {
  // Memory of its own, as long as what a canonical text spells: the bytes may be a key's.
  const memory = newMemory(Math.floor((text.length * 3) / 4));
  return decodeInto(memory, text) === memory.length ? new Uint8Array(memory.buffer) : undefined;
}

/** Decodes base64 in either alphabet, padded or not, with the line ends that tools put in; `undefined`: it is not base64. */
export function decodeBase64(text: string): Bytes | undefined {
  const url = text.replace(/\s/g, "").replaceAll("+", "-").replaceAll("/", "_");
  const padding = url.endsWith("==") ? 2 : url.endsWith("=") ? 1 : 0;
  return padding > 0 && url.length % 4 !== 0 ? undefined : decodeBase64url(url.slice(0, url.length - padding));
}

/** Decodes canonical base64url of UTF-8 to a string; `undefined`: it is not that. */
export function decodeBase64urlText(text: string): string | undefined {
  const memory = passingMemory(text);
  const length = decodeInto(memory, text);
  return length === undefined ? undefined : decodeUtf8(memory, length);
}

/** Returns whether a string is base64url as an encoder writes it. */
export function isCanonical(text: string): boolean {
  return decodeInto(passingMemory(text), text) !== undefined;
}

/** Decodes a canonical string to the beginning of `memory`, and returns the number of bytes. */
function decodeInto(memory: Uint8Array, text: string): number | undefined {
  const length = decodeLeniently(memory, text);
  return encodeBase64url(memory, length) === text ? length : undefined;
}

/** Decodes by the runtime; to no bytes where it refuses. A missing capability is thrown: it says nothing about the string. */
function decodeLeniently(memory: Uint8Array & Base64Bytes, text: string): number {
  const buffer = asBuffer(memory);
  if (buffer !== undefined) return buffer.base64urlWrite(text);
  if (memory.setFromBase64 === undefined) return decodeByAtob(memory, text, base64Function("atob"));
  try {
    return memory.setFromBase64(text, { alphabet: "base64url" }).written;
  } catch {
    return 0;
  }
}

function decodeByAtob(memory: Uint8Array, text: string, decode: (text: string) => string): number {
  try {
    const octets = decode(text.replaceAll("-", "+").replaceAll("_", "/"));
    for (let i = 0; i < octets.length; i++) memory[i] = octets.charCodeAt(i);
    return octets.length;
  } catch {
    return 0;
  }
}

/** Characters, of which UTF-8 makes three octets each at most. */
const maxPassing = 21_845;
let passing: Uint8Array | undefined;

/** Returns memory that a string passes through. For all but the longest it is kept: making it anew takes longer than the work in it. */
function passingMemory({ length }: string): Uint8Array {
  return length > maxPassing ? newMemory(3 * length) : (passing ??= newMemory(3 * maxPassing));
}

function newMemory(length: number): Bytes {
  return nativeBuffer()?.allocUnsafeSlow(length) ?? new Uint8Array(length);
}
