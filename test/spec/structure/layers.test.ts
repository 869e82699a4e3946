// The layers of src/ are checked, not hoped for: each structural rule of eslint.config.js refuses a
// planted violation, and the real src/ has none.
import { ESLint } from "eslint";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { layers, structure } from "../../../eslint.config.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const planted = realpathSync(mkdtempSync(join(tmpdir(), "mintmark-layers-")));
afterAll(() => {
  rmSync(planted, { recursive: true });
});

describe("a planted violation is refused:", () => {
  const anything = "export const x = 1;";

  it.each([
    ["an import of a higher layer", "src/keys/a.ts", { "src/jwt/b.ts": anything }, 'import { x } from "../jwt/b.ts";'],
    [
      "a type of a higher layer",
      "src/keys/a.ts",
      { "src/jwt/b.ts": anything },
      'import type { x } from "../jwt/b.ts";',
    ],
    [
      "a dynamic import of a higher layer",
      "src/keys/a.ts",
      { "src/jwt/b.ts": anything },
      'await import("../jwt/b.ts");',
    ],
    [
      "an import out of a nested folder",
      "src/http/adapters/a.ts",
      { "src/cli/b.ts": anything },
      'import { x } from "../../cli/b.ts";',
    ],
    ["an import of the barrel", "src/http/a.ts", { "src/index.ts": anything }, 'import { x } from "../index.ts";'],
    [
      "a command line beside the public names",
      "src/cli/commands/a.ts",
      { "src/keys/b.ts": anything },
      'import { x } from "../../keys/b.ts";',
    ],
    ["a key set that knows tokens", "src/jwks/a.ts", { "src/jwt/b.ts": anything }, 'import { x } from "../jwt/b.ts";'],
    [
      "a key set that knows revocation",
      "src/jwks/a.ts",
      { "src/revocation/b.ts": anything },
      'import { x } from "../revocation/b.ts";',
    ],
    [
      "revocation that knows key sets",
      "src/revocation/a.ts",
      { "src/jwks/b.ts": anything },
      'import { x } from "../jwks/b.ts";',
    ],
    [
      "jsonwebtoken on tokens",
      "src/jsonwebtoken/a.ts",
      { "src/jwt/b.ts": anything },
      'import { x } from "../jwt/b.ts";',
    ],
    [
      "jsonwebtoken on claims",
      "src/jsonwebtoken/a.ts",
      { "src/claims/b.ts": anything },
      'import { x } from "../claims/b.ts";',
    ],
    ...["index.ts", "sessions/a.ts", "http/a.ts", "jwt/a.ts", "keys/a.ts"].map(
      (path): [string, string, Record<string, string>, string] => [
        `jsonwebtoken under ${path}`,
        `src/${path}`,
        { "src/jsonwebtoken/b.ts": anything },
        `import { x } from "${path.includes("/") ? "../" : "./"}jsonwebtoken/b.ts";`,
      ],
    ),
    [
      "a secret of any strength for tokens",
      "src/jwt/a.ts",
      { "src/keys/any-secret.ts": anything },
      'import { x } from "../keys/any-secret.ts";',
    ],
    [
      "errors that know anything",
      "src/errors.ts",
      { "src/encoding/b.ts": anything },
      'import { x } from "./encoding/b.ts";',
    ],
  ])("%s", async (_, path, others, code) => {
    expect(await rulesBrokenBy(path, code, others)).toEqual(["import-x/no-restricted-paths"]);
  });

  it("a cycle of two files", async () => {
    const others = { "src/jws/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;' };
    const code = 'import { b } from "./b.ts";\nexport const a = () => b;';
    expect(await rulesBrokenBy("src/jws/a.ts", code, others)).toEqual(["import-x/no-cycle"]);
  });

  it("a cycle of three files", async () => {
    const others = {
      "src/jws/b.ts": 'import { c } from "./c.ts";\nexport const b = () => c;',
      "src/jws/c.ts": 'import { a } from "./a.ts";\nexport const c = () => a;',
    };
    const code = 'import { b } from "./b.ts";\nexport const a = () => b;';
    expect(await rulesBrokenBy("src/jws/a.ts", code, others)).toEqual(["import-x/no-cycle"]);
  });

  it.each([
    ["an inner barrel", "src/keys/a.ts", 'export { x } from "./b.ts";', "no-restricted-syntax"],
    ["an inner barrel of types", "src/keys/a.ts", 'export type { x } from "./b.ts";', "no-restricted-syntax"],
    ["an inner export *", "src/keys/a.ts", 'export * from "./b.ts";', "no-restricted-syntax"],
    ["export * in the barrel", "src/index.ts", 'export * from "./keys/b.ts";', "no-restricted-syntax"],
    ["a node: import", "src/keys/a.ts", 'import { createHmac } from "node:crypto";', "no-restricted-imports"],
    [
      "a node: import in platform.ts",
      "src/base/platform.ts",
      'import { createHmac } from "node:crypto";',
      "@typescript-eslint/no-restricted-imports",
    ],
    [
      "types of a node: module",
      "src/keys/a.ts",
      'import type { webcrypto } from "node:crypto";',
      "no-restricted-imports",
    ],
    ["a dynamic node: import", "src/keys/a.ts", 'await import("node:crypto");', "no-restricted-syntax"],
    ["a dependency", "src/http/a.ts", 'import type { Request } from "express";', "no-restricted-imports"],
    ["a dependency of the command line", "src/cli/a.ts", 'import "yargs";', "no-restricted-imports"],
    ["Buffer", "src/encoding/a.ts", 'Buffer.from("");', "no-restricted-globals"],
    ["globalThis.Buffer", "src/encoding/a.ts", 'globalThis.Buffer.from("");', "no-restricted-globals"],
    ["process", "src/cli/a.ts", "process.exit();", "no-restricted-globals"],
    ["navigator", "src/keys/a.ts", "navigator.userAgent;", "no-restricted-globals"],
    [
      "a getter of each object",
      "src/keys/a.ts",
      "export const f = () => ({ get x() { return 1; } });",
      "no-restricted-syntax",
    ],
    [
      "a generator of each object",
      "src/jws/a.ts",
      "export const f = () => ({ *x() { yield 1; } });",
      "no-restricted-syntax",
    ],
    [
      "a generator of each call",
      "src/claims/a.ts",
      "export function f() { return function* () {}; }",
      "no-restricted-syntax",
    ],
    ["a coverage excuse", "src/keys/a.ts", "/* v8 ignore next */", "no-warning-comments"],
  ])("%s", async (_, path, code, rule) => {
    expect(await rulesBrokenBy(path, code, { "src/keys/b.ts": anything })).toEqual([rule]);
  });

  it("a cycle of types", () => {
    const tree = plant({
      "a.ts": 'import type { B } from "./b.ts";\nexport type A = B | 1;',
      "b.ts": 'import type { A } from "./a.ts";\nexport type B = A | 2;',
    });
    expect(cycleIn(tree)).toEqual(["a.ts", "b.ts", "a.ts"]);
  });
});

describe("what the layers are for is allowed:", () => {
  const below = {
    "src/errors.ts": "export const x = 1;",
    "src/keys/any-secret.ts": "export const x = 1;",
    "src/keys/b.ts": "export const x = 1;",
  };

  it.each([
    ["an import of a lower layer", "src/jwt/a.ts", 'import { x } from "../keys/b.ts";'],
    [
      "a secret of any strength, for jsonwebtoken",
      "src/jsonwebtoken/a.ts",
      'import { x } from "../keys/any-secret.ts";',
    ],
    ["an import within the folder", "src/keys/a.ts", 'import { x } from "./b.ts";'],
    ["a getter of a class", "src/keys/a.ts", "export class A { get x() { return 1; } }"],
    ["errors, from a nested folder", "src/http/adapters/a.ts", 'import { x } from "../../errors.ts";'],
    ["named exports of the barrel", "src/index.ts", 'export { x } from "./keys/b.ts";'],
    [
      "Buffer and process in base/platform.ts",
      "src/base/platform.ts",
      "export const f = () => [Buffer, globalThis.process];",
    ],
    [
      "types of a node: module in base/platform.ts",
      "src/base/platform.ts",
      'import type { webcrypto } from "node:crypto";',
    ],
    ["the command line, which is a user of the barrel", "src/cli/a.ts", 'import { x } from "../index.ts";'],
    ["node: imports of the command line", "src/cli/a.ts", 'import process from "node:process";'],
  ])("%s", async (_, path, code) => {
    expect(await rulesBrokenBy(path, code, below)).toEqual([]);
  });
});

describe("src/", () => {
  it("keeps every structural rule", { timeout: 60_000 }, async () => {
    // No comment in a file switches these rules off.
    const eslint = new ESLint({
      cwd: root,
      overrideConfigFile: true,
      overrideConfig: structure(root),
      allowInlineConfig: false,
    });
    const results = await eslint.lintFiles("src");
    const broken = results.flatMap(({ filePath, messages }) =>
      messages
        .filter(({ ruleId }) => ruleId !== null && rules.has(ruleId))
        .map(({ line, message }) => `${relative(root, filePath)}:${line} ${message}`),
    );
    expect(broken).toEqual([]);
  });

  it("has only folders that are layers", () => {
    expect(layers).toEqual(expect.arrayContaining(readdirSync(join(root, "src"))));
  });

  it("has no cycle, not even of types", () => {
    expect(cycleIn(join(root, "src"))).toBeUndefined();
  });
});

const rules = new Set(structure(planted).flatMap((config) => Object.keys(config.rules ?? {})));

/** Writes a tree of its own, as the plugin remembers what it has resolved; gives its root. */
function plant(files: Readonly<Record<string, string>>): string {
  const tree = mkdtempSync(join(planted, "tree-"));
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), code);
  }
  return tree;
}

/** Lints `code` as the file `path` of a tree that holds only it and `others`. */
async function rulesBrokenBy(path: string, code: string, others: Readonly<Record<string, string>>): Promise<string[]> {
  const tree = plant({ ...others, [path]: code });
  const eslint = new ESLint({ cwd: tree, overrideConfigFile: true, overrideConfig: structure(tree) });
  const results = await eslint.lintFiles(path);
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}

/** The first cycle of relative imports under a folder, types included (the lint rule passes over those). */
function cycleIn(folder: string): string[] | undefined {
  const done = new Set<string>();

  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].map((name) => relative(folder, name));
    if (done.has(file)) return undefined;
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8")).importedFiles) {
      if (!fileName.startsWith(".")) continue;
      const cycle = visit(resolve(dirname(file), fileName), [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };

  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const cycle = visit(join(folder, name), []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
