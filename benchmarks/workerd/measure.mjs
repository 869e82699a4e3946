/** As inside.mjs, for workerd: the clock of an isolate stands still while it computes, so requests are timed from here. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { findCases } from "../cases.mjs";
import { contest } from "../contest.mjs";
import { binary } from "../runtimes.mjs";

/** Slices so much longer that the request itself, a fraction of a millisecond, hardly counts. */
const patience = 3;
const { ids, ...effort } = JSON.parse(process.argv[2] ?? "");
const workerd = binary("@cloudflare/workerd-linux-64/bin/workerd");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const folder = await mkdtemp(join(tmpdir(), "mintmark-"));
const { port, stop } = await start();
try {
  for (const testCase of findCases(ids)) await measure(testCase);
} finally {
  stop();
  agent.destroy();
  await rm(folder, { recursive: true });
}

async function measure({ id, together }) {
  const names = await ask({ id });
  if (!names.includes("mintmark")) return;
  const batch = Math.max(1, together);
  const contenders = new Map(
    names.map((name) => [
      name,
      async (count) => {
        const whole = Math.ceil(count / batch) * batch;
        return ((await time({ id, name, count: whole })) * count) / whole;
      },
    ]),
  );
  console.log(JSON.stringify({ id, times: await contest(contenders, { ...effort, slice: patience * effort.slice }) }));
}

/** In nanoseconds. */
async function time(message) {
  const started = performance.now();
  await ask(message);
  return (performance.now() - started) * 1e6;
}

async function ask(message) {
  const body = JSON.stringify(message);
  const sent = request({
    port,
    host: "127.0.0.1",
    method: "POST",
    agent,
    headers: { "content-length": Buffer.byteLength(body) },
  });
  sent.end(body);
  const [response] = await once(sent, "response");
  const text = (await response.toArray()).join("");
  if (response.statusCode !== 200) throw new Error(`${message.id}: ${text}`);
  return JSON.parse(text);
}

async function start() {
  await build({
    entryPoints: [join(import.meta.dirname, "worker.mjs")],
    outfile: join(folder, "worker.mjs"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker"],
    mainFields: ["module", "main"],
    // The last two are not asked for on workerd.
    external: ["node:*", "./libraries/fast-jwt.mjs", "./libraries/jsonwebtoken.mjs"],
    logLevel: "error",
  });
  await copyFile(join(import.meta.dirname, "config.capnp"), join(folder, "config.capnp"));
  const child = spawn(workerd, ["serve", "--control-fd=3", join(folder, "config.capnp")], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const control = /** @type {import("node:stream").Readable} */ (child.stdio[3]);
  const [line] = await once(createInterface(control), "line");
  return { port: JSON.parse(line).port, stop: () => child.kill() };
}
