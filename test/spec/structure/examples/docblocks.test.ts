// Every export says what it does; every function says what it throws, by code, and shows how it is called.
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { declarationsOf, entries, frameworkEntries } from "./entries.ts";
import { root } from "./pages.ts";

const declarations = [...entries, ...frameworkEntries].map(declarationsOf);
const program = ts.createProgram(declarations, {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  skipLibCheck: true,
  types: ["node"],
});
const checker = program.getTypeChecker();

/** They look at what they are given, or give what needs nothing. */
const cannotThrow = ["index: isJwtError", "index: isUnavailableError", "index: memoryKeyRingStore"];

const exported = declarations.flatMap((entry) => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!);
  return checker.getExportsOfModule(module!).map((symbol) => describeExport(symbol, entry));
});

interface Export {
  readonly name: string;
  readonly isFunction: boolean;
  readonly isValue: boolean;
  readonly text: string;
  readonly throws: readonly string[];
  readonly examples: readonly string[];
}

/** The overloads of a function are documented as one. */
function describeExport(symbol: ts.Symbol, entry: string): Export {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const tags = target.getJsDocTags(checker);
  const texts = (name: string): string[] =>
    tags.filter((tag) => tag.name === name).map(({ text }) => ts.displayPartsToString(text));
  return {
    name: `${entry.slice(join(root, "dist/").length).replace(".d.ts", "")}: ${symbol.name}`,
    isFunction: (target.flags & ts.SymbolFlags.Function) !== 0,
    isValue: (target.flags & ts.SymbolFlags.Value) !== 0,
    text: ts.displayPartsToString(target.getDocumentationComment(checker)),
    throws: texts("throws"),
    examples: texts("example"),
  };
}

describe.each(exported.map((one) => ({ name: one.name, one })))("$name", ({ one }) => {
  it("says what it is", () => {
    expect(one.text).not.toBe("");
  });
  if (one.isValue) {
    it("shows how it is used", () => {
      expect(one.examples.join("")).not.toBe("");
    });
  }
  if (one.isFunction && !cannotThrow.includes(one.name)) {
    it("says what it throws", () => {
      expect(one.throws).not.toEqual([]);
      for (const text of one.throws)
        expect(text).toMatch(/^(?:TypeError|JwtError|UnavailableError|RequestError)\b.*(?:`[a-z_]+`|\bas `\w+`)/s);
    });
  }
});
