/** Points and spans of time as people read them. */

const units: readonly (readonly [seconds: number, name: string])[] = [
  [31_557_600, "year"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** Seconds as a count of the largest unit there are two of: `90 minutes`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  const [size, name] = units.find(([size]) => whole >= 2 * size) ?? [1, "second"];
  const count = Math.floor(whole / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** NumericDate as a date, and how far from now; `undefined` where there is no such date. */
export function moment(numericDate: unknown, now: number): string | undefined {
  if (typeof numericDate !== "number" || Math.abs(numericDate) > 8.64e12) return undefined;
  const date = new Date(numericDate * 1000).toISOString().replace(/\.000Z$/, "Z");
  const away = numericDate - now;
  return `${date}, ${away < 0 ? `${span(-away)} ago` : `in ${span(away)}`}`;
}
