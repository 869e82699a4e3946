// npm run test:size -- --explain ROW: where the bytes of one row come from, by file and by declaration.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { folder, root } from "../runtimes/project.mjs";
import { bundle, bundlers, gzipped } from "./bundlers.mjs";
import { entry, rows } from "./rows.mjs";
import { contributions } from "./sources.mjs";

/** Built beside dist/, and without types: for trying out, not for releasing. */
export function build() {
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

export async function explain(name) {
  const row = rows.find((one) => one.name === name) ?? { imports: name.split(/[ ,+]+/) };
  const project = build();
  const results = new Map();
  for (const bundler of Object.keys(bundlers)) {
    results.set(
      bundler,
      await bundle(bundler, { project, name: "explained", text: entry(row.imports, row.from), minified: true }),
    );
  }
  for (const [bundler, { code }] of results)
    console.log(`${bundler}: ${gzipped(code)} bytes gzipped, ${Buffer.byteLength(code)} minified`);
  const made = results.get("esbuild");
  print(
    "\nby file (gzipped without it, minified)",
    contributions(made, ({ file }) => file),
  );
  print(
    "\nby declaration",
    contributions(made, ({ file, declaration }) => `${file} ${declaration}`),
  );
}

function print(title, found) {
  console.log(title);
  for (const { name, bytes, gzipped: less } of found)
    console.log(`${String(less).padStart(6)} ${String(bytes).padStart(6)}  ${name}`);
}
