// npm run test:guides [-- -t typed-claims.md]: each guide followed to the letter, from an empty folder, with the packed tarball. With a text,
// only the guides whose names contain it. How a guide says what to do is in steps.ts.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { readPage } from "../browsers/puppeteer.mjs";
import { freePort } from "../ports.mjs";
import { folder, root, tool } from "../runtimes/project.mjs";
import { createReader, type Reader } from "./reader.ts";
import { startRegistry, type Registry } from "./registry.ts";
import { isSeen, readGuide, type Section, type Step } from "./steps.ts";

/** Blocks that need a server, a framework or a platform, and who follows them. */
const followedElsewhere = new Map([
  ["http.md", "test/system/services/http/guide.test.ts"],
  ["mcp.md", "test/system/services/mcp/guide.test.ts"],
  ["key-sets.md", "test/system/services/jwks/guide.ts"],
  ["revocation.md", "test/system/services/revocation/guide.ts"],
  ["sessions.md", "test/system/services/sessions/guide.ts"],
]);
/** Of the command line's guide, the reader has installed the program itself. */
const hasCommand = (guide: string): boolean => guide === "command-line.md";

/** Guides are followed beside each other; the steps of one, one after another. */
const inOrder = { concurrent: false };

let registry: Registry;
let reader: Reader;

beforeAll(async () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
  };
  registry = await startRegistry(inject("packed").path, manifest);
  reader = createReader(registry.url);
});
afterAll(() => {
  registry.close();
});

// npm waits for the network most of its time.
for (const name of readdirSync(join(root, "docs/guides")).filter((file) => file.endsWith(".md"))) {
  const sections = readGuide(readFileSync(join(root, "docs/guides", name), "utf8"));
  const cases = join(root, "test/system/guides/cases", name.replace(/\.md$/, ".ts"));
  const ofVendors = join(root, "test/system/guides/vendors", name.replace(/\.md$/, ".mjs"));
  // Pages of which nothing is run here need no package: test/system/services follows what they save as files.
  const isRun =
    existsSync(cases) ||
    sections.some(({ steps }) => steps.some(({ kind }) => !["file", "shown", "elsewhere"].includes(kind)));
  if (!isRun) continue;

  describe.concurrent(name, () => {
    const home = folder(`guide-${name}`);

    if (sections[0]?.installs === false && sections.some(({ startsEmpty }) => !startsEmpty))
      it("npm install mintmark", inOrder, () => reader.command("npm install mintmark", home));
    for (const [at, section] of sections.entries())
      followSection(name, section, section.startsEmpty ? folder(`guide-${name}-${at}`) : home);
    if (existsSync(cases)) it("its files do what it says", inOrder, () => followCases(home, cases));
    if (existsSync(ofVendors)) it("the vendors' libraries agree", inOrder, () => followCases(home, ofVendors));
  });
}

/** Follows one section: its servers run until it ends. After a step that failed, what follows from it is not tried. */
function followSection(guide: string, { title, steps }: Section, place: string): void {
  const path = hasCommand(guide) ? [join(place, "node_modules/.bin")] : [];
  const elsewhere = existsSync(join(root, followedElsewhere.get(guide) ?? "nobody"));
  const followed = [...steps.entries()].filter(
    ([, { kind }]) => kind !== "shown" && !(kind === "elsewhere" && elsewhere),
  );
  if (followed.length === 0) return;

  describe(title, inOrder, () => {
    const stops: (() => Promise<void>)[] = [];
    let ports: ReadonlyMap<string, string> = new Map();
    let isBroken = false;

    beforeAll(async () => {
      ports = await portsOf(steps);
    });
    afterAll(async () => {
      await Promise.all(stops.map((stop) => stop()));
    });

    for (const [at, original] of followed)
      it(`${original.kind === "file" ? "file " : ""}${original.title}`, async ({ skip }) => {
        if (isBroken) skip("a step before it failed");
        isBroken = true;
        const step = onPorts(original, ports);
        const { code = "", sight } = step;
        if (step.kind === "file") reader.save(place, step.path ?? "", code);
        else if (step.kind === "command") await reader.command(`exec 2>&1\n${code}`, place, sight, path);
        else if (step.kind === "program") await followProgram(step, place, at);
        else if (step.kind === "page") await followPage(step);
        else if (step.kind === "server") stops.push(await reader.server(code, place, sight ?? "", path));
        else throw new Error(`nobody follows the block "${step.name ?? ""}"`);
        isBroken = false;
      });
  });
}

/** Node.js 24 runs TypeScript as it is. */
async function followProgram({ language, code = "", sight }: Step, place: string, at: number): Promise<void> {
  const file = `example-${at}.${language === "ts" ? "mts" : "mjs"}`;
  reader.save(place, file, code);
  await reader.command(`node ${file}`, place, sight);
}

async function followPage({ url = "", sight = "" }: Step): Promise<void> {
  const text = (await readPage(url)) as string;
  if (!isSeen(sight, text)) throw new Error(`the page says:\n${text}\nsaid:\n${sight}`);
}

/** What a guide promises of its files, tried on them. Each case is a line. */
async function followCases(home: string, cases: string): Promise<void> {
  const script = fileURLToPath(new URL("follow-cases.ts", import.meta.url));
  await reader.command(`${tool("node24/bin/node")} ${script} ${cases} ${home}`, home);
}

/** The ports that a section names are free on the reader's machine; here, others are. */
async function portsOf(steps: readonly Step[]): Promise<ReadonlyMap<string, string>> {
  const named = new Set(
    steps.flatMap(({ code = "", url = "" }) =>
      [...`${code} ${url}`.matchAll(/localhost:(\d{4,5})/g)].map(([, port = ""]) => port),
    ),
  );
  return new Map(await Promise.all([...named].map(async (port) => [port, String(await freePort())] as const)));
}

function onPorts(step: Step, ports: ReadonlyMap<string, string>): Step {
  const put = (text: string): string =>
    [...ports].reduce((before, [port, free]) => before.replaceAll(new RegExp(`\\b${port}\\b`, "g"), free), text);
  const { code, url, sight } = step;
  return {
    ...step,
    ...(code !== undefined && { code: put(code) }),
    ...(url !== undefined && { url: put(url) }),
    ...(sight !== undefined && { sight: put(sight) }),
  };
}
