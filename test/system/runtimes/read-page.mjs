// What a page says to somebody who opens it in Chromium.
import puppeteer from "puppeteer-core";
import { folder } from "./project.mjs";

export async function readPage(url) {
  const browser = await puppeteer.launch({
    executablePath: "/usr/bin/chromium",
    userDataDir: folder("chromium-reader"),
    // Root has no sandbox, a server no graphics; the rest would look for the network.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction("document.body.innerText.trim() !== ''");
    return await page.evaluate("document.body.innerText");
  } finally {
    await browser.close();
  }
}
