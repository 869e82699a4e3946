// All examples as one TypeScript program, against the declarations that are published: one run of the compiler says what is wrong with any of them.
import { isBuiltin } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { titleOf, type Block } from "./blocks.ts";
import { declarationsOf, entries, importsFor } from "./entries.ts";
import { root } from "./pages.ts";

/** What a user's own project has, and no more. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  allowJs: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  // As Nest's projects have it.
  experimentalDecorators: true,
};

/** Where the examples seem to be: within the package, which finds itself by its own name there. */
const folder = join(root, "test/spec/structure/examples/blocks");

/** Modules that need not be installed here: what they give is of any type. */
const strangers = join(folder, "strangers.d.ts");

interface VirtualFile {
  readonly block: Block;
  readonly text: string;
  /** Lines that were added above the block's own. */
  readonly added: number;
}

export class Examples {
  readonly program: ts.Program;
  readonly #files: ReadonlyMap<string, VirtualFile>;
  /** Files that import what is not installed: of what it gives them, nothing is known. */
  readonly #guessing: ReadonlySet<string>;

  /** `changed`: compiler options of a project that is set up otherwise. */
  constructor(blocks: readonly Block[], examples: readonly Block[], changed: ts.CompilerOptions = {}) {
    const names = publishedNames();
    const files = new Map<string, VirtualFile>();
    for (const block of blocks) files.set(fileOf(block), { block, text: block.code, added: 0 });
    for (const block of examples)
      files.set(fileOf(block), { block, text: `${importsFor(block.code, names)}\n${block.code}`, added: 1 });
    this.#files = files;

    const missing = [...files].flatMap(([file, { text }]) =>
      importsOf(text)
        .filter((name) => !isFound(name, file))
        .map((name) => ({ name, file })),
    );
    this.#guessing = new Set(missing.map(({ file }) => file));
    const declared = [...new Set(missing.map(({ name }) => name))].map(
      (name) => `declare module ${JSON.stringify(name)};`,
    );
    const texts = new Map([
      [strangers, declared.join("\n")],
      ...[...files].map(([file, { text }]) => [file, text] as const),
    ]);
    this.program = ts.createProgram([...texts.keys()], { ...options, ...changed }, hostOf(texts));
  }

  /** Each as `file:line message`. */
  errors(): string[] {
    return ts.getPreEmitDiagnostics(this.program).flatMap(({ file, start = 0, code, messageText }) => {
      const virtual = file && this.#files.get(file.fileName);
      const text = ts.flattenDiagnosticMessageText(messageText, "\n");
      if (virtual === undefined) return [`${file?.fileName ?? ""} ${text}`];
      if (this.#guessing.has(file?.fileName ?? "") && ofStrangers.includes(code)) return [];
      if (hasSurroundings(virtual.block) && ofSurroundings.includes(code)) return [];
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) - virtual.added;
      return [`${virtual.block.file}:${virtual.block.line + line} ${text}`];
    });
  }
}

/** What the compiler cannot know of a type that is not there: implicit `any`, type arguments, a base class's members, whether a name is a type. */
const ofStrangers = [7006, 7031, 7053, 2347, 2709, 4113];

/** "Cannot find name" or a module of a newer Node.js, and a parameter whose type would come from one. */
const ofSurroundings = [2304, 2552, 2591, 2868, 7006];

/** Another test finds the block by its name, and runs it with what it needs: a server, another runtime's globals, what comes before. */
function hasSurroundings({ info }: Block): boolean {
  return info !== "" && info !== "no-run";
}

/** The names that each entry point exports, types included. */
function publishedNames(): ReadonlyMap<string, readonly string[]> {
  const program = ts.createProgram(entries.map(declarationsOf), options);
  const checker = program.getTypeChecker();
  return new Map(
    entries.map((entry) => {
      const symbol = checker.getSymbolAtLocation(program.getSourceFile(declarationsOf(entry))!);
      return [entry, checker.getExportsOfModule(symbol!).map(({ name }) => name)];
    }),
  );
}

function importsOf(text: string): string[] {
  return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
}

/** Of the blocks of a page, those that have a name can be imported: the compiler looks for them itself. */
function isFound(name: string, file: string): boolean {
  if (name.startsWith(".") || isBuiltin(name)) return true;
  return ts.resolveModuleName(name, file, options, ts.sys).resolvedModule !== undefined;
}

/** A block whose first line names it can be imported by the others of its page: `// verifier.ts`. */
function fileOf(block: Block): string {
  const [, name] = /^\/\/ ([\w./-]+\.[cm]?[jt]sx?)\n/.exec(block.code) ?? [];
  return join(
    folder,
    block.file.replace(/\W/g, "-"),
    name ?? `${titleOf(block).replace(/\W/g, "-")}.${extensionOf(block)}`,
  );
}

function extensionOf({ language, code }: Block): string {
  return language === "js" && /\brequire\(/.test(code) ? "cjs" : language;
}

function hostOf(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  return {
    ...host,
    directoryExists: (name) => name.startsWith(folder) || ts.sys.directoryExists(name),
    fileExists: (name) => texts.has(name) || host.fileExists(name),
    readFile: (name) => texts.get(name) ?? host.readFile(name),
    getSourceFile(name, languageVersion, ...rest) {
      const text = texts.get(name);
      return text === undefined
        ? readSource(name, languageVersion, ...rest)
        : ts.createSourceFile(name, text, languageVersion);
    },
  };
}
