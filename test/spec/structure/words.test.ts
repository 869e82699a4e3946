// The rule that holds the openers of docblocks: what it refuses and what it lets through.
import { Linter } from "eslint";
import { expect, it } from "vitest";
import { openers } from "../../../eslint.config.js";

const findings = (code: string, filename = "src/jwt/planted.ts"): string[] =>
  new Linter().verify(code, [openers], filename).flatMap(({ ruleId }) => ruleId ?? []); // a file of no room has a warning without a rule
const rule = "words/docblock-openers";

it.each([
  "/** What a token says. */\nexport interface Claims {}",
  "/** How keys are selected. */",
  "/**\n * Whether a key signs.\n *\n * @throws never\n */\nexport const signs = true;",
  "interface Claims {\n  /** Until when. */\n  exp: number;\n}",
  "/** As `verify`. */\nexport function verifySync() {}",
  "/** The key's length. */\nfunction lengthOf() {}",
  "/** Return the length. */\nexport function* lengthOf() {}",
])("refuses %j", (code) => {
  expect(findings(code)).toEqual([rule]);
});

it.each([
  "/** Claims of a token. */\nexport interface Claims {}",
  "/** Returns the length. What it means is told elsewhere. */\nexport function lengthOf() {}",
  "/** Assets of a page. */\nexport const assets = 1;",
  "/** `crypto.subtle`. */\nexport const subtle = 1;",
  "/** @inline */\ntype Inner = 1;",
  "// What a plain comment says is free\nfunction inner() {}",
])("lets %j through", (code) => {
  expect(findings(code)).toEqual([]);
});

it("holds in errors.ts too, and in no room that has not joined", () => {
  expect(findings("/** What is wrong. */", "src/errors.ts")).toEqual([rule]);
  expect(findings("/** What is wrong. */", "src/cli/planted.ts")).toEqual([]);
});
