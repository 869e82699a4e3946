// What is in the tarball, and how the tools that judge packages judge it.
import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createProject, folder, root, tool } from "../runtimes/project.mjs";
import { runIn } from "./modules.mjs";

export function contentChecks({ path: tarball, files }) {
  const project = createProject("contents", tarball);
  const installed = join(project, "node_modules/mintmark");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

  return [
    [
      "npm pack: what users need and nothing else",
      () => {
        const others = files.filter((file) => !/^dist\/[\w/-]+\.(?:js|cjs|d\.ts|d\.cts)(?:\.map)?$/.test(file));
        assert.deepEqual(others.sort(), ["LICENSE", "README.md", "package.json"]);
        assert.deepEqual(
          files.filter((file) => /test|\bsrc\b|spec|fixture|tsconfig/i.test(file)),
          [],
        );
      },
    ],
    [
      "npm pack: everything that package.json names",
      () => {
        const named = JSON.stringify([
          manifest.exports,
          manifest.main,
          manifest.module,
          manifest.types,
          manifest.typesVersions,
          manifest.bin,
        ]).match(/(?<=")\.?\/?dist\/[^"*]+/g);
        for (const file of named) assert.ok(existsSync(join(installed, file)), file);
      },
    ],
    [
      "npm pack: the command line runs as it is, and no other entry holds any of it",
      async () => {
        assert.equal(
          await runIn(project, process.execPath, [join(installed, manifest.bin.mintmark), "--version"]),
          `${manifest.version}\n`,
        );
        assert.match(readFileSync(join(installed, manifest.bin.mintmark), "utf8"), /^#!\/usr\/bin\/env node\n/);
        const holding = files.filter(
          (file) =>
            file.endsWith(".map") &&
            JSON.parse(readFileSync(join(installed, file), "utf8")).sources.some((source) =>
              source.includes("src/cli/"),
            ),
        );
        assert.deepEqual(holding, ["dist/cli.js.map"]);
      },
    ],
    [
      "npm pack: source maps hold the sources that they point to",
      () => {
        for (const file of files.filter((name) => /\.c?js$/.test(name))) {
          const [, map] = /\/\/# sourceMappingURL=(.+)\s*$/.exec(readFileSync(join(installed, file), "utf8")) ?? [];
          const { sources, sourcesContent } = JSON.parse(
            readFileSync(join(installed, dirname(file), map ?? "missing"), "utf8"),
          );
          assert.ok(
            sources.every((_, at) => typeof sourcesContent?.[at] === "string"),
            map,
          );
        }
        for (const file of files.filter((name) => /\.d\.c?ts$/.test(name)))
          assert.ok(!readFileSync(join(installed, file), "utf8").includes("sourceMappingURL"), file);
      },
    ],
    [
      "package.json: no dependency but frameworks that may be there, and no script that runs when it is installed",
      () => {
        const { dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies, scripts } = manifest;
        assert.deepEqual([dependencies, optionalDependencies], [undefined, undefined]);
        // Every framework is an entry of its own.
        for (const name of Object.keys(peerDependencies)) assert.ok(`./${name}` in manifest.exports, name);
        for (const name of Object.keys(peerDependencies))
          assert.deepEqual(peerDependenciesMeta[name], { optional: true }, name);
        for (const name of ["preinstall", "install", "postinstall", "prepare"]) assert.ok(!(name in scripts), name);
      },
    ],
    [
      "JSR: types that need no inference, the same version and entries, and everything that deno publish checks without the network",
      async () => {
        const source = folder("jsr");
        for (const name of ["src", "jsr.json", "README.md", "LICENSE"])
          cpSync(join(root, name), join(source, name), { recursive: true });
        const jsr = JSON.parse(readFileSync(join(source, "jsr.json"), "utf8"));
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
    ],
    [
      "publint --strict",
      () => runIn(project, process.execPath, [join(tool("publint"), "src/cli.js"), "run", tarball, "--strict"]),
    ],
    [
      "attw (are the types wrong?)",
      () =>
        runIn(project, process.execPath, [
          join(tool("@arethetypeswrong/cli"), "dist/index.js"),
          tarball,
          "--no-color",
          "--no-emoji",
        ]),
    ],
  ];
}
