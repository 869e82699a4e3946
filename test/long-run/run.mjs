// npm run test:long-run [-- --seconds N] [-- --document]: an application under mixed load, while keys rotate, its key set's server fails and
// Redis is killed; then the same for a short time with planted leaks. Ten minutes, unless told otherwise.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const { values: { seconds, document } } = parseArgs({ options: { seconds: { type: "string", default: "600" }, document: { type: "boolean", default: false } } });
if (!(Number(seconds) >= 20)) throw new Error("--seconds: 20 at least, or there is nothing to see");

installTools();
const { status } = spawnSync(process.execPath, [
  `${root}node_modules/vitest/vitest.mjs`, "run", "--config", "test/long-run/vitest.config.ts",
  "--reporter=default", "--reporter=./test/structure/report-skipped.ts", "--reporter=json", "--outputFile.json=coverage/long_run.json",
], { cwd: root, stdio: "inherit", env: { ...process.env, LONG_RUN_SECONDS: seconds, ...(document && { LONG_RUN_DOCUMENT: "true" }) } });
process.exitCode = status ?? 1;

/** What `npm ci` gave this package, up to date or not there yet. */
function installTools() {
  const state = (path) => { try { return readFileSync(`${here}${path}`, "utf8"); } catch { return undefined; } };
  const lock = state("package-lock.json");
  if (state("node_modules/.installed-lock") === lock) return;
  console.log("installing the Redis client of test/long-run");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here, stdio: ["ignore", "inherit", "inherit"] });
  writeFileSync(`${here}node_modules/.installed-lock`, lock);
}
