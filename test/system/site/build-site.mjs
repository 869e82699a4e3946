// The site as `npm run docs:site` makes it, before anything is looked at.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export function setup() {
  execFileSync("npm", ["run", "docs:site"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
