// What the guides promise of their files holds: each file as it stands, with the built package.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, describe, it, vi } from "vitest";
import type { Cases, Load } from "./cases.ts";
import { readGuide } from "./steps.ts";

// Processes take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const root = fileURLToPath(new URL("../../..", import.meta.url));
const modules = readdirSync(new URL("cases", import.meta.url)).filter((name) => name.endsWith(".ts"));
const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  rewriteRelativeImportExtensions: true,
};

/** Within the project (node_modules would hide it), so that `mintmark` is found by its own name. */
const folder = mkdtempSync(join(root, ".examples-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(modules)("docs/guides/%s", async (name) => {
  const guide = readFileSync(join(root, "docs/guides", name.replace(/\.ts$/, ".md")), "utf8");
  for (const { kind, path = "", code = "" } of readGuide(guide).flatMap(({ steps }) => steps)) {
    if (kind === "file" && path.endsWith(".ts"))
      writeFileSync(
        join(folder, path.replace(/\.ts$/, ".js")),
        ts.transpileModule(code, { compilerOptions }).outputText,
      );
  }
  const load: Load = async (file) =>
    (await import(/* @vite-ignore */ pathToFileURL(join(folder, file.replace(/\.ts$/, ".js"))).href)) as Record<
      string,
      unknown
    >;
  const { default: cases } = (await import(/* @vite-ignore */ new URL(`cases/${name}`, import.meta.url).href)) as {
    readonly default: Cases;
  };

  it.each(cases(load, folder))("%s", async (_title, run) => {
    await run();
  });
});
