// The page keeps its promises in a browser, and what it makes is taken by others.
import { equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, it } from "vitest";
import { file } from "../../../../docs/playground/build.mjs";
import type { Page, Surroundings } from "../../browsers/page.ts";
import { whyNoBrowser } from "../../browsers/programs.mjs";
import { checkAccess, checkKeyboard, type Window } from "./access.ts";
import { checkAlgorithms, checkUnusual, unusual, type Minted } from "./algorithms.ts";
import { checkDebugging, checkOpening, checkWithoutCryptography } from "./debugging.ts";
import { checkGenerating, checkSecrets } from "./generating.ts";
import { checkPeers } from "./peers.ts";
import { playground, type Playground } from "./playground.ts";
import { checkContainment, checkTraces } from "./privacy.ts";
import { serve, type Served } from "./serve.ts";
import { checkInteractive } from "./speed.ts";

/** Algorithms that all three browsers have. */
export const everywhere: readonly string[] = [
  ...["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "HS256", "HS384", "HS512"],
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
];

export interface Browser extends Window {
  readonly name: string;
  readonly open: (surroundings: Surroundings) => Promise<Page>;
  readonly needs: readonly string[];
  readonly algorithms: readonly string[];
  /** The colours of the system can be set. */
  readonly hasColours: boolean;
  /** Whose code, as the page writes it, is run. That is the same in all browsers, so one of them has all of it run. */
  readonly libraries: readonly string[];
}

/** Registers the tests of one browser, which does in one page what a user does, in that order. */
export function testIn(browser: Browser): void {
  const { name, open, needs, algorithms, libraries } = browser;
  const reason = whyNoBrowser(name, needs);
  if (reason !== undefined) {
    it(name, ({ skip }) => {
      skip(reason);
    });
    return;
  }
  describe(name, () => {
    // Filled in before the first test.
    const [page, server] = [{} as Playground, {} as Served];
    const minted = new Map<string, Minted>();
    const tokens = libraries.includes("jose") ? [...algorithms, ...unusual] : algorithms;

    beforeAll(async () => {
      Object.assign(server, await serve(readFileSync(file, "utf8")));
      Object.assign(page, playground(await open({ proxyPort: server.port })));
      console.log(`${name} ${page.version}`);
      await page.resize(1280, 900);
    });
    afterAll(async () => {
      // What did not open cannot be closed.
      await (page as Partial<Playground>).close?.();
      (server as Partial<Served>).close?.();
    });

    checkInteractive(name, page, server);
    // From a file, as somebody has who saved the page, and with no server to talk to.
    describe("algorithms", () => {
      beforeAll(async () => {
        await page.goto(pathToFileURL(file).href);
      });
      checkAlgorithms(page, algorithms, minted);
      if (tokens !== algorithms) checkUnusual(page, minted);
    });
    describe("opening", () => {
      checkOpening(page, server);
    });
    describe("debug", () => {
      checkDebugging(page, server);
    });
    describe("generate", () => {
      checkGenerating(page);
    });
    describe("secret", () => {
      checkSecrets(page);
    });
    describe("traces", () => {
      checkTraces(page, server);
    });
    checkKeyboard(page, server);
    describe("access", () => {
      checkAccess(name, page, server, browser);
    });
    checkWithoutCryptography(page, server);
    it("no error in the page", () => {
      equal((page.takeComplaints?.() ?? []).join("; "), "");
    });
    describe("containment", async () => {
      await checkContainment(page, server);
    });
    describe("peers", () => {
      checkPeers(name, tokens, minted, libraries);
    });
  });
}
