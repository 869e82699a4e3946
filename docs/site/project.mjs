// Where the project is to be found, read from package.json and from nowhere else. Until it is written there, nothing links to it.
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

export const { version, description } = manifest;

/** As package.json has it while the place is not known; .ci/check-release.mjs refuses to release that. */
const isPlaceholder = (url) => /\bOWNER\b/.test(url);

const { url = "" } = Object(manifest.repository);

/** `https://github.com/OWNER/NAME`, or undefined. */
export const [, repository] =
  (!isPlaceholder(url) && /^git\+(https:\/\/github\.com\/[\w.-]+\/[\w.-]+)\.git$/.exec(url)) || [];

/** The address of the site, with a slash at the end, or undefined. */
export const homepage =
  manifest.homepage === undefined || isPlaceholder(manifest.homepage)
    ? undefined
    : new URL(manifest.homepage.replace(/\/?$/, "/"));
