// The packages under test/ that a newcomer does not need: installed by the command that needs them, and again when their lockfile changes.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Gives a package of tests what its lockfile says, unless that is there already. */
export function installTools(folder) {
  const read = (path) => {
    try {
      return readFileSync(join(folder, path), "utf8");
    } catch {
      return undefined;
    }
  };
  const lock = read("package-lock.json");
  const installed = "node_modules/.installed-lock";
  if (read(installed) === lock) return;
  console.log(`installing the tools of ${relative(root, folder)}`);
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
  writeFileSync(join(folder, installed), lock);
}
