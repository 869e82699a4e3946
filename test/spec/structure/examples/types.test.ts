// Every example compiles against the published declarations, those that no test can run included.
import { expect, it } from "vitest";
import { docblockExamples, pageBlocks } from "./blocks.ts";
import { Examples } from "./program.ts";

const compiled = ["ts", "tsx", "js", "mjs", "cjs"];

it("every example compiles", { timeout: 60_000 }, () => {
  const examples = new Examples(
    pageBlocks.filter(({ language }) => compiled.includes(language)),
    docblockExamples,
  );
  expect(examples.errors()).toEqual([]);
});

it("the README's examples compile in a project that is not strict", { timeout: 60_000 }, () => {
  const readme = pageBlocks.filter(({ file, language }) => file === "README.md" && compiled.includes(language));
  expect(readme.length).toBeGreaterThan(3);
  expect(new Examples(readme, [], { strict: false }).errors()).toEqual([]);
});

it("an example with a mistake does not", { timeout: 60_000 }, () => {
  const code =
    'import { HS256, sign, generateSecret } from "mintmark";\n\nawait sign({ sub: "user_123" }, await generateSecret(HS256), { expiresin: "15m" });\n';
  const planted = new Examples([{ file: "docs/planted.md", line: 10, language: "ts", info: "no-run", code }], []);
  expect(planted.errors()).toEqual([expect.stringMatching(/^docs\/planted\.md:12 .*'expiresin' does not exist/)]);
});
