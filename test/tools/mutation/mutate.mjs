// One run of the mutation tester: what became of each mutant.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { isExplained, survived } from "./survivors.mjs";

/** What is not needed to run the tests of src/: it would only be copied. */
const leftOut = [
  "docs/{api,playground,site}",
  "benchmarks",
  "dist",
  "coverage",
  "test/{tools/mutation/survivors.json,system/{packaging,playground,runtimes,services,size}}",
];

/**
 * @param sources files of src/ in one layer, `:line-line` for a part of one
 * @param known what became, in an earlier run, of mutants of files that are the same since: those that were noticed are not made again
 * @param {(results: object[]) => void} keep is given what is known after each look: a run of hours that is ended is gone on with from there
 */
export async function mutate({ name, parts, further }, sources, known = [], keep = () => undefined) {
  const seen = new Set(known.map(({ file }) => file));
  let results = [...known];
  for (const part of parts) {
    const unseen = sources.filter((source) => part.sources.includes(source.split(":")[0]) && !seen.has(source));
    if (unseen.length > 0) results.push(...(await run(unseen, part.mirror)));
    keep(results);
  }
  const all = [...new Set([...parts.flatMap(({ mirror }) => mirror), ...further])];
  // What survives the tests that mirror its file meets those of all that run it. Code that runs once for all, such as what makes a decoder
  // that is kept, looks as if only the first test had run it: so what is left then meets every test, in modules that it was in from the start.
  for (const every of [false, true]) {
    const doubtful = results.filter((mutant) => survived(mutant) && !isExplained(mutant));
    if (doubtful.length === 0) break;
    const tests = every ? "every test" : "those that run them, of all tests";
    console.log(`${doubtful.length} of ${results.length} mutants are left: now ${tests} that are asked about ${name}`);
    const again = new Map(
      (await run([...new Set(doubtful.map(range))], all, every)).map((mutant) => [identity(mutant), mutant]),
    );
    results = results.map((mutant) => (doubtful.includes(mutant) ? (again.get(identity(mutant)) ?? mutant) : mutant));
    keep(results);
  }
  return results;
}

async function run(mutants, tests, every = false) {
  process.env.ASKED_TESTS = JSON.stringify({ tests, every });
  /** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
  const options = {
    mutate: mutants,
    testRunner: "vitest-whole-files",
    vitest: { configFile: "test/tools/mutation/vitest.config.mjs", related: false },
    plugins: [
      "@stryker-mutator/vitest-runner",
      "./test/tools/mutation/whole-files.mjs",
      "./test/tools/mutation/ignore-messages.mjs",
    ],
    ignorers: ["error-messages"],
    coverageAnalysis: "perTest",
    concurrency: 2,
    // Beyond what the tests take without a mutant: a busy machine must not look like an endless loop.
    timeoutMS: 20_000,
    ignorePatterns: leftOut,
    tempDirName: "coverage/mutation/sandbox",
    reporters: ["progress-append-only"],
    allowConsoleColors: false,
    // Each of them has a default.
    warnings: /** @type {import("@stryker-mutator/api/core").WarningOptions} */ ({ slow: false }),
    logLevel: /** @type {import("@stryker-mutator/api/core").LogLevel} */ ("warn"),
  };
  const results = await new Stryker(options).runMutationTest();
  return results.filter(({ status }) => status !== "Ignored").map(describe);
}

/** A mutant by what it does to its line, so that it is known again when lines have moved. */
function describe({ fileName, location: { start, end }, mutatorName, replacement, status }) {
  const file = relative(process.cwd(), fileName);
  const lines = readFileSync(file, "utf8").split("\n");
  const [first = "", last = ""] = [lines[start.line - 1], lines[end.line - 1]];
  const to = `${first.slice(0, start.column - 1)}${replacement}${last.slice(end.column - 1)}`;
  return { file, start, end, mutator: mutatorName, from: first.trim(), to: to.replace(/\s+/g, " ").trim(), status };
}

/** As the mutation tester wants it: columns from 0, the last one outside. */
function range({ file, start, end }) {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}

function identity({ file, start, end, mutator, to }) {
  return JSON.stringify([file, start, end, mutator, to]);
}
