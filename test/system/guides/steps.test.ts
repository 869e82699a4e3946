// The reader of guides sees what is written, and notices what is not as it says.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isSeen, isSeenAmong, readGuide } from "./steps.ts";

const fenced = (info: string, code: string): string => `\`\`\`${info}\n${code}\n\`\`\`\n`;

it("sections, and which of them begin in an empty folder", () => {
  const guide = `# T\n\n${fenced("sh", "ls")}\n## A\n\n${fenced("sh", "npm install mintmark zod")}\n## B\n\n${fenced("sh", "deno add npm:mintmark")}\n## C\n\nnpx mintmark\n`;
  expect(readGuide(guide).map(({ title, startsEmpty }) => [title, startsEmpty])).toEqual([
    ["beginning", false],
    ["A", true],
    ["B", true],
    ["C", false],
  ]);
  expect(readGuide(fenced("sh", "npm install mintmark"))).toMatchObject([{ installs: true, startsEmpty: false }]);
});

it.each([
  ["command", fenced("sh", "ls")],
  ["server", fenced("sh", "npx serve # keeps running")],
  ["file", fenced("js", "// app/main.mjs\n1;")],
  ["file", fenced("ts verifier", "// verifier.ts\n1;")],
  ["file", fenced("html", "<!-- index.html -->\n<p>")],
  ["program", fenced("ts", "// a remark\n1;")],
  ["shown", fenced("ts no-run", "1;")],
  ["shown", fenced("console", "$ ls")],
  ["shown", fenced("", "a drawing")],
  ["elsewhere", fenced("ts express", "1;")],
  ["page", "Now open <http://localhost:8000/>:"],
])("%s: %j", (kind, markdown) => {
  expect(readGuide(markdown)[0]!.steps).toMatchObject([{ kind }]);
});

it("what is seen belongs to the step before", () => {
  const [section] = readGuide(
    `${fenced("sh", "ls")}\nprints\n\n${fenced("text", "a.txt")}\n${fenced("ts", 'console.log(1); // 1\nconsole.log("b"); // b')}`,
  );
  expect(section!.steps).toMatchObject([
    { kind: "command", sight: "a.txt\n" },
    { kind: "program", sight: "1\nb\n" },
  ]);
});

it.each([
  ["user_123", "user_123\n", true],
  ["user_123", "user_124", false],
  ["user_123", "user_123\nWarning: something else", false],
  ["until 1795489168", "until 1795489999", true],
  ["Ready in …", "Ready in 2.4s", true],
  ["a.c", "abc", false],
])("%j and %j seen: %s", (sight, output, expected) => {
  expect(isSeen(sight, output)).toBe(expected);
});

it.each([
  ["two\nfour", "one\ntwo\nthree\nfour", true],
  ["four\ntwo", "one\ntwo\nthree\nfour", false],
  ["two", "", false],
])("%j among %j: %s", (sight, output, expected) => {
  expect(isSeenAmong(sight, output)).toBe(expected);
});

it("what the guides install is pinned by number", () => {
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
