// npm run test:packaging [-- -t TEXT]: the packed tarball in empty projects. With a text, only the tests whose names contain it, and
// the documentation is left as it is.
import { afterAll, describe, inject, it } from "vitest";
import { table, writeSection } from "../runtimes/document.mjs";
import { contentChecks } from "./contents.ts";
import { moduleChecks } from "./modules.ts";
import { compilers, environments, resolutions, typeChecks } from "./types.ts";

const packed = inject("packed");
const modules = [...contentChecks(packed), ...moduleChecks(packed.path)];
const types = typeChecks(packed.path);
const checks = [...modules, ...types];
/** The checks that ran, and whether they passed. */
const passed = new Map<string, boolean>();

describe.concurrent("the packed tarball", () => {
  for (const { name, run } of checks) {
    it(name, async () => {
      passed.set(name, false);
      await run();
      passed.set(name, true);
    });
  }
});

afterAll(() => {
  if (passed.size === checks.length) writeSection("packaging", `${moduleTable()}\n\n${typeTable()}`);
});

function moduleTable(): string {
  return table(
    ["From the tarball, in an empty project", ""],
    modules.map(({ name }) => [name, mark([name])]),
  );
}

/** One row for each compiler, one column for each resolution; a cell stands for all environments. */
function typeTable(): string {
  const named = (compiler: string, resolution: string): readonly string[] =>
    types.filter((check) => check.compiler === compiler && check.resolution === resolution).map(({ name }) => name);
  const rows = compilers.map(({ name, version }) => [
    version,
    ...Object.keys(resolutions).map((resolution) => mark(named(name, resolution))),
  ]);
  return `Types, each with only ${Object.keys(environments)
    .map((name) => (name === "DOM" ? name : `\`${name}\``))
    .join(", with only ")}:\n\n${table(["TypeScript", ...Object.keys(resolutions)], rows)}`;
}

function mark(names: readonly string[]): string {
  if (names.length === 0) return "not in this version";
  return names.every((name) => passed.get(name)) ? "passes" : "**fails**";
}
