// Which code is not mutated: the texts of errors. What they say is for people, and tests that repeat them word by word prove nothing;
// codes, names of claims and options, and everything that decides whether there is an error at all, are mutated.
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** Where a message stands among the arguments. */
const messageAt = new Map([
  ["argumentError", 0],
  ["invalidKey", 0],
  ["invalidPem", 0],
  ["malformed", 0],
  ["syncUnavailable", 0],
  ["wrongArgument", 1],
  ["invalid", 1],
  ["JwtError", 1],
  ["UnavailableError", 1],
]);

/** @typedef {{ parent: { type: string, callee: { name: string } }, listKey: string, key: number }} Path */

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "error-messages", {
    shouldIgnore(path) {
      // Stryker leaves the type of a path open; it is that of @babel/traverse.
      const { parent, listKey, key } = /** @type {Path} */ (path);
      if (listKey !== "arguments" || !["CallExpression", "NewExpression"].includes(parent.type)) return undefined;
      return messageAt.get(parent.callee.name) === key ? "the text of an error" : undefined;
    },
  }),
];
