/** NumericDates (RFC 7519 §2) for people: the local date and time, and how far away it is. */

const units: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** The last second that a JavaScript date can be. */
const lastSecond = 8.64e12;

/** "24 Nov 2026, 14:05:00 CET", in this computer's time zone; `undefined` for what is not a date. */
export function localDate(seconds: number): string | undefined {
  if (!(Math.abs(seconds) <= lastSecond)) return undefined;
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" }).format(seconds * 1000);
}

/** "in 14 minutes", "3 days ago". */
export function relativeDate(seconds: number, now: number): string {
  const away = seconds - now;
  const [unit, length] = units.find(([, size]) => Math.abs(away) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(away / length), unit);
}

/** What is odd about a date, if anything is. */
export function dateFault(value: unknown): string | undefined {
  if (typeof value !== "number") return "Not a number: dates are seconds since 1970, without quotation marks.";
  if (Math.abs(value) >= 1e11) return "This looks like milliseconds: dates in tokens are seconds.";
  return undefined;
}

/** Now, in seconds. */
export function secondsNow(): number {
  return Date.now() / 1000;
}
