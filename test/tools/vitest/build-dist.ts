// Tests that import "mintmark" run what is published. This builds it, only when it is missing or outdated.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: object };
const made = Object.keys(exports)
  .filter((entry) => !entry.endsWith(".json"))
  .map((entry) => (entry === "." ? "index" : entry.slice(2)))
  .flatMap((name) => ["js", "cjs", "d.ts", "d.cts"].map((form) => `dist/${name}.${form}`))
  .concat("dist/cli.js");
const madeFrom = ["package.json", "tsconfig.json", "tsup.config.ts"];

export default function buildDist(): void {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).map((name) =>
    join("src", name),
  );
  const newestSource = Math.max(...[...madeFrom, ...sources].map(changed));
  if (Math.min(...made.map(changed)) > newestSource) return;

  console.log("dist is missing or older than src: building");
  execFileSync("npm", ["run", "build", "--silent", "--", "--silent"], { cwd: root, stdio: "inherit" });
}

/** Milliseconds; 0 for what is not there. */
function changed(name: string): number {
  return statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
