// npm run test:startup: what it costs to load a library in a cold process and to sign and verify the first token, and to verify the first
// one with a key set that has to be fetched, beside the libraries that people come from. Medians of interleaved rounds: whatever else the
// machine does, it does to all of them.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createProject, folder, moduleFiles, pack, root, tool } from "../project.mjs";

const { table, writeSection } = await import("../document.mjs");
const { serve } = await import("../workerd.mjs");
const { launchChromium } = await import("../../browsers/puppeteer.mjs");
const { servePages } = await import("../pages.mjs");

const rounds = Number(process.argv[2] ?? 9);
const project = createProject("startup", pack().path, {
  "index.html": "<!doctype html>\n",
  // A page gets bundles, of what it uses.
  "pages/mintmark.entry.mjs":
    'export { createVerifier, ES256, HS256, importSecret, remoteJwks, RS256, sign, verify } from "mintmark";\n',
  "pages/jose.entry.mjs": 'export { createRemoteJWKSet, jwtVerify, SignJWT } from "jose";\n',
});
for (const file of ["measure.mjs", "fetched.mjs", "uses.mjs"])
  cpSync(fileURLToPath(new URL(file, import.meta.url)), join(project, file));
for (const peer of ["jsonwebtoken", "fast-jwt"]) symlinkSync(tool(peer), join(project, "node_modules", peer));
cpSync(tool("jose"), join(project, "node_modules/jose"), { recursive: true }); // not a link: workerd embeds files of the project only
mkdirSync(join(project, "home"));

const env = {
  PATH: process.env.PATH,
  HOME: join(project, "home"),
  DENO_DIR: folder("deno"),
  DENO_NO_UPDATE_CHECK: "1",
};
/** @type {Record<string, [program: string, ...args: string[]]>} */
const runtimes = {
  "Node.js 20": [tool("node20/bin/node")],
  "Node.js 24": [tool("node24/bin/node")],
  Bun: [tool("@oven/bun-linux-x64/bin/bun")],
  Deno: [
    tool("@deno/linux-x64-glibc/deno"),
    "run",
    "--quiet",
    "--no-remote",
    "--allow-all",
    "--node-modules-dir=manual",
  ],
};
/** @type {[name: string, how: "import" | "require"][]} */
const libraries = [
  ["mintmark", "import"],
  ["mintmark", "require"],
  ["jose", "import"],
  ["jose", "require"],
  ["jsonwebtoken", "import"],
  ["fast-jwt", "import"],
];

const pages = await servePages(project);
const fetched = await publishKeys();
const rows = [...(await measureProcesses()), ...(await measureWorkers()), ...(await measurePages())];
const fetchedRows = [
  ...(await measureFetching()),
  ...(await measureFetchingWorkers()),
  ...(await measureFetchingPages()),
];
pages.close();

const text = `${table(["Runtime", "Library", "Load, ms", "First sign and verify (HS256), ms", "Together, ms", "Memory, MiB"], rows)}

Medians of ${rounds} interleaved rounds, each in a cold process. workerd's clock stands still while a module loads, so
there it is the whole process: from its start to the first answer, and all of its memory. In Chromium it is a page of a new profile,
which loads a minified bundle of what it uses.

The first token with a key set that has to be fetched, from loopback, with four keys, ms:

${table(["Runtime", "Nothing", ...usesOf((library, alg) => `${library}, ${alg}`)], fetchedRows)}

From the start of the process to the verified token; in Chromium, from the import of the bundle. "Nothing" is a program, or a worker, that loads no library.`;
console.log(text);
if (process.argv.length === 2) writeSection("startup", text);

/** Calls for each library and algorithm of the second table, in the order of its columns. */
function usesOf(each) {
  return ["RS256", "ES256"].flatMap((alg) => ["mintmark", "jose"].map((library) => each(library, alg)));
}

async function measureProcesses() {
  const measured = [];
  for (const [runtime, [program, ...args]] of Object.entries(runtimes)) {
    const found = await interleave(
      libraries.map(
        ([library, how]) =>
          () =>
            JSON.parse(
              execFileSync(program, [...args, "measure.mjs", library, how], { cwd: project, env, encoding: "utf8" }),
            ),
      ),
    );
    for (const [at, [library, how]] of libraries.entries())
      measured.push([runtime, `${library}, ${how}`, ...times(found[at]), medianOf(found[at], ({ memory }) => memory)]);
  }
  return measured;
}

/** The columns of the first table that hold times. */
function times(found) {
  return [
    medianOf(found, ({ load }) => load),
    medianOf(found, ({ use }) => use),
    medianOf(found, ({ load, use }) => load + use),
  ];
}

/** The modules that a worker embeds for each library. */
function workerFolder(library) {
  return library === "mintmark" ? "mintmark/dist" : "jose/dist/webapi";
}

async function measureWorkers() {
  const workers = {
    "an empty worker": () => coldWorker("empty"),
    "mintmark, import": () => coldWorker("mintmark", "uses.mintmark(library)"),
    "jose, import": () => coldWorker("jose", "uses.jose(library)"),
  };
  const found = await interleave(Object.values(workers));
  return Object.keys(workers).map((name, at) => [
    "workerd",
    name,
    "",
    "",
    medianOf(found[at], ({ time }) => time),
    medianOf(found[at], ({ memory }) => memory),
  ]);
}

