// docs/compatibility.md, or another page: each script writes the section that it measured, and leaves the others as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

const skeleton = `# Compatibility

Every table on this page was written by a script that ran the packed tarball; none of it was typed by hand.

## Runtimes

<!-- runtimes -->
<!-- /runtimes -->

## Module systems and types

<!-- packaging -->
<!-- /packaging -->

## Start-up

<!-- startup -->
<!-- /startup -->
`;

/**
 * Writes the section between the comments of that name.
 *
 * @param {string} name
 * @param {string} text
 */
export function writeSection(name, text, path = "docs/compatibility.md") {
  const file = join(root, path);
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  let page;
  try {
    page = readFileSync(file, "utf8");
  } catch (error) {
    if (path !== "docs/compatibility.md") throw error;
    page = skeleton;
  }
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${path}: expected ${start} and ${end}`);
  writeFileSync(file, `${before}${start}\n\n${text.trim()}\n\n${end}${after}`);
}

/**
 * A Markdown table.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
