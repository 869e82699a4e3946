// One cold process: load one library, fetch a key set, verify one token, and say so. Without a library: say so at once.
import process from "node:process";
import { fetchedUses } from "./uses.mjs";

const [library, use = ""] = process.argv.slice(2);
if (library !== undefined) await fetchedUses[library](await import(library), JSON.parse(use));
console.log("verified");
