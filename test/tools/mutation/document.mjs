// docs/security.md: the row of each layer that was mutated as a whole. The rows of the others stay as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { table } from "../../system/runtimes/document.mjs";
import { layers } from "./layers.mjs";

const page = "docs/security.md";
const [start, end] = ["<!-- mutation -->", "<!-- /mutation -->"];
const head = ["Layer", "Files", "Mutants", "Killed", "Timed out", "Survived", "Score"];

const explanation = `\`npm run test:mutation\` changes the source in every small way that Stryker knows, one at a time: a condition turned round, a limit moved
by one, a call or a block left out, a text or a member emptied. Each mutant meets the tests that mirror its file; what these let live meets every test
that is asked about its layer. Not changed are the texts of errors ([the rule](../test/tools/mutation/ignore-messages.mjs)): codes, names of claims and
options, and every condition are. A mutant that times out is an endless loop, and noticed. Each survivor is [listed with the reason](../test/tools/mutation/survivors.json)
why no test can tell it from the source; one that is not listed, or a score below 95 %, fails the command.
\`base\` is what all layers stand on: errors, arguments and durations.`;

export function writeRow(name, { files, mutants, killed, timeouts, survivors, percent }) {
  const text = readFileSync(page, "utf8");
  const [before, rest] = text.split(start);
  const [section, after] = rest?.split(end) ?? [];
  if (section === undefined || after === undefined) throw new Error(`${page}: expected ${start} and ${end}`);
  const rows = new Map(
    [...section.matchAll(/^\| `(.*?)` \|.*$/gm)].map(([row, of]) => [of, row.slice(2, -2).split(" | ")]),
  );
  rows.set(name, [`\`${name}\``, files, mutants, killed, timeouts, survivors, `${percent.toFixed(1)} %`]);
  const ordered = layers.flatMap(({ name: layer }) => (rows.has(layer) ? [rows.get(layer) ?? []] : []));
  writeFileSync(page, `${before}${start}\n\n${explanation}\n\n${table(head, ordered)}\n\n${end}${after}`);
}
