// The entries of the package that need no framework beside it: an example can use the names of each.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pages.ts";

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const { exports, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

/** Entries for a framework: `mintmark/express`. */
export const frameworkEntries: readonly string[] = Object.keys(peerDependencies).map((name) => `mintmark/${name}`);

/** As programs import them: `mintmark`, `mintmark/sessions`. */
export const entries: readonly string[] = Object.keys(exports)
  .filter((path) => !path.endsWith(".json") && !Object.hasOwn(peerDependencies, path.slice(2)))
  .map((path) => `mintmark${path.slice(1)}`);

/** The declarations that are published for an entry. */
export const declarationsOf = (entry: string): string =>
  join(root, `dist/${entry === "mintmark" ? "index" : entry.slice("mintmark/".length)}.d.ts`);

/** What an editor would write above an example: an import from each entry whose names it uses. */
export function importsFor(code: string, namesOf: ReadonlyMap<string, readonly string[]>): string {
  const own = [...code.matchAll(/^import \{(.*)\}/gm)].flatMap(([, list = ""]) =>
    list.split(",").map((name) => name.trim()),
  );
  // Of a name that several entries export, the first one's.
  const taken = new Set(["default", ...own]);
  const used = (name: string): boolean => {
    const isUsed = !taken.has(name) && new RegExp(`\\b${name}\\b`).test(code);
    if (isUsed) taken.add(name);
    return isUsed;
  };
  return [...namesOf]
    .map(([entry, names]) => [entry, names.filter(used)] as const)
    .filter(([, names]) => names.length > 0)
    .map(([entry, names]) => `import { ${names.join(", ")} } from "${entry}";`)
    .join(" ");
}
