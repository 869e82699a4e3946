// The page is what its sources make, keeps its promises in three browsers, and what it makes is taken by others.
import { equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { file, render } from "../../../docs/playground/build.mjs";
import { close } from "../runtimes/totals.mjs";
import { checkAccess, checkKeyboard } from "./access.mjs";
import { checkAlgorithms, mintUnusual } from "./algorithms.mjs";
import { whyMissing } from "../browsers/programs.mjs";
import { chromium, firefox } from "../browsers/puppeteer.mjs";
import { webkit } from "../browsers/webkit.mjs";
import { checkDebugging, checkOpening, checkWithoutCryptography } from "./debugging.mjs";
import { checkGenerating, checkSecrets } from "./generating.mjs";
import { checkPeers } from "./peers.mjs";
import { playground } from "./playground.mjs";
import { checkContainment, checkPolicy, checkTraces } from "./privacy.mjs";
import { serve } from "./serve.mjs";
import { checkInteractive, checkWeight } from "./speed.mjs";
import { check, failures, passedCount } from "./tally.mjs";

const everywhere = [
  "ES256",
  "ES384",
  "ES512",
  "Ed25519",
  "EdDSA",
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
];
const postQuantum = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];
const libraries = ["mintmark", "jose", "jsonwebtoken", "PyJWT"];

// WebKitGTK's window has a least width, and gives no picture of a page that fits into it. The code that the page writes is the same in
// all browsers, so one of them has all of it run.
const browsers = [
  {
    name: "Chromium",
    open: chromium,
    needs: ["chromium"],
    algorithms: [...everywhere, ...postQuantum],
    widths: [320, 360, 1280],
    height: 900,
    libraries,
  },
  {
    name: "Firefox",
    open: firefox,
    needs: ["firefox-esr"],
    algorithms: everywhere,
    widths: [320, 360, 1280],
    height: 900,
    libraries: ["mintmark"],
  },
  {
    name: "WebKitGTK",
    open: webkit,
    needs: ["WebKitWebDriver", "Xvfb"],
    algorithms: everywhere,
    widths: [480, 1280],
    height: 560,
    libraries: ["mintmark"],
  },
];

/** With names, only the browsers whose names contain one of them. */
export async function checkPlayground(wanted) {
  const chosen = browsers
    .filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())))
    .filter(isHere);
  const page = readFileSync(file, "utf8");
  await check("page: it is what its sources make (npm run playground)", async () => {
    equal(page === (await render()), true);
  });
  await checkPolicy(page);
  await checkWeight(page);
  const server = await serve(page);
  try {
    for (const browser of chosen) await checkBrowser(browser, server);
  } finally {
    server.close();
  }
  close("playground", passedCount(), failures);
}

async function checkBrowser({ name, open, algorithms, widths, height, libraries: tried }, server) {
  const since = Date.now();
  const before = passedCount();
  const session = await open({ proxyPort: server.port });
  let minted = [];
  try {
    const page = playground(session);
    const fromFile = pathToFileURL(file).href;
    await session.resize(1280, 900);
    await checkInteractive(name, page, server.url);
    // From a file, as somebody has who saved the page, and with no server to talk to.
    await session.goto(fromFile);
    minted = await checkAlgorithms(name, page, algorithms);
    if (tried.includes("jose")) minted.push(...(await mintUnusual(page)));
    await checkOpening(name, page, server);
    await session.goto(server.url);
    server.takeAsked();
    await checkDebugging(name, page);
    await checkGenerating(name, page);
    await checkSecrets(name, page);
    await checkTraces(name, page, server, server.url);
    await checkKeyboard(name, page, server.url);
    await checkAccess(name, page, server.url, { widths, height });
    await session.goto(server.insecureUrl);
    await checkWithoutCryptography(name, page);
    await check(`${name}: no error in the page`, () => {
      equal((session.takeComplaints?.() ?? []).join("; "), "");
    });
    await session.goto(server.url);
    server.takeAsked();
    await checkContainment(name, page, server);
  } catch (error) {
    await check(`${name}: ran to its end`, () => {
      throw error;
    });
  } finally {
    await session.close();
  }
  await checkPeers(name, minted, tried);
  console.log(
    `${name} ${session.version}: ${passedCount() - before} passed, ${((Date.now() - since) / 1000).toFixed(0)} s`,
  );
}

/** Names what Debian still has to give. In CI that is a failure: nothing is left out there. */
function isHere({ name, needs }) {
  const reason = whyMissing(name, needs);
  if (reason !== undefined) console.error(reason);
  return reason === undefined;
}
