// Where a file of docs/ is on the site: lower case, without endings, the landing page first.
import { existsSync, statSync } from "node:fs";
import { posix } from "node:path";
import { docs } from "./pages.mjs";
import { repository } from "./project.mjs";

/** Pages whose address is not their path. */
export const rewrites = {
  "site/index.md": "index.md",
  "playground/README.md": "playground.md",
  "CHANGELOG.md": "changelog.md",
  "CONTRIBUTING.md": "contributing.md",
};

/** Files that are no pages of the site. */
export const excluded = [
  "README.md",
  "migrating/mintmark-jsonwebtoken/**",
  "demo/**",
  "site/node_modules/**",
  "site/dist/**",
];

/**
 * A link as the site has it. `from`: the page that it is written in, within docs/. Undefined: it leads to a file that only the repository
 * has, and nobody has said where that is.
 */
export function addressOf(href, from) {
  if (/^(?:[a-z][a-z+.-]*:|#|\/)/i.test(href)) return href;
  const [path, anchor] = href.split("#");
  const hash = anchor === undefined ? "" : `#${anchor}`;
  const target = posix.normalize(posix.join("docs", posix.dirname(from), decodeURI(path)));
  const page = target.startsWith("docs/") ? target.slice(5) : undefined;
  if (page === "README.md" || target === "README.md") return `/${hash}`;
  if (page === "playground/index.html") return "/playground.md";
  if (page?.endsWith(".md") && existsSync(docs + page)) return `/${rewrites[page] ?? page}${hash}`;
  if (repository === undefined) return undefined;
  const kind = statSync(`${docs}../${target}`).isDirectory() ? "tree" : "blob";
  return `${repository}/${kind}/main/${target}${hash}`;
}
