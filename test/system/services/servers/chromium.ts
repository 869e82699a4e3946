// The real Chromium, for tests whose pages need a browser with a profile of its own.
import { whyNoBrowser } from "../../browsers/programs.mjs";

export { launchChromium } from "../../browsers/puppeteer.mjs";

/** The reason for `context.skip` where there is no Chromium; under CI=true it is thrown. */
export const noChromium: string | undefined = whyNoBrowser("Chromium", ["chromium"]);
