// npm run test:playground [-- name …]: the page in real browsers. With names, only the browsers whose names contain one of them.
import { checkPlayground } from "./check.mjs";

await checkPlayground(process.argv.slice(2));
