// The site: every page of docs/, with the landing page and the reference. Run by docs/site/build.mjs.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { addressOf, excluded, rewrites } from "../addresses.mjs";
import { extend, slugify } from "../markdown.mjs";
import { docs, readSections, summaryOf, titleOf } from "../pages.mjs";
import { description, homepage, repository, version } from "../project.mjs";
import { referenceFolder } from "../reference-folder.mjs";
import { search } from "../search.mjs";

const base = homepage?.pathname ?? "/";

export default defineConfig({
  srcDir: "..",
  outDir: "dist",
  base,
  lang: "en",
  title: "mintmark",
  titleTemplate: ":title · mintmark",
  description,
  cleanUrls: true,
  srcExclude: excluded,
  ignoreDeadLinks: "localhostLinks",
  rewrites,
  // A page loads what it shows, and nothing of the pages that it links to.
  router: { prefetchLinks: false },
  sitemap: homepage && { hostname: homepage.href },
  head: [
    ["link", { rel: "icon", href: `${base}favicon.svg`, type: "image/svg+xml" }],
    ["meta", { name: "theme-color", content: "#0f766e" }],
  ],
  markdown: {
    config: extend,
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    anchor: { slugify },
    headers: false,
  },
  vite: {
    publicDir: fileURLToPath(new URL("../public", import.meta.url)),
    build: { chunkSizeWarningLimit: 2000 },
  },
  transformPageData(page) {
    if (page.relativePath === "playground.md")
      Object.assign(page.frontmatter, { aside: false, pageClass: "playground" });
    if (page.relativePath.startsWith(referenceFolder))
      Object.assign(page.frontmatter, { outline: 2, pageClass: "reference" });
    const text = readFileSync(join(docs, page.filePath), "utf8");
    page.description = page.frontmatter.description ?? summaryOf(text).replaceAll("`", "");
    if (page.description === "")
      page.description = `${page.title}: mintmark, JSON Web Tokens that are safe by construction.`;
  },
  themeConfig: {
    siteTitle: "mintmark",
    logo: { src: "/favicon.svg", width: 24, height: 24, alt: "" },
    nav: [
      { text: "Guides", link: "/guides/getting-started", activeMatch: "^/(?:guides|migrating)/" },
      { text: "Reference", link: "/api/sign-and-verify", activeMatch: "^/api/" },
      { text: "Playground", link: "/playground" },
      { text: `v${version}`, link: "/changelog" },
    ],
    sidebar: { "/api/": referenceSidebar(), "/": guideSidebar() },
    outline: { level: [2, 3], label: "On this page" },
    search,
    // Undefined, or the bar has a divider for none.
    socialLinks: repository && [{ icon: "github", link: repository }],
    editLink: repository && { pattern: `${repository}/edit/main/docs/:path`, text: "Edit this page" },
    docFooter: { prev: "Previous", next: "Next" },
    footer: { message: "MIT licensed. This site asks no other server for anything, and sets no cookie." },
  },
});

function guideSidebar() {
  const sections = readSections().map(({ title, pages }) => ({
    text: title,
    items: pages.map((page) => ({ text: shortTitle(page), link: pageLink(page.path) })),
  }));
  sections[0].items.push({ text: "Playground", link: "/playground" });
  return sections;
}

/** In the sidebar, what stands before a colon or "Coming from" is enough. */
function shortTitle({ path, title }) {
  const [short] = path.startsWith("migrating/")
    ? [title.replace(/^(?:Coming from|From) (?:a )?/, "")]
    : title.split(/[:,] /);
  return short.replaceAll("`", "");
}

function referenceSidebar() {
  const pages = readdirSync(docs + referenceFolder)
    .map((name) => ({
      path: referenceFolder + name,
      title: titleOf(readFileSync(docs + referenceFolder + name, "utf8")),
    }))
    .sort((a, b) => rankOf(a) - rankOf(b) || (a.title < b.title ? -1 : 1));
  const items = (list) => list.map(({ path, title }) => ({ text: title, link: pageLink(path) }));
  return [
    { text: "mintmark", items: items(pages.filter(({ title }) => !title.includes("/"))) },
    { text: "Further entries", items: items(pages.filter(({ title }) => title.includes("/"))) },
  ];
}

/** As docs/site/typedoc.json orders the categories. */
function rankOf({ title }) {
  const [, list] = /"categoryOrder": \[([^\]]*)\]/.exec(
    readFileSync(new URL("../typedoc.json", import.meta.url), "utf8"),
  );
  const at = [...list.matchAll(/"([^"]+)"/g)].findIndex(([, name]) => name === title);
  return at < 0 ? Infinity : at;
}

function pageLink(path) {
  return addressOf(path, "README.md").replace(/\.md$/, "");
}
