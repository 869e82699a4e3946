// docs/security.md and test/spec/threats name the same faults: a reader goes from an advisory to the test that answers it, and back.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const page = read("docs/security.md");

/** The outermost describes of a file of test/spec/threats. */
const titlesOf = (file: string): readonly string[] =>
  [...read(`test/spec/threats/${file}.test.ts`).matchAll(/^describe\("((?:[^"\\]|\\.)*)"/gm)].map(
    ([, title]) => JSON.parse(`"${title!}"`) as string,
  );
const files = readdirSync(new URL("../threats", import.meta.url))
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => name.replace(".test.ts", ""));

const section = (heading: string): string => page.split(`\n## ${heading}`)[1]!.split("\n## ")[0]!;
const rows = (heading: string): readonly (readonly string[])[] =>
  section(heading)
    .split("\n")
    .filter((line) => /^\| (?!---)/.test(line))
    .slice(1)
    .map((line) => line.slice(2, -2).split(" | "));
const linked = (cell: string): readonly string[] =>
  [...cell.matchAll(/\]\(\.\.\/test\/spec\/threats\/([\w-]+)\.test\.ts\)/g)].map(([, file]) => file!);

/** A fault's title as its tests have it: with the advisories, where they have names that can be searched for. */
const faults = rows("Published faults").map(([fault, seen, here, answered]) => ({
  fault: fault!,
  here: here!,
  files: linked(answered!),
  title: /[A-Z]+-\d|GHSA|#\d/.test(seen!) ? `${fault!} (${seen!})` : fault!,
}));

describe("the table of published faults", () => {
  it("has them all", () => {
    expect(faults.length).toBeGreaterThanOrEqual(40);
  });

  it.each(faults)("$fault: each file that is named has a test of this title", ({ files: named, title, here }) => {
    expect(here).not.toBe("");
    expect(named.length).toBeGreaterThan(0);
    for (const file of named) expect(titlesOf(file), file).toContain(title);
  });

  it.each(files)("every test of threats/%s is named in it, or in the table of RFC 8725", (file) => {
    const named = new Set([
      ...faults.filter((row) => row.files.includes(file)).map(({ title }) => title),
      ...rows("RFC 8725")
        .filter((row) => linked(row[3]!).includes(file))
        .map((row) => row[3]!.split(": [")[0]!),
    ]);
    expect(titlesOf(file).filter((title) => !named.has(title))).toEqual([]);
  });
});

describe("the table of RFC 8725", () => {
  it("has every section of the best practices", () => {
    expect(rows("RFC 8725").map(([number]) => number!.split(" ")[0])).toEqual(
      Array.from({ length: 15 }, (_, n) => `3.${String(n + 1)}`),
    );
  });

  it.each(rows("RFC 8725").map((row) => [row[0]!, row[3]!] as const))(
    "%s is answered by a test that exists",
    (_number, answered) => {
      const title = answered.split(": [")[0]!;
      for (const file of linked(answered))
        expect(
          titlesOf(file).some((one) => one === title || one.startsWith(`${title} (`)),
          answered,
        ).toBe(true);
      expect(linked(answered)).toHaveLength(1);
    },
  );
});

it("every file that the page links to is there", () => {
  const targets = [...page.matchAll(/\]\(([^)#\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !target.startsWith("https:"));
  expect(targets.length).toBeGreaterThan(50);
  expect(targets.filter((target) => !existsSync(new URL(`../../../docs/${target}`, import.meta.url)))).toEqual([]);
});

it.each(["timing", "hostile", "differential", "stricter", "fuzzing", "mutation", "long-runs"])(
  "the figures of %s have their place, once",
  (name) => {
    expect(page.split(`<!-- ${name} -->`)).toHaveLength(2);
    expect(page.split(`<!-- /${name} -->`)).toHaveLength(2);
  },
);
