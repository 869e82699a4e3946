// The code blocks of docs/guides/key-sets.md, as they stand.
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import type { JwksCache } from "../../../../src/index.ts";

export const root = fileURLToPath(new URL("../../../..", import.meta.url));
const guide = readFileSync(join(root, "docs/guides/key-sets.md"), "utf8");

/** JavaScript of the block in the fence "```ts name". */
export function recipe(name: string): string {
  const [, code] = new RegExp(`^\`\`\`ts ${name}\n(.*?)^\`\`\`$`, "ms").exec(guide) ?? [];
  if (code === undefined) throw new Error(`docs/guides/key-sets.md has no block "ts ${name}"`);
  return compiled(code);
}

/** Those that need nothing but the package. */
export const plainBlocks: readonly string[] = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) =>
  compiled(code!),
);

function compiled(code: string): string {
  return ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
    .outputText;
}

/** Runs a module within the project, where `mintmark` is found by its own name; gives what it exports. */
export async function run(code: string): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(root, ".examples-"));
  try {
    const file = join(folder, "block.mjs");
    await writeFile(file, code);
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The Redis recipe. */
export async function onRedis(client: unknown): Promise<JwksCache> {
  const exports = await run(`${recipe("ioredis")}\nexport { onRedis };`);
  return (exports.onRedis as (redis: unknown) => JwksCache)(client);
}
