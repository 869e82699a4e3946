// docs/architecture.md says where to make a change: every file it names is there, and every function is in its file.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { read, root } from "./examples/pages.ts";

const page = read("docs/architecture.md");
const paths = [...page.matchAll(/`((?:src|test|docs|benchmarks)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
const places = [...page.matchAll(/`(\w+)`(?:,| and|) (?:in|of)\s+`(src\/[\w./-]+\.ts)`/g)].map(
  ([, name = "", path = ""]) => [name, path] as const,
);

const declares = (path: string, name: string): boolean =>
  new RegExp(`\\b(?:function\\*?|const|class|interface|type) ${name}\\b`).test(readFileSync(join(root, path), "utf8"));

describe("docs/architecture.md", () => {
  it("names files that exist", () => {
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("names functions of the files that declare them", () => {
    expect(places.length).toBeGreaterThan(20);
    expect(places.filter(([name, path]) => !declares(path, name))).toEqual([]);
  });

  it("would notice a function that is elsewhere", () => {
    expect(declares("src/http/scope.ts", "validateClaims")).toBe(false);
  });
});
