// How this project is laid out, for typedoc: a name belongs to the category of the folder it is declared in.
import { CommentTag, Converter, ReflectionKind } from "typedoc";

/** By the beginning of a path in src/, the longest that fits. */
const categories = {
  "jwt/": "Sign and verify",
  "claims/": "Sign and verify",
  "base/": "Sign and verify",
  "keys/": "Keys",
  "encoding/": "Keys",
  "algorithms/": "Algorithms",
  "errors.ts": "Errors",
  "jwks/": "Key sets",
  "ring/": "Key rotation",
  "revocation/": "Revocation and replay",
  "stores/": "Revocation and replay",
  "http/": "Requests",
  "sessions/": "Sessions",
  "jsonwebtoken/": "jsonwebtoken",
  "oauth/": "OAuth",
  "mcp/": "MCP",
  "jws/": "JWS",
};

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.parent?.kindOf(ReflectionKind.Module))
        categorize(reflection, categoryOf(project.getSymbolIdFromReflection(reflection)));
    }
  });
}

function categoryOf(symbolId) {
  const [, path] = /(?:^|\/)src\/(.*)$/.exec(symbolId?.packagePath ?? "") ?? [];
  const fitting = Object.keys(categories)
    .filter((start) => path?.startsWith(start))
    .sort((a, b) => b.length - a.length);
  if (fitting.length === 0) throw new Error(`docs/site/structure.mjs: no category for src/${path}`);
  return categories[fitting[0]];
}

/** A function's comments are those of its signatures. */
function categorize(reflection, category) {
  const { comment } = reflection.signatures?.[0] ?? reflection;
  comment?.blockTags.push(new CommentTag("@category", [{ kind: "text", text: category }]));
}
