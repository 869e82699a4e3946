/** How arguments are checked: a misspelt, empty or undefined option never switches a check off. */

import { argumentError, quote } from "./errors.ts";

/** Refuses anything that is not an options object, and every name it does not know. */
export function checkOptions(options: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw argumentError(`options: expected an object, found ${quote(options)}`);
  }
  for (const name in options) {
    if (!known.includes(name)) throw argumentError(`unknown option ${quote(name)}, expected one of ${known.join(", ")}`);
  }
  return options as Readonly<Record<string, unknown>>;
}

/** A string that is not empty. */
export function checkText(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw argumentError(`${name}: expected a non-empty string, found ${quote(value)}`);
  return value;
}

/** One non-empty string or a non-empty list of them, as a list of its own. */
export function checkTexts(value: unknown, name: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw argumentError(`${name}: expected at least one string, found []`);
  return list.map((item) => checkText(item, name));
}

/** The time in whole or fractional seconds; an invalid clock never makes a comparison pass. */
export function checkNow(now: (() => Date) | undefined): number {
  const seconds = now === undefined ? Date.now() / 1000 : Number(now()) / 1000;
  if (!Number.isFinite(seconds)) throw argumentError("now: expected a function that returns a valid Date");
  return seconds;
}
