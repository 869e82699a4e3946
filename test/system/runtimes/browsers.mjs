// Chromium and Firefox of Debian, through Puppeteer: DevTools for the one, WebDriver BiDi for the other.
import puppeteer from "puppeteer-core";
import { folder } from "./project.mjs";
import { pageFor, servePages } from "./pages.mjs";

/** The suite takes a while on a busy machine; Puppeteer's own limit for one answer is three minutes. */
const protocolTimeout = 600_000;

const chromiumOptions = (port) => ({
  executablePath: "/usr/bin/chromium",
  userDataDir: folder("chromium"),
  args: [
    `--proxy-server=http://127.0.0.1:${port}`,
    // Root has no sandbox, a server no graphics; the rest would look for the network.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

export const chromium = (project) => open(project, chromiumOptions);

/** Starts Chromium alone, for pages that are served on a port already. */
export const openChromium = (port) => puppeteer.launch({ headless: true, protocolTimeout, ...chromiumOptions(port) });

export const firefox = (project) =>
  open(project, (port) => ({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    extraPrefsFirefox: {
      "network.proxy.type": 1,
      "network.proxy.http": "127.0.0.1",
      "network.proxy.http_port": port,
      "network.proxy.ssl": "127.0.0.1",
      "network.proxy.ssl_port": port,
    },
  }));

async function open(project, options) {
  const pages = await servePages(project);
  const browser = await puppeteer.launch({ headless: true, protocolTimeout, ...options(pages.port) });
  const [version] = (await browser.version()).match(/\d[\d.]*/) ?? [];
  if (version === undefined) throw new Error("expected a version of the browser");
  return {
    version,
    async ask(call, argument) {
      const page = await browser.newPage();
      try {
        await page.goto(pageFor(call, pages.port));
        await page.waitForFunction("globalThis.ask"); // in Firefox the page may be a moment behind its load event
        return JSON.parse(
          await page.evaluate(
            async (name, value) => JSON.stringify(await globalThis.ask(name, value)),
            call,
            argument ?? null,
          ),
        );
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      pages.close();
    },
  };
}
