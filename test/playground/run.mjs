// npm run test:playground [-- name …]: the page in real browsers. With names, only the browsers whose names contain one of them.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
installTools();
const { checkPlayground } = await import("./check.mjs");
await checkPlayground(process.argv.slice(2));

/** What `npm ci` gave this package, up to date or not there yet. */
function installTools() {
  const state = (path) => { try { return readFileSync(`${here}${path}`, "utf8"); } catch { return undefined; } };
  const lock = state("package-lock.json");
  if (state("node_modules/.installed-lock") === lock) return;
  console.log("installing the tools of test/playground");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here, stdio: ["ignore", "inherit", "inherit"] });
  writeFileSync(`${here}node_modules/.installed-lock`, lock);
}
