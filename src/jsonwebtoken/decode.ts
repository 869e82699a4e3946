/** Tokens taken apart, without verifying anything. */

import { decodeBase64url, decodeBase64urlText } from "../encoding/base64url.ts";
import { isObject } from "../encoding/json.ts";
import type { DecodeOptions, Jwt, JwtHeader, JwtPayload } from "./types.ts";

/** The form of a compact serialization: its signature alone may be empty. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Returns whether a string has the form of a token. */
export function isCompact(token: string): boolean {
  return compact.test(token);
}

/** Takes a token apart; `null`: it is none. Throws what `JSON.parse` throws if the header says `JWT` and the payload is no JSON. */
export function decodeToken(
  given: unknown,
  options: DecodeOptions | null | undefined,
): Jwt | JwtPayload | string | null {
  const token = isTextual(given) ? given.toString() : "";
  if (!isCompact(token)) return null;
  const [first = "", second = "", signature = ""] = token.split(".");
  const header = parse(readSegment(first) ?? "");
  const content = readSegment(second);
  if (!isObject(header) || content === undefined) return null;
  const payload = readPayload(content, header["typ"], options?.json === true) as JwtPayload | string;
  // Nothing is verified here: the types are those of jsonwebtoken's contract.
  return options?.complete === true ? { header: header as unknown as JwtHeader, payload, signature } : payload;
}

/** Returns a payload as jsonwebtoken does: JSON where the header says so, else an object if it is one, else text. */
export function readPayload(text: string, typ: unknown, isJson: boolean): unknown {
  if (typ === "JWT" || isJson) {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "string" ? readText(parsed) : parsed;
  }
  return readText(text);
}

function readText(text: string): unknown {
  const parsed = parse(text);
  return typeof parsed === "object" && parsed !== null ? parsed : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Decodes base64url of UTF-8, where malformed bytes become U+FFFD, as `Buffer` does it; `undefined`: it is not canonical. */
export function readSegment(segment: string): string | undefined {
  const text = decodeBase64urlText(segment);
  const bytes = text === undefined ? decodeBase64url(segment) : undefined;
  return bytes === undefined ? text : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Returns whether this is text, or a `Buffer`, which writes itself as text. */
function isTextual(value: unknown): value is { toString(): string } {
  return typeof value === "string" || isBuffer(value);
}

/** Returns whether this is a `Buffer`, of any copy: Node's, or a bundler's. */
export function isBuffer(value: unknown): value is Uint8Array & { toString(): string } {
  return value instanceof Uint8Array && typeof (value.constructor as { isBuffer?: unknown }).isBuffer === "function";
}
