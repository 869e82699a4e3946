// Bytes that were handed over are copied, so that their former owner changes nothing; views of any kind and realm.
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { copyBytes } from "../../../src/encoding/bytes.ts";

describe("copyBytes", () => {
  it("gives the same bytes in memory of their own", () => {
    const original = Uint8Array.of(1, 2, 3);
    const copy = copyBytes(original);
    original.fill(0);
    expect([...copy]).toEqual([1, 2, 3]);
    expect(copy.buffer).not.toBe(original.buffer);
  });

  it("copies a window, and no more of its buffer", () => {
    const memory = Uint8Array.of(0, 1, 2, 3, 4, 5);
    for (const view of [memory.subarray(2, 5), new DataView(memory.buffer, 2, 3), Buffer.from(memory.buffer, 2, 3)]) {
      const copy = copyBytes(view);
      expect([...copy]).toEqual([2, 3, 4]);
      expect(copy.buffer.byteLength).toBe(3);
      expect(copy.constructor).toBe(Uint8Array);
    }
  });

  it("takes wider elements as the octets they are made of", () => {
    expect(copyBytes(new Uint16Array([0, 0xffff]))).toHaveLength(4);
  });

  it("copies a buffer itself, of this realm or another", () => {
    for (const buffer of [Uint8Array.of(7, 8).buffer, runInNewContext("Uint8Array.of(7, 8).buffer") as ArrayBuffer]) {
      const copy = copyBytes(buffer);
      new Uint8Array(buffer).fill(0);
      expect([...copy]).toEqual([7, 8]);
    }
  });

  it("takes views of another realm", () => {
    const copy = copyBytes(runInNewContext("Uint8Array.of(7, 8)"));
    expect([...copy]).toEqual([7, 8]);
    expect(copy.constructor).toBe(Uint8Array);
  });

  it("no bytes are none, also where the memory was given away", () => {
    expect(copyBytes(new Uint8Array())).toHaveLength(0);
    const detached = Uint8Array.of(1, 2);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    expect(copyBytes(detached)).toHaveLength(0);
  });
});
