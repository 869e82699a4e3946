// The browsers' programs, and which of Debian's packages has each.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { whyMissing } from "../missing.mjs";

/** @type {Readonly<Record<string, string>>} */
const packages = {
  chromium: "chromium",
  "firefox-esr": "firefox-esr",
  WebKitWebDriver: "webkit2gtk-driver",
  Xvfb: "xvfb",
};

/**
 * Returns why tests that need a browser are skipped; under CI=true it is thrown instead.
 * @param {string} browser
 * @param {readonly string[]} programs
 * @returns {string | undefined}
 */
export function whyNoBrowser(browser, programs) {
  const missing = programs.filter((name) => !isOnPath(name));
  if (missing.length === 0) return undefined;
  return whyMissing(undefined, browser, `apt-get install ${missing.map((name) => packages[name]).join(" ")}`);
}

const isOnPath = (name) => (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
