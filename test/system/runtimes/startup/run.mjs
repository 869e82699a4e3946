// npm run test:startup: what it costs to load a library in a cold process and to sign and verify the first token, beside the
// libraries that people come from. Medians of interleaved rounds: whatever else the machine does, it does to all of them.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createProject, folder, installRuntimes, moduleFiles, pack, tool } from "../project.mjs";

installRuntimes();
const { table, writeSection } = await import("../document.mjs");
const { serve } = await import("../workerd.mjs");

const rounds = Number(process.argv[2] ?? 15);
const project = createProject("startup", pack().path);
for (const file of ["measure.mjs", "uses.mjs"])
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
const libraries = [
  ["mintmark", "import"],
  ["mintmark", "require"],
  ["jose", "import"],
  ["jose", "require"],
  ["jsonwebtoken", "import"],
  ["fast-jwt", "import"],
];

const rows = [];
for (const [runtime, [program, ...args]] of Object.entries(runtimes)) {
  const measured = libraries.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, [library, how]] of libraries.entries()) {
      measured[at].push(
        JSON.parse(
          execFileSync(program, [...args, "measure.mjs", library, how], { cwd: project, env, encoding: "utf8" }),
        ),
      );
    }
  }
  for (const [at, [library, how]] of libraries.entries()) {
    const median = (of) => medianOf(measured[at], of);
    rows.push([
      runtime,
      `${library}, ${how}`,
      median(({ load }) => load),
      median(({ use }) => use),
      median(({ load, use }) => load + use),
      median(({ memory }) => memory),
    ]);
  }
}

const workers = {
  "an empty worker": undefined,
  "mintmark, import": "mintmark/dist",
  "jose, import": "jose/dist/webapi",
};
const cold = Object.fromEntries(Object.keys(workers).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, path] of Object.entries(workers)) cold[name].push(await coldWorker(path));
}
for (const [name, measured] of Object.entries(cold)) {
  rows.push([
    "workerd",
    name,
    "",
    "",
    medianOf(measured, ({ time }) => time),
    medianOf(measured, ({ memory }) => memory),
  ]);
}

const text = `${table(["Runtime", "Library", "Load, ms", "First sign and verify (HS256), ms", "Together, ms", "Memory, MiB"], rows)}

Medians of ${rounds} interleaved rounds, each in a cold process. workerd's clock stands still while a module loads, so
there it is the whole process: from its start to the first answer, and all of its memory.`;
console.log(text);
if (process.argv.length === 2) writeSection("startup", text);

function medianOf(measured, of) {
  const sorted = measured.map(of).sort((a, b) => a - b);
  return sorted[rounds >> 1].toFixed(1);
}

/** From the start of the process to the first token signed and verified. */
async function coldWorker(path) {
  const name = path === undefined ? "empty" : path.split("/")[0];
  const library = path === undefined ? [] : [`node_modules/${path}/index.js`];
  const job = path === undefined ? "" : `await uses[${JSON.stringify(name)}](library);`;
  writeFileSync(
    join(project, `${name}.mjs`),
    `${library.map((file) => `import * as library from "./${file}";\n`).join("")}import { uses } from "./uses.mjs";
export default { async fetch() { ${job} return new Response(Object.keys(uses)[0]); } };
`,
  );
  const since = performance.now();
  const { port, pid, close } = await serve(
    project,
    [`${name}.mjs`, "uses.mjs", ...(path === undefined ? [] : moduleFiles(project, `node_modules/${path}`))],
    [],
  );
  const response = await fetch(`http://127.0.0.1:${port}/`);
  if (!response.ok) throw new Error(await response.text());
  const time = performance.now() - since;
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  close();
  return { time, memory: Number(kibibytes) / 1024 };
}
