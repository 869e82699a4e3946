// What can be imported of the package, as `exports` of package.json says it, and where each entry's source is.
import { readFileSync } from "node:fs";

const { exports, peerDependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** Tells whether an entry is for one framework, a peer dependency: JSR has none of these. */
export const isAdapter = (/** @type {string} */ name) => Object.hasOwn(peerDependencies, name);

/**
 * The source of each entry, by its name: "" for the package itself.
 * @type {ReadonlyMap<string, string>}
 */
export const sources = new Map(
  Object.keys(exports)
    .filter((path) => path !== "./package.json")
    .map((path) => path.slice("./".length))
    .map((name) => [name, isAdapter(name) ? `src/http/adapters/${name}.ts` : `src/${name && `${name}/`}index.ts`]),
);
