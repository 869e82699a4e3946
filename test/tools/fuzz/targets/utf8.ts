// UTF-8 against the runtime's strict decoder, and well-formed text against what survives being written.
import { decodeUtf8, encodeUtf8, isWellFormed } from "../../../../src/encoding/utf8.ts";
import { attempt, holds } from "../invariant.ts";

export const seeds = [
  "",
  "ascii",
  "zwölf",
  "\ufffd",
  "\ufeffx",
  "😀",
  ...["c080", "eda080", "f4908080", "e282", "ff", "f09f98", "d83dde00", "00d8", "3dd800de"].map((octets) =>
    Buffer.from(octets, "hex"),
  ),
];

export function fuzz(input: Buffer): void {
  const strict = (bytes: Uint8Array): string | undefined =>
    attempt(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  const length = input.length === 0 ? 0 : input[0]! % (input.length + 1);
  holds(decodeUtf8(input) === strict(input), "decoded strictly");
  holds(decodeUtf8(input, length) === strict(input.subarray(0, length)), "the first octets decoded strictly");
  holds(decodeUtf8(new Uint8Array(input)) === strict(input), "decoded from an array as from a Buffer");

  const text = input.toString("utf16le");
  const written = encodeUtf8(text);
  holds(Buffer.from(text).equals(written), "encoded as Buffer does");
  holds(isWellFormed(text) === (Buffer.from(written).toString() === text), "well-formed is what can be written");
}
