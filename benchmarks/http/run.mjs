/**
 * A guarded endpoint under load: requests per second without authentication, with mintmark, and with what else there is for each
 * framework. One server process, and wrk with one thread and 64 connections. Needs `wrk` (apt-get install wrk). Prints Markdown, and
 * writes it to docs/performance/http.md:
 *
 *   npm run build && npm run tools -- -w benchmarks && node benchmarks/http/run.mjs
 *
 * `--rounds 3 --seconds 1` measures less, and only prints.
 */

import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { HS256, importSecret, sign } from "../../dist/index.js";
import { table } from "../report/tables.mjs";
import { summarize } from "../statistics.mjs";
import { policy, secret } from "./policy.mjs";

const { values: options } = parseArgs({ options: { rounds: { type: "string" }, seconds: { type: "string" } } });
const rounds = Number(options.rounds ?? 9);
const seconds = Number(options.seconds ?? 3);
/** Seconds until a server is as fast as it gets: Express takes some thousands of requests. */
const warmup = 2;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const frameworks = {
  "Node's http": [],
  Express: ["express-jwt"],
  Fastify: ["@fastify/jwt"],
  Hono: ["hono/jwt"],
};
const names = Object.entries(frameworks).flatMap(([framework, others]) =>
  ["no authentication", "mintmark", ...others].map((guard) => `${framework}, ${guard}`),
);

const key = await importSecret(secret, HS256);
const mint = (claims = {}, more = {}) =>
  sign({ sub: "user_123", role: "admin", scope: "orders:read orders:write", ...claims }, key, {
    ...policy,
    expiresIn: "1h",
    ...more,
  });

const folder = mkdtempSync(join(tmpdir(), "mintmark-http-"));
try {
  const tokens = await Promise.all(Array.from({ length: 256 }, (_, at) => mint({ session: `session-${at}` })));
  writeFileSync(join(folder, "tokens"), tokens.join("\n"));
  const report = describe(await measure());
  console.log(report);
  if (options.rounds === undefined && options.seconds === undefined)
    writeFileSync(here("../../docs/performance/http.md"), report);
} finally {
  rmSync(folder, { recursive: true });
}

async function start(name) {
  const child = fork(here("server.mjs"), [name], { env: { PATH: process.env.PATH, NODE_ENV: "production" } });
  const port = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => {
      reject(new Error(`${name} did not start`));
    });
  });
  return { child, url: `http://127.0.0.1:${port}/orders` };
}

/** A guard that lets everyone through is fast. */
async function checkThatItGuards(name, url) {
  const statusOf = async (headers) => (await fetch(url, { headers })).status;
  const bearing = (token) => statusOf({ authorization: `Bearer ${token}` });
  const past = { now: () => new Date(Date.now() - 7200_000) };
  const statuses = [
    await bearing(await mint()),
    await statusOf({}),
    await bearing(await mint({}, { audience: "web" })),
    await bearing(await mint({}, { issuer: "other" })),
    await bearing(await mint({}, past)),
    await bearing(`${(await mint()).slice(0, -4)}AAAA`),
  ];
  const wanted = name.endsWith("no authentication") ? [200, 200, 200, 200, 200, 200] : [200, 401, 401, 401, 401, 401];
  if (String(statuses) !== String(wanted)) throw new Error(`${name} answers ${statuses}`);
}

/** In each round every server once, in a random order, and each time in a new process: what a compiler makes of one is its fate. */
async function measure() {
  /** @type {Map<string, { perSecond: number, p99: number, processor: number }[]>} */
  const found = new Map(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const name of shuffled(names)) found.get(name)?.push(await measureServer(name));
    if (process.stderr.isTTY) process.stderr.write(`\rround ${round} of ${rounds}`);
  }
  return found;
}

async function measureServer(name) {
  const { child, url } = await start(name);
  try {
    await checkThatItGuards(name, url);
    await load(child, url, warmup);
    return await load(child, url, seconds);
  } finally {
    child.removeAllListeners("exit");
    child.kill();
  }
}

async function load(child, url, duration) {
  const before = await processorTime(child);
  const { stdout } = await promisify(execFile)("wrk", [
    "-t1",
    "-c64",
    `-d${duration}s`,
    "--timeout",
    "10s",
    "-s",
    here("load.lua"),
    url,
    "--",
    join(folder, "tokens"),
  ]);
  const { requests, perSecond, p99, failed } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  if (failed > 0) throw new Error(`${url}: ${failed} requests failed`);
  return { perSecond, p99, processor: ((await processorTime(child)) - before) / requests };
}

/** Microseconds that the server's process has computed. */
async function processorTime(child) {
  child.send("processor time");
  const [{ user, system }] = await once(child, "message");
  return user + system;
}

function shuffled(list) {
  return list
    .map((item) => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** Shares and costs are taken within a round, so that a slow moment of the machine slows both sides. */
function describe(found) {
  const rows = Object.entries(frameworks).flatMap(([framework, others]) => {
    const open = found.get(`${framework}, no authentication`);
    return ["no authentication", "mintmark", ...others].map((guard) => {
      const own = found.get(`${framework}, ${guard}`);
      const { median, low, high } = summarize(own.map(({ perSecond }) => perSecond));
      const share = summarize(own.map(({ perSecond }, round) => perSecond / open[round].perSecond)).median;
      const cost = summarize(own.map(({ processor }, round) => processor - open[round].processor)).median;
      return [
        `${framework}, ${guard}`,
        `${Math.round(median).toLocaleString("en")} ±${Math.round((50 * (high - low)) / median)} %`,
        own === open ? "" : share.toFixed(2),
        summarize(own.map(({ processor }) => processor)).median.toFixed(1),
        own === open ? "" : cost.toFixed(1),
        summarize(own.map(({ p99 }) => p99)).median.toFixed(1),
      ];
    });
  });
  return `# A guarded endpoint under load

One server process, and \`wrk\` with one thread and 64 connections. Each request carries the next of 256 HS256 tokens; each guard
checks signature, \`exp\`, \`iss\` and \`aud\`, keeps no verified tokens, and had to show that it refuses before it was measured.

${table(["", "requests per second", "of those without authentication", "processor time for a request, µs", "of it for the guard, µs", "latency, p99, ms"], rows)}

Medians of ${rounds} rounds of ${seconds} s, ± half the distance between the quartiles; in each round every server ran once, in a process of its own,
after ${warmup} s to warm up and in a random order; ratios and differences are taken within a round. Processor time is that of the server's process. \`benchmarks/http/run.mjs\` measured this, and wrote this page.
[The guard for Express, part by part](express.md) is measured at a fixed rate.

Node.js ${process.versions.node}, ${versions()}, on ${cpus().length} × ${cpus()[0]?.model.trim()}, which server and \`wrk\` share.
`;
}

function versions() {
  const { dependencies } = JSON.parse(readFileSync(here("../package.json"), "utf8"));
  return ["@fastify/jwt", "@hono/node-server", "express", "express-jwt", "fastify", "hono"]
    .map((name) => `${name} ${dependencies[name]}`)
    .join(", ");
}
