// npm run fuzz: every target for some time, from its seeds and the kept corpus. docs/security.md says what it is for.
//   --seconds N    for each target (60)       --target NAME  only those whose names contain it
//   --seed N       of the random choices (the time)          --jobs N  processes at once (1)
//   --planted      the planted faults instead, each of which has to be found; with --blind without coverage to go by
//   --keep         adds what reached something new to the corpus     --document  writes the figures into docs/security.md
import { parseArgs } from "node:util";
import { close } from "../../system/runtimes/totals.mjs";
import { writeFigures } from "../figures.mjs";
import { buildSession, buildTarget } from "./build.mjs";
import { addToCorpus, keptInputs } from "./corpus.mjs";
import { faults } from "./faults.mjs";
import { describeFaults, describeHunts } from "./report.mjs";
import { runSession } from "./sessions.mjs";
import { sessions } from "./targets.mjs";

const flag = /** @type {const} */ ({ type: "boolean", default: false });
const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    target: { type: "string", default: "" },
    jobs: { type: "string", default: "1" },
    planted: flag,
    blind: flag,
    keep: flag,
    document: flag,
  },
});
const [seconds, seed, jobs] = [Number(options.seconds), Number(options.seed), Number(options.jobs)];
if (![seconds, seed, jobs].every((number) => number > 0))
  throw new Error("--seconds, --seed and --jobs are numbers above 0");

const session = await buildSession();
const failures = [];
const wanted = (options.planted ? faults : sessions).filter(({ name }) => name.includes(options.target));
if (wanted.length === 0)
  throw new Error(`no ${options.planted ? "fault" : "target"} has ${options.target} in its name`);
console.log(`${wanted.length} ${options.planted ? "faults" : "targets"}, ${seconds} s each, seed ${seed}`);

const results = [];
const queue = wanted.entries();
const work = async () => {
  for (const [at, one] of queue) results[at] = await (options.planted ? findFault(one) : runTarget(one));
};
await Promise.all(Array.from({ length: jobs }, () => work()));

if (options.document)
  writeFigures(
    options.planted ? "fuzzing-planted" : "fuzzing",
    (options.planted ? describeFaults : describeHunts)(results, options),
  );
close(options.planted ? "fuzz_planted" : "fuzz", wanted.length - failures.length, failures);

/** A target on src/ as it is: it has to find nothing. */
async function runTarget(one) {
  const report = await runSession(session, {
    ...(await buildTarget(one)),
    kept: keptInputs(one.target),
    seconds,
    seed,
    guided: true,
  });
  const finding = findingOf(report);
  if (finding !== undefined) {
    addToCorpus(one.target, [finding.input]);
    failures.push(
      `${one.name}: ${finding.message}\n  ${shown(finding.input)}\n  It is in the corpus now, which test/tools/fuzz/corpus.test.ts runs.`,
    );
  } else if (options.keep) addToCorpus(one.target, report.corpus ?? []);
  console.log(
    `${finding === undefined ? "ok" : "FOUND"} ${one.name}: ${report.runs} runs, ${report.reached} of ${report.size} places reached, ${report.found} inputs found on the way`,
  );
  return { ...one, ...report };
}

/** A target on src/ with a fault: it has to find it. The kept corpus would know too much. */
async function findFault(fault) {
  const report = await runSession(session, {
    ...(await buildTarget(fault, fault, `planted-${faults.indexOf(fault)}`)),
    kept: [],
    seconds,
    seed,
    guided: !options.blind,
  });
  const finding = findingOf(report);
  if (finding === undefined && !options.blind)
    failures.push(`${fault.name}: planted, and not found in ${report.runs} runs`);
  const how =
    finding === undefined
      ? `not found in ${report.runs} runs`
      : report.runs <= (report.seeds ?? 0)
        ? `by a seed: ${finding.message}`
        : `in run ${report.runs}: ${finding.message}`;
  console.log(
    `${finding === undefined ? "MISSED" : "ok"} ${fault.name}: ${how}\n  ${finding === undefined ? "" : shown(finding.input)}`,
  );
  return { ...fault, ...report, found: finding !== undefined };
}

/** What broke an invariant, or the process. */
function findingOf(report) {
  return report.finding ?? (report.message === undefined ? undefined : report);
}

function shown(input) {
  return JSON.stringify(Buffer.from(input, "base64").toString("latin1")).slice(0, 200);
}
