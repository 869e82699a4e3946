import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256 } from "../../src/encoding/sha256.ts";

const native = (text: string): string => createHash("sha256").update(text).digest("base64url");

it("is what FIPS 180-4 says of its examples", () => {
  const hex = (text: string): string => Buffer.from(sha256(text), "base64url").toString("hex");
  expect(hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).toBe(
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  );
});

it("is node:crypto's for every length around the blocks", () => {
  for (let length = 0; length <= 260; length++) expect(sha256("é".repeat(length))).toBe(native("é".repeat(length)));
});

it("is node:crypto's for any string", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => sha256(text) === native(text)),
    {
      numRuns: 1000,
    },
  );
});
