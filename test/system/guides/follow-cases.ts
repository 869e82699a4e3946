// node follow-cases.ts CASES FOLDER: the cases of a guide, for its files in the folder, with the package that is installed there.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cases, Load } from "./cases.ts";

const [, , module = "", folder = ""] = process.argv;
const importFile = (path: string): Promise<unknown> => import(pathToFileURL(path).href);
const load: Load = async (file) => (await importFile(join(folder, file))) as Readonly<Record<string, unknown>>;

const { default: cases } = (await importFile(module)) as { readonly default: Cases };
for (const [title, run] of cases(load, folder)) {
  await run();
  console.log(`ok ${title}`);
}
