/** Options that the verifiers in `oauth/` share, and those that they pass on to the verifier in `jwt/`. */

import { wrongArgument } from "../base/options.ts";

/** Returns the options with these names that were given: one that is given as `undefined` stays there, to be refused. */
export function pick(given: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in given).map((name) => [name, given[name]]));
}

/** Reads the option `optional`, the checks that are waived in writing. */
export function readWaivers(given: Readonly<Record<string, unknown>>, names: readonly string[]): ReadonlySet<string> {
  const value = "optional" in given ? given["optional"] : [];
  // Array.from(): every() passes over the holes of a sparse list.
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value as unknown[]) : [undefined];
  if (!list.every((name) => names.includes(name as string)))
    throw wrongArgument("optional", `a list of ${names.map((name) => `"${name}"`).join(", ")}`, value);
  return new Set(list as readonly string[]); // each is one of the names
}
