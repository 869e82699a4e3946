/** Spans of time and points in time, in seconds. A bare number in a string is refused: elsewhere it means milliseconds. */

import { argumentError } from "../errors.ts";
import { isDate, wrongArgument } from "./options.ts";

/** A number and its unit: seconds, minutes, hours, days or weeks. */
export type DurationText = `${number}${"s" | "m" | "h" | "d" | "w"}`;

/** A span of time: seconds as a number, or a number and its unit, such as `"15m"`. */
export type Duration = number | DurationText;

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** NumericDate of the year 5138: a value from then on was meant as milliseconds. */
const millisecondsFrom = 1e11;

/** Reads a duration of zero or more, in seconds. */
export function readDuration(value: unknown, name: string): number {
  const found = typeof value === "number" ? value : typeof value === "string" ? parseDuration(value) : NaN;
  if (!(found >= 0 && found < millisecondsFrom))
    throw wrongArgument(name, 'seconds as a number, or a string such as "15m" (s, m, h, d, w)', value);
  if (typeof value === "number" && looksLikeMilliseconds(found))
    throw argumentError(
      `${name}: expected seconds, found ${found}, which looks like milliseconds: write "${found / 60_000}m", or "${found}s" if you mean it`,
    );
  return found;
}

/** Reads a duration of more than zero, in seconds. */
export function readSpan(value: unknown, name: string): number {
  const seconds = readDuration(value, name);
  if (seconds === 0) throw wrongArgument(name, "more than 0", value);
  return seconds;
}

/** Returns whether a number is whole minutes in milliseconds, up to a year, and no whole days in seconds: 3600000 (an hour), not 2592000 (30 days). */
function looksLikeMilliseconds(seconds: number): boolean {
  return seconds >= 300_000 && seconds <= 31_622_400_000 && seconds % 60_000 === 0 && seconds % 86_400 !== 0;
}

/** Describes a span of time for a message: "5 minutes". */
export function describeSpan(seconds: number): string {
  const [unit, name] = spanUnits.find(([size]) => seconds >= 2 * size) ?? [1, "second"];
  const count = Math.floor(seconds / unit);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

const spanUnits: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text.slice(0, 20)) ?? [];
  return text.length > 20 ? NaN : Number(amount) * (seconds[unit ?? ""] ?? NaN);
}

/** Reads a point in time as a NumericDate (RFC 7519 §2). */
export function readNumericDate(value: unknown, name: string): number {
  const found = isDate(value) ? Math.floor(Number(value) / 1000) : value;
  if (typeof found !== "number" || !(found >= 0 && found < millisecondsFrom)) {
    throw wrongArgument(name, "seconds (not milliseconds) since 1970, or a Date", value);
  }
  return found;
}
