// What users read: the front page, every page of docs/, and the docblocks of src/. A page that appears is looked at without being named here.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import MarkdownIt, { type Token } from "markdown-it";

export const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** Paths within the project. */
export const sourceNames = find("src", ".ts");
const documents = find("docs", ".md");

/** The reference says in Markdown what docblocks say. It is made for the site, whose tests look at it, and not kept. */
export const referenceNames = documents.filter((name) => name.startsWith("docs/api/"));
export const pageNames = ["README.md", ...documents.filter((name) => !referenceNames.includes(name))];

export function read(name: string): string {
  return readFileSync(root + name, "utf8");
}

export function parse(name: string): ReturnType<MarkdownIt["parse"]> {
  return new MarkdownIt({ html: true }).parse(read(name), {});
}

/** Links, images, code and text, each with the line that its paragraph or row begins in. */
export function inlineTokens(name: string): { readonly line: number; readonly token: Token }[] {
  let line = 1;
  return parse(name).flatMap(({ map, children }) => {
    // A cell of a table has no line of its own; its row has.
    if (map !== null) line = map[0] + 1;
    return (children ?? []).map((token) => ({ line, token }));
  });
}

function find(folder: string, end: string): readonly string[] {
  return readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(end) && !/^docs\/site\/(?:dist|node_modules)\//.test(name))
    .sort();
}
