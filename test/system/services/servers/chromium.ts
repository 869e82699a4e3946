// The real Chromium, as a browser with a profile of its own.
import type { Browser } from "puppeteer-core";
import { whyMissing } from "../../browsers/programs.mjs";
import { launchChromium } from "../../browsers/puppeteer.mjs";

/** The reason for `context.skip` where there is no Chromium; under CI=true it is thrown. */
export const noChromium: string | undefined = whyMissing("Chromium", ["chromium"]);

export const startChromium = (): Promise<Browser> => launchChromium();
