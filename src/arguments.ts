/** How arguments are checked: a misspelt, empty or undefined option never switches a check off. */

import { argumentError, quote } from "./errors.ts";

/** What every refusal of an argument is made with: what was expected, and what came. */
export function wrongArgument(name: string, expected: string, found: unknown): TypeError {
  return argumentError(`${name}: expected ${expected}, found ${quote(found)}`);
}

/** Refuses anything that is not an options object, and every name it does not know. */
export function checkOptions(options: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null || Array.isArray(options)) throw wrongArgument("options", "an object", options);
  for (const name in options) if (!known.includes(name)) throw wrongArgument("options", known.join(", "), name);
  return options as Readonly<Record<string, unknown>>;
}

/** A string that is not empty. */
export function checkText(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw wrongArgument(name, "a non-empty string", value);
  return value;
}

/** One non-empty string or a non-empty list of them, as a list of its own. */
export function checkTexts(value: unknown, name: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw wrongArgument(name, "at least one string", value);
  return list.map((item) => checkText(item, name));
}

/** The time in seconds; an invalid clock never makes a comparison pass. */
export function checkNow(now: (() => Date) | undefined): number {
  if (now === undefined) return Date.now() / 1000;
  const milliseconds = Number(now());
  if (!Number.isFinite(milliseconds)) throw wrongArgument("now", "a valid Date", milliseconds);
  return milliseconds / 1000;
}
