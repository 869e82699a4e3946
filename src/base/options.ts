/** How arguments are checked: a misspelt, empty or undefined option never switches a check off. */

import { argumentError, quote, type ArgumentErrorCode } from "../errors.ts";

/**
 * What every refusal of an argument is made with: what was expected, and what came. Only a short text is shown:
 * arguments in the wrong order put a token or a secret where something else is meant.
 */
export function wrongArgument(name: string, expected: string, found: unknown, code?: ArgumentErrorCode): TypeError {
  const shown = typeof found === "string" && found.length > 10 ? `a text of ${found.length} characters` : quote(found);
  return argumentError(`${name}: expected ${expected}, found ${shown}`, code);
}

/** Refuses anything that is not an options object, every name it does not know, and what could be misspelt unseen. */
export function checkOptions(options: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw wrongArgument("options", "an object", options);
  refusePolluted(known);
  for (const name in options) {
    if (!known.includes(name))
      throw argumentError(`unknown option ${quote(name, 24)}, expected one of ${known.join(", ")}`);
  }
  refuseHidden(options, known, "options");
  return options as Readonly<Record<string, unknown>>;
}

/**
 * Refuses members that enumeration does not show: nothing would tell of an option in a `Map`, in an accessor of a class or in a
 * hidden member that it was misspelt. Accessors that are inherited are lost wherever options are copied, whatever their name.
 */
export function refuseHidden(options: object, known: readonly string[], name: string): void {
  let level: object | null = options;
  while (level !== null && !Object.hasOwn(level, "isPrototypeOf")) {
    for (const member of Object.getOwnPropertyNames(level)) {
      if (level !== options && member === "constructor") continue;
      if (!known.includes(member) || (level !== options && Object.getOwnPropertyDescriptor(level, member)?.get))
        throw argumentError(`${name}: expected a plain object, found one with a hidden member ${quote(member, 24)}`);
    }
    level = Object.getPrototypeOf(level) as object | null;
  }
}

/** A member that every object has was not given by the caller, and would speak for all that leave it out. */
export function refusePolluted(names: readonly string[]): void {
  const found = names.find((name) => name in Object.prototype);
  if (found !== undefined) throw argumentError(`Object.prototype has a member ${found}`);
}

/**
 * Refuses a function behind the options, among the arguments of a call: a callback that is never called leaves a request
 * without an answer.
 */
export function refuseCallback(given: ArrayLike<unknown>): void {
  if (given.length > 2 && typeof given[given.length - 1] === "function")
    throw argumentError("the last argument is a function: there are no callbacks, the result is what is returned");
}

/** Refuses a promise: who forgot to await it made a mistake, and whoever sent the token did not. */
export function refusePromise(name: string, value: unknown): void {
  if (typeof value === "object" && value !== null && "then" in value && typeof value.then === "function")
    throw argumentError(`${name}: found a promise: await it`);
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
  // Not map(): it passes over the holes of a sparse list.
  return Array.from(list, (item) => checkText(item, name));
}

/** A clock, if one is given. */
export function checkClock(now: unknown): (() => Date) | undefined {
  if (now !== undefined && typeof now !== "function") throw wrongArgument("now", "a function that returns a Date", now);
  return now as (() => Date) | undefined;
}

/** The time in seconds; an invalid clock never makes a comparison pass. */
export function checkNow(now: (() => Date) | undefined): number {
  if (now === undefined) return Date.now() / 1000;
  const date: unknown = now();
  // A number could be seconds or milliseconds, and the wrong guess lets expired tokens pass.
  if (!isDate(date) || !Number.isFinite(Number(date)))
    throw wrongArgument("now", "a function that returns a valid Date", date);
  return Number(date) / 1000;
}

/** Not instanceof: a Date may come from another realm. */
export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}
