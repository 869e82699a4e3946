// The pages of the documentation: what is in docs/, by task, each with its title and what its first paragraph says.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const docs = fileURLToPath(new URL("..", import.meta.url));

/**
 * Sections in the order they are read, each with the pages of a folder in their order. Names of pages that are not there are passed over,
 * and a page that no section names is in the folder's last one: a new page shows up by itself.
 */
const sections = [
  {
    title: "Start",
    folder: "guides/",
    names: ["getting-started", "claims", "typed-claims", "algorithms", "errors", "testing", "command-line"],
  },
  {
    title: "Protect an API",
    folder: "guides/",
    names: [
      "http",
      "express",
      "fastify",
      "hono",
      "koa",
      "nestjs",
      "nextjs",
      "sveltekit",
      "nuxt",
      "elysia",
      "trpc",
      "graphql",
      "websockets",
      "lambda",
      "nginx",
      "mcp",
      "protected-resources",
      "dpop",
    ],
  },
  {
    title: "Log people in",
    folder: "guides/",
    names: ["sessions", "revocation", "links-in-mails", "id-tokens", "tenants", "react-native"],
  },
  {
    title: "Between services",
    folder: "guides/",
    names: ["third-party-tokens", "making-tokens", "service-to-service", "client-assertions", "webhooks"],
  },
  { title: "Keys", folder: "guides/", names: ["keys", "key-sets", "rotation", "kms"] },
  { title: "More guides", folder: "guides/", names: [] },
  {
    title: "Coming from",
    folder: "migrating/",
    names: [
      "jsonwebtoken",
      "jose",
      "fast-jwt",
      "express-jwt",
      "passport-jwt",
      "nestjs-jwt",
      "jwt-decode",
      "pyjwt",
      "web-crypto",
      "switching",
      "special-tokens",
    ],
  },
  {
    title: "About",
    folder: "",
    names: [
      "comparison",
      "security",
      "performance",
      "sizes",
      "compatibility",
      "architecture",
      "CONTRIBUTING",
      "CHANGELOG",
    ],
  },
];

/** @typedef {{ readonly path: string, readonly title: string, readonly summary: string }} Page `path`: within docs/. */

/** @returns {{ readonly title: string, readonly pages: readonly Page[] }[]} sections that have pages */
export function readSections() {
  const lastOf = new Map(sections.map((section) => [section.folder, section]));
  return sections
    .map((section) => {
      const { title, folder, names } = section;
      const there = readdir(folder).filter((name) => name !== "README");
      const elsewhere = new Set(sections.filter((one) => one.folder === folder).flatMap((one) => one.names));
      const rest = lastOf.get(folder) === section ? there.filter((name) => !elsewhere.has(name)) : [];
      const pages = [...names.filter((name) => there.includes(name)), ...rest];
      return { title, pages: pages.map((name) => readPage(`${folder}${name}.md`)) };
    })
    .filter(({ pages }) => pages.length > 0);
}

/** The pages that are reached from one of those, such as a measurement from the page on performance. */
export function readFurtherPages() {
  return ["performance/", "playground/"].flatMap((folder) =>
    readdir(folder).map((name) => readPage(`${folder}${name}.md`)),
  );
}

/** Names of the Markdown files of a folder; one that is not there has none. */
function readdir(folder) {
  try {
    return readdirSync(docs + folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => name.slice(0, -3))
      .sort();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return [];
    throw error;
  }
}

/** @returns {Page} */
function readPage(path) {
  const text = readFileSync(docs + path, "utf8");
  const title = titleOf(text);
  if (title === undefined) throw new Error(`docs/${path}: expected a first line "# Title"`);
  return { path, title, summary: summaryOf(text) };
}

/** The title that the first line of a Markdown document gives. */
export function titleOf(text) {
  return /^# (.+)/.exec(text)?.[1];
}

/** The first sentence of the first paragraph, without links: they would lead elsewhere from another page. */
export function summaryOf(text) {
  const [, paragraph = ""] = /^# .+\n+((?:(?!```|- )[^\s#<|!].*\n)+)/.exec(text) ?? [];
  const plain = paragraph
    .trim()
    .replaceAll("\n", " ")
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1");
  const [sentence = plain] = /^.*?\.(?= |$)/.exec(plain) ?? [];
  return sentence.replace(/:$/, ".");
}
