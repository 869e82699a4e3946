// base64url against Node's Buffer: what is accepted is what Buffer writes, and comes back as it was.
import {
  decodeBase64url,
  decodeBase64urlText,
  encodeBase64url,
  encodeBase64urlText,
  isCanonical,
} from "../../../../src/encoding/base64url.ts";
import { attempt, equal, holds } from "../invariant.ts";

export const seeds = [
  "",
  "QQ",
  "QUI",
  "QUJD",
  "_-8",
  "eyJhbGciOiJIUzI1NiJ9",
  "QR",
  "QQ==",
  "Q Q",
  "Q+/Q",
  "77-9",
  "77u_",
  "gIA",
  "A".repeat(21_846),
  "Ł\0A\0",
];

export function fuzz(input: Buffer): void {
  checkText(input.toString("latin1"));
  checkText(input.toString("utf16le"));

  const written = encodeBase64url(input);
  holds(written === input.toString("base64url"), "encoded as Buffer does");
  equal(Buffer.from(decodeBase64url(written) ?? []), input, "bytes come back");
}

function checkText(text: string): void {
  const bytes = Buffer.from(text, "base64url");
  const canonical = bytes.toString("base64url") === text;
  holds(isCanonical(text) === canonical, "canonical is what Buffer writes");
  const decoded = decodeBase64url(text);
  holds((decoded !== undefined) === canonical, "only canonical text is decoded");
  if (decoded !== undefined)
    holds(bytes.equals(decoded) && encodeBase64url(decoded) === text, "decoded as Buffer does, and back");

  const strict = canonical
    ? attempt(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes))
    : undefined;
  holds(decodeBase64urlText(text) === strict, "decoded text is strict UTF-8");
  holds(encodeBase64urlText(text) === Buffer.from(text).toString("base64url"), "text encoded as Buffer does");
}
