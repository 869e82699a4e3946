// Runs code of a guide as a program of its own, against the built package and the real libraries.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, expect, vi } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const exported = Object.keys(await import("mintmark"));
const importsOfMintmark = `import { createPrivateKey } from "node:crypto";\nimport { ${exported.join(", ")} } from "mintmark";`;

/** What the code in a table's cells may name. */
export type Scope = Readonly<Record<string, unknown>>;
/** A cell's code, put into its table's call. */
export type Call = (scope: Scope) => Promise<unknown>;

/** Within the project (node_modules would hide it), so that `mintmark` is found by its own name. */
let folder: string | undefined;
let written = 0;
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

async function load(code: string): Promise<Record<string, unknown>> {
  folder ??= await mkdtemp(join(root, ".examples-"));
  const file = join(folder, `${written++}.mjs`);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  await writeFile(file, outputText);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
}

/** Runs a block, looks that each `console.log(…); // text` prints what it says, and gives what it exports. */
export async function run<Exports>(code: string): Promise<Exports> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    const exports = await load(code);
    const announced = [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(log.mock.calls.map(([text]) => String(text))).toEqual(announced);
    return exports as Exports;
  } finally {
    log.mockRestore();
  }
}

/** The calls of a column: `call` with each of the cells in it. `imports`: what the code needs, unless that is mintmark. */
export async function compile(
  call: string,
  cells: readonly string[],
  names: readonly string[],
  imports = importsOfMintmark,
): Promise<readonly Call[]> {
  const functions = cells.map((cell) => {
    const [statement, expression] = fill(call, cell);
    return `async (scope) => {\n  let { ${names.join(", ")} } = scope;\n  ${statement};\n  return ${expression};\n},\n`;
  });
  const { calls } = await load(`${imports}\nexport const calls = [\n${functions.join("")}];\n`);
  return calls as readonly Call[];
}

/** A cell is a call of its own, or a statement that changes what the table's call uses, or goes where that has `…`. */
export function fill(call: string, cell: string): readonly [statement: string, expression: string] {
  if (/^\w+ = /.test(cell)) return [cell, call.replace("…", "")];
  if (/^(?:await |new )*\w[\w.]*\(/.test(cell)) return ["", cell];
  return ["", call.replace("…", () => cell)];
}
