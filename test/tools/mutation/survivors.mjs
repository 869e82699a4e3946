// The mutants that no test can notice, each with the reason: survivors.json. One that is not in that list fails the run, and so does
// an entry that a test has come to notice, or whose code is gone: the list says what is true now.
import { readFileSync } from "node:fs";

/** [{ why, mutants: [{ file, mutator, from, to }] }] */
const list = JSON.parse(readFileSync(new URL("survivors.json", import.meta.url), "utf8"));
const explained = new Map(
  list.flatMap(({ why, mutants }) => mutants.map((mutant) => [id(mutant), { ...mutant, why }])),
);

function id({ file, mutator, from, to }) {
  return JSON.stringify([file, mutator, from, to]);
}

export const survived = ({ status }) => status === "Survived" || status === "NoCoverage";
export const isExplained = (mutant) => explained.has(id(mutant));

/** What is wrong with the list, as far as these results can tell: they are of whole files, those named. */
export function faultsOf(results, files) {
  const alive = new Set(results.filter(survived).map(id));
  return [
    ...results
      .filter((mutant) => survived(mutant) && !isExplained(mutant))
      .map((mutant) => `${place(mutant)}\n${show(mutant)}`),
    ...[...explained]
      .filter(([key, { file }]) => files.has(file) && !alive.has(key))
      .map(([, mutant]) => `survivors.json: no such survivor any more: ${show(mutant)}`),
  ];
}

function place({ file, start: { line }, status }) {
  return `${file}:${line}: ${status === "NoCoverage" ? "no test runs this" : "no test notices"}`;
}

/** As it would stand in the list. */
function show({ file, mutator, from, to }) {
  return JSON.stringify({ file, mutator, from, to });
}
