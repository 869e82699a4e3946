/** The runtimes, installed by `npm run runtimes`, and how a measurement is run on each. */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const folder = import.meta.dirname;
/** A file of the runtimes that test/system/runtimes has installed. */
export const binary = (path) => `${folder}/../test/system/runtimes/node_modules/${path}`;
const node = (version) => ({
  title: `Node.js ${version}`,
  command: binary(`node${version}/bin/node`),
  args: ["inside.mjs"],
});

export const runtimes = {
  node20: { ...node(20), package: "node20" },
  node24: { ...node(24), package: "node24" },
  node26: { ...node(26), package: "node26" },
  bun: {
    title: "Bun",
    package: "@oven/bun-linux-x64",
    command: binary("@oven/bun-linux-x64/bin/bun"),
    args: ["inside.mjs"],
  },
  deno: {
    title: "Deno",
    package: "@deno/linux-x64-glibc",
    command: binary("@deno/linux-x64-glibc/deno"),
    args: ["run", "--allow-all", "--no-lock", "inside.mjs"],
  },
  workerd: {
    title: "workerd",
    package: "@cloudflare/workerd-linux-64",
    command: binary("node24/bin/node"),
    args: ["workerd/measure.mjs"],
  },
};

/** Of an installed package. */
export function versionOf(name) {
  const places = [`${folder}/node_modules/${name}`, `${folder}/../node_modules/${name}`, binary(name)];
  const place = places.find((path) => existsSync(path));
  return JSON.parse(readFileSync(`${place}/package.json`, "utf8")).version;
}

/** Measures on a runtime: one object for each case, as they come. */
export function measure(runtime, task) {
  const { command, args } = runtimes[runtime];
  return run(command, [...args, JSON.stringify(task)]);
}

/** A script of `scale/`, on Node.js 24. */
export async function runScale(script) {
  for await (const result of run(runtimes.node24.command, [`scale/${script}.mjs`])) return result;
}

/** Compares jsonwebtoken with `mintmark/jsonwebtoken` on each Node.js: by runtime, one object for each operation. */
export async function runDropIn() {
  const found = {};
  for (const [name, { command, title }] of Object.entries(runtimes).filter(([name]) => name.startsWith("node"))) {
    found[name] = [];
    for await (const result of run(command, ["drop-in.mjs"])) found[name].push({ ...result, title });
  }
  return found;
}

/** The lines of JSON that a program prints. */
async function* run(command, args) {
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  for await (const line of createInterface(child.stdout)) yield JSON.parse(line);
  const code = await ended;
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with code ${code}`);
}
