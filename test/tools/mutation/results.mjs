// The results of a layer's last run, as far as it came, in coverage/: to look at, and to go on from with --again.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = "coverage/mutation";
const digest = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

export function keep({ name }, results) {
  const files = Object.fromEntries([...new Set(results.map(({ file }) => file))].map((file) => [file, digest(file)]));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.json`, JSON.stringify({ files, results }, undefined, 1));
}

/** What is known of those of these files that are as they were. */
export function resultsOf({ name }, sources) {
  let last;
  try {
    last = JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
  } catch {
    return [];
  }
  const same = new Set(sources.filter((file) => last.files[file] === digest(file)));
  return last.results.filter(({ file }) => same.has(file));
}
