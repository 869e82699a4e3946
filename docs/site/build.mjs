// Makes what is made of the documentation.
//
//     npm run docs           the list of pages in docs/README.md, and the links of README.md
//     npm run docs:check     both have to be what they are, and the reference (docs/api) has to be made without a warning
//     npm run docs:site      the site, in docs/site/dist, with the packages of docs/site
//     npm run docs:dev       the same as a server that shows what is written while it is written
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rewrites } from "./addresses.mjs";
import { indexPages, llmsText } from "./indexes.mjs";
import { docs, readFurtherPages, readSections } from "./pages.mjs";
import { linkReadme } from "./readme.mjs";
import { writeReference } from "./reference.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
/** What is kept: a path from the project's folder, and what becomes of the text. */
const kept = {
  "README.md": (text) => linkReadme(text),
  "docs/README.md": (text) => indexPages(text, readSections()),
};

const commands = {
  index() {
    for (const [path, renew] of Object.entries(kept)) writeFileSync(at(path), renew(readFileSync(at(path), "utf8")));
  },
  async check() {
    for (const [path, renew] of Object.entries(kept)) {
      const text = readFileSync(at(path), "utf8");
      if (renew(text) !== text) throw new Error(`${path}: not as \`npm run docs\` writes it`);
    }
    await writeReference();
  },
  async site() {
    copyPlayground();
    const reference = await writeReference();
    const { build } = await import("vitepress");
    rmSync(join(here, "dist"), { recursive: true, force: true });
    await build(here);
    writeTexts(reference);
  },
  async dev() {
    copyPlayground();
    await writeReference();
    const { createServer } = await import("vitepress");
    const server = await createServer(here);
    await server.listen();
    server.printUrls();
  },
};

function at(path) {
  return join(docs, "..", path);
}

/** The playground is one file, which its page on the site shows in a frame. */
function copyPlayground() {
  const folder = join(here, "public/app");
  mkdirSync(folder, { recursive: true });
  cpSync(join(docs, "playground/index.html"), join(folder, "playground.html"));
}

/** Language models read Markdown: each page is there as it is written, at its address with ".md", and llms.txt lists them. */
function writeTexts(reference) {
  const dist = join(here, "dist");
  const move = (page) => ({ ...page, from: page.path, path: rewrites[page.path] ?? page.path });
  const sections = [...readSections(), { title: "Further", pages: readFurtherPages() }].map(({ title, pages }) => ({
    title,
    pages: pages.map(move),
  }));
  for (const { from, path } of [...sections.flatMap(({ pages }) => pages), ...reference.map(move)])
    cpSync(join(docs, from), join(dist, path));
  writeFileSync(join(dist, "llms.txt"), llmsText(sections, reference));
}

const [name = "index"] = process.argv.slice(2);
try {
  if (!Object.hasOwn(commands, name)) throw new Error(`expected ${Object.keys(commands).join(", ")}, found ${name}`);
  await commands[name]();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
