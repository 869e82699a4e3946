/** Formats points and spans of time for people. */

const units: readonly (readonly [seconds: number, name: string])[] = [
  [31_557_600, "year"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** Formats seconds in the largest unit that fits twice: `90 minutes`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  const [size, name] = units.find(([size]) => whole >= 2 * size) ?? [1, "second"];
  const count = Math.floor(whole / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** Formats a NumericDate as a date and its distance from now. Returns `undefined` if it is not a date. */
export function moment(numericDate: unknown, now: number): string | undefined {
  if (typeof numericDate !== "number" || Math.abs(numericDate) > 8.64e12) return undefined;
  const date = new Date(numericDate * 1000).toISOString().replace(/\.000Z$/, "Z");
  const away = numericDate - now;
  return `${date}, ${away < 0 ? `${span(-away)} ago` : `in ${span(away)}`}`;
}
