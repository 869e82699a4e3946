/**
 * A token taken apart as far as it goes. The library refuses what is not canonical; here it is decoded all the same, and what is
 * wrong with it is said in words. Nothing of this decides anything.
 */

import { layOut, parseWhatIsThere } from "./json-text.ts";

/** A header or payload. */
export interface JsonPart {
  readonly segment: string;
  /** The decoded text, one member to the line. */
  readonly text: string;
  /** The members that could be read. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly faults: readonly string[];
}

export interface Anatomy {
  readonly header: JsonPart;
  readonly payload: JsonPart;
  readonly signature: { readonly segment: string; readonly length: number; readonly faults: readonly string[] };
  /** What comes after the third part. */
  readonly rest: string;
  /** What is wrong with the token as a whole. */
  readonly faults: readonly string[];
  /** Whether it has the form of a JWE (RFC 7516 §7.1). */
  readonly isEncrypted: boolean;
}

export function takeApart(token: string): Anatomy {
  const parts = token.split(".");
  const [header = "", payload = "", signature = "", ...rest] = parts;
  const { bytes, faults } = decodeLeniently(signature);
  const head = readJson(header);
  return {
    header: head,
    payload: parts.length === 5 ? { ...nothing, segment: payload } : readJson(payload),
    signature: { segment: signature, length: bytes.length, faults },
    rest: rest.map((part) => `.${part}`).join(""),
    faults: countParts(parts),
    isEncrypted: parts.length === 5 && Object.hasOwn(head.members, "enc"),
  };
}

const nothing: JsonPart = { segment: "", text: "", members: {}, faults: [] };

function countParts(parts: readonly string[]): readonly string[] {
  if (parts.length === 1)
    return [
      /^\s*\{/.test(parts[0] ?? "")
        ? "This is JSON: a compact token is three base64url parts with dots between them."
        : "There is no dot in it: a token has three parts with two dots between them.",
    ];
  if (parts.length === 2) return ["It has two parts: the signature is missing, or the token was cut off."];
  if (parts.length === 5)
    return [
      "It has five parts: an encrypted token (JWE). Only the holder of the key can read its claims; the header is shown.",
    ];
  if (parts.length > 3) return [`It has ${parts.length} parts, and a token has three.`];
  return parts[2] === "" ? ["The signature is empty: the token is unsecured, or was cut off."] : [];
}

function readJson(segment: string): JsonPart {
  if (segment === "") return nothing;
  const { bytes, faults } = decodeLeniently(segment);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const { value, whole } = parseWhatIsThere(text);
  return {
    segment,
    text: layOut(text),
    members: value ?? {},
    faults: [
      ...faults,
      ...(isUtf8(bytes) ? [] : ["It is not UTF-8: what could not be read shows as \ufffd."]),
      ...(whole
        ? []
        : [
            value === undefined ? "It is not a JSON object." : "The JSON is broken: the members up to there are shown.",
          ]),
    ],
  };
}

/** The bytes of a text that may be padded, in the other alphabet, or cut off. */
function decodeLeniently(segment: string): { readonly bytes: Uint8Array; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const note = (found: RegExp, fault: string): void => {
    if (found.test(segment)) faults.push(fault);
  };
  note(/=/, "It is padded with =, and base64url in a token is not.");
  note(/[+/]/, "It has + or /: base64, where a token has base64url with - and _.");
  note(/[^\w+/=-]/, "It has characters that no base64 has; they were left out.");
  const url = segment
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/[^\w-]/g, "");
  const whole = url.length % 4 === 1 ? url.slice(0, -1) : url;
  if (whole !== url) faults.push("Its length fits no bytes: a character is missing or too many, or it was cut off.");
  const octets = atob(whole.replaceAll("-", "+").replaceAll("_", "/"));
  const canonical = btoa(octets).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (canonical !== whole) faults.push("Its last character has stray bits: this is not how an encoder writes it.");
  return { bytes: Uint8Array.from(octets, (octet) => octet.charCodeAt(0)), faults };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
