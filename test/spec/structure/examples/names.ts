// What stands in code font and looks like a name is one: an export, a member, an error code of what is published, or something of the platform's.
// A name that was changed, or never was, does not stay in the documentation.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import { foreignNames } from "./foreign-names.ts";
import { inlineTokens, root, sourceNames } from "./pages.ts";

const require = createRequire(import.meta.url);
const libraries = dirname(require.resolve("typescript"));

const published = namesIn(declarationsIn("dist"));
const platform = namesIn(
  ["dom", "es5", "es2015.core", "es2015.promise"].map((name) => join(libraries, `lib.${name}.d.ts`)),
);
/** The page for maintainers speaks of what is inside. */
const internal = namesIn(sourceNames.map((name) => root + name));
/** Pages that lead here from elsewhere, and the one on published faults, speak of both. */
const peers = namesIn(
  ["jose/dist/types", "@types/jsonwebtoken", "fast-jwt/src", "hono/dist/types/utils/jwt"].flatMap((folder) =>
    declarationsIn(`node_modules/${folder}`),
  ),
);

export function isKnown(word: string, page: string): boolean {
  const further =
    page === "docs/architecture.md" ? internal : /^docs\/(?:migrating\/|security\.md$)/.test(page) ? peers : undefined;
  return published.has(word) || platform.has(word) || foreignNames.has(word) || further?.has(word) === true;
}

/** Names in a page that are none, each as `file:line word`. */
export function unknownNames(name: string): string[] {
  return namesOf(name)
    .filter(({ word }) => !isKnown(word, name))
    .map(({ line, word }) => `${name}:${line} ${word}`);
}

function namesOf(name: string): { readonly line: number; readonly word: string }[] {
  return inlineTokens(name).flatMap(({ line, token }) => {
    const word = token.type === "code_inline" ? wordOf(token.content) : undefined;
    return word === undefined ? [] : [{ line, word }];
  });
}

/** `twoWords`, `TwoWords`, `two_words`, `call(…)`, and `anOption: …`; a single word may be anything. */
export function wordOf(text: string): string | undefined {
  const [, word, call] = /^([A-Za-z_]\w*)(\(.*\))?(?::? .*)?$/.exec(text) ?? [];
  if (word === undefined) return undefined;
  return call !== undefined || /[a-z0-9][A-Z]|[a-z]_[a-z]/.test(word) ? word : undefined;
}

function declarationsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".d.ts"))
    .map((name) => join(root, folder, name));
}

/** Identifiers, and texts that are the types of themselves, such as error codes. */
function namesIn(files: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isStringLiteral(node)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022));
  return found;
}
