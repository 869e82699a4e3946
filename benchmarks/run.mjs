/**
 * `npm run bench`: everything, on every runtime; writes docs/performance.md.
 *
 *   npm run bench -- --runtime node24,bun --case hs256,rs256/sign --quick
 *
 * A selection is only printed. `--busy`, for a machine that does other things, measures synchronous cases on
 * Node.js 24 and 26 in the thread's own processor time. `--check` compares the ratios with those in
 * baseline.json, `--save-baseline` writes that file. `--render` writes the document again from the last full run;
 * `--renew`, with `--runtime` alone, measures all that is of these runtimes again and puts it in the place of what that run had.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem, type as system } from "node:os";
import { parseArgs } from "node:util";
import { checkBaseline, saveBaseline } from "./baseline.mjs";
import { groupsOf, selectCases } from "./cases.mjs";
import { writeDocument } from "./report/document.mjs";
import { printTables } from "./report/print.mjs";
import { measure, runDropIn, runScale, runtimes, versionOf } from "./runtimes.mjs";
import { compare } from "./statistics.mjs";

const list = /** @type {const} */ ({ type: "string", multiple: true });
const { values: options } = parseArgs({
  options: {
    runtime: { ...list, default: [] },
    case: { ...list, default: [] },
    quick: { type: "boolean" },
    busy: { type: "boolean" },
    check: { type: "boolean" },
    "save-baseline": { type: "boolean" },
    render: { type: "boolean" },
    renew: { type: "boolean" },
    rounds: { type: "string" },
    slice: { type: "string" },
  },
});
const split = (texts) => texts.flatMap((text) => text.split(","));
const wantedRuntimes = options.runtime.length > 0 ? split(options.runtime) : Object.keys(runtimes);
const wantedCases = selectCases(split(options.case));
const effort = {
  rounds: Number(options.rounds ?? (options.quick ? 7 : 15)),
  slice: Number(options.slice ?? (options.quick ? 4 : 5)),
};
const everything = options.runtime.length === 0 && options.case.length === 0 && !options.quick && !options.busy;
const stored = new URL("results.json", import.meta.url);
if (options.renew && (options.case.length > 0 || options.quick || options.busy))
  throw new Error("--renew: whole runtimes only, as carefully as the rest");

if (options.render) {
  writeDocument(JSON.parse(readFileSync(stored, "utf8")));
} else {
  const results = await measureAll();
  printTables(results);
  if (everything || options.renew) {
    const whole = everything ? results : renewed(JSON.parse(readFileSync(stored, "utf8")), results);
    writeFileSync(stored, JSON.stringify(whole));
    writeDocument(whole);
  }
  if (options["save-baseline"]) saveBaseline(results);
  if (options.check) process.exitCode = await checkBaseline(results, measureRuntime);
}

async function measureAll() {
  const started = Date.now();
  const results = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    versions: versions(),
    effort,
    runtimes: {},
  };
  for (const runtime of wantedRuntimes) results.runtimes[runtime] = await measureRuntime(runtime, wantedCases);
  if (everything) {
    results.scale = {};
    for (const script of ["event-loop", "heap", "cores", "length"]) {
      progress(`scale: ${script}`);
      results.scale[script] = await runScale(script);
    }
    progress("drop-in");
    results.dropIn = await runDropIn();
  }
  progress("");
  return { ...results, seconds: Math.round((Date.now() - started) / 1000) };
}

/** A run with some runtimes measured anew. The versions have to be the same. */
function renewed(last, { date, versions: now, seconds, runtimes: again }) {
  if (JSON.stringify(last.versions) !== JSON.stringify(now))
    throw new Error("--renew: the last full run was of other versions");
  return { ...last, date, seconds: last.seconds + seconds, runtimes: { ...last.runtimes, ...again } };
}

/** Every group in a process of its own, so that none inherits what the engine learnt from another. */
async function measureRuntime(runtime, cases) {
  const measured = {};
  for (const group of groupsOf(cases).values()) {
    const ids = group.map(({ id }) => id);
    progress(`${runtime}: ${ids[0]}`);
    for await (const { id, times } of measure(runtime, { ids, busy: options.busy, ...effort })) {
      measured[id] = compare(times);
      progress(`${runtime}: ${id}`);
    }
  }
  return measured;
}

function machine() {
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${system()} ${process.arch}`;
}

function versions() {
  const packages = ["jose", "fast-jwt", "jsonwebtoken", "hono", "@tsndr/cloudflare-worker-jwt"];
  return Object.fromEntries(
    [...packages, ...Object.values(runtimes).map((runtime) => runtime.package)].map((name) => [name, versionOf(name)]),
  );
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
