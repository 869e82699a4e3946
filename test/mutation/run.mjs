// npm run test:mutation [-- name …]: changes src/ in every small way there is, and sees whether a test notices. A name is a layer,
// or a file of src/, with `:line-line` for a part of it. With --short: what .ci/run has the time for. With --again: after tests were added,
// only what survived the last run of a layer, and files that changed since.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
installTools();
process.chdir(join(here, "../..")); // where the mutation tester looks for everything
const { check } = await import("./check.mjs");
await check(process.argv.slice(2));

/** What `npm ci` gave this package, up to date or not there yet. */
function installTools() {
  const state = (name) => { try { return readFileSync(join(here, name), "utf8"); } catch { return undefined; } };
  const lock = state("package-lock.json");
  if (state("node_modules/.installed-lock") === lock) return;
  console.log("installing the mutation tester of test/mutation");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here, stdio: ["ignore", "inherit", "inherit"] });
  writeFileSync(join(here, "node_modules/.installed-lock"), lock);
}
