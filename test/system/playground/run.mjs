// npm run test:playground [-- name …]: the page in real browsers. With names, only the browsers whose names contain one of them.
import { fileURLToPath } from "node:url";
import { installTools } from "../../tools/install-tools.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
installTools(here);
const { checkPlayground } = await import("./check.mjs");
await checkPlayground(process.argv.slice(2));
