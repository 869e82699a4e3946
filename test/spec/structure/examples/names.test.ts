// What stands in code font and looks like a name is one. (names.ts says what counts.)
import { describe, expect, it } from "vitest";
import { isKnown, unknownNames, wordOf } from "./names.ts";
import { pageNames } from "./pages.ts";

describe("every name is one:", () => {
  it.each(pageNames)("%s", (name) => {
    expect(unknownNames(name)).toEqual([]);
  });

  it.each(["verifyToken", "importKey2()", "token_broken", "JwtFailure", "expires_in"])("%s would be seen", (text) => {
    expect(wordOf(text)).toBeDefined();
    expect(isKnown(wordOf(text) ?? "", "README.md")).toBe(false);
  });
});
