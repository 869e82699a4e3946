// Checks that this checkout can be released: prints a line for each thing that is missing, and ends with 1. With a tag as argument,
// the versions have to be the tag's. The repository is read from package.json, and from nowhere else: npm refuses to publish with
// provenance from a repository that package.json does not name.
import { readFileSync } from "node:fs";
import process from "node:process";
import { URL } from "node:url";

const readText = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const read = (name) => JSON.parse(readText(name));
const [manifest, jsr] = [read("package.json"), read("jsr.json")];
const [tag] = process.argv.slice(2);
const faults = [];

/** Found values are somebody's own files: no secrets, but bounded. */
const found = (value) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 200));

/** package.json says OWNER/NAME until somebody has written where the project is. */
const isPlaceholder = (value) => /\bOWNER\b/.test(value);

const { url } = Object(manifest.repository);
const [, name] = (!isPlaceholder(url) && /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(url ?? "")) || [];
const running = process.env.GITHUB_REPOSITORY;
if (name === undefined)
  faults.push(
    `package.json: repository: expected { "type": "git", "url": "git+https://github.com/OWNER/NAME.git" }, found ${found(manifest.repository)}: npm publishes nothing with provenance without it`,
  );
else if (running !== undefined && running !== name)
  faults.push(`package.json: repository: expected ${running}, from which this runs, found ${name}`);

for (const [member, value] of [
  ["homepage", manifest.homepage],
  ["bugs", Object(manifest.bugs).url ?? manifest.bugs],
])
  if (typeof value !== "string" || !value.startsWith("https://") || isPlaceholder(value))
    faults.push(`package.json: ${member}: expected an https URL, found ${found(value)}`);

// npm shows README.md, and knows no file beside it.
const [relative] = /^\[[\w-]+\]: (?!https:\/\/).*$/m.exec(readText("README.md")) ?? [];
if (relative !== undefined)
  faults.push(`README.md: expected links to the site, found ${relative}: write the homepage, and run npm run docs`);

if (jsr.version !== manifest.version)
  faults.push(`jsr.json: version: expected ${manifest.version}, as in package.json, found ${jsr.version}`);
if (tag !== undefined && tag !== `v${manifest.version}`)
  faults.push(`the tag: expected v${manifest.version}, as in package.json, found ${tag}`);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
