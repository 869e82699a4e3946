// Packages that depend on jsonwebtoken, installed with the override of the guide, each used as its own guide does.
import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { folder, root } from "../../runtimes/project.mjs";

/** Uses each package with the packed library. Returns the names of those that work, and a line for each that does not. */
export async function useDropIn(library) {
  const project = folder("drop-in");
  const run = async (command, ...given) =>
    (await promisify(execFile)(command, given, { cwd: project, encoding: "utf8", timeout: 120_000 })).stdout;
  const bridge = join(project, "bridge.tgz");
  try {
    await run(process.execPath, join(root, ".ci/pack-bridge.mjs"), bridge);
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));
    const overrides = { jsonwebtoken: `file:${bridge}`, mintmark: `file:${library}` };
    writeFileSync(join(project, "package.json"), JSON.stringify({ ...manifest, overrides }));
    await run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "--prefer-offline");
    copyFileSync(join(import.meta.dirname, "use.mjs"), join(project, "use.mjs"));
    const lines = (await run(process.execPath, "use.mjs")).trim().split("\n");
    console.log(lines.join("\n"));
    return {
      passed: lines.filter((line) => line.startsWith("ok ")),
      failures: lines.filter((line) => !line.startsWith("ok ")),
    };
  } catch (error) {
    const { message, stderr = "" } = /** @type {Error & { stderr?: string }} */ (error);
    return { passed: [], failures: [`mintmark-jsonwebtoken: ${message}${stderr}`] };
  }
}
