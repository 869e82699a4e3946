/**
 * JSON objects as JOSE reads them (RFC 8259, RFC 7515 §4, RFC 7519 §4). Engines' parsers keep the
 * last of two equal names and nest without limit; where that matters it is checked here.
 */

import { isWellFormed } from "./utf8.ts";

/** Deep enough for any claim, far from any stack's end. */
const maxDepth = 200;

export type JsonObject = Record<string, unknown>;

/** The object that a JSON text spells, or `undefined`: not JSON, not an object, or nested too deep. */
export function parseJsonObject(text: string): JsonObject | undefined {
  // Each level takes two characters, so a short text is not looked through.
  return text.length > 2 * maxDepth && measure(text).depth > maxDepth ? undefined : parse(text);
}

/** As `parseJsonObject`, and no object in it, at any depth, has the same member name twice. */
export function parseUniqueJsonObject(text: string): JsonObject | undefined {
  const { members, depth } = measure(text);
  if (depth > maxDepth) return undefined;
  const object = parse(text);
  return object !== undefined && countMembers(object) === members ? object : undefined;
}

/** An object's own member: a claim called `toString` is not on the prototype. */
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

/** In JSON every member has one colon outside of strings, every level one bracket. */
function measure(text: string): { members: number; depth: number } {
  let members = 0;
  let level = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) quoted = !quoted; // "
    else if (quoted) i += char === 0x5c ? 1 : 0; // a backslash takes the next character with it
    else if (char === 0x3a) members++; // :
    else if (char === 0x7b || char === 0x5b) depth = Math.max(depth, ++level); // { [
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
 * Where a value would not survive JSON: dropped, emptied or changed without a word. Returns the fault with
 * its path, or `undefined`.
 */
export function jsonFault(value: unknown, path: string, depth = 0): string | undefined {
  switch (typeof value) {
    case "string":
      return isWellFormed(value) ? undefined : `${path}: half of a surrogate pair`;
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `${path}: ${value} is not a JSON number`;
    case "object":
      return value === null ? undefined : objectFault(value, path, depth);
    default:
      return `${path}: JSON has no ${typeof value}`;
  }
}

/** What an object is to JSON, by name. All but "Object" and "Array" lose something: Maps, Sets, bytes and the like become {} or worse. */
export function jsonKind(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function objectFault(value: object, path: string, depth: number): string | undefined {
  if (depth > maxDepth) return `${path.slice(0, 80)}…: nested too deep, or in a circle`;
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const replacement: unknown = (value.toJSON as () => unknown)();
    return replacement === null ? `${path}: becomes null in JSON` : jsonFault(replacement, path, depth + 1);
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const fault = jsonFault(value[i], `${path}[${i}]`, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const kind = jsonKind(value);
  if (kind !== "Object") return `${path}: JSON has no ${kind}`;
  for (const [name, member] of Object.entries(value)) {
    const fault = jsonFault(name, `${path}.${name.slice(0, 48)}`) ?? jsonFault(member, `${path}.${name.slice(0, 48)}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
