// Spans and points in time against a reading of their own definition, character by character.
import { readDuration, readNumericDate } from "../../../../src/base/duration.ts";
import { holds, orRefused } from "../invariant.ts";

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

export const seeds = [
  "15m",
  "0s",
  "1.5h",
  "366d",
  "2w",
  "86400",
  "1e3s",
  "-1s",
  "01m",
  ".5s",
  "1.s",
  "15 m",
  "15M",
  "١٥m",
  "9".repeat(19) + "s",
  "9".repeat(20) + "s",
  "",
  Buffer.from(new Float64Array([15, -0, 1e11, NaN, 3_600_000, 2_160_000, 240_000, 31_622_340_000]).buffer),
];
export const words = [...Object.keys(secondsIn), ".", "0", "99999999999"];

export function fuzz(input: Buffer): void {
  const text = input.toString();
  const found = orRefused(() => readDuration(text, "span"), ["invalid_argument"]);
  holds(found === spelled(text), "a span is what its text spells");

  for (let at = 0; at + 8 <= input.length && at < 64; at += 8) {
    const number = input.readDoubleLE(at);
    const good = number >= 0 && number < 1e11;
    holds(
      orRefused(() => readDuration(number, "span"), ["invalid_argument"]) ===
        (good && !isMinutesOfMilliseconds(number) ? number : undefined),
      "a span of seconds is itself, unless it is milliseconds elsewhere",
    );
    holds(
      orRefused(() => readNumericDate(number, "date"), ["invalid_argument"]) === (good ? number : undefined),
      "a NumericDate is itself",
    );
    const date = new Date(number);
    const second = Math.floor(date.getTime() / 1000);
    holds(
      orRefused(() => readNumericDate(date, "date"), ["invalid_argument"]) ===
        (second >= 0 && second < 1e11 ? second : undefined),
      "a Date is its second",
    );
  }
}

/** Whole minutes in milliseconds, from five to those of 366 days, that are not whole days in seconds. */
function isMinutesOfMilliseconds(number: number): boolean {
  const [minutes, days] = [number / 60_000, number / 86_400];
  return Number.isInteger(minutes) && minutes >= 5 && minutes <= 366 * 24 * 60 && !Number.isInteger(days);
}

/** Digits, perhaps a point and digits, one unit; 20 characters at most. */
function spelled(text: string): number | undefined {
  const unit = secondsIn[text.at(-1) ?? ""];
  const parts = text.slice(0, -1).split(".");
  const digits = (part: string): boolean =>
    part !== "" && Array.from(part).every((character) => character >= "0" && character <= "9");
  if (unit === undefined || text.length > 20 || parts.length > 2 || !parts.every(digits)) return undefined;
  const found = Number.parseFloat(parts.join(".")) * unit;
  return found < 1e11 ? found : undefined;
}
