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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Each level takes an opening bracket: most strings have few, and their values are not walked through.
  const isDeep =
    text.length > 2 * maxDepth &&
    text.split("{").length + text.split("[").length > maxDepth &&
    Number.isNaN(countMembers(value));
  return isObject(value) && !isDeep ? value : undefined;
}

/** Parses JSON like `parseJsonObject`, and refuses an object in it, at any depth, that has the same member name twice. */
export function parseUniqueJsonObject(text: string): JsonObject | undefined {
  const object = parseJsonObject(text);
  return countMembers(object) === countColons(text) ? object : undefined;
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

/** Counts the colons of JSON outside of its strings: every member of an object has one, also those that a parser drops. */
function countColons(text: string): number {
  let colons = 0;
  let isQuoted = false;
  for (let i = 0, char = text[0]; char !== undefined; char = text[++i]) {
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted && char === "\\") i++;
    else if (!isQuoted && char === ":") colons++;
  }
  return colons;
}

/** Counts the members of a parsed value, those of its members included; `NaN` where it is nested deeper than `levels`. */
function countMembers(value: unknown, levels: number = maxDepth): number {
  if (typeof value !== "object" || value === null) return 0;
  if (levels === 0) return NaN;
  const each = Array.isArray(value) ? 0 : 1;
  let count = 0;
  for (const child of Object.values(value) as unknown[]) count += each + countMembers(child, levels - 1);
  return count;
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
