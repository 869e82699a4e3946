// npm run test:timing [-- --samples N] [-- --document]: what can be told apart by time. It fails where a control does not come out as it
// must, and where something secret shows in three measurements in a row; nothing is said about speed.
import { parseArgs } from "node:util";
import { table } from "../../system/runtimes/document.mjs";
import { close } from "../../system/runtimes/totals.mjs";
import { writeFigures } from "../figures.mjs";
import { comparisons } from "./comparisons.mjs";
import { measure } from "./measure.mjs";
import { compare } from "./statistics.mjs";

const { values } = parseArgs({
  options: { samples: { type: "string", default: "5000" }, document: { type: "boolean", default: false } },
});
const samples = Number(values.samples);
if (!(samples >= 100)) throw new Error("--samples: 100 at least");

/** Welch's t that counts as seen, and Cohen's d that counts as large: of two times, the longer is then of one class in 71 of 100 cases. */
const [seen, large] = [4.5, 0.8];
const attempts = 3;

const failures = [];
const rows = [];
for (const comparison of await comparisons()) {
  let last = await once(comparison);
  const results = [last];
  while (results.length < attempts && !isAsItMustBe(comparison, last)) results.push((last = await once(comparison)));
  if (!isAsItMustBe(comparison, last) && sameWay(results)) failures.push(`${comparison.name}: ${JSON.stringify(last)}`);
  const row = [
    comparison.name,
    { difference: "must show", none: "must not show", order: "may show" }[comparison.shows],
    ...figures(last),
  ];
  rows.push(row);
  console.log(row.join(" · "));
}

const text = `\`npm run test:timing -- --samples ${samples}\` on Node.js ${process.versions.node}:

${table(["Compared", "A difference", "One call, ns", "Difference, ns", "Cohen's d", "Longer in pairs", "Welch's t"], rows)}`;
if (values.document) writeFigures("timing", text);
close("timing", rows.length - failures.length, failures);

/** @param {import("./comparisons.mjs").Comparison} comparison */
async function once(comparison) {
  return compare(...(await measure(comparison, samples)));
}

function isAsItMustBe({ shows }, { t, d }) {
  if (shows === "order") return true;
  return shows === "difference" ? t >= seen : Math.abs(d) < large;
}

/** A difference that comes from the input has one direction. A control that is not seen has none, and fails too. */
function sameWay(results) {
  return (
    results.every(({ difference }) => difference > 0) ||
    results.every(({ difference }) => difference < 0) ||
    results.some(({ t }) => Math.abs(t) < seen)
  );
}

function figures({ mean, difference, d, superiority, t }) {
  return [Math.round(mean), difference.toFixed(1), d.toFixed(2), `${(superiority * 100).toFixed(1)} %`, t.toFixed(1)];
}
