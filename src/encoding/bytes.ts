/** Bytes as they come from and go to every runtime. */

/**
 * Bytes that `crypto.subtle` accepts under every TypeScript from 5.4 on: `Uint8Array` before
 * TypeScript 5.7, `Uint8Array<ArrayBuffer>` since.
 */
export type Bytes = ReturnType<Uint8ArrayConstructor["from"]>;

/** A copy that its former owner cannot change. Takes views of any realm; a detached one has no bytes. */
export function copyBytes(view: ArrayBufferView): Bytes {
  return view.byteLength === 0
    ? new Uint8Array()
    : new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}
