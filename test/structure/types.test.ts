// test/types/*.test-d.ts hold code that must compile and, under `@ts-expect-error`, code that must not.
// One run of the compiler checks them all; each file is one test.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "test/types");
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
  expect(errors.filter((error) => !error.startsWith("test/types/"))).toEqual([]);
});

/** Each as `path:line message`. */
function errorsOfCompiling(rootNames: readonly string[]): string[] {
  const config = join(root, "test/tsconfig.json");
  const json: unknown = ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config;
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, dirname(config), undefined, config);
  return ts.getPreEmitDiagnostics(ts.createProgram(rootNames, options)).map(({ file, start, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    if (file === undefined || start === undefined) return text;
    return `${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1} ${text}`;
  });
}
