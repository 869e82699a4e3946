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
  install(folder);
  writeFileSync(join(folder, installed), lock);
}

/** Runs `npm ci`, which waits for ever where a connection to the registry is lost: after three minutes it is begun again, twice at most. */
function install(folder, attempts = 3) {
  try {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
      timeout: 180_000,
      killSignal: "SIGKILL",
    });
  } catch (error) {
    if (attempts === 1) throw error;
    console.log(`npm ci: ${error.code ?? error.message}, again`);
    install(folder, attempts - 1);
  }
}

// node test/tools/install-tools.mjs FOLDER
if (process.argv[1] === import.meta.filename && process.argv[2] !== undefined)
  installTools(join(root, process.argv[2]));
