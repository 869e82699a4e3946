// The figures of the last full run, in docs/security.md: what stands between a section's marks is replaced, the rest stays as it is.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../../docs/security.md", import.meta.url);

/** @param {string} section "fuzzing", "fuzzing-planted", "timing" or "long-runs" @param {string} text Markdown */
export function writeFigures(section, text) {
  const [start, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`];
  const [before, rest] = readFileSync(file, "utf8").split(start);
  if (rest === undefined) throw new Error(`docs/security.md has no ${start}`);
  const [, after] = rest.split(end);
  writeFileSync(file, `${before}${start}\n\n${text.trim()}\n\n${end}${after}`);
}
