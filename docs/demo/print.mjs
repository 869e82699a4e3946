// What the demo's output looks like: aligned columns, colours on a terminal only, times in µs or ms.
import { stripVTControlCharacters } from "node:util";

const colours = process.stdout.isTTY && process.stdout.hasColors();
const paint = (code) => (text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint(1);
export const dim = paint(2);
const red = paint(31);
const green = paint(32);

/** ✓ for what went as announced, ✗ for what did not, – for what does not apply. */
export const mark = { true: green("✓"), false: red("✗"), undefined: dim("–") };

/** Lines of cells, each as wide as its column asks; a negative width aligns to the right. */
export function row(widths, cells) {
  const aligned = cells.map((cell, i) => {
    const room = " ".repeat(Math.max(0, Math.abs(widths[i]) - stripVTControlCharacters(cell).length));
    return widths[i] < 0 ? room + cell : cell + room;
  });
  return aligned.join("  ").trimEnd();
}

/** Milliseconds as people read them: `8.43 µs`, `640 µs`, `1.32 ms`. */
export function duration(milliseconds) {
  const [value, unit] = milliseconds < 1 ? [milliseconds * 1000, "µs"] : [milliseconds, "ms"];
  const decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(decimals)} ${unit}`;
}

/** The median time of one call in milliseconds, after a few calls that only warm the engine up. */
export async function medianTime(call, { warmUp = 50, calls = 101 } = {}) {
  for (let i = 0; i < warmUp; i++) await call();
  const times = [];
  for (let i = 0; i < calls; i++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[calls >> 1];
}
