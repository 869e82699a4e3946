/** Results as Markdown tables: mintmark's rate, and how many times faster it is than each of the others. */

import { findCases, groupsOf } from "../cases.mjs";
import { libraryNames } from "../libraries.mjs";

/** One table for each group of cases that was measured. */
export function tablesOf(measured) {
  return [...groupsOf(findCases(Object.keys(measured)))].map(([title, cases]) => {
    const others = libraryNames.filter((name) => name !== "mintmark" && cases.some(({ id }) => measured[id][name]));
    const rows = cases.map(({ id, label }) => [
      label,
      rate(measured[id].mintmark.perSecond),
      ...others.map((name) => ratio(measured[id][name]?.ratio)),
    ]);
    return { title, table: table(["", "mintmark, per second", ...others], rows) };
  });
}

/** The first column is text, the others numbers. */
export function table(head, rows) {
  const all = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows];
  return all.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** `158 k ±3 %` */
export function rate({ median, low, high }) {
  return `${perSecond(median)} ±${Math.round((50 * (high - low)) / median)} %`;
}

/** `158 k` */
export function perSecond(number) {
  return number >= 1e6 ? `${digits(number / 1e6)} M` : number >= 1000 ? `${digits(number / 1000)} k` : digits(number);
}

/** `1.52 ±0.04`; where mintmark is the slower one, in italics. */
function ratio(found) {
  if (found === undefined) return "";
  const text = `${digits(found.median)} ±${digits((found.high - found.low) / 2, found.median)}`;
  return found.median < 1 ? `*${text}*` : text;
}

/** Three digits, and as many decimals as the number they go with. */
function digits(number, beside = number) {
  return number.toFixed(beside < 9.995 ? 2 : beside < 99.95 ? 1 : 0);
}
