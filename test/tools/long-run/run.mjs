// npm run test:long-run [-- --seconds N] [-- --document]: an application under mixed load, while keys rotate, its key set's server fails and
// Redis is killed; then the same for a short time with planted leaks. Ten minutes, unless told otherwise.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const {
  values: { seconds, document },
} = parseArgs({
  options: { seconds: { type: "string", default: "600" }, document: { type: "boolean", default: false } },
});
if (!(Number(seconds) >= 20)) throw new Error("--seconds: 20 at least, or there is nothing to see");

const { status } = spawnSync(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    "run",
    "--config",
    "test/tools/long-run/vitest.config.ts",
    "--reporter=default",
    "--reporter=./test/tools/vitest/report-skipped.ts",
    "--reporter=json",
    "--outputFile.json=coverage/long_run.json",
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, LONG_RUN_SECONDS: seconds, ...(document && { LONG_RUN_DOCUMENT: "true" }) },
  },
);
process.exitCode = status ?? 1;
