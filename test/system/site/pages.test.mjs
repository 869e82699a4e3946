// What is in the files of the site: every link leads somewhere, every page says what it is, and nothing comes from elsewhere.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { linkReadme } from "../../../docs/site/readme.mjs";
import { dist, fileOf } from "./serve.mjs";

const pages = readdirSync(dist, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".html") && !name.startsWith("app/"))
  .map((name) => ({ name, html: readFileSync(dist + name, "utf8") }));
const idsOf = new Map(
  pages.map(({ name, html }) => [name, new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => decode(id)))]),
);

function decode(text) {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<");
}

/** Of `href` and `src`, those that lead nowhere. */
function deadLinks({ name, html }) {
  return [...html.matchAll(/ (?:href|src)="([^"]*)"/g)]
    .map(([, target]) => decode(target))
    .filter((target) => !/^(?:https?:|mailto:|data:)/.test(target) && !leads(target, name));
}

function leads(target, from) {
  const [path = "", anchor] = decodeURI(target).split("#");
  const file = path === "" ? from : fileOf(path.startsWith("/") ? path : join("/", dirname(from), path));
  if (file === undefined) return false;
  return !anchor || idsOf.get(file)?.has(anchor) === true;
}

describe.each(pages)("$name", (page) => {
  it("has no dead link", () => {
    expect(deadLinks(page)).toEqual([]);
  });

  it("loads nothing from elsewhere", () => {
    expect(page.html.match(/<(?:script|link|img|iframe|source)[^>]* (?:src|href)="(?:https?:)?\/\/[^"]*"/g)).toBeNull();
  });

  it("says what it is: a title, a description, a language, a favicon", () => {
    expect(page.html).toMatch(/<html lang="en"/);
    expect(page.html).toMatch(/<title>[^<]+<\/title>/);
    expect(page.html).toMatch(/<link rel="icon" href="[^"]*favicon\.svg"/);
    if (page.name === "404.html") return;
    expect(page.html).toMatch(/<meta name="description" content="[^"]{20,}"/);
    expect(page.html.match(/<h1[ >]/g)).toHaveLength(1);
  });
});

function pageNamed(name) {
  const page = pages.find((one) => one.name === name);
  if (page === undefined) throw new Error(`expected a page ${name}`);
  return page;
}

it("every page has a title of its own", () => {
  const titles = pages.map(({ html }) => /<title>([^<]+)/.exec(html)?.[1]);
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
});

it("addresses are lower case, without endings", () => {
  expect(pages.map(({ name }) => name).filter((name) => !/^[a-z0-9/-]+\.html$/.test(name))).toEqual([]);
});

it("the front page shows the figures that were measured", () => {
  const { html } = pageNamed("index.html");
  expect(html.match(/<strong>[\d.,]+(?: kB)?<\/strong>/g)).toHaveLength(3);
});

it("language models find the pages as Markdown", () => {
  const targets = [...readFileSync(`${dist}llms.txt`, "utf8").matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  expect(targets.length).toBeGreaterThan(pages.length - 5);
  expect(targets.filter((target) => !existsSync(dist + target))).toEqual([]);
});

it("nothing of a repository is linked while nobody knows where it is, and each page can be edited as soon as they do", () => {
  const known = !readFileSync(new URL("../../../package.json", import.meta.url), "utf8").includes("github.com/OWNER/");
  const { html } = pageNamed("guides/http.html");
  expect(html.includes("Edit this page")).toBe(known);
  expect(html.includes("github.com/OWNER")).toBe(false);
});

it("the front page of the repository leads to the site, once that has an address", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const targets = [
    ...linkReadme(readme, new URL("https://docs.example/mintmark/")).matchAll(/^\[[\w-]+\]: (.*)$/gm),
  ].map(([, target = ""]) => target);
  expect(targets.length).toBeGreaterThan(20);
  const prefix = "https://docs.example/mintmark";
  expect(
    targets.filter((target) => !target.startsWith(`${prefix}/`) || fileOf(target.slice(prefix.length)) === undefined),
  ).toEqual([]);
});

it.each(["/guides/no-such-page", "/guides/http#no-such-heading", "no-such-page"])("%s would be seen", (target) => {
  expect(deadLinks({ name: "guides/http.html", html: `<a href="${target}">` })).toEqual([target]);
});
