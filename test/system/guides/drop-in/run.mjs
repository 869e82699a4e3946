// npm run test:drop-in: packages that depend on jsonwebtoken, installed with the override of the guide, each used as its own guide does.
// Not in CI: it installs two hundred packages.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../../../..");
const project = mkdtempSync(join(tmpdir(), "mintmark-drop-in-"));
const run = (command, given) =>
  execFileSync(command, given, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const pack = (folder) =>
  join(project, run("npm", ["pack", folder, "--ignore-scripts", "--silent", "--pack-destination", project]).trim());

try {
  const [library, bridge] = [pack(root), pack(join(root, "docs/migrating/mintmark-jsonwebtoken"))];
  const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const overrides = { jsonwebtoken: `file:${bridge}`, mintmark: `file:${library}` };
  writeFileSync(join(project, "package.json"), JSON.stringify({ ...manifest, overrides }));
  run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]);
  copyFileSync(join(here, "use.mjs"), join(project, "use.mjs"));
  process.stdout.write(run(process.execPath, ["use.mjs"]));
} finally {
  rmSync(project, { recursive: true });
}
