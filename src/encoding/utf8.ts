/** UTF-8, strict (RFC 3629): malformed bytes and a byte order mark are not silently mended. */

import { nativeBuffer } from "../platform/native.ts";

/**
 * Bytes that `crypto.subtle` accepts under every TypeScript from 5.4 on: `Uint8Array` before
 * TypeScript 5.7, `Uint8Array<ArrayBuffer>` since.
 */
export type Bytes = ReturnType<Uint8ArrayConstructor["from"]>;

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** The text that the bytes spell, or `undefined` where they are not UTF-8. A byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const buffer = nativeBuffer();
  if (buffer !== undefined) {
    const text = buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    // U+FFFD stands for malformed bytes, or for itself: only then the strict decoder has to look.
    if (!text.includes("\ufffd")) return text;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether a text can be written as UTF-8: a surrogate without its other half cannot. */
export function isWellFormed(text: string): boolean {
  // Newer engines know themselves; TypeScript's ES2022 library does not know that yet.
  return (text as { isWellFormed?(): boolean }).isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}
