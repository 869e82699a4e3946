/** Spans of time in the grammar of the package `ms`, which jsonwebtoken uses. */

const pattern =
  /^(-?(?:\d+)?\.?\d+) *(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)?$/i;

/** Milliseconds of a unit by its first letter. */
const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_557_600_000,
};

/** Returns the milliseconds that a string spells; `undefined`: it spells none. */
function milliseconds(text: string): number | undefined {
  const [, amount, unit = "ms"] = (text.length > 100 ? undefined : pattern.exec(text)) ?? [];
  if (amount === undefined) return undefined;
  const name = unit.toLowerCase();
  // "milliseconds" begins like "minutes".
  const factor = /^m(?:illi|s)/.test(name) ? 1 : (units[name[0] ?? ""] ?? 1);
  return parseFloat(amount) * factor;
}

/** Adds a span to a time, both in seconds; `undefined`: the span is none. */
export function addSpan(span: unknown, time: number): number | undefined {
  if (typeof span === "number") return time + span;
  const found = typeof span === "string" ? milliseconds(span) : undefined;
  return found === undefined ? undefined : Math.floor(time + found / 1000);
}

/** Returns the message about an option that is no span. */
export function notSpan(name: string): string {
  return `"${name}" should be a number of seconds or string representing a timespan eg: "1d", "20h", 60`;
}

/** Returns whether a span is text without a unit: milliseconds, where most people mean seconds. */
export function hasNoUnit(span: unknown): boolean {
  return typeof span === "string" && /^ *-?[\d.]+ *$/.test(span);
}
