// Every example that users see, on the front page, in docs/ and in the docblocks, runs as it stands against the built package.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docblockExamples, pageBlocks, runs, titleOf, type Block } from "./blocks.ts";
import { entries, importsFor } from "./entries.ts";
import { root } from "./pages.ts";

const exported = new Map(
  await Promise.all(
    entries.map(async (entry) => [entry, Object.keys((await import(/* @vite-ignore */ entry)) as object)] as const),
  ),
);

/** Within the project (node_modules would hide it), so that `mintmark` is found by its own name. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(root, ".examples-"));
  vi.stubEnv("JWT_SECRET", "a text of more than 32 bytes, made for this test");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Runs code, and looks that each `console.log(…); // text` prints what it says. */
async function run(code: string, block: Block): Promise<void> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const file = join(folder, `${titleOf(block).replace(/\W/g, "-")}.mjs`);
  await writeFile(file, outputText);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    const announced = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(log.mock.calls.map((values) => format(...values))).toEqual(announced);
  } finally {
    log.mockRestore();
  }
}

describe("a page's example runs:", () => {
  it.each(pageBlocks.filter(runs).map((block) => ({ title: titleOf(block), block })))("$title", async ({ block }) => {
    await run(block.code, block);
  });

  it("the front page's, too", () => {
    expect(pageBlocks.filter((block) => block.file === "README.md" && runs(block)).length).toBeGreaterThanOrEqual(3);
  });
});

describe("a docblock's example runs:", () => {
  it.each(docblockExamples.filter(runs).map((block) => ({ title: titleOf(block), block })))(
    "$title",
    async ({ block }) => {
      await run(`${importsFor(block.code, exported)}\n${block.code}\n`, block);
    },
  );
});
