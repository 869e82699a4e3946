/** The tables, on the terminal. */

import { runtimes } from "../runtimes.mjs";
import { tablesOf } from "./tables.mjs";
import { judgeTargets, slowerThan } from "./targets.mjs";

export function printTables(results) {
  console.log(results.machine);
  console.log(
    Object.entries(results.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  );
  for (const [runtime, measured] of Object.entries(results.runtimes)) {
    console.log(`\n${runtimes[runtime].title}\n`);
    for (const { title, table } of tablesOf(measured)) console.log(`${title}\n${align(table)}\n`);
  }
  for (const { runtime, id, against, least, ratio, met } of judgeTargets(results)) {
    console.log(`${met ? "met   " : "missed"} ${runtime} ${id}: ${ratio.toFixed(2)} of ${least} times ${against}`);
  }
  for (const { runtime, id, ratio } of slowerThan("jose", results))
    console.log(`slower ${runtime} ${id}: ${ratio.toFixed(2)} times jose`);
}

/** Columns of equal width. */
function align(table) {
  const rows = table
    .split("\n")
    .filter((_, line) => line !== 1)
    .map((line) => line.slice(2, -2).split(" | "));
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  "),
    )
    .join("\n");
}
