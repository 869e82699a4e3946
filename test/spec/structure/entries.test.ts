// An entry is decided in `exports` of package.json. Files that cannot read it, being JSON for others' tools, have to agree.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, it } from "vitest";
import { isAdapter, sources } from "../../../entries.mjs";

/** JSON, with the comments that TypeScript and TypeDoc allow. */
const read = (path: string): unknown => {
  const { config } = ts.parseConfigFileTextToJson(
    path,
    readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"),
  );
  return config;
};
const manifest = read("package.json") as {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly typesVersions: Readonly<Record<string, unknown>>;
};

/** Adapters are their frameworks' guests: JSR has none of them, and tests import them from their source. */
const portable = [...sources].filter(([name]) => !isAdapter(name));

it("each entry has both formats, with declarations of its own name", () => {
  for (const name of sources.keys()) {
    const file = `./dist/${name || "index"}`;
    expect(manifest.exports[name === "" ? "." : `./${name}`]).toEqual({
      import: { types: `${file}.d.ts`, default: `${file}.js` },
      require: { types: `${file}.d.cts`, default: `${file}.cjs` },
    });
  }
});

it("typesVersions, for compilers that do not read exports", () => {
  expect(manifest.typesVersions).toEqual({
    "*": Object.fromEntries(
      [...sources.keys()].filter((name) => name !== "").map((name) => [name, [`./dist/${name}.d.cts`]]),
    ),
  });
});

it("jsr.json", () => {
  const { exports } = read("jsr.json") as { readonly exports: unknown };
  expect(exports).toEqual(
    Object.fromEntries(portable.map(([name, file]) => [name === "" ? "." : `./${name}`, `./${file}`])),
  );
});

it("paths of test/tsconfig.json", () => {
  const { compilerOptions } = read("test/tsconfig.json") as { readonly compilerOptions: { readonly paths: unknown } };
  expect(compilerOptions.paths).toEqual(
    Object.fromEntries(portable.map(([name, file]) => [name === "" ? "mintmark" : `mintmark/${name}`, [`../${file}`]])),
  );
});
