// npm run test:size [-- -t TEXT]: what a program that imports a few names from the packed tarball has to load, and what it must not
// hold. When every row is within its limit, the table in docs/sizes.md is written.
import { readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, inject, it } from "vitest";
import { table, writeSection } from "../runtimes/document.mjs";
import { createProject, root } from "../runtimes/project.mjs";
import { bundle, gzipped, makers, type Bundle, type Bundler } from "./bundlers.ts";
import { foundAgainst, rules } from "./contents.ts";
import { entry, rows, type Row } from "./rows.ts";
import { filesOf } from "./sources.ts";

interface Budgets {
  /** kB of 1000 bytes, minified and gzipped. */
  readonly rows: Readonly<Record<string, { readonly target: number | null; readonly limit: number }>>;
  /** Bytes, minified, of a name alone. */
  readonly alone: Readonly<Record<string, number>>;
}

const budgets = JSON.parse(readFileSync(new URL("budgets.json", import.meta.url), "utf8")) as Budgets;
const project = createProject("size", inject("packed").path);
symlinkSync(join(root, "node_modules/jose"), join(project, "node_modules/jose"));

const forms = ["minified", "readable"] as const;
type Form = (typeof forms)[number];

const make = (bundler: Bundler, text: string, form: Form = "minified"): Promise<Bundle> =>
  bundle(bundler, { project, name: "bundled", text, minified: form === "minified" });

/** Bytes of the rows within their limits, by name and bundler. */
const measured = new Map<string, Map<Bundler, number>>(rows.map(({ name }) => [name, new Map()]));

for (const { name, from, imports, holds, lacks } of rows) {
  describe(name, () => {
    const limit = Math.round(1000 * budgets.rows[name]!.limit);

    describe.each(makers)("%s", (bundler) => {
      /** Made once, by the first test that asks. */
      const made = new Map<Form, Promise<Bundle>>();
      const madeIn = (form: Form): Promise<Bundle> => {
        const bundled = made.get(form) ?? make(bundler, entry(imports, from), form);
        made.set(form, bundled);
        return bundled;
      };

      it(`has at most ${limit} bytes, gzipped`, async () => {
        const size = gzipped((await madeIn("minified")).code);
        expect(size).toBeLessThanOrEqual(limit);
        measured.get(name)!.set(bundler, size);
      });

      describe.each(forms)("%s", (form) => {
        it(`holds ${holds}, by its map`, async () => {
          expect(filesOf(await madeIn(form))).toContain(holds);
        });

        for (const rule of lacks) {
          it(`holds ${rules[rule].says}`, async () => {
            expect(foundAgainst(rules[rule], await madeIn(form))).toEqual({ files: [], words: [] });
          });
        }
      });
    });
  });
}

// Each rule has to find what breaks it, in the map and in the text, or it would pass anything.
describe.each(Object.entries(rules))("the rule of %s", (rule, { planted, ...sought }) => {
  const row = rows.find(({ lacks }) => lacks.some((name) => name === rule))!;
  const others = row.from === undefined ? planted.filter((name) => !row.imports.includes(name)) : planted;
  const text = entry(row.imports, row.from) + entry(others);

  describe.each(makers)("%s", (bundler) => {
    it.each(forms)(`%s, finds ${planted.join(" and ")} in a bundle of ${row.name}`, async (form) => {
      const { files, words } = foundAgainst({ planted, ...sought }, await make(bundler, text, form));
      expect(files).not.toEqual([]);
      expect(words).not.toEqual([]);
    });
  });
});

describe("alone", () => {
  describe.each(Object.entries(budgets.alone))("%s", (name, limit) => {
    it.each(makers)(`%s: at most ${limit} bytes, minified`, async (bundler) => {
      const text = name === "nothing" ? 'import "mintmark";\n' : entry([name]);
      expect(Buffer.byteLength((await make(bundler, text)).code.trim())).toBeLessThanOrEqual(limit);
    });
  });

  it("every name can be bundled, by esbuild", async () => {
    const library = (await import(
      /* @vite-ignore */ pathToFileURL(join(project, "node_modules/mintmark/dist/index.js")).href
    )) as object;
    const sizes = [];
    for (const name of Object.keys(library).sort()) {
      const { code } = await make("esbuild", entry([name]));
      expect(code).toMatch(new RegExp(`\\b${name}\\b`));
      sizes.push(`${name} ${gzipped(code)}`);
    }
    console.log(`Each name alone, bytes minified and gzipped by esbuild: ${sizes.join(", ")}`);
  });
});

afterAll(async () => {
  if (![...measured.values()].every(({ size }) => size === makers.length)) return;
  const joses = new Map<string, number>();
  for (const { name, jose } of rows) if (jose !== undefined) joses.set(name, await smallest(entry(jose, "jose")));
  const cellsOf = (name: string): readonly string[] => makers.map((bundler) => kB(measured.get(name)!.get(bundler)));
  const limitOf = (name: string): string => kB(1000 * budgets.rows[name]!.limit);

  console.log(
    table(
      ["kB, minified and gzipped", "target", "limit", ...makers, "jose"],
      rows.map(({ name }) => {
        const { target } = budgets.rows[name]!;
        return [name, target === null ? "" : kB(1000 * target), limitOf(name), ...cellsOf(name), kB(joses.get(name))];
      }),
    ),
  );
  const { version } = createRequire(import.meta.url)("jose/package.json") as { readonly version: string };
  writeSection(
    "sizes",
    table(
      ["Imported", ...makers, "CI refuses more than", `jose ${version}`],
      rows.map((row) => [imported(row), ...cellsOf(row.name), limitOf(row.name), kB(joses.get(row.name))]),
    ),
    "docs/sizes.md",
  );
});

/** Bytes that the best of the bundlers comes to. */
async function smallest(text: string): Promise<number> {
  const sizes = [];
  for (const bundler of makers) sizes.push(gzipped((await make(bundler, text)).code));
  return Math.min(...sizes);
}

const kB = (bytes: number | undefined): string => (bytes === undefined ? "" : (bytes / 1000).toFixed(2));

function imported({ imports, from }: Row): string {
  if (imports[0] !== "*") return imports.map((name) => `\`${name}\``).join(", ");
  return `everything${from === undefined ? "" : ` of \`${from}\``}`;
}
