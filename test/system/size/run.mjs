// npm run test:size: what a program that imports a few names from the packed tarball has to load, and what it must not hold.
// With `--explain ROW`, or `--explain NAME,NAME`: where the bytes come from, of src/ as it is.
import { fileURLToPath } from "node:url";
import { installTools } from "../../tools/install-tools.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
installTools(here);

const [mode, row] = process.argv.slice(2);
if (mode === "--explain" && row !== undefined) {
  const { explain } = await import("./explain.mjs");
  await explain(row);
} else if (mode === undefined) {
  const { check } = await import("./check.mjs");
  await check();
} else {
  throw new Error("usage: node test/system/size/run.mjs [--explain ROW]");
}
