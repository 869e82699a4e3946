// What is in the tarball, and how the tools that judge packages judge it.
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ProvidedContext } from "vitest";
import { createProject, folder, root, tool } from "../runtimes/project.mjs";
import { runIn, type Check } from "./modules.ts";

interface Manifest {
  readonly version: string;
  readonly bin: { readonly mintmark: string };
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>;
  readonly dependencies?: unknown;
  readonly optionalDependencies?: unknown;
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly unknown[];
}

export function contentChecks({ path: tarball, files }: ProvidedContext["packed"]): readonly Check[] {
  const project = createProject("contents", tarball);
  const installed = join(project, "node_modules/mintmark");
  const read = (name: string): string => readFileSync(join(installed, name), "utf8");
  const manifest = JSON.parse(read("package.json")) as Manifest;

  return [
    {
      name: "npm pack: what users need and nothing else",
      run() {
        const others = files.filter((file) => !/^dist\/[\w/-]+\.(?:js|cjs|d\.ts|d\.cts)(?:\.map)?$/.test(file));
        assert.deepEqual(others.sort(), ["LICENSE", "README.md", "package.json"]);
        assert.deepEqual(
          files.filter((file) => /test|\bsrc\b|spec|fixture|tsconfig/i.test(file)),
          [],
        );
      },
    },
    {
      name: "npm pack: the command line runs as it is, and no other entry holds any of it",
      async run() {
        assert.equal(
          await runIn(project, process.execPath, [join(installed, manifest.bin.mintmark), "--version"]),
          `${manifest.version}\n`,
        );
        const holding = files.filter(
          (file) =>
            file.endsWith(".map") &&
            (JSON.parse(read(file)) as SourceMap).sources.some((source) => source.includes("src/cli/")),
        );
        assert.deepEqual(holding, ["dist/cli.js.map"]);
      },
    },
    {
      name: "npm pack: source maps hold the sources that they point to",
      run() {
        for (const file of files.filter((name) => /\.c?js$/.test(name))) {
          const [, map] = /\/\/# sourceMappingURL=(.+)\s*$/.exec(read(file)) ?? [];
          const { sources, sourcesContent } = JSON.parse(read(join(dirname(file), map ?? "missing"))) as SourceMap;
          assert.ok(
            sources.every((_, at) => typeof sourcesContent?.[at] === "string"),
            map,
          );
        }
        for (const file of files.filter((name) => /\.d\.c?ts$/.test(name)))
          assert.ok(!read(file).includes("sourceMappingURL"), file);
      },
    },
    {
      name: "package.json: no dependency but frameworks that may be there, and no script that runs when it is installed",
      run() {
        const { dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies, scripts } = manifest;
        assert.deepEqual([dependencies, optionalDependencies], [undefined, undefined]);
        // Every framework is an entry of its own.
        for (const name of Object.keys(peerDependencies)) assert.ok(`./${name}` in manifest.exports, name);
        for (const name of Object.keys(peerDependencies))
          assert.deepEqual(peerDependenciesMeta[name], { optional: true }, name);
        for (const name of ["preinstall", "install", "postinstall", "prepare"]) assert.ok(!(name in scripts), name);
      },
    },
    {
      name: "JSR: types that need no inference, the same version and entries, and everything that deno publish checks without the network",
      async run() {
        const source = folder("jsr");
        for (const name of ["src", "jsr.json", "README.md", "LICENSE"])
          cpSync(join(root, name), join(source, name), { recursive: true });
        const jsr = JSON.parse(readFileSync(join(source, "jsr.json"), "utf8")) as Manifest;
        assert.equal(jsr.version, manifest.version);
        // But for the frameworks, which JSR has no packages of.
        assert.deepEqual(
          Object.keys(jsr.exports),
          Object.keys(manifest.exports).filter(
            (path) => path !== "./package.json" && !Object.hasOwn(manifest.peerDependencies, path.slice(2)),
          ),
        );
        await runIn(source, tool("@deno/linux-x64-glibc/deno"), ["publish", "--dry-run", "--allow-dirty"]);
      },
    },
    // That every file is there which exports, main, module and bin name, and that the command line says who runs it.
    {
      name: "publint --strict",
      run: () => runIn(project, process.execPath, [join(tool("publint"), "src/cli.js"), "run", tarball, "--strict"]),
    },
    // That types and typesVersions name declarations that are there, for every way to resolve modules.
    {
      name: "attw (are the types wrong?)",
      run: () =>
        runIn(project, process.execPath, [
          join(tool("@arethetypeswrong/cli"), "dist/index.js"),
          tarball,
          "--no-color",
          "--no-emoji",
        ]),
    },
  ];
}
