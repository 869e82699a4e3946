// The recipes of docs/guides, as servers: each as it stands, in a folder where its framework and the package are installed.
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { freePort } from "../../ports.mjs";
import { ask } from "./client.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const readPage = (page: string): string => readFileSync(join(root, "docs/guides", page), "utf8");
const guide = readPage("http.md");

/** The code in the fence "```ts name" of a page, which may have another language. */
export function recipe(name: string, page = "http.md", language = "ts"): string {
  const [, code] = new RegExp(`^\`\`\`${`${language} ${name}`.trim()}\n(.*?)^\`\`\`$`, "ms").exec(readPage(page)) ?? [];
  if (code === undefined) throw new Error(`docs/guides/${page} has no block "${language} ${name}"`);
  return code;
}
export const plainBlocks: readonly string[] = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
export const recipeNames: readonly string[] = [...guide.matchAll(/^```ts (\w+)$/gm)].map(([, name]) => name!);

/** The blocks of a page that are files: "```ts name" with the file's path in the first line. */
export function namedBlocks(
  page: string,
): readonly { readonly name: string; readonly path: string; readonly code: string }[] {
  return [...readPage(page).matchAll(/^```ts (\w+)\n(\/\/ (\S+)\n.*?)^```$/gms)].map(([, name, code, path]) => ({
    name: name!,
    path: path!,
    code: code!,
  }));
}

/** What the compiler says of files in the project, under the options of a strict application. */
export function compileErrors({ folder }: Project, names: readonly string[]): readonly string[] {
  const program = ts.createProgram(
    names.map((name) => join(folder, name)),
    {
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      exactOptionalPropertyTypes: true,
      experimentalDecorators: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
    },
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

/** JavaScript for runtimes that read no TypeScript. */
export function compiled(code: string): string {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    rewriteRelativeImportExtensions: true,
    // As Nest's projects have them.
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  return ts.transpileModule(code, { compilerOptions: options }).outputText;
}

export interface Project {
  readonly folder: string;
  remove(): void;
}

/** A folder of its own with these files, and with the package as it would be installed. */
export function createProject(files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(root, "test/system/services/.examples-"));
  const installed = join(folder, "node_modules/mintmark");
  cpSync(join(root, "dist"), join(installed, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  for (const [name, text] of Object.entries({ "package.json": '{ "type": "module" }\n', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The secret that the recipes' verifier has. */
export const secret = "a text of more than 32 bytes, made for these tests";

/** Starts a server in the project, and gives its port once it answers. `given`: the port, where the program has to know its own address. */
export async function startServer(
  { folder }: Project,
  command: (port: number) => readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
  given?: number,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const port = given ?? (await freePort());
  const [program, ...args] = command(port);
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: folder, JWT_SECRET: secret, PORT: String(port), ...env },
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed.push(text);
    });
  const stop = (): Promise<void> => ended(child);
  for (const deadline = Date.now() + 30_000; ; ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${program} did not start:\n${printed.join("")}`);
    }
    const answer = await ask(port).catch(() => undefined);
    if (answer !== undefined) return { port, stop };
    await pause(50);
  }
}

/** With its own children: it leads a process group. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGKILL");
  await exit;
}
