/** Parses the values of options: spans of time, dates, numbers, and members of objects. */

import type { DurationText } from "../index.ts";
import type { Given } from "./arguments.ts";
import { wrongUse } from "./failure.ts";

/** Reads a number with a unit. A bare number could mean seconds or milliseconds. */
export function readSpan(given: Given, name: string): DurationText | undefined {
  const text = given.text(name);
  if (text !== undefined && !isSpan(text))
    throw wrongUse(`--${name}: expected a number with a unit (s, m, h, d, w), such as 15m`);
  return text;
}

/** Reads a date: with a time and its offset from UTC, or a day, which begins at midnight UTC. */
export function readDate(given: Given, name: string): Date | undefined {
  const text = given.text(name);
  return text === undefined ? undefined : parseDate(text, name, "a date such as 2030-01-31 or 2030-01-31T12:00:00Z");
}

/** Reads a span of time from now, or a date. */
export function readSpanOrDate(given: Given, name: string): DurationText | Date | undefined {
  const text = given.text(name);
  return text === undefined || isSpan(text)
    ? text
    : parseDate(text, name, "a span from now such as 5m, or a date such as 2030-01-31T12:00:00Z");
}

function isSpan(text: string): text is DurationText {
  return /^\d{1,9}(?:\.\d{1,9})?[smhdw]$/.test(text);
}

function parseDate(text: string, name: string, expected: string): Date {
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const date = new Date(day === undefined ? NaN : text);
  // Engines accept the 31st of February as the 3rd of March.
  const exists = day !== undefined && !Number.isNaN(Number(date)) && new Date(day).toISOString().startsWith(day);
  if (!exists) throw wrongUse(`--${name}: expected ${expected}`);
  return date;
}

/** Reads an integer above 0. */
export function readCount(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw wrongUse(`--${name}: expected a whole number above 0`);
  return Number(text);
}

/** Reads `name=text` and `name:=JSON`, each name once. Returns `undefined` if none was given. */
export function readMembers(given: Given, option: string): Readonly<Record<string, unknown>> | undefined {
  const members = new Map<string, unknown>();
  for (const text of given.texts(option)) {
    const at = text.indexOf("=");
    const isJson = text[at - 1] === ":";
    const name = text.slice(0, isJson ? at - 1 : at);
    if (at < 0 || name === "") throw wrongUse(`--${option}: expected name=text or name:=JSON`);
    if (members.has(name)) throw wrongUse(`--${option}: a name is given twice`);
    const value = text.slice(at + 1);
    members.set(name, isJson ? parseJson(value, `--${option}, after :=`) : value);
  }
  // Not by assignment: `__proto__` is a name like any other.
  return members.size === 0 ? undefined : Object.fromEntries(members);
}

/** Parses JSON. The error does not quote it. */
function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw wrongUse(`${what}: expected JSON`);
  }
}

/** Parses a JSON object. The error does not quote it. */
export function parseJsonObject(text: string, what: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text, what);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrongUse(`${what}: expected a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}
