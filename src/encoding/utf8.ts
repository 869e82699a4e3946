/** UTF-8, strict (RFC 3629): malformed bytes and a byte order mark are not silently mended. */

import { asBuffer, nativeBuffer, newTextDecoder, newTextEncoder } from "../base/platform.ts";
import type { Bytes } from "./bytes.ts";

// Kept, since making them takes longer than what they do; not made at import time, since jsdom has neither.
let encoder: InstanceType<typeof TextEncoder> | undefined;
let decoder: InstanceType<typeof TextDecoder> | undefined;

/** Encodes a string as UTF-8. */
export function encodeUtf8(text: string): Bytes {
  const buffer = nativeBuffer();
  // Under jsdom there is a Buffer, but no TextEncoder.
  return buffer === undefined ? (encoder ??= newTextEncoder()).encode(text) : new Uint8Array(buffer.from(text));
}

/** Encodes a string as UTF-8 to the beginning of `memory`, three bytes for a character at most, and returns their number. */
export function writeUtf8(text: string, memory: Uint8Array): number {
  return asBuffer(memory)?.utf8Write(text, 0) ?? (encoder ??= newTextEncoder()).encodeInto(text, memory).written;
}

/** Decodes the first `length` bytes; `undefined`: they are not UTF-8. A byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array, length: number = bytes.length): string | undefined {
  const text = asBuffer(bytes)?.utf8Slice(0, length);
  // U+FFFD stands for malformed bytes, or for itself: only then the strict decoder has to look.
  if (text?.includes("\ufffd") === false) return text;
  // Outside of the try: a runtime without a decoder says nothing about the bytes.
  decoder ??= newTextDecoder();
  try {
    return decoder.decode(bytes.subarray(0, length));
  } catch {
    return undefined;
  }
}

/** Returns whether a string can be written as UTF-8: a surrogate without its other half cannot. */
export function isWellFormed(text: string): boolean {
  // Newer engines have isWellFormed(), which TypeScript's ES2022 library does not declare.
  return (text as { isWellFormed?(): boolean }).isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}
