// The site in Chromium: it can be read on a telephone and on a wide screen, light and dark, finds what people look for, and asks nobody else.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe, violations } from "../browsers/axe.mjs";
import { chromium } from "../browsers/puppeteer.mjs";
import { searches } from "./searches.mjs";
import { dist, serveSite } from "./serve.mjs";

const pictures = fileURLToPath(new URL("../../../coverage/site/", import.meta.url));
const map = Object.keys(JSON.parse(readFileSync(`${dist}hashmap.json`, "utf8")));
const paths = map.map(
  (name) =>
    `/${name
      .replace(/\.md$/, "")
      .replaceAll("_", "/")
      .replace(/^index$/, "")}`,
);
const widths = [390, 1440];
/** Beside them, where the sidebar comes and goes: for the tables, which are widest there. */
const between = [800, 1000];
const looked = {
  landing: "/",
  guide: "/guides/http",
  migration: "/migrating/jsonwebtoken",
  reference: "/api/keys",
  performance: "/performance",
  playground: "/playground",
  "not-found": "/no-such-page",
};

let site;
let page;
beforeAll(async () => {
  site = await serveSite();
  page = await chromium({ proxyPort: site.port });
  mkdirSync(pictures, { recursive: true });
});
afterAll(async () => {
  await page?.close();
  site?.close();
});

async function open(path, dark = false) {
  await page.preferDark(dark);
  await page.goto(site.url(path));
  await until(() =>
    page.run(() => {
      const app = globalThis.document.querySelector("#app");
      return app !== null && "__vue_app__" in app;
    }),
  );
}

async function until(ask) {
  for (const end = Date.now() + 10_000; Date.now() < end; await pause(20)) {
    const seen = await ask();
    if (seen) return seen;
  }
  throw new Error("did not come true within ten seconds");
}

/** Words of tables that a narrow column breaks, although the line has room for them. */
const brokenWords = () =>
  page.run(() => {
    const { document, NodeFilter } = globalThis;
    const broken = [];
    for (const cell of document.querySelectorAll(".vp-doc table:not(:has(> thead.wide)) :is(td, th)")) {
      // On a telephone, headings are hidden.
      if (cell.closest("thead")?.clientWidth === 1) continue;
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      while (texts.nextNode())
        for (const { 0: word, index } of (texts.currentNode.textContent ?? "").matchAll(/(?<!\S)[\w?.]{2,16}(?!\S)/g)) {
          const range = document.createRange();
          range.setStart(texts.currentNode, index);
          range.setEnd(texts.currentNode, index + word.length);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (lines.size > 1) broken.push(word);
        }
    }
    return broken;
  });

/** Blocks of code that are cut off, tables wider than their column, a page wider than its window. */
const overflowing = () =>
  page.run(() => {
    const { document, innerWidth } = globalThis;
    const nameOf = (element) => `${element.tagName} ${element.textContent.trim().slice(0, 40)}`;
    const clipped = [...document.querySelectorAll("pre")].filter((one) => one.scrollWidth > one.clientWidth + 1);
    const wide = [...document.querySelectorAll("table")].filter(
      (one) =>
        one.scrollWidth > (one.parentElement?.clientWidth ?? 0) + 1 || one.getBoundingClientRect().right > innerWidth,
    );
    const isWide = document.documentElement.scrollWidth > innerWidth;
    return [...clipped, ...wide].map(nameOf).concat(isWide ? "the page" : []);
  });

describe("every page fits", () => {
  it.each(paths)("%s", async (path) => {
    await open(path);
    for (const width of [...widths, ...between]) {
      await page.resize(width, 900);
      expect(await overflowing(), `${width} pixels`).toEqual([]);
      expect(await brokenWords(), `${width} pixels`).toEqual([]);
    }
    expect(page.takeComplaints()).toEqual([]);
  });

  it("and one that does not would be seen", async () => {
    await open("/guides/http");
    await page.resize(390, 900);
    await page.run(() => {
      const [code, table] = ["pre code", "table"].map((selector) => globalThis.document.querySelector(selector));
      code?.setAttribute("style", "white-space: pre");
      table?.setAttribute("style", "width: 900px");
    });
    const seen = await overflowing();
    expect(seen).toHaveLength(3);
    await page.run(() => {
      globalThis.document.querySelector("td")?.setAttribute("style", "width: 40px; overflow-wrap: anywhere");
    });
    expect(await brokenWords()).toContain("another");
  });
});

