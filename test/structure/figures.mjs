// The figures of the last full run, in docs/security.md: between the section's marks each part has its own, and the others stay as they are.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../../docs/security.md", import.meta.url);

/** @param {string} section "fuzzing", "timing" or "long-runs" @param {string} part what is replaced in it @param {string} text Markdown */
export function writeFigures(section, part, text) {
  const page = readFileSync(file, "utf8");
  writeFileSync(file, within(page, section, (inner) => {
    const marked = inner.includes(`<!-- ${part} -->`) ? inner : `${inner.trim()}\n\n<!-- ${part} -->\n<!-- /${part} -->`;
    return within(marked.trim(), part, () => text.trim());
  }));
}

function within(page, name, change) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = page.split(start);
  if (rest === undefined) throw new Error(`docs/security.md has no ${start}`);
  const [inner, after] = rest.split(end);
  return `${before}${start}\n\n${change(inner).trim()}\n\n${end}${after}`;
}
