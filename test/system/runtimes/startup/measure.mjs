// One cold process: load one library, sign and verify one token, and print what that took.
import process from "node:process";
import { createRequire } from "node:module";
import { uses } from "./uses.mjs";

const [library = "", how] = process.argv.slice(2);
const load = createRequire(import.meta.url);
const memory = () => process.memoryUsage().rss / 2 ** 20;

const before = memory();
const started = performance.now();
const loaded = how === "require" ? load(library) : await import(library);
const imported = performance.now();
await uses[library](how === "require" ? { ...loaded, default: loaded } : loaded);
const used = performance.now();
process.stdout.write(JSON.stringify({ load: imported - started, use: used - imported, memory: memory() - before }));
