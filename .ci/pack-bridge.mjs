// node .ci/pack-bridge.mjs FILE: packs mintmark-jsonwebtoken, the package to override jsonwebtoken with. Its version, what it depends on and where
// it comes from are read from package.json, and stand nowhere else.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const root = join(import.meta.dirname, "..");
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node .ci/pack-bridge.mjs FILE");
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

const { version, license, engines, homepage, bugs, repository } = read(join(root, "package.json"));
const folder = mkdtempSync(join(tmpdir(), "mintmark-bridge-"));
try {
  cpSync(join(root, "docs/migrating/mintmark-jsonwebtoken"), folder, { recursive: true });
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  const manifest = {
    ...read(join(folder, "package.json")),
    // It is private where it stands: nobody publishes it from there.
    private: undefined,
    // In the range that jsonwebtoken's users ask for, and with this very version behind it.
    version: version.replace(/^\d+/, "9"),
    dependencies: { mintmark: version },
    ...{ license, engines, homepage, bugs, repository },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const npm = (...given) =>
    execFileSync("npm", given, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  copyFileSync(join(folder, npm("pack", "--ignore-scripts", "--silent").trim()), file);
} finally {
  rmSync(folder, { recursive: true });
}
