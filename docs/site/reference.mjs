// The reference of every export, made of the docblocks by typedoc: docs/api, a page for each category and for each further entry. It is
// not kept: `npm run docs:check` makes it, and fails at a warning of typedoc's; `npm run docs:site` makes it for the site.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";
import { sources } from "../../entries.mjs";
import { docs, summaryOf } from "./pages.mjs";
import { referenceFolder } from "./reference-folder.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Writes docs/api anew. Returns its pages, in the order in which they are read. */
export async function writeReference() {
  const pages = await makeReference();
  rmSync(join(docs, referenceFolder), { recursive: true, force: true });
  mkdirSync(join(docs, referenceFolder));
  for (const { path, text } of pages) writeFileSync(join(docs, path), text);
  return pages.map(({ path, title, text }) => ({ path, title, summary: summaryOf(text) }));
}

async function makeReference() {
  const scratch = mkdtempSync(join(tmpdir(), "mintmark-reference-"));
  try {
    await typedoc(scratch);
    const names = readdirSync(scratch, { recursive: true, encoding: "utf8" })
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".md") && name !== "README.md");
    const modules = new Map(names.map((name) => [name, tidy(readFileSync(join(scratch, name), "utf8"))]));
    const main = "mintmark.md";
    const categories = splitCategories(modules.get(main));
    modules.delete(main);
    return linkPages([...categories, ...[...modules].map(pageOfModule)], main);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Any warning is an error. */
async function typedoc(out) {
  const app = await Application.bootstrapWithPlugins({
    options: join(here, "reference.json"),
    entryPoints: [...sources.values()].map((file) => join(docs, "..", file)),
    out,
  });
  app.options.setValue("logLevel", "Warn");
  const project = await app.convert();
  if (project === undefined) throw new Error("typedoc could not read the sources");
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("typedoc has warnings, see above");
}

/** One newline at the end, no blank ones in a row, no space at the end of a line, no rules between the entries. */
function tidy(text) {
  return `${text
    .replace(/[ \t]+$/gm, "")
    .replace(/^\*\*\*$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

/** `## Keys` and what follows, up to the next category, is a page. */
function splitCategories(text) {
  const [, ...parts] = text.split(/^(?=## )/m);
  return parts.map((part) => {
    const title = /^## (.+)/.exec(part)?.[1];
    if (title === undefined) throw new Error("typedoc: expected a category's heading");
    const name = title.toLowerCase().replaceAll(/\W+/g, "-");
    const body = part.slice(part.indexOf("\n") + 1);
    return { name, title, source: undefined, body: raise(body) };
  });
}

/** `mintmark/express` keeps its own name; its categories are of no use with a page for itself. */
function pageOfModule([source, text]) {
  const name = source.slice(source.lastIndexOf("/") + 1, -3);
  const body = text.slice(text.indexOf("\n") + 1).replace(/^## .+\n/gm, "");
  return { name, title: `mintmark/${name}`, source, body: raise(body) };
}

/** Headings one level up, with the address that typedoc gave them. */
function raise(body) {
  return body
    .replace(/^#(#{2,} )/gm, "$1")
    .replace(/^<a id="([^"]+)"><\/a>\n+(## .+)$/gm, (_, id, heading) => `${heading} {#${id}}`);
}

/** Links between entries follow them to their pages. */
function linkPages(pages, main) {
  const pageOf = new Map(
    pages.flatMap((page) => anchorsOf(page.body).map((anchor) => [`${page.source ?? main}#${anchor}`, page])),
  );
  return pages.map((page) => {
    const body = page.body.replace(/\]\(([^)\s#]*\.md)?#([^)\s]+)\)/g, (_, file, anchor) => {
      const from = page.source ?? main;
      const target = file === undefined ? from : join(from, "..", file).replaceAll("\\", "/");
      const found = pageOf.get(`${target}#${anchor}`);
      if (found === undefined) throw new Error(`the reference links to ${target}#${anchor}, which is on no page`);
      return found === page ? `](#${anchor})` : `](${found.name}.md#${anchor})`;
    });
    return {
      path: `${referenceFolder}${page.name}.md`,
      title: page.title,
      text: `# ${page.title}\n\n${body.trim()}\n`,
    };
  });
}

function anchorsOf(body) {
  return [...body.matchAll(/<a id="([^"]+)">|^#.+\{#([^}]+)\}$/gm)].map(([, written, heading]) => written ?? heading);
}
