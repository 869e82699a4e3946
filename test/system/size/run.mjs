// npm run test:size: what a program that imports a few names from the packed tarball has to load, and what it must not hold.
// With `--explain ROW`, or `--explain NAME,NAME`: where the bytes come from, of src/ as it is.
import { check } from "./check.mjs";
import { explain } from "./explain.mjs";

const [mode, row] = process.argv.slice(2);
if (mode === "--explain" && row !== undefined) {
  await explain(row);
} else if (mode === undefined) {
  await check();
} else {
  throw new Error("usage: node test/system/size/run.mjs [--explain ROW]");
}
