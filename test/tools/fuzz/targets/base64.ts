// base64 as key files have it, against Node's Buffer: either alphabet, white space anywhere, padded rightly or not at all.
import { decodeBase64 } from "../../../../src/encoding/base64url.ts";
import { holds } from "../invariant.ts";

export const seeds = [
  "",
  "QQ==",
  "QUI=",
  "QUJD",
  "-_8=",
  "+/8",
  "QUJD\nQUJD\r\n",
  " Q Q = = ",
  "QR==",
  "QQ=",
  "Q===",
  "=QQ=",
  "QUJDRA",
];
export const words = ["=", "==", "\n", "\u00a0", "+", "/"];

export function fuzz(input: Buffer): void {
  const text = input.toString();
  const plain = Array.from(text)
    .filter((character) => character.trim() !== "")
    .join("")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  const bytes = Buffer.from(plain, "base64");
  const padded = bytes.toString("base64");
  const right = plain === padded || plain === padded.replaceAll("=", "");

  const decoded = decodeBase64(text);
  holds((decoded !== undefined) === right, "decoded is what Buffer writes, with its padding or without");
  if (decoded !== undefined) holds(bytes.equals(decoded), "decoded as Buffer does");
}
