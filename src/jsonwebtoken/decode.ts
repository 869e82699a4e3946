/** Tokens taken apart, without verifying anything. */

import { decodeBase64url } from "../encoding/base64url.ts";
import type { Bytes } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
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
  const header = parse(toText(decodeBase64url(first)));
  const content = decodeBase64url(second);
  if (!isObject(header) || content === undefined) return null;
  const payload = readPayload(content, header["typ"], options?.json === true) as JwtPayload | string;
  // Nothing is verified here: the types are those of jsonwebtoken's contract.
  return options?.complete === true ? { header: header as unknown as JwtHeader, payload, signature } : payload;
}

/** Returns a payload as jsonwebtoken does: JSON where the header says so, else an object if it is one, else text. */
export function readPayload(content: Bytes, typ: unknown, isJson: boolean): unknown {
  const text = toText(content);
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

/** Decodes UTF-8; malformed bytes become U+FFFD, as `Buffer` does it. */
function toText(bytes: Bytes | undefined): string {
  if (bytes === undefined) return "";
  return decodeUtf8(bytes) ?? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Returns whether this is text, or a `Buffer`, which writes itself as text. */
function isTextual(value: unknown): value is { toString(): string } {
  return typeof value === "string" || isBuffer(value);
}

/** Returns whether this is a `Buffer`, of any copy: Node's, or a bundler's. */
export function isBuffer(value: unknown): value is Uint8Array & { toString(): string } {
  return value instanceof Uint8Array && typeof (value.constructor as { isBuffer?: unknown }).isBuffer === "function";
}
