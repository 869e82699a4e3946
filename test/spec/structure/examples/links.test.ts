// Every relative link leads to a file that is there, and where it names a heading, to a heading.
import { describe, expect, it } from "vitest";
import { deadLinks, leadsSomewhere } from "./links.ts";
import { pageNames } from "./pages.ts";

describe("every link leads somewhere:", () => {
  it.each(pageNames)("%s", (name) => {
    expect(deadLinks(name)).toEqual([]);
  });

  it.each(["no-such-page.md", "README.md#no-such-heading", "src/no-such-file.ts", "#no-such-heading"])(
    "%s would be seen",
    (target) => {
      expect(leadsSomewhere(target, "README.md")).toBe(false);
    },
  );
});
