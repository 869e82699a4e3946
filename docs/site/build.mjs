// Makes everything in the documentation that is made: the reference in Markdown (docs/api), the lists of pages in docs/README.md and
// docs/llms.txt, and the site (docs/site/dist, which is not kept).
//
//     npm run docs                  all of it
//     npm run docs:check            nothing is written; a difference, or a warning of typedoc's, fails
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Application } from "typedoc";
import { indexPages, llmsText } from "./indexes.mjs";
import { docs, readFurtherPages, readSections } from "./pages.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const {
  values: { check },
} = parseArgs({ options: { check: { type: "boolean", default: false } } });
const scratch = mkdtempSync(join(tmpdir(), "mintmark-docs-"));
try {
  const made = await makeKeptFiles();
  const different = check ? differences(made) : write(made);
  await makeSite(check ? join(scratch, "site") : join(here, "dist"));
  if (different.length > 0) throw new Error(`not as \`npm run docs\` writes it: ${different.join(", ")}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

/** What is kept beside the sources: a path within docs/, and the text. */
async function makeKeptFiles() {
  const made = new Map(await makeReference());
  // The lists name every page, the reference among them.
  made.set("README.md", indexPages(readFileSync(join(docs, "README.md"), "utf8"), readSections()));
  made.set("llms.txt", llmsText(readSections()));
  return made;
}

async function makeReference() {
  const folder = join(scratch, "api");
  await typedoc("api.json", folder, {});
  return listFiles(folder).map((name) => [`api/${name}`, tidy(readFileSync(join(folder, name), "utf8"))]);
}

/** One newline at the end, no blank ones in a row, no space at the end of a line. */
function tidy(text) {
  return `${text
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

async function makeSite(folder) {
  const pages = [...readSections().flatMap((section) => section.pages), ...readFurtherPages()];
  const paths = ["../README.md", ...pages.map(({ path }) => path)].map((path) => join(docs, path));
  await typedoc("site.json", folder, { projectDocuments: paths });
  mkdirSync(join(folder, "playground"), { recursive: true });
  cpSync(join(docs, "playground/index.html"), join(folder, "playground/index.html"));
  cpSync(join(docs, "llms.txt"), join(folder, "llms.txt"));
}

/** Any warning is an error. */
async function typedoc(configuration, out, options) {
  const app = await Application.bootstrapWithPlugins({ options: join(here, configuration), out, ...options });
  app.options.setValue("logLevel", "Warn");
  const project = await app.convert();
  if (project === undefined) throw new Error(`${configuration}: typedoc could not read the sources`);
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error(`${configuration}: typedoc has warnings, see above`);
}

function write(made) {
  rmSync(join(docs, "api"), { recursive: true, force: true });
  for (const [path, text] of made) {
    mkdirSync(dirname(join(docs, path)), { recursive: true });
    writeFileSync(join(docs, path), text);
  }
  return [];
}

function differences(made) {
  const kept = listFiles(join(docs, "api")).map((name) => `api/${name}`);
  const stale = kept.filter((path) => !made.has(path));
  const changed = [...made].filter(
    ([path, text]) => !existsSync(join(docs, path)) || readFileSync(join(docs, path), "utf8") !== text,
  );
  return [...changed.map(([path]) => path), ...stale].map((path) => `docs/${path}`);
}

function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}