/** From the start of the process to the job done. */
async function coldWorker(library, job) {
  const path = library === "empty" ? undefined : workerFolder(library);
  const imported = path === undefined ? "" : `import * as library from "./node_modules/${path}/index.js";\n`;
  writeFileSync(
    join(project, `${library}.mjs`),
    `${imported}import { fetchedUses, uses } from "./uses.mjs";
export default { async fetch() { await ${job}; return new Response(Object.keys({ ...uses, ...fetchedUses })[0]); } };
`,
  );
  const since = performance.now();
  const { port, pid, close } = await serve(
    project,
    [`${library}.mjs`, "uses.mjs", ...(path === undefined ? [] : moduleFiles(project, `node_modules/${path}`))],
    [],
  );
  const response = await fetch(`http://127.0.0.1:${port}/`);
  if (!response.ok) throw new Error(await response.text());
  const time = performance.now() - since;
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kibibytes === undefined) throw new Error("expected VmRSS in the status of a process");
  close();
  return { time, memory: Number(kibibytes) / 1024 };
}

async function measurePages() {
  for (const library of ["mintmark", "jose"])
    execFileSync(
      tool(".bin/esbuild"),
      [
        `pages/${library}.entry.mjs`,
        "--bundle",
        "--minify",
        "--format=esm",
        "--log-level=error",
        `--outfile=pages/${library}.mjs`,
      ],
      { cwd: project },
    );
  const found = await withChromium((measure) =>
    interleave(["mintmark", "jose"].map((library) => () => measure(library, "uses"))),
  );
  return ["mintmark", "jose"].map((library, at) => ["Chromium", `${library}, bundled`, ...times(found[at]), ""]);
}

async function measureFetchingPages() {
  const found = await withChromium((measure) =>
    interleave(usesOf((library, alg) => () => measure(library, "fetchedUses", fetched[alg]))),
  );
  return [["Chromium", "", ...found.map((one) => medianOf(one, ({ load, use }) => load + use))]];
}

/** Calls with a function that does one job in a page of a new profile. */
async function withChromium(body) {
  const browser = await launchChromium({ proxyPort: pages.port, answersWithin: 600_000 });
  try {
    return await body(async (library, jobs, argument) => {
      const profile = await browser.createBrowserContext();
      const page = await profile.newPage();
      await page.goto(`http://127.0.0.1:${pages.port}/index.html`);
      const found = await page.evaluate(
        async (name, kind, given) => {
          const from = "/uses.mjs"; // on the page's server
          const job = (await import(from))[kind][name];
          const started = performance.now();
          const loaded = await import(`/pages/${name}.mjs`);
          const imported = performance.now();
          await job(loaded, given);
          return { load: imported - started, use: performance.now() - imported };
        },
        library,
        jobs,
        argument ?? null,
      );
      await profile.close();
      return found;
    });
  } finally {
    await browser.close();
  }
}

/** Puts a key set of four keys where the pages are served, and returns a token of each algorithm. */
async function publishKeys() {
  const { ES256, generateKeyPair, publicJwks, RS256, sign } = await import(join(root, "dist/index.js"));
  const pairs = [];
  for (const algorithm of [RS256, ES256, RS256, ES256]) pairs.push(await generateKeyPair(algorithm));
  writeFileSync(join(project, "jwks.json"), JSON.stringify(await publicJwks(pairs.map(({ publicKey }) => publicKey))));
  const url = `http://127.0.0.1:${pages.port}/jwks.json`;
  const uses = {};
  for (const { privateKey } of pairs)
    uses[privateKey.alg] = {
      url,
      alg: privateKey.alg,
      token: await sign({ sub: "user" }, privateKey, { issuer: "here", audience: "there", expiresIn: "1h" }),
    };
  return uses;
}

async function measureFetching() {
  const measured = [];
  for (const [runtime, [program, ...args]] of Object.entries(runtimes)) {
    const start = (...more) => timeToOutput(program, [...args, "fetched.mjs", ...more]);
    const found = await interleave([
      () => start(),
      ...usesOf((library, alg) => () => start(library, JSON.stringify(fetched[alg]))),
    ]);
    measured.push([runtime, ...found.map((one) => medianOf(one, (time) => time))]);
  }
  return measured;
}

/** From the start of a process to its first words. */
async function timeToOutput(program, args) {
  const since = performance.now();
  const child = spawn(program, args, { cwd: project, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const words = [];
  let time;
  child.stdout.on("data", (data) => {
    time ??= performance.now() - since;
    words.push(data);
  });
  const [code] = await ended;
  if (code !== 0 || words.join("") !== "verified\n") throw new Error(`${args.join(" ")}: ${code} ${words.join("")}`);
  return time;
}

async function measureFetchingWorkers() {
  const found = await interleave([
    () => coldWorker("empty"),
    ...usesOf(
      (library, alg) => () => coldWorker(library, `fetchedUses.${library}(library, ${JSON.stringify(fetched[alg])})`),
    ),
  ]);
  return [["workerd", ...found.map((one) => medianOf(one, ({ time }) => time))]];
}

/** Runs each job once in every round. */
async function interleave(jobs) {
  const found = jobs.map(() => []);
  for (let round = 0; round < rounds; round++) for (const [at, job] of jobs.entries()) found[at].push(await job());
  return found;
}

function medianOf(measured, of) {
  const sorted = measured.map(of).sort((a, b) => a - b);
  return sorted[rounds >> 1].toFixed(1);
}
