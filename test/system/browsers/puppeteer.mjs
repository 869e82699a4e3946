// Chromium and Firefox of Debian, through Puppeteer: DevTools for the one, WebDriver BiDi for the other.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { removeFolder } from "../folders.mjs";

/** @typedef {import("./page.ts").Surroundings} Surroundings */
/** @typedef {import("puppeteer-core").Browser} Browser */

/** @type {(surroundings?: Surroundings) => Promise<Browser>} */
export const launchChromium = ({ proxyPort, answersWithin } = {}) =>
  launch("chromium", answersWithin, {
    executablePath: "/usr/bin/chromium",
    args: [
      ...(proxyPort === undefined ? [] : [`--proxy-server=http://127.0.0.1:${proxyPort}`]),
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

/** @type {(surroundings?: Surroundings) => Promise<Browser>} */
const launchFirefox = ({ proxyPort, answersWithin } = {}) =>
  launch("firefox", answersWithin, {
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    extraPrefsFirefox: {
      ...(proxyPort !== undefined && {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": proxyPort,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": proxyPort,
      }),
      "ui.systemUsesDarkTheme": 0,
    },
  });

/** Starts a browser with a profile of its own, which goes when the browser has ended. */
async function launch(name, answersWithin = 120_000, options) {
  const userDataDir = mkdtempSync(join(tmpdir(), `mintmark-${name}-`));
  const remove = () => {
    process.off("exit", remove);
    removeFolder(userDataDir);
  };
  try {
    const browser = await puppeteer.launch({ protocolTimeout: answersWithin, userDataDir, ...options });
    process.once("exit", remove); // after Puppeteer, which then kills the browser
    browser.process()?.once("exit", remove);
    return browser;
  } catch (error) {
    remove();
    throw error;
  }
}

/** @type {(surroundings?: Surroundings) => Promise<Required<import("./page.ts").Page>>} */
export const chromium = async (surroundings) => open(await launchChromium(surroundings));

/** @type {(surroundings?: Surroundings) => Promise<import("./page.ts").Page>} */
export const firefox = async (surroundings) => ({
  ...(await open(await launchFirefox(surroundings))),
  preferDark: undefined,
});

async function open(browser) {
  const page = await browser.newPage(); // Firefox gives the focus of the system to a new page only
  const [version] = (await browser.version()).match(/\d[\d.]*/);
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return {
    version,
    async goto(url) {
      await page.goto(url, { waitUntil: "load" });
    },
    run: (body, ...args) => page.evaluate(body, ...args),
    async addScript(source) {
      await page.evaluate(source);
    },
    click: (selector) => page.click(selector),
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    type: (text) => page.keyboard.type(text),
    async paste() {
      await page.keyboard.down("Control");
      await page.keyboard.press("v");
      await page.keyboard.up("Control");
    },
    resize: (width, height) => page.setViewport({ width, height }),
    async screenshot() {
      return Buffer.from(await page.screenshot({ fullPage: true }));
    },
    preferDark: (dark) => page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]),
    takeRequests: () => requests.splice(0),
    takeComplaints: () => complaints.splice(0),
    close: () => browser.close(),
  };
}

/** Returns what a page says to somebody who opens it in Chromium. */
export async function readPage(url) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction("document.body.innerText.trim() !== ''");
    return await page.evaluate("document.body.innerText");
  } finally {
    await browser.close();
  }
}
