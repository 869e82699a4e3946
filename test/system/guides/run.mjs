// npm run test:guides [-- text …]: each guide followed to the letter, from an empty folder, with the packed tarball. With texts, only
// the guides whose names contain one of them. How a guide says what to do is in steps.mjs.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder, pack, root, tool } from "../runtimes/project.mjs";
import { close } from "../runtimes/totals.mjs";
import { useDropIn } from "./drop-in/install.mjs";
import { createReader, freePort } from "./reader.mjs";
import { startRegistry } from "./registry.mjs";
import { isSeen, readGuide } from "./steps.mjs";

const { readPage } = await import("../browsers/puppeteer.mjs");

/** Blocks that need a server, a framework or a platform, and who follows them. */
const followedElsewhere = {
  "http.md": "test/system/services/http/guide.test.ts",
  "mcp.md": "test/system/services/mcp/guide.test.ts",
  "key-sets.md": "test/system/services/jwks/guide.ts",
  "revocation.md": "test/system/services/revocation/guide.ts",
  "sessions.md": "test/system/services/sessions/guide.ts",
};
/** Of the command line's guide, the reader has installed the program itself. */
const hasCommand = (name) => name === "command-line.md";

const wanted = process.argv.slice(2);
const guides = readdirSync(join(root, "docs/guides")).filter(
  (name) => name.endsWith(".md") && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
);

/** Those of the wanted guides whose tokens the vendors' own libraries make and check, too. */
const vendors = readdirSync(join(root, "test/system/guides/vendors")).filter((name) =>
  guides.includes(name.replace(/\.mjs$/, ".md")),
);

const { path: tarball } = pack();
const registry = await startRegistry(tarball, JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
const reader = createReader(registry.url);
let passed = 0;
const failures = [];

const queue = guides.values();
const worker = async () => {
  for (const name of queue) await follow(name);
};
// There are two cores; npm waits for the network most of its time.
const [dropIn] = await Promise.all([wanted.length === 0 ? useDropIn(tarball) : undefined, worker(), worker()]);
passed += dropIn?.passed.length ?? 0;
failures.push(...(dropIn?.failures ?? []));
registry.close();
close("guides", passed, failures);

async function follow(name) {
  const home = folder(`guide-${name}`);
  const sections = readGuide(readFileSync(join(root, "docs/guides", name), "utf8"));
  const cases = join(root, "test/system/guides/cases", name.replace(/\.md$/, ".ts"));
  // Pages of which nothing is run here need no package: test/system/services follows what they save as files.
  const isRun =
    existsSync(cases) ||
    sections.some(({ steps }) => steps.some(({ kind }) => !["file", "shown", "elsewhere"].includes(kind)));
  if (!isRun) return;
  if (!sections[0].installs && sections.some(({ startsEmpty }) => !startsEmpty))
    await attempt(name, "npm install mintmark", () => reader.command("npm install mintmark", home));
  for (const [at, { title, startsEmpty, steps }] of sections.entries()) {
    await followSection(`${name}, ${title}`, startsEmpty ? folder(`guide-${name}-${at}`) : home, steps, name);
  }
  if (existsSync(cases)) await followCases(name, home, cases, "its files do what it says");
  const ofVendors = name.replace(/\.md$/, ".mjs");
  if (!vendors.includes(ofVendors)) return;
  const module = join(root, "test/system/guides/vendors", ofVendors);
  await followCases(name, home, module, "the vendors' libraries agree");
}

/** One section: its servers run until it ends. After a step that failed, what follows from it is not tried. */
async function followSection(title, place, steps, guide) {
  const path = hasCommand(guide) ? [join(place, "node_modules/.bin")] : [];
  const ports = await portsOf(steps);
  const stops = [];
  for (const [at, original] of steps.entries()) {
    const step = onPorts(original, ports);
    if (step.kind === "shown") continue;
    if (step.kind === "file") {
      reader.save(place, step.path, step.code);
      continue;
    }
    const run = {
      command: () => reader.command(`exec 2>&1\n${step.code}`, place, step.sight, path),
      program: () => followProgram(step, place, at),
      page: () => followPage(step),
      server: async () => {
        stops.push(await reader.server(step.code, place, step.sight ?? "", path));
      },
    }[step.kind];
    if (run === undefined && existsSync(join(root, followedElsewhere[guide] ?? "nobody"))) continue;
    if (
      !(await attempt(
        title,
        original.title,
        run ??
          (() => {
            throw new Error(`nobody follows the block "${step.name}"`);
          }),
      ))
    )
      break;
  }
  await Promise.all(stops.map((stop) => stop()));
}

/** Node.js 24 runs TypeScript as it is. */
async function followProgram({ language, code, sight }, place, at) {
  const file = `example-${at}.${language === "ts" ? "mts" : "mjs"}`;
  reader.save(place, file, code);
  await reader.command(`node ${file}`, place, sight);
}

async function followPage({ url, sight }) {
  const text = await readPage(url);
  if (!isSeen(sight, text)) throw new Error(`the page says:\n${text}\nsaid:\n${sight}`);
}

/** What a guide promises of its files, tried on them. Each case is a line. */
async function followCases(name, home, cases, step) {
  const script = fileURLToPath(new URL("follow-cases.ts", import.meta.url));
  await attempt(name, step, async () => {
    await reader.command(`${tool("node24/bin/node")} ${script} ${cases} ${home}`, home);
  });
}

/** The ports that a section names are free on the reader's machine; here, others are. */
async function portsOf(steps) {
  const named = new Set(
    steps.flatMap(({ code = "", url = "" }) =>
      [...`${code} ${url}`.matchAll(/localhost:(\d{4,5})/g)].map(([, port]) => port),
    ),
  );
  return new Map(await Promise.all([...named].map(async (port) => [port, String(await freePort())])));
}

function onPorts(step, ports) {
  const put = (text) =>
    text &&
    [...ports].reduce((before, [port, free]) => before.replaceAll(new RegExp(`\\b${port}\\b`, "g"), free), text);
  return { ...step, code: put(step.code), url: put(step.url), sight: put(step.sight) };
}

async function attempt(title, step, run) {
  try {
    await run();
    passed++;
    console.log(`ok ${title}: ${step}`);
    return true;
  } catch (error) {
    failures.push(`${title}: ${step}\n${error.message}`);
    return false;
  }
}
