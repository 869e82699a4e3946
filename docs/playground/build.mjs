// Writes index.html: page.html with style.css and src/ inside, and a policy that lets nothing else in or out.
// The library comes from dist, as users get it: `npm run build` first, or `npm run playground` for both.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { homepage } from "../site/project.mjs";

// As soon as package.json says where the site is, the page leads there: out of the frame in which the site shows it.
const site =
  homepage === undefined ? "" : `<a class="site" href="${homepage.href}" target="_top">mintmark's documentation</a>`;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The built page, and where a reader finds it. */
export const file = here("index.html");

// For text fields: browsers and their extensions send what is spell-checked, completed or improved to other machines.
const privateField =
  'spellcheck="false" autocomplete="off" autocapitalize="off" autocorrect="off" writingsuggestions="false" translate="no"';

/** The page as these sources make it. */
export async function render() {
  const [script, style] = await Promise.all([bundle("src/main.ts"), bundle("style.css")]);
  const parts = { script, style, site, private: privateField, policy: policyFor(script, style) };
  return readFileSync(here("page.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

async function bundle(entry) {
  const {
    outputFiles: [output],
  } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    alias: { mintmark: here("../../dist/index.js") },
    tsconfigRaw: {},
    write: false,
  });
  return output.text.trim();
}

function policyFor(script, style) {
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    // The icon: without one, browsers ask the server for it.
    "img-src data:",
  ].join("; ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, await render());
