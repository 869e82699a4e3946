/**
 * JSON objects as JOSE reads them (RFC 8259, RFC 7515 §4, RFC 7519 §4). Engines' parsers keep the
 * last of two equal names and nest without limit; where that matters it is checked here.
 */

import { argumentError, quote } from "../errors.ts";
import { isWellFormed } from "./utf8.ts";

/** Nesting limit: enough for any claim, and far from the end of any stack. */
export const maxDepth = 200;

export type JsonObject = Record<string, unknown>;

/** Parses JSON to an object; `undefined`: not JSON, not an object, or nested too deep. */
export function parseJsonObject(text: string): JsonObject | undefined {
  return mayBeDeep(text) && measure(text).depth > maxDepth ? undefined : parse(text);
}

/** Parses JSON like `parseJsonObject`, and refuses an object in it, at any depth, that has the same member name twice. */
export function parseUniqueJsonObject(text: string): JsonObject | undefined {
  const { members, depth } = measure(text);
  if (depth > maxDepth) return undefined;
  const object = parse(text);
  return countMembers(object) === members ? object : undefined;
}

/** Returns an object's own member: a claim called `toString` is not on the prototype. */
export function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as JsonObject)[name] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Freezes a parsed JSON value with everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether JSON is nested too deep. Each level takes an opening bracket: most strings have few, and are not looked through. */
function mayBeDeep(text: string): boolean {
  let brackets = 0;
  for (const bracket of text.length > 2 * maxDepth ? "{[" : "") {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1))
      if (++brackets > maxDepth) return true;
  }
  return false;
}

/** Counts members and levels: in JSON every member has one colon outside of strings, every level one bracket. */
function measure(text: string): { members: number; depth: number } {
  let members = 0;
  let level = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22)
      quoted = !quoted; // "
    else if (quoted)
      i += char === 0x5c ? 1 : 0; // a backslash takes the next character with it
    else if (char === 0x3a)
      members++; // :
    else if (char === 0x7b || char === 0x5b)
      depth = Math.max(depth, ++level); // { [
    else if (char === 0x7d || char === 0x5d) level--; // } ]
  }
  return { members, depth };
}

function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const children: unknown[] = Object.values(value);
  return children.reduce((sum: number, child) => sum + countMembers(child), Array.isArray(value) ? 0 : children.length);
}

/**
 * Copies a value in the form that JSON writes. What JSON would drop, empty or change without a word is a `TypeError` that says
 * where it is. `toJSON` is asked once, so what was looked at is what is written. `depth`: how many objects and lists
 * the value is in.
 *
 * @throws TypeError `invalid_argument`
 */
export function jsonCopy(value: unknown, path: string, depth = 0): unknown {
  if (typeof value !== "object") return checkPrimitive(value, path);
  if (value === null) return null;
  // A Buffer's toJSON would write its bytes one by one.
  if (ArrayBuffer.isView(value)) throw argumentError(`${path}: JSON has no bytes`);
  if (!("toJSON" in value) || typeof value.toJSON !== "function") return copyMembers(value, path, depth);
  const replacement: unknown = (value.toJSON as () => unknown)();
  if (replacement === null) throw argumentError(`${path}: becomes null in JSON`);
  // JSON does not ask what it gets for its own toJSON.
  return typeof replacement === "object" ? copyMembers(replacement, path, depth) : checkPrimitive(replacement, path);
}

function checkPrimitive(value: unknown, path: string): unknown {
  const good = typeof value === "string" ? isWellFormed(value) : typeof value === "boolean" || Number.isFinite(value);
  if (!good)
    throw argumentError(
      `${path}: JSON has no ${typeof value === "number" ? value : typeof value === "string" ? "half of a surrogate pair" : typeof value}`,
    );
  return value;
}

function copyMembers(value: object, path: string, depth: number): unknown {
  if (depth >= maxDepth) throw argumentError(`${path.slice(0, 80)}…: nested too deep, or in a circle`);
  if (Array.isArray(value)) return Array.from(value, (item, i) => jsonCopy(item, `${path}[${i}]`, depth + 1));
  const kind = jsonKind(value);
  if (kind !== "Object") throw argumentError(`${path}: JSON has no ${kind}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const inner = `${path}.${/^\w{1,24}$/.test(name) ? name : quote(name, 24)}`;
      return [checkPrimitive(name, inner), jsonCopy(member, inner, depth + 1)];
    }),
  ) as unknown;
}

/** Names the kind of an object, as JSON sees it. All but "Object" and "Array" lose something: Maps, Sets, bytes and the like become {} or worse. */
function jsonKind(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
