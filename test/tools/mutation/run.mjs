// npm run test:mutation [-- name …]: changes src/ in every small way there is, and sees whether a test notices. A name is a layer,
// or a file of src/, with `:line-line` for a part of it. With --short: what .ci/run has the time for. With --again: after tests were added,
// only what survived the last run of a layer, and files that changed since; after a run that was ended, what it did not come to.
import { join } from "node:path";

process.chdir(join(import.meta.dirname, "../../..")); // where the mutation tester looks for everything
const { check } = await import("./check.mjs");
await check(process.argv.slice(2));
