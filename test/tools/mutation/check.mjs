// The layers that were asked for, one after the other: their scores, and whether every survivor is explained.
import { close } from "../../system/runtimes/totals.mjs";
import { writeRow } from "./document.mjs";
import { layerNamed, layerOf, layers, sourcesOf } from "./layers.mjs";
import { mutate } from "./mutate.mjs";
import { keep, resultsOf } from "./results.mjs";
import { faultsOf, isExplained, survived } from "./survivors.mjs";

/** The least score of a layer in percent, explained survivors counted against it. */
const leastScore = 95;

/** What .ci/run has the time for. */
const short = ["encoding", "src/base/duration.ts", "src/jwt/token-cache.ts"];

export async function check(words) {
  const again = words.includes("--again");
  const isShort = words.includes("--short");
  const names = isShort ? short : words.filter((word) => !word.startsWith("--"));
  const jobs = names.length === 0 ? layers.map(whole) : names.map(jobNamed);
  const failures = [];
  let files = 0;
  for (const job of jobs) {
    const known = again ? resultsOf(job.layer, job.sources) : [];
    const results = await mutate(job.layer, job.sources, known, (found) => {
      if (job.isLayer) keep(job.layer, found);
    });
    const mutated = new Set(results.map(({ file }) => file));
    const score = scoreOf(results, mutated.size);
    console.log(`\n${job.name}: ${JSON.stringify(score)}\n`);
    failures.push(...faultsOf(results, job.lines ? new Set() : mutated));
    if (!job.lines && score.percent < leastScore)
      failures.push(
        `${job.name}: ${score.percent.toFixed(1)} % of the mutants were noticed, expected ${leastScore} % or more`,
      );
    if (job.isLayer && !isShort) writeRow(job.name, score);
    files += mutated.size;
  }
  // As many checks as files: a file's survivors are all explained, or not.
  close("mutation", Math.max(0, files - failures.length), failures);
}

const whole = (layer) => ({ name: layer.name, layer, sources: sourcesOf(layer), isLayer: true, lines: false });

/** A layer by its name, or a file, or `file:line-line`. */
function jobNamed(name) {
  if (!name.startsWith("src/")) return whole(layerNamed(name));
  const [file, lines] = name.split(":");
  return { name, layer: layerOf(file), sources: [name], isLayer: false, lines: lines !== undefined };
}

function scoreOf(results, files) {
  const count = (test) => results.filter(test).length;
  const [killed, timeouts, invalid] = ["Killed", "Timeout", "RuntimeError"].map((status) =>
    count((mutant) => mutant.status === status),
  );
  const [survivors, explained] = [count(survived), count((mutant) => survived(mutant) && isExplained(mutant))];
  const mutants = results.length - invalid;
  return { files, mutants, killed, timeouts, survivors, explained, percent: (100 * (killed + timeouts)) / mutants };
}
