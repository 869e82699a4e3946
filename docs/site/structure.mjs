// What typedoc is told of how this project is laid out: a name belongs to the category of the folder it is declared in, and a document is
// called what its first line says.
import { Comment, CommentTag, Converter, DocumentReflection, ReflectionKind } from "typedoc";
import { docs, readSections, titleOf } from "./pages.mjs";

/** As typedoc writes paths. */
const folder = docs.replaceAll("\\", "/");

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
    linkReference(project);
    for (const reflection of Object.values(project.reflections)) {
      if (reflection instanceof DocumentReflection) nameDocument(reflection);
      else if (reflection.kindOf(ReflectionKind.Module))
        categorize(reflection, reflection.name.includes("/") ? "Frameworks" : "Reference");
      else if (reflection.parent?.kindOf(ReflectionKind.Module))
        categorize(reflection, categoryOf(project.getSymbolIdFromReflection(reflection)));
    }
  });
}

/** What leads to the reference in Markdown leads, on the site, to the same as a page. */
function linkReference(project) {
  for (const path of ["README.md", "api/README.md"]) project.files.registerReflectionPath(`${folder}${path}`, project);
  for (const module of project.children ?? [])
    project.files.registerReflectionPath(`${folder}api/${module.name}.md`, module);
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

/** @param {DocumentReflection} document */
function nameDocument(document) {
  const title = titleOf(document.content[0].text);
  if (title === undefined) return;
  document.name = title === document.project.name ? "The front page" : title;
  const section = readSections().find(({ pages }) => pages.some((page) => page.title === title));
  document.comment = new Comment();
  categorize(document, section?.title ?? "About");
}
