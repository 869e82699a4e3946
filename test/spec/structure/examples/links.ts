// Every relative link leads to a file that is there, and where it names a heading, to a heading. What is on the network is not asked.
import { existsSync, statSync } from "node:fs";
import { posix } from "node:path";
import GithubSlugger from "github-slugger";
import { inlineTokens, parse, read, root } from "./pages.ts";

interface Link {
  readonly line: number;
  readonly target: string;
}

/** Links of a page that lead nowhere, each as `file:line target`. */
export function deadLinks(name: string): string[] {
  return linksOf(name)
    .filter(({ target }) => !leadsSomewhere(target, name))
    .map(({ line, target }) => `${name}:${line} ${target}`);
}

function linksOf(name: string): Link[] {
  return inlineTokens(name).flatMap(({ line, token }) => {
    const target = token.attrGet(token.type === "image" ? "src" : "href");
    return target === null ? [] : [{ line, target }];
  });
}

export function leadsSomewhere(target: string, from: string): boolean {
  if (/^https?:\/\//.test(target)) return true;
  const [path = "", anchor] = decodeURI(target).split("#");
  const name = path === "" ? from : posix.join(posix.dirname(from), path);
  if (name.startsWith("..") || !existsSync(root + name)) return false;
  if (anchor === undefined) return true;
  return name.endsWith(".md") && statSync(root + name).isFile() && anchorsOf(name).has(anchor);
}

const known = new Map<string, ReadonlySet<string>>();

/** The anchors that a forge makes of headings, and those that are written as HTML. */
function anchorsOf(name: string): ReadonlySet<string> {
  const found = known.get(name) ?? readAnchors(name);
  known.set(name, found);
  return found;
}

function readAnchors(name: string): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const tokens = parse(name);
  const headings = tokens.flatMap(({ type }, i) =>
    type === "heading_open" ? [slugger.slug(textOf(tokens[i + 1]?.children ?? []))] : [],
  );
  const written = [...read(name).matchAll(/<a id="([^"]+)">|^#.*\{#([^}]+)\}$/gm)].map(([, a, b]) => (a ?? b)!);
  return new Set([...headings, ...written]);
}

function textOf(tokens: readonly { readonly type: string; readonly content: string }[]): string {
  return tokens
    .filter(({ type }) => type === "text" || type === "code_inline")
    .map(({ content }) => content)
    .join("");
}
