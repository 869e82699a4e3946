// The site as `npm run docs:site` makes it, before anything is looked at.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { installTools } from "../../tools/install-tools.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export function setup() {
  // A browser's driver and axe are the playground's.
  installTools(fileURLToPath(new URL("../playground", import.meta.url)));
  execFileSync("npm", ["run", "docs:site"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
