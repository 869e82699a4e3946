import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

// Every example that users see, in README.md, in the guides and in the docblocks, runs as it stands against the built package.

const root = fileURLToPath(new URL("../..", import.meta.url));
const exported = Object.keys(await import("mintmark"));

/** TypeScript blocks of a Markdown file. */
function blocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
}

/** `@example` parts of docblocks; the names of the package are imported for them. */
function examples(source: string): string[] {
  return [...source.matchAll(/\* @example\n(.*?)\n \*\//gs)].map(([, lines]) => {
    const code = lines!.replace(/^ \* ?/gm, "");
    const names = exported.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
    return `import { ${names.join(", ")} } from "mintmark";\n${code}\n`;
  });
}

const readme = blocks(await readFile(join(root, "README.md"), "utf8"));
const guideNames = (await readdir(join(root, "docs/guides"))).filter((name) => name.endsWith(".md")).sort();
const guides = await Promise.all(guideNames.map(async (name) => ({ name, codes: blocks(await readFile(join(root, "docs/guides", name), "utf8")) })));
const files = (await readdir(join(root, "src"), { recursive: true })).filter((name) => name.endsWith(".ts")).sort();
const documented = await Promise.all(
  files.map(async (name) => ({ name, codes: examples(await readFile(join(root, "src", name), "utf8")) })),
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

/** Runs a block, and looks that each `console.log(…); // text` prints what it says. */
async function run(code: string, name: string): Promise<void> {
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, outputText);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    const announced = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(log.mock.calls.map(([text]) => String(text))).toEqual(announced);
  } finally {
    log.mockRestore();
  }
}

describe("README.md", () => {
  it.each(readme.map((code, i) => [`block ${i + 1}`, code]))("%s runs", async (name, code) => {
    await run(code, `readme-${name.replace(/\W/g, "-")}`);
  });
  it("shows how to sign and verify", () => {
    expect(readme.length).toBeGreaterThanOrEqual(3);
  });
});

describe.each(guides.filter(({ codes }) => codes.length > 0))("docs/guides/$name", ({ name, codes }) => {
  it.each(codes.map((code, i) => [i + 1, code] as const))("block %i runs", async (i, code) => {
    await run(code, `guide-${name.replace(/\W/g, "-")}-${i}`);
  });
});

describe.each(documented.filter(({ codes }) => codes.length > 0))("$name", ({ name, codes }) => {
  it.each(codes.map((code, i) => [i + 1, code] as const))("example %i runs", async (i, code) => {
    await run(code, `${name.replace(/\W/g, "-")}-${i}`);
  });
});
