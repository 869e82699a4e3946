// The recipes of docs/guides/revocation.md, as they stand.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { expect } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const guide = await readFile(join(root, "docs/guides/revocation.md"), "utf8");

/** Those that need nothing but the package. */
export const plainRecipes: readonly string[] = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

/** What stands in the fence of this info string: "sql", "ts ioredis". */
export function recipe(info: string): string {
  const [, code] = new RegExp(`^\`\`\`${info}\n(.*?)^\`\`\`$`, "ms").exec(guide) ?? [];
  if (code === undefined) throw new Error(`docs/guides/revocation.md has no block "${info}"`);
  return code;
}

/** JavaScript of a recipe, with the package by this specifier. */
export function compiled(code: string, specifier = pathToFileURL(join(root, "dist/index.js")).href): string {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts
    .transpileModule(code, { compilerOptions: options })
    .outputText.replace('"mintmark"', JSON.stringify(specifier));
}

/** Runs a recipe in a process of its own, time and again, and looks that it prints what it says. */
export async function runRecipe(
  code: string,
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const announced = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
  expect(announced).toHaveLength(1);
  await inFile(compiled(code), async (file) => {
    for (let time = 0; time < 2; time++) expect(await printed(file, command, env)).toEqual(announced[0]);
  });
}

/** The code as a module beside the clients that it imports. */
export async function inFile<T>(code: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(root, "test/system/services/.examples-"));
  try {
    const file = join(folder, "recipe.mjs");
    await writeFile(file, code);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The first line that a module prints. Then it is ended: open connections would keep it. */
export async function printed(
  file: string,
  [executable, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const home = dirname(file);
  const child = spawn(executable, [...args, file], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    for await (const line of createInterface(child.stdout)) return line;
    throw new Error(`${executable} printed nothing`);
  } finally {
    child.kill();
  }
}
