// npm run test:size: what a program that imports a few names from the packed tarball has to load, and what it must not hold.
// With `--explain ROW`, or `--explain NAME,NAME`: where the bytes come from, of src/ as it is.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
installTools();

const [mode, row] = process.argv.slice(2);
if (mode === "--explain" && row !== undefined) {
  const { explain } = await import("./explain.mjs");
  await explain(row);
} else if (mode === undefined) {
  const { check } = await import("./check.mjs");
  await check();
} else {
  throw new Error("usage: node test/size/run.mjs [--explain ROW]");
}

/** What `npm ci` gave this package, up to date or not there yet. */
function installTools() {
  const state = (path) => { try { return readFileSync(`${here}${path}`, "utf8"); } catch { return undefined; } };
  const lock = state("package-lock.json");
  if (state("node_modules/.installed-lock") === lock) return;
  console.log("installing the bundlers of test/size");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here, stdio: ["ignore", "inherit", "inherit"] });
  writeFileSync(`${here}node_modules/.installed-lock`, lock);
}
