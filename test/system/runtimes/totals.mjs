// The closing line of a run, and the same for .ci/run: a file in the shape of Vitest's JSON report.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

export function close(name, passed, failures) {
  for (const failure of failures) console.log(`FAILED ${failure}`);
  mkdirSync(join(root, "coverage"), { recursive: true });
  writeFileSync(
    join(root, `coverage/${name}.json`),
    JSON.stringify({ numPassedTests: passed, numFailedTests: failures.length }),
  );
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
