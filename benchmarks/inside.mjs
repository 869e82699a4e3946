/**
 * Measures inside one runtime and prints one line of JSON for each case:
 * `inside.mjs '{"ids": ["hs256/sign/sync"], "rounds": 15, "slice": 8}'`.
 */

import { findCases } from "./cases.mjs";
import { contest, timed } from "./contest.mjs";
import { contestants } from "./contestants.mjs";

/**
 * The types are of an older Node.js.
 *
 * @typedef {{ threadCpuUsage?: () => NodeJS.CpuUsage }} NewerProcess
 */
const { threadCpuUsage } = /** @type {NewerProcess} */ (process);
const { ids, busy, ...effort } = JSON.parse(process.argv[2] ?? "");

for (const testCase of findCases(ids)) {
  const operations = await contestants(testCase);
  if (!operations.has("mintmark")) continue;
  const contenders = new Map(
    [...operations].map(([name, operation]) => [
      name,
      timed(operation, testCase, busy && testCase.mode === "sync" && threadCpuUsage ? ownTime : undefined),
    ]),
  );
  console.log(JSON.stringify({ id: testCase.id, times: await contest(contenders, effort) }));
}

/** What this thread had of the processor, whoever else wanted it. Newer Node.js only. */
function ownTime() {
  if (threadCpuUsage === undefined) throw new Error("this Node.js does not know what a thread had of the processor");
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}
