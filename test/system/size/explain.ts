// npm run size:explain -- ROW, or NAME,NAME: where the bytes of one row, or of these names, come from, by file and by declaration of src/
// as it is.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { folder, root } from "../runtimes/project.mjs";
import { bundle, gzipped, makers } from "./bundlers.ts";
import { entry, rows } from "./rows.ts";
import { contributions, type Contribution } from "./sources.ts";

/** Built beside dist/, and without types: for trying out, not for releasing. */
function build(): string {
  const project = folder("explain");
  const target = join(project, "node_modules/mintmark");
  mkdirSync(target, { recursive: true });
  cpSync(join(root, "package.json"), join(target, "package.json"));
  execFileSync(
    join(root, "node_modules/.bin/tsup"),
    ["--no-dts", "--silent", "--format", "esm", "--out-dir", join(target, "dist")],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  return project;
}

async function explain(name: string): Promise<void> {
  const { imports, from } = rows.find((row) => row.name === name) ?? { imports: name.split(/[ ,+]+/) };
  const project = build();
  for (const bundler of makers) {
    const made = await bundle(bundler, { project, name: "explained", text: entry(imports, from), minified: true });
    console.log(`${bundler}: ${gzipped(made.code)} bytes gzipped, ${Buffer.byteLength(made.code)} minified`);
  }
  const made = await bundle("esbuild", { project, name: "explained", text: entry(imports, from), minified: true });
  print(
    "\nby file (gzipped without it, minified)",
    contributions(made, ({ file }) => file),
  );
  print(
    "\nby declaration",
    contributions(made, ({ file, declaration }) => `${file} ${declaration}`),
  );
}

function print(title: string, found: readonly Contribution[]): void {
  console.log(title);
  for (const { name, bytes, gzipped: less } of found)
    console.log(`${String(less).padStart(6)} ${String(bytes).padStart(6)}  ${name}`);
}

const [name] = process.argv.slice(2);
if (name === undefined) throw new Error("usage: npm run size:explain -- ROW");
await explain(name);
