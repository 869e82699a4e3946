// What is published: the same names in both formats, declarations for every runtime, maps with their sources.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { declarationsOf, entries } from "./examples/entries.ts";

const dist = new URL("../../../dist/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, dist), "utf8");
/** Files of each entry that runs everywhere, such as `index.js`: the adapters are their frameworks'. */
const published = (...extensions: readonly string[]): readonly string[] =>
  entries.flatMap((entry) => extensions.map((extension) => basename(declarationsOf(entry), ".d.ts") + extension));

it.each(entries)("%s exports the same names to import and to require", async (entry) => {
  const required = createRequire(import.meta.url)(entry) as object;
  const imported = (await import(entry)) as object;
  // A default that is the module itself is not listed: a copy of the object would hold the object.
  const names = Object.keys(required).concat(Object.hasOwn(required, "default") ? "default" : []);
  expect(names).not.toEqual([]);
  expect(names.sort()).toEqual(Object.keys(imported).sort());
});

it.each(published(".d.ts", ".d.cts"))("%s names nothing that only Node.js declares", (name) => {
  const declarations = read(name).replace(/\/\*[^]*?\*\//g, "");
  expect(declarations).not.toMatch(/\bnode:|\bBuffer\b|\bNodeJS\.|reference types/);
});

it.each(published(".js.map", ".cjs.map"))("%s holds the sources", (name) => {
  const { sources, sourcesContent } = JSON.parse(read(name)) as { sources: string[]; sourcesContent: string[] };
  expect(sourcesContent).toHaveLength(sources.length);
  expect(sourcesContent.every((source) => source.length > 0)).toBe(true);
});

it.each(published(".js", ".cjs"))("%s is neither minified nor rewritten for older runtimes", (name) => {
  expect(read(name)).toMatch(/\n {2}\S/);
  expect(read(name)).not.toMatch(/_optionalChain|_nullishCoalesce/);
});
