// The rules that hold the words of docblocks: what they refuse and what they let through.
import { Linter } from "eslint";
import { expect, it } from "vitest";
import { openers } from "../../../eslint.config.js";

const findings = (code: string, filename = "src/jwt/planted.ts"): string[] =>
  new Linter().verify(code, [openers], filename).flatMap(({ ruleId }) => ruleId ?? []); // a file of no room has a warning without a rule
const [opener, ofFunction] = ["docblocks/match-description", "functions/match-description"];

it.each([
  ["/** What a token says. */\nexport interface Claims {}", [opener]],
  ["/** How keys are selected. */", [opener]],
  ["/**\n * Whether a key signs.\n *\n * @throws never\n */\nexport const signs = true;", [opener]],
  ["interface Claims {\n  /** Until when. */\n  exp: number;\n}", [opener]],
  ["/** As `verify`. */\nexport function verifySync() {}", [opener, ofFunction]],
  ["/** The key's length. */\nfunction lengthOf() {}", [ofFunction]],
  ["/** Return the length. */\nexport function* lengthOf() {}", [ofFunction]],
  ["/** Returns it.\n * @param keys of a set */\nfunction first(key: string) {}", ["docblocks/check-param-names"]],
  ["/** Returns it.\n * @thorws never */\nfunction first() {}", ["docblocks/check-tag-names"]],
])("refuses %j", (code, rules) => {
  expect(findings(code)).toEqual(rules);
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
  expect(findings("/** What is wrong. */", "src/errors.ts")).toEqual([opener]);
  expect(findings("/** What is wrong. */", "src/cli/planted.ts")).toEqual([]);
});
