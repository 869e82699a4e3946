/** Bytes as they come from and go to every runtime. */

/**
 * Bytes that `crypto.subtle` accepts under every TypeScript from 5.4 on: `Uint8Array` before
 * TypeScript 5.7, `Uint8Array<ArrayBuffer>` since.
 */
export type Bytes = ReturnType<Uint8ArrayConstructor["from"]>;

/** A copy that its former owner cannot change. Takes views and buffers of any realm; a detached one has no bytes. */
export function copyBytes(bytes: ArrayBufferView | ArrayBuffer): Bytes {
  if (bytes.byteLength === 0) return new Uint8Array();
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice()
    : new Uint8Array(bytes).slice();
}
