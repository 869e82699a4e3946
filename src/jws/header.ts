/** The JOSE header (RFC 7515 §4), written and read. */

import { checkTexts, wrongArgument } from "../base/options.ts";
import { decodeBase64urlText, encodeBase64urlText } from "../encoding/base64url.ts";
import { isObject, jsonCopy, own, parseUniqueJsonObject, type JsonObject } from "../encoding/json.ts";
import { argumentError, JwtError, quote } from "../errors.ts";

/** A protected header. `alg` is always there. */
export interface JwsHeader {
  /** The algorithm, which is the key's (RFC 7515 §4.1.1). */
  readonly alg: string;
  /** Type of the whole (§4.1.9). */
  readonly typ?: string;
  /** Key ID (§4.1.4). */
  readonly kid?: string;
  /** Type of the payload (§4.1.10). */
  readonly cty?: string;
  /** Extensions that have to be understood (§4.1.11). */
  readonly crit?: readonly string[];
  /** `false`: the payload was not encoded before it was signed (RFC 7797 §3). */
  readonly b64?: boolean;
  /** Any other header member. */
  readonly [name: string]: unknown;
}

/** Writes a protected header: `alg`, `typ`, `kid`, then the rest. */
export function encodeHeader(
  alg: string,
  typ: string | undefined,
  kid: string | undefined,
  rest: JsonObject = {},
): string {
  return encodeBase64urlText(JSON.stringify({ alg, typ, kid, ...rest }));
}

/** Checks further header members of a caller; those that mintmark sets itself are refused. */
export function checkHeaderMembers(members: unknown, reserved: readonly string[]): JsonObject {
  if (members === undefined) return {};
  // A copy: what the caller does to the object later does not reach any token.
  const copy = jsonCopy(members, "header");
  if (!isObject(copy)) throw wrongArgument("header", "an object", members);
  const taken = reserved.find((name) => Object.hasOwn(copy, name));
  if (taken !== undefined) throw argumentError(`header.${taken}: cannot be set here, ${setElsewhere[taken] ?? ""}`);
  return copy;
}

const setElsewhere: Readonly<Record<string, string>> = {
  alg: "it comes from the key",
  kid: "it comes from the key",
  typ: "use the option typ",
  crit: "use the option crit of signJws; a JWT has none",
  b64: "use the option b64 of signJws; a JWT has none",
};

/**
 * Checks the names that the header's `crit` is to list (RFC 7515 §4.1.11): extensions, each present in the header and listed once, as a verifier
 * will demand.
 */
export function checkCriticalNames(names: unknown, members: JsonObject): readonly string[] {
  if (names === undefined) return [];
  const list = checkTexts(names, "crit");
  for (const name of list) {
    if (name === "b64" || registered.includes(name))
      throw argumentError(
        `crit: ${quote(name)} is not an extension${name === "b64" ? ", it is listed by b64: false" : ""}`,
      );
    if (!Object.hasOwn(members, name)) throw argumentError(`crit: ${quote(name)} is not in the header`);
  }
  if (new Set(list).size !== list.length) throw argumentError("crit: expected each name once");
  return list;
}

/** Length limit: a header is read before anything is verified, and a longer one than any needs only costs time. */
const maxHeaderLength = 2_097_152;

/** Reads a protected header. Members that are registered have the registered type. */
export function parseHeader(segment: string): JwsHeader {
  if (segment.length > maxHeaderLength)
    throw new JwtError(
      "token_too_large",
      `header: expected at most ${maxHeaderLength} characters, found ${segment.length}`,
    );
  const text = segment === "" ? undefined : decodeBase64urlText(segment);
  if (text === undefined)
    throw new JwtError("token_malformed", `the header is not canonical base64url of UTF-8${describeWrapping(segment)}`);
  const header = parseUniqueJsonObject(text);
  if (header === undefined) throw new JwtError("header_invalid", "the header is not a JSON object with unique names");
  return checkHeader(header);
}

/** Names what is often left around a token: white space, quotation marks, `Bearer `. */
export function describeWrapping(segment: string): string {
  if (/^\s*bearer\s/i.test(segment.slice(0, 20))) return ': it starts with "Bearer ", pass the token alone';
  if (segment.trim() !== segment) return ": there is white space around the token";
  return /^["']|["']$/.test(segment) ? ": there are quotation marks around the token" : "";
}

/** Checks the types of a header's members, in any serialization. */
export function checkHeader(header: JsonObject): JwsHeader {
  for (const name of ["alg", "kid", "typ", "cty"]) {
    const value = own(header, name);
    if (value !== undefined ? typeof value !== "string" : name === "alg") {
      throw new JwtError("header_invalid", `header: ${name}: expected a string, found ${quote(value)}`);
    }
  }
  return header as JsonObject & JwsHeader;
}

/**
 * Checks `crit` (RFC 7515 §4.1.11): every name understood, present in the protected header, listed once, and not one
 * that the specifications already define.
 */
export function checkCritical(header: JwsHeader, understood: readonly string[]): void {
  const crit = own(header, "crit");
  if (own(header, "b64") !== undefined && !(Array.isArray(crit) && crit.includes("b64"))) {
    throw new JwtError("header_invalid", "header: b64 without crit");
  }
  if (crit === undefined) return;
  if (!Array.isArray(crit) || crit.length === 0 || new Set(crit).size !== crit.length) {
    throw new JwtError("header_invalid", "header: crit: expected a list of names, each once");
  }
  for (const name of crit as readonly unknown[]) {
    if (typeof name !== "string" || registered.includes(name) || !Object.hasOwn(header, name)) {
      throw new JwtError("header_invalid", `header: crit: ${quote(name)} is not an extension in this header`);
    }
    if (name !== "b64" && !understood.includes(name))
      throw new JwtError("crit_unsupported", `header: crit: ${quote(name)} is not understood`);
  }
  const b64 = own(header, "b64");
  if (b64 !== undefined && typeof b64 !== "boolean")
    throw new JwtError("header_invalid", "header: b64: expected true or false");
}

/** Names that `crit` must not list (RFC 7515 §4.1). */
const registered: readonly string[] = [
  "alg",
  "jku",
  "jwk",
  "kid",
  "x5u",
  "x5c",
  "x5t",
  "x5t#S256",
  "typ",
  "cty",
  "crit",
];
