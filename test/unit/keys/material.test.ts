// Members of keys that every copy of the package has to know by the same names.
import { expect, it } from "vitest";
import { material, reasonForNone, signText, verifyText } from "../../../src/keys/material.ts";

it.each([
  ["signText", signText],
  ["verifyText", verifyText],
  ["material", material],
  ["reasonForNone", reasonForNone],
])("%s is registered under its own name", (name, symbol) => {
  expect(Symbol.keyFor(symbol)).toBe(`mintmark.${name}`);
});
