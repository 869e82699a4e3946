// The browsers' programs, and which of Debian's packages has each.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @type {Readonly<Record<string, string>>} */
const packages = {
  chromium: "chromium",
  "firefox-esr": "firefox-esr",
  WebKitWebDriver: "webkit2gtk-driver",
  Xvfb: "xvfb",
};

/**
 * Says why tests that need the programs are skipped; under CI=true they fail instead.
 * @param {string} browser
 * @param {readonly string[]} programs
 * @returns {string | undefined}
 */
export function whyMissing(browser, programs) {
  const missing = programs.filter((name) => !isOnPath(name));
  if (missing.length === 0) return undefined;
  const reason = `${browser} is not here (apt-get install ${missing.map((name) => packages[name]).join(" ")})`;
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

const isOnPath = (name) => (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
