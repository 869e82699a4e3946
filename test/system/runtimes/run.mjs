// npm run test:runtimes [-- name …]: the conformance suite on every runtime, from the packed tarball; then the tokens of each on
// each other one. With names, only the runtimes whose names contain one of them; the documentation is written when all have run.
import { whyNoBrowser } from "../browsers/programs.mjs";
import { createSuiteProject, pack } from "./project.mjs";

const { runtimes } = await import("./runtimes.mjs");
const { table, writeSection } = await import("./document.mjs");
const { close } = await import("./totals.mjs");

const wanted = process.argv.slice(2);
const chosen = runtimes
  .filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .filter(hasPrograms);

const project = createSuiteProject(pack().path);
const open = [];
let results;
try {
  const started = await twoAtATime(chosen, start);
  const minted = started.flatMap(({ minted: own }) => (Array.isArray(own) ? own : []));
  results = await twoAtATime(started, (one) => exchange(one, minted));
} finally {
  await Promise.all(open.map((session) => session.close()));
}

const rows = runtimes
  .filter(({ name }) => chosen.some((one) => one.name === name))
  .map(({ name }) => {
    const { version, suite, exchanged, insecure } = results.find((result) => result.name === name);
    const passed = ({ cases, failures }) => `${cases - failures.length} of ${cases}`;
    return [
      name,
      version,
      String(suite.present.length),
      suite.missing.join(", "),
      spelled(suite),
      passed(suite),
      passed(exchanged),
      insecure === undefined ? "" : passed(insecure),
    ];
  });
const text = table(
  [
    "Runtime",
    "Version",
    "Algorithms",
    "Refused as `unsupported_algorithm`",
    "Synchronous",
    "Cases passed",
    "Tokens of all runtimes",
    "Page without `crypto.subtle`",
  ],
  rows,
);
console.log(`\n${text}`);
if (chosen.length === runtimes.length) writeSection("runtimes", text);

const parts = results.flatMap(({ name, suite, exchanged, insecure }) =>
  [suite, exchanged, insecure].filter(Boolean).map((part) => ({ name, ...part })),
);
const failures = parts.flatMap(({ name, failures: found }) =>
  found.map((failure) => `${name}: ${failure.name}: ${failure.error}`),
);
close("runtimes", parts.reduce((sum, { cases }) => sum + cases, 0) - failures.length, failures);

/** Runs the suite, and mints. The session stays open for the tokens of the others. */
async function start({ name, open: openSession, page, sync }) {
  const since = Date.now();
  const session = await openSession(project);
  open.push(session);
  const ask = answerOf(session);
  const suite = { present: [], missing: [], sync: [], ...(await ask("conformance")) };
  const unexpected = suite.present.filter(
    (alg) => !alg.startsWith("ML-DSA") && sync.test(alg) !== suite.sync.includes(alg),
  );
  suite.cases++;
  if (unexpected.length > 0)
    suite.failures.push({ name: "synchronous forms", error: `not as promised for ${unexpected.join(", ")}` });
  const minted = await ask("mint");
  console.log(
    `${name} ${session.version}: ${suite.cases - suite.failures.length} of ${suite.cases} cases in ${((Date.now() - since) / 1000).toFixed(1)} s`,
  );
  return { name, page, version: session.version, ask, suite, minted };
}

async function exchange({ ask, minted: own, ...one }, minted) {
  const exchanged = await ask("check", minted);
  if (!Array.isArray(own)) {
    exchanged.cases += own.cases;
    exchanged.failures.push(...own.failures);
  }
  return { ...one, exchanged, insecure: one.page ? await ask("insecure") : undefined };
}

/** A runtime that ends in the middle has failed one case, and the others go on. */
function answerOf(session) {
  return async (call, argument) => {
    try {
      return await session.ask(call, argument);
    } catch (error) {
      return { cases: 1, failures: [{ name: call, error: String(error) }] };
    }
  };
}

function spelled({ present, sync }) {
  if (sync.length === 0) return "none";
  if (sync.length === present.length) return "all";
  return sync.every((name) => name.startsWith("HS"))
    ? "HMAC"
    : `all but ${present.filter((name) => !sync.includes(name)).join(", ")}`;
}

/** A runtime keeps one core busy, and there are two. */
async function twoAtATime(items, run) {
  const results = new Array(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) results[at] = await run(item);
  };
  const ends = await Promise.allSettled([worker(), worker()]); // both, so that no session is opened after the closing
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}

/**
 * Names what Debian still has to give. In CI that is a failure: nothing is left out there.
 *
 * @param {{ name: string, needs?: readonly string[] }} runtime `needs`: programs on the path
 */
function hasPrograms({ name, needs = [] }) {
  const reason = whyNoBrowser(name, needs);
  if (reason !== undefined) console.error(reason);
  return reason === undefined;
}
