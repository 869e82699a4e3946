// The reference, as it was made for the site: each export is in it, each name is one, and each link leads somewhere.
import { describe, expect, it } from "vitest";
import { deadLinks } from "../../spec/structure/examples/links.ts";
import { unknownNames } from "../../spec/structure/examples/names.ts";
import { read, referenceNames } from "../../spec/structure/examples/pages.ts";

describe.each(referenceNames)("%s", (name) => {
  it("has names that are there", () => {
    expect(unknownNames(name)).toEqual([]);
  });

  it("has links that lead somewhere", () => {
    expect(deadLinks(name)).toEqual([]);
  });
});

it("has every export", async () => {
  const headings = referenceNames.flatMap((name) =>
    [...read(name).matchAll(/^## ([\w\\]+)/gm)].map(([, word]) => word!.replaceAll("\\", "")),
  );
  const { exports } = JSON.parse(read("package.json")) as { exports: Readonly<Record<string, unknown>> };
  const entries = Object.keys(exports).filter((path) => !path.endsWith(".json"));
  expect(referenceNames.length).toBeGreaterThan(entries.length);
  for (const entry of entries) {
    const names = Object.keys((await import(/* @vite-ignore */ `mintmark${entry.slice(1)}`)) as object);
    expect(names.filter((name) => !headings.includes(name))).toEqual([]);
  }
});
