/** Bytes of every runtime. */

/**
 * Bytes that `crypto.subtle` accepts under every TypeScript from 5.4 on: `Uint8Array` before
 * TypeScript 5.7, `Uint8Array<ArrayBuffer>` since.
 */
export type Bytes = ReturnType<Uint8ArrayConstructor["from"]>;

/** Copies bytes, so that their former owner cannot change them. Takes views and buffers of any realm; a detached one has no bytes. */
export function copyBytes(bytes: ArrayBufferView | ArrayBuffer): Bytes {
  if (bytes.byteLength === 0) return new Uint8Array();
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice()
    : new Uint8Array(bytes).slice();
}
