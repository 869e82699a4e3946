// The pages of the documentation: what is in docs/, each with its title and what its first paragraph says.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const docs = fileURLToPath(new URL("..", import.meta.url));

/** Sections in the order they are read, and where their pages are. `first`: pages in an order of their own; the rest follows by name. */
const sections = [
  {
    title: "Guides",
    folder: "guides/",
    first: [
      "getting-started",
      "algorithms",
      "keys",
      "claims",
      "third-party-tokens",
      "typed-claims",
      "http",
      "key-sets",
      "rotation",
      "revocation",
      "kms",
      "errors",
      "testing",
    ],
  },
  { title: "Coming from", folder: "migrating/", first: ["jsonwebtoken", "jose", "fast-jwt", "pyjwt", "web-crypto"] },
  {
    title: "About",
    folder: "",
    first: ["security", "compatibility", "performance", "architecture", "CONTRIBUTING", "CHANGELOG"],
  },
];

/** @typedef {{ readonly path: string, readonly title: string, readonly summary: string }} Page `path`: within docs/. */

/** @returns {{ readonly title: string, readonly pages: readonly Page[] }[]} sections that have pages */
export function readSections() {
  return sections
    .map(({ title, folder, first }) => {
      const names = readdir(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
      const rank = (name) => first.indexOf(name.slice(0, -3)) + 1 || first.length + 1;
      names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
      return { title, pages: names.map((name) => readPage(folder + name)) };
    })
    .filter(({ pages }) => pages.length > 0);
}

/** The pages that are reached from one of those, such as a measurement from the page on performance. */
export function readFurtherPages() {
  return ["performance/", "playground/"].flatMap((folder) =>
    readdir(folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => readPage(folder + name)),
  );
}

/** A folder that is not there has no pages. */
function readdir(folder) {
  try {
    return readdirSync(docs + folder);
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

/** @returns {Page} */
function readPage(path) {
  const text = readFileSync(docs + path, "utf8");
  const title = titleOf(text);
  if (title === undefined) throw new Error(`docs/${path}: expected a first line "# Title"`);
  return { path, title, summary: firstSentence(text) };
}

/** What the first line of a Markdown document calls it. */
export function titleOf(text) {
  return /^# (.+)/.exec(text)?.[1];
}

/** Of the first paragraph, without links: they would lead elsewhere from another page. */
function firstSentence(text) {
  const [, paragraph = ""] = /^# .+\n+((?:(?!```|- )[^\s#<|!].*\n)+)/.exec(text) ?? [];
  const plain = paragraph
    .trim()
    .replaceAll("\n", " ")
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1");
  const [sentence = plain] = /^.*?\.(?= |$)/.exec(plain) ?? [];
  return sentence.replace(/:$/, ".");
}
