/** Checks of arguments: a misspelt, empty or undefined option never switches a check off. */

import { argumentError, quote, type ArgumentErrorCode } from "../errors.ts";

/**
 * Builds the `TypeError` for a bad argument: expected X, found Y. Only a short string is shown, since arguments in the wrong order put
 * a token or a secret where something else is meant.
 */
export function wrongArgument(name: string, expected: string, found: unknown, code?: ArgumentErrorCode): TypeError {
  const shown =
    typeof found === "string" && found.length > 10 ? `a string of ${found.length} characters` : quote(found);
  return argumentError(`${name}: expected ${expected}, found ${shown}`, code);
}

/** Names of the options of a type: where an object `satisfies` it, a member that is added to the type alone does not compile. */
export type Names<Options> = Readonly<Record<keyof Options, 1>>;

/** Reads one option, and refuses by its name what is not of the type. */
export type Reader<T> = (value: unknown, name: string) => T;

/** A reader for each option of a type: where an object `satisfies` it, a member that is added to the type alone does not compile. */
export type Readers<Options> = Readonly<Record<keyof Options, Reader<unknown>>>;

/** The values that a table of readers returns. */
export type ReadBy<Table> = { readonly [Name in keyof Table]: Table[Name] extends Reader<infer T> ? T : never };

/** Checks options and reads each by its reader. The result has every name, so that nothing is taken from a prototype later. */
export function readOptions<const Table extends Readonly<Record<string, Reader<unknown>>>>(
  options: unknown,
  readers: Table,
  otherNames: readonly string[] = [],
): ReadBy<Table> {
  const given = checkOptions(options, [...Object.keys(readers), ...otherNames]);
  const read = Object.entries(readers).map(([name, reader]) => [name, reader(given[name], name)]);
  return Object.fromEntries(read) as ReadBy<Table>; // each member is what its reader returned
}

/** Makes a reader of an option that may be left out; `byDefault` is in the form that the reader returns. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined>;
export function optional<T>(reader: Reader<T>, byDefault: T): Reader<T>;
export function optional<T>(reader: Reader<T>, byDefault?: T): Reader<T | undefined> {
  return (value, name) => (value === undefined ? byDefault : reader(value, name));
}

/** Reads an option that the code it is handed to checks. */
export function checkedElsewhere(value: unknown): unknown {
  return value;
}

/**
 * Refuses anything that is not an options object, every name it does not know, and what could be misspelt unseen. With a type and an
 * object of its names, the compiler holds the two together.
 */
export function checkOptions<Options>(
  options: unknown,
  names: Names<Options>,
): Readonly<Partial<Record<keyof Options, unknown>>>;
export function checkOptions(options: unknown, names: readonly string[]): Readonly<Record<string, unknown>>;
export function checkOptions(options: unknown, names: readonly string[] | object): Readonly<Record<string, unknown>> {
  const known: readonly string[] = Array.isArray(names) ? names : Object.keys(names);
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
 * Refuses members that enumeration does not show: a misspelt option in a `Map`, in an accessor of a class or in a hidden member would
 * not be noticed. Accessors that are inherited are lost wherever options are copied, whatever their name.
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

/** Refuses names that `Object.prototype` has: no caller gave such a member, and it would count for all who leave it out. */
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
    throw argumentError("the last argument is a function, but callbacks are not supported: use the returned value");
}

/** Refuses a promise: a forgotten `await` is the caller's mistake, not that of whoever sent the token. */
export function refusePromise(name: string, value: unknown): void {
  if (typeof value === "object" && value !== null && "then" in value && typeof value.then === "function")
    throw argumentError(`${name}: found a promise: await it`);
}

/** Returns a boolean. */
export function checkBoolean(value: unknown, name: string): boolean {
  if (typeof value !== "boolean") throw wrongArgument(name, "true or false", value);
  return value;
}

/** A function of any type: what it takes and returns is what its documentation asks for, and cannot be seen. */
export type AnyFunction = (...given: readonly unknown[]) => never;

/** Returns a function, assignable to every function type. */
export function checkFunction(value: unknown, name: string): AnyFunction {
  if (typeof value !== "function") throw wrongArgument(name, "a function", value);
  return value as AnyFunction; // its parameters and result cannot be seen
}

/** Returns a finite number above zero. */
export function checkPositive(value: unknown, name: string): number {
  if (typeof value !== "number" || !(value > 0 && value < Infinity))
    throw wrongArgument(name, "a number above zero", value);
  return value;
}

/** Makes a reader of an object with these methods; `what` is what the message calls it. */
export function withMethods<T extends object>(what: string, ...methods: readonly (keyof T & string)[]): Reader<T> {
  return (value, name) => {
    const missing = methods.find(
      (method) => typeof value !== "object" || value === null || typeof Reflect.get(value, method) !== "function",
    );
    if (missing !== undefined) throw wrongArgument(name, `${what} with ${missing}()`, value);
    return value as T; // it has the methods; what they return is checked where they are called
  };
}

/** Returns a string that is not empty. */
export function checkText(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw wrongArgument(name, "a non-empty string", value);
  return value;
}

/** Returns one non-empty string or a non-empty list of them, as a new list. */
export function checkTexts(value: unknown, name: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw wrongArgument(name, "at least one string", value);
  // Not map(): it passes over the holes of a sparse list.
  return Array.from(list, (item) => checkText(item, name));
}

/** Returns a clock, if one is given. */
export function checkClock(now: unknown): (() => Date) | undefined {
  if (now !== undefined && typeof now !== "function") throw wrongArgument("now", "a function that returns a Date", now);
  return now as (() => Date) | undefined;
}

/** Returns the time in seconds; an invalid clock never makes a comparison pass. */
export function checkNow(now: (() => Date) | undefined): number {
  if (now === undefined) return Date.now() / 1000;
  const date: unknown = now();
  // A number could be seconds or milliseconds, and the wrong guess lets expired tokens pass.
  if (!isDate(date) || !Number.isFinite(Number(date)))
    throw wrongArgument("now", "a function that returns a valid Date", date);
  return Number(date) / 1000;
}

/** Returns whether a value is a Date, of any realm: `instanceof` knows its own alone. */
export function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}
