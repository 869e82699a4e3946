// The layers that were asked for, one after the other: their scores, and whether every survivor is explained.
import { mkdirSync, writeFileSync } from "node:fs";
import { close } from "../runtimes/totals.mjs";
import { writeRow } from "./document.mjs";
import { layerNamed, layerOf, layers } from "./layers.mjs";
import { mutate } from "./mutate.mjs";
import { faultsOf, isExplained, survived } from "./survivors.mjs";

/** The least score of a layer in percent, explained survivors counted against it. */
const leastScore = 95;

/** What .ci/run has the time for. */
const short = ["encoding", "src/duration.ts", "src/jwt/token-cache.ts"];

export async function check(names) {
  const wanted = names.includes("--short") ? short : names;
  const parts = wanted.length === 0 ? layers.map(whole) : wanted.map(partNamed);
  const failures = [];
  let files = 0;
  for (const part of parts) {
    const results = await mutate(part.layer, part.sources);
    keep(part.layer, results);
    const mutated = new Set(results.map(({ file }) => file));
    const score = scoreOf(results, mutated.size);
    console.log(`\n${part.name}: ${JSON.stringify(score)}\n`);
    failures.push(...faultsOf(results, part.lines ? new Set() : mutated));
    if (!part.lines && score.percent < leastScore) failures.push(`${part.name}: ${score.percent.toFixed(1)} % of the mutants were noticed, expected ${leastScore} % or more`);
    if (part.isLayer && wanted !== short) writeRow(part.name, score);
    files += mutated.size;
  }
  // As many checks as files: a file's survivors are all explained, or not.
  close("mutation", Math.max(0, files - failures.length), failures);
}

const whole = (layer) => ({ name: layer.name, layer, sources: layer.sources, isLayer: true, lines: false });

/** A layer by its name, or a file, or `file:line-line`. */
function partNamed(name) {
  if (!name.startsWith("src/")) return whole(layerNamed(name));
  const [file, lines] = name.split(":");
  return { name, layer: layerOf(file), sources: [name], isLayer: false, lines: lines !== undefined };
}

function scoreOf(results, files) {
  const count = (test) => results.filter(test).length;
  const [killed, timeouts, invalid] = ["Killed", "Timeout", "RuntimeError"].map((status) => count((mutant) => mutant.status === status));
  const [survivors, explained] = [count(survived), count((mutant) => survived(mutant) && isExplained(mutant))];
  const mutants = results.length - invalid;
  return { files, mutants, killed, timeouts, survivors, explained, percent: (100 * (killed + timeouts)) / mutants };
}

/** For whoever wants to look at them again: coverage/ is not committed. */
function keep({ name }, results) {
  mkdirSync("coverage/mutation", { recursive: true });
  writeFileSync(`coverage/mutation/${name}.json`, JSON.stringify(results, undefined, 1));
}
