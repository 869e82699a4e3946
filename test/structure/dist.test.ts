// What is published: the same names in both formats, declarations for every runtime, maps with their sources.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";

const dist = new URL("../../dist/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, dist), "utf8");

it("exports the same names to import and to require", async () => {
  const required = createRequire(import.meta.url)("mintmark") as object;
  expect(Object.keys(required).sort()).toEqual(Object.keys(await import("mintmark")).sort());
});

it.each(["index.d.ts", "index.d.cts"])("%s names nothing that only Node.js declares", (name) => {
  const declarations = read(name).replace(/\/\*[^]*?\*\//g, "");
  expect(declarations).not.toMatch(/\bnode:|\bBuffer\b|\bNodeJS\.|reference types/);
});

it.each(["index.js.map", "index.cjs.map"])("%s holds the sources", (name) => {
  const { sources, sourcesContent } = JSON.parse(read(name)) as { sources: string[]; sourcesContent: string[] };
  expect(sourcesContent).toHaveLength(sources.length);
  expect(sourcesContent.every((source) => source.length > 0)).toBe(true);
});

it.each(["index.js", "index.cjs"])("%s is neither minified nor rewritten for older runtimes", (name) => {
  expect(read(name)).toMatch(/\n {2}\S/);
  expect(read(name)).not.toMatch(/_optionalChain|_nullishCoalesce/);
});
