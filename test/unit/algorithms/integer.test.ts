// Eight octets at a time, and those in front that make no eight.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { integer } from "../../../src/algorithms/integer.ts";

describe("integer", () => {
  it("is the number that the octets spell, the highest first (RFC 8017 §4.2)", () => {
    expect(integer(new Uint8Array())).toBe(0n);
    expect(integer(Uint8Array.of(1, 0, 1))).toBe(65537n);
    expect(integer(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9))).toBe(0x010203040506070809n);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (octets) => {
        expect(integer(octets)).toBe(BigInt(`0x0${Buffer.from(octets).toString("hex")}`));
      }),
    );
  });

  it("reads no octet beside a view", () => {
    expect(integer(new Uint8Array(24).fill(255).subarray(7, 17))).toBe(2n ** 80n - 1n);
  });
});
