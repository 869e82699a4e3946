// test/spec/types/*.test-d.ts hold code that must compile and, under `@ts-expect-error`, code that must not.
// One run of the compiler checks them all; each file is one test.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "test/spec/types");
const typeTests = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith(".test-d.ts"))
      .map((name) => join(folder, name))
  : [];
const errors = errorsOfCompiling([join(root, "src/index.ts"), ...typeTests]);

it.each(typeTests.map((file) => relative(root, file)))("%s says what the compiler says", (file) => {
  expect(errors.filter((error) => error.startsWith(`${file}:`))).toEqual([]);
});

it("src/ has no type error", () => {
  expect(errors.filter((error) => !error.startsWith("test/spec/types/"))).toEqual([]);
});

it.each([{ strict: true }, { strict: false, exactOptionalPropertyTypes: false }])(
  "a claim of the wrong type is told the right one: %o",
  { timeout: 60_000 },
  (changed) => {
    const code = `import { sign, type SigningKey } from "../../../src/index.ts";
declare const key: SigningKey;
void sign({ sub: 42 }, key);
void sign({ exp: "2h" }, key);
void sign({ aud: 5 }, key);
`;
    expect(errorsOfPlanted(new Map([[join(folder, "planted.ts"), code]]), changed)).toEqual([
      "test/spec/types/planted.ts:3 Type 'number' is not assignable to type 'string'.",
      "test/spec/types/planted.ts:4 Type 'string' is not assignable to type 'number'.",
      "test/spec/types/planted.ts:5 Type 'number' is not assignable to type 'string | readonly string[]'.",
    ]);
  },
);

it("an option that is added to its interface alone does not compile", { timeout: 60_000 }, () => {
  const members = [
    ["src/jwt/expected.ts", "readonly issuer:"],
    ["src/jwt/sign.ts", "readonly typ?:"],
    ["src/jwt/verify.ts", "readonly beforeReplay?:"],
    ["src/jwt/kinds.ts", "readonly expiresIn?:"],
    ["src/jwt/token-source.ts", "readonly renewBefore?:"],
    ["src/jwt/time-left.ts", "readonly now?:"],
    ["src/claims/build.ts", "readonly expiresIn?:"],
    ["src/jws/compact.ts", "readonly detached?:"],
    ["src/jws/json.ts", "readonly flattened?:"],
    ["src/http/options.ts", "readonly realm?:"],
    ["src/jwks/local.ts", "readonly lenient?:"],
    ["src/jwks/remote.ts", "readonly maxBytes?:"],
    ["src/jwks/discover.ts", "readonly metadataUrl?:"],
    ["src/revocation/revoke.ts", "readonly margin?:"],
    ["src/ring/options.ts", "readonly staleIfError?:"],
    ["src/sessions/settings.ts", "readonly idleTimeout?:"],
  ] as const;
  const files = members.map(([file, sibling]): [string, string] => {
    const code = readFileSync(join(root, file), "utf8");
    expect(code).toContain(`  ${sibling}`);
    // A name of its own in each: one interface extends another.
    const name = `added_${file.replace(/\W/g, "_")}`;
    return [join(root, file), code.replace(`  ${sibling}`, `  readonly ${name}?: string;\n  ${sibling}`)];
  });
  const found = errorsOfPlanted(new Map(files));
  for (const [file] of members)
    expect(found).toContainEqual(expect.stringContaining(`'added_${file.replace(/\W/g, "_")}' is missing in type`));
});

function readOptions(): ts.CompilerOptions {
  const config = join(root, "test/tsconfig.json");
  const json: unknown = ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config;
  return ts.parseJsonConfigFileContent(json, ts.sys, dirname(config), undefined, config).options;
}

function errorsOfCompiling(rootNames: readonly string[]): string[] {
  return ts.getPreEmitDiagnostics(ts.createProgram(rootNames, readOptions())).map(describe);
}

/** The errors in files whose text is given. */
function errorsOfPlanted(planted: ReadonlyMap<string, string>, changed: ts.CompilerOptions = {}): string[] {
  const options = { ...readOptions(), ...changed };
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.fileExists = (name) => planted.has(name) || ts.sys.fileExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = planted.get(name);
    return text === undefined ? readSource(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...planted.keys()], options, host);
  return [...planted.keys()].flatMap((name) =>
    program.getSemanticDiagnostics(program.getSourceFile(name)).map(describe),
  );
}

/** As `path:line message`. */
function describe({ file, start, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  if (file === undefined || start === undefined) return text;
  return `${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1} ${text}`;
}
