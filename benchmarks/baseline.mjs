/** The ratios of an earlier run, and whether those of this one are much worse. */

import { readFileSync, writeFileSync } from "node:fs";
import { findCases } from "./cases.mjs";

const file = new URL("baseline.json", import.meta.url);
/** What is left of a ratio before it counts as a regression: machines differ, and so do their moods. */
const slack = 0.6;

/** Median ratios by runtime, case and contender. What was not measured keeps its number. */
export function saveBaseline({ runtimes }) {
  const baseline = readBaseline();
  for (const [runtime, cases] of Object.entries(runtimes)) {
    baseline[runtime] = {
      ...baseline[runtime],
      ...Object.fromEntries(Object.entries(cases).map(([id, found]) => [id, ratiosOf(found)])),
    };
  }
  // One line for each case.
  writeFileSync(
    file,
    `${JSON.stringify(baseline, null, 2).replace(/\{[^{}]*\}/g, (ratios) => ratios.replace(/\s+/g, " "))}\n`,
  );
}

/** Measures again what is much slower than it was; what stays slow is printed. Gives the exit code. */
export async function checkBaseline({ runtimes }, measureRuntime) {
  const baseline = readBaseline();
  if (Object.keys(baseline).length === 0) throw new Error("there is no baseline.json: write it with --save-baseline");
  const slower = [];
  for (const [runtime, cases] of Object.entries(runtimes)) {
    const suspects = regressions(baseline[runtime], cases);
    if (suspects.length === 0) continue;
    const again = await measureRuntime(runtime, findCases(suspects.map(({ id }) => id)));
    const agreed = regressions(baseline[runtime], again).filter(({ id, name }) =>
      suspects.some((one) => one.id === id && one.name === name),
    );
    slower.push(...agreed.map((one) => ({ runtime, ...one })));
  }
  for (const { runtime, id, name, was, is } of slower)
    console.error(`${runtime} ${id}: ${is} times ${name}, was ${was}`);
  console.error(
    slower.length === 0
      ? "No ratio is much worse than in baseline.json."
      : `${slower.length} ratios are much worse than in baseline.json.`,
  );
  return slower.length === 0 ? 0 : 1;
}

function regressions(before = {}, cases) {
  return Object.entries(cases).flatMap(([id, found]) =>
    Object.entries(ratiosOf(found))
      .map(([name, is]) => ({ id, name, is, was: before[id]?.[name] }))
      .filter(({ is, was }) => is < was * slack),
  );
}

function ratiosOf(found) {
  return Object.fromEntries(
    Object.entries(found)
      .filter(([name]) => name !== "mintmark")
      .map(([name, { ratio }]) => [name, Number(ratio.median.toPrecision(3))]),
  );
}

function readBaseline() {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
    return {};
  }
}
