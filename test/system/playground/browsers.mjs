// Chromium and Firefox of Debian, through Puppeteer: DevTools for the one, WebDriver BiDi for the other. What the checks need of a
// browser is the same for all three; webkit.mjs has it for WebKitGTK.
import puppeteer from "puppeteer-core";
import { folder } from "../runtimes/project.mjs";

const protocolTimeout = 120_000;

export const chromium = (proxyPort) =>
  open({
    executablePath: "/usr/bin/chromium",
    userDataDir: folder("chromium"),
    args: [
      `--proxy-server=http://127.0.0.1:${proxyPort}`,
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

export const firefox = (proxyPort) =>
  open({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    extraPrefsFirefox: {
      "network.proxy.type": 1,
      "network.proxy.http": "127.0.0.1",
      "network.proxy.http_port": proxyPort,
      "network.proxy.ssl": "127.0.0.1",
      "network.proxy.ssl_port": proxyPort,
      "ui.systemUsesDarkTheme": 0,
    },
  });

async function open(options) {
  const browser = await puppeteer.launch({ headless: true, protocolTimeout, ...options });
  const page = await browser.newPage(); // Firefox gives the focus of the system to a new page only
  const [version] = (await browser.version()).match(/\d[\d.]*/) ?? [];
  if (version === undefined) throw new Error("expected a version of the browser");
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error instanceof Error ? error.message : String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return {
    version,
    goto: async (url) => {
      await page.goto(url, { waitUntil: "load" });
    },
    run: (body, ...args) => page.evaluate(body, ...args),
    addScript: async (source) => {
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
    preferDark:
      options.browser === "firefox"
        ? undefined
        : (dark) => page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]),
    takeRequests: () => requests.splice(0),
    takeComplaints: () => complaints.splice(0),
    close: () => browser.close(),
  };
}
