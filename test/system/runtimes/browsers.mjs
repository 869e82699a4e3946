// The suite in a page of a browser, whose proxy is the server of the project's files.
import * as puppeteer from "../browsers/puppeteer.mjs";
import * as webkitDriver from "../browsers/webkit.mjs";
import { pageFor, servePages } from "./pages.mjs";

export const chromium = (project) => open(project, puppeteer.chromium);
export const firefox = (project) => open(project, puppeteer.firefox);
export const webkit = (project) => open(project, webkitDriver.webkit);

async function open(project, openPage) {
  const pages = await servePages(project);
  // The suite takes a while on a busy machine.
  const page = await openPage({ proxyPort: pages.port, answersWithin: 600_000 });
  return {
    version: page.version,
    async ask(call, argument) {
      await page.goto(pageFor(call, pages.port));
      return JSON.parse(await page.run(callSuite, call, argument ?? null));
    },
    async close() {
      await page.close();
      pages.close();
    },
  };
}

/** Runs in the page. In Firefox that may be a moment behind its load event. */
async function callSuite(name, value) {
  while (globalThis.ask === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  return JSON.stringify(await globalThis.ask(name, value));
}