describe.each(Object.entries(looked))("%s", (name, path) => {
  it.each(["light", "dark"])("is for everyone, %s", async (scheme) => {
    await page.resize(1440, 900);
    await open(path, scheme === "dark");
    await page.addScript(axe);
    for (const width of widths) {
      await page.resize(width, 900);
      expect(await violations(page, { exclude: ["iframe"] }), `${width} pixels`).toEqual([]);
      if (process.env.SITE_PICTURES !== undefined)
        writeFileSync(`${pictures}${name}-${scheme}-${width}.png`, await page.screenshot());
    }
  });
});

describe("the search finds first", () => {
  // VitePress waits 200 ms for more letters.
  const settled = 300;
  it.each(searches)("%s: %s", async (words, expected) => {
    if (await page.run(() => globalThis.document.querySelector(".VPLocalSearchBox") === null)) {
      await page.resize(1440, 900);
      await open("/");
      await page.click(".DocSearch-Button");
      await until(() => page.run(() => globalThis.document.querySelector(".VPLocalSearchBox input") !== null));
    }
    await page.run((text) => {
      const input = globalThis.document.querySelector(".VPLocalSearchBox input");
      if (!(input instanceof globalThis.HTMLInputElement)) throw new Error("no field to write to");
      input.value = text;
      input.dispatchEvent(new globalThis.Event("input", { bubbles: true }));
    }, words);
    let seen = ["not yet"];
    await pause(settled - 80);
    await until(async () => {
      const before = seen.join();
      await pause(80);
      seen = await page.run(() =>
        [...globalThis.document.querySelectorAll(".VPLocalSearchBox a.result")].map((one) => one.getAttribute("href")),
      );
      return seen.join() === before;
    });
    expect(seen[0]?.split("#")[0], seen.slice(0, 4).join(" ")).toBe(expected);
  });
});

describe("it is light, and asks nobody else", () => {
  it.each([
    ["/", 130_000],
    ["/guides/http", 140_000],
    ["/api/sign-and-verify", 190_000],
  ])("%s: at most %i bytes", async (path, budget) => {
    site.takeSent();
    await page.goto("about:blank");
    await open(path);
    await pause(200);
    expect(site.takeSent()).toBeLessThan(budget);
  });

  it("no request to another host, on any page above", () => {
    // Chromium asks after its own updates.
    expect(site.strangers.filter((one) => !/^[\w.-]+\.(?:google|googleapis)\.com\b/.test(one))).toEqual([]);
    const hosts = new Set(page.takeRequests().map((url) => new URL(url).origin));
    expect([...hosts].filter((origin) => origin !== new URL(site.url("/")).origin && origin !== "null")).toEqual([]);
  });
});

it("the switch makes it dark, and it stays so", async () => {
  await page.resize(1440, 900);
  await open("/guides/http");
  const background = () => page.run(() => globalThis.getComputedStyle(globalThis.document.body).backgroundColor);
  const light = await background();
  await page.click(".VPSwitchAppearance");
  await until(async () => (await background()) !== light);
  await open("/guides/keys");
  expect(await background()).not.toBe(light);
  await page.run(() => {
    globalThis.localStorage.clear();
  });
});

it("the playground is on its page, with what stands behind #", async () => {
  await open("/playground#token=abc");
  const address = await until(() => page.run(() => globalThis.document.querySelector("iframe")?.src));
  expect(new URL(address).hash).toBe("#token=abc");
  expect(new URL(address).pathname).toBe("/app/playground.html");
});

it("a page that is not there says so, and leads back", async () => {
  const response = await fetch(site.url("/no-such-page"));
  expect(response.status).toBe(404);
  await open("/no-such-page");
  expect(await page.run(() => globalThis.document.body.textContent)).toContain("No such page");
});
