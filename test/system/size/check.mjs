// The sizes against their limits, the contents against their rules, and the table in docs/sizes.md.
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { table } from "../runtimes/document.mjs";
import { createProject, pack, root } from "../runtimes/project.mjs";
import { close } from "../runtimes/totals.mjs";
import { bundle, bundlers, gzipped } from "./bundlers.mjs";
import { foundAgainst, rules } from "./contents.mjs";
import { entry, rows } from "./rows.mjs";
import { filesOf } from "./sources.mjs";

const require = createRequire(import.meta.url);
const budgets = JSON.parse(readFileSync(new URL("budgets.json", import.meta.url), "utf8"));
const makers = Object.keys(bundlers);

export async function check() {
  const project = createProject("size", pack().path);
  symlinkSync(join(root, "node_modules/jose"), join(project, "node_modules/jose"));
  const make = (bundler, text, minified = true) => bundle(bundler, { project, name: "bundled", text, minified });
  const report = reporter();

  const measured = [];
  for (const row of rows) measured.push({ ...row, ...(await checkRow(row, make, report)) });
  await checkPlants(make, report);
  await checkAlone(project, make, report);

  console.log(
    `\n${table(
      ["kB, minified and gzipped", "target", "limit", ...makers, "jose"],
      measured.map(({ name, sizes, jose }) => {
        const { target, limit } = budgets.rows[name];
        return [
          name,
          target === null ? "" : kB(1000 * target),
          kB(1000 * limit),
          ...sizes.map(kB),
          jose === undefined ? "" : kB(jose),
        ];
      }),
    )}`,
  );
  writePage(measured);
  close("size", report.passed(), report.failures);
}

function reporter() {
  const failures = [];
  let checks = 0;
  return {
    failures,
    passed: () => checks - failures.length,
    expect(holds, message) {
      checks++;
      if (!holds) failures.push(message);
    },
  };
}

/** The sizes of a row by each bundler, and the smallest that jose comes to. */
async function checkRow({ name, from, imports, holds, lacks, jose }, make, { expect }) {
  const limit = 1000 * budgets.rows[name].limit;
  const sizes = [];
  for (const bundler of makers) {
    const text = entry(imports, from);
    const [minified, readable] = [await make(bundler, text), await make(bundler, text, false)];
    const size = gzipped(minified.code);
    sizes.push(size);
    expect(size <= limit, `${name}, ${bundler}: ${size} bytes, the limit is ${limit}`);
    for (const [form, made] of Object.entries({ minified, readable })) {
      expect(filesOf(made).has(holds), `${name}, ${bundler}, ${form}: nothing of ${holds} in the map`);
      for (const rule of lacks) {
        const { files, words } = foundAgainst(rule, made);
        expect(
          files.length + words.length === 0,
          `${name}, ${bundler}, ${form}: ${rules[rule].says}, but ${[...files, ...words].join(", ")}`,
        );
      }
    }
  }
  const joses = [];
  for (const bundler of jose === undefined ? [] : makers)
    joses.push(gzipped((await make(bundler, entry(jose, "jose"))).code));
  return { sizes, jose: joses.length === 0 ? undefined : Math.min(...joses) };
}

/** Each rule has to find what breaks it, in the map and in the text, or it would pass anything. */
async function checkPlants(make, { expect }) {
  for (const [rule, { planted }] of Object.entries(rules)) {
    const row = rows.find(({ lacks }) => lacks.includes(rule));
    const others = row.from === undefined ? planted.filter((name) => !row.imports.includes(name)) : planted;
    const text = entry(row.imports, row.from) + entry(others);
    for (const bundler of makers) {
      for (const minified of [true, false]) {
        const { files, words } = foundAgainst(rule, await make(bundler, text, minified));
        expect(
          files.length > 0 && words.length > 0,
          `${row.name} with ${planted.join(" and ")}, ${bundler}: not found to hold what it must not`,
        );
      }
    }
  }
}

/** What one name brings with it, and what the package leaves in a program that uses nothing of it. */
async function checkAlone(project, make, { expect }) {
  const names = Object.keys(await import(pathToFileURL(join(project, "node_modules/mintmark/dist/index.js")))).sort();
  const made = [];
  for (const name of names) {
    const { code } = await make("esbuild", entry([name]));
    made.push(`${name} ${gzipped(code)}`);
  }
  console.log(`\nEach name alone, bytes minified and gzipped by esbuild: ${made.join(", ")}`);
  for (const [name, limit] of Object.entries(budgets.alone)) {
    const text = name === "nothing" ? 'import "mintmark";\n' : entry([name]);
    for (const bundler of makers) {
      const size = Buffer.byteLength((await make(bundler, text)).code.trim());
      expect(size <= limit, `${name} alone, ${bundler}: ${size} bytes minified, the limit is ${limit}`);
    }
  }
}

const kB = (bytes) => (bytes / 1000).toFixed(2);

function writePage(measured) {
  const file = join(root, "docs/sizes.md");
  const [start, end] = ["<!-- sizes -->", "<!-- /sizes -->"];
  const [before, rest] = readFileSync(file, "utf8").split(start);
  const [, after] = rest.split(end);
  const code = (names, from) =>
    names[0] === "*"
      ? `everything${from === undefined ? "" : ` of \`${from}\``}`
      : names.map((name) => `\`${name}\``).join(", ");
  const text = table(
    ["Imported", ...makers, "CI refuses more than", `jose ${require("jose/package.json").version}`],
    measured.map(({ name, from, imports, sizes, jose }) => [
      code(imports, from),
      ...sizes.map(kB),
      kB(1000 * budgets.rows[name].limit),
      jose === undefined ? "" : kB(jose),
    ]),
  );
  writeFileSync(file, `${before}${start}\n\n${text}\n\n${end}${after}`);
}
