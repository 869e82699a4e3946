// The real Chromium, as a browser with a profile of its own.
import type { Browser } from "puppeteer-core";
import { launchChromium } from "../../browsers/puppeteer.mjs";
import { findProgram, whyMissing } from "./program.ts";

/** The reason for `context.skip` where there is no Chromium; under CI=true it is thrown. */
export const noChromium: string | undefined = whyMissing(
  findProgram("chromium"),
  "Chromium",
  "apt-get install chromium",
);

export const startChromium = (): Promise<Browser> => launchChromium();
