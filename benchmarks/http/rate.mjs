/**
 * What a guard costs at a fixed rate of requests, far from what the server can do: microseconds of the server's processor time for each
 * request. Under `run.mjs` the processor is saturated, so that a request also pays for what saturation does to the garbage collector and
 * the event loop. Prints a table:
 *
 *   npm run build && npm ci --prefix benchmarks/http && node benchmarks/http/rate.mjs
 *
 * `--rate 2000 --rounds 7 --seconds 2`, `--server Express` for those whose name begins so.
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { HS256, importSecret, sign } from "../../dist/index.js";
import { summarize } from "../statistics.mjs";
import { policy, secret } from "./policy.mjs";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "2000" },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "2" },
    server: { type: "string", default: "" },
    node: { type: "string", default: process.execPath },
  },
});
const [rate, rounds, seconds] = [values.rate, values.rounds, values.seconds].map(Number);
const connections = 32;
const names = ["Node's http", "Express", "Fastify", "Hono"].flatMap((framework) =>
  ["no authentication", "mintmark", { Express: "express-jwt", Fastify: "@fastify/jwt", Hono: "hono/jwt" }[framework]]
    .filter((guard) => guard !== undefined)
    .map((guard) => `${framework}, ${guard}`),
);

const key = await importSecret(secret, HS256);
const requests = await Promise.all(
  Array.from({ length: 256 }, async (_, at) => {
    const claims = { sub: "user_123", role: "admin", scope: "orders:read orders:write", session: `session-${at}` };
    const token = await sign(claims, key, { ...policy, expiresIn: "1h" });
    return `GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  }),
);

const servers = [];
for (const name of names.filter((one) => one.startsWith(values.server))) servers.push(await start(name));
for (const server of servers) await load(server, 3);
for (let round = 0; round < rounds; round++)
  for (const server of servers.toSorted(() => Math.random() - 0.5)) server.found.push(await load(server, seconds));
for (const { child, name, found } of servers) {
  const { median, low, high } = summarize(found);
  const open = servers.find((one) => one.name === `${name.split(",")[0]}, no authentication`);
  const cost = summarize(found.map((one, round) => one - open.found[round])).median;
  console.log(
    `${name}: ${median.toFixed(1)} µs ±${((high - low) / 2).toFixed(1)} for a request, ${cost.toFixed(1)} of it for the guard`,
  );
  child.kill();
}

async function start(name) {
  const child = fork(new URL("server.mjs", import.meta.url).pathname, [name], {
    execPath: values.node,
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
  });
  const [port] = await once(child, "message");
  return { name, child, port, found: [] };
}

/** Microseconds of the server's processor time for each request. */
async function load({ name, child, port }, duration) {
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, "127.0.0.1").setNoDelay(true);
      await once(socket, "connect");
      return socket;
    }),
  );
  let answered = 0;
  for (const socket of sockets)
    socket.setEncoding("latin1").on("data", (text) => {
      answered += text.split("HTTP/1.1 200").length - 1;
    });
  const before = await processorTime(child);
  let sent = 0;
  const started = performance.now();
  for (;;) {
    const elapsed = performance.now() - started;
    if (elapsed > duration * 1000) break;
    for (; sent < (elapsed * rate) / 1000; sent++) sockets[sent % connections].write(requests[sent % requests.length]);
    await pause(1);
  }
  await pause(50);
  const time = (await processorTime(child)) - before;
  for (const socket of sockets) socket.destroy();
  if (answered < 0.99 * sent) throw new Error(`${name}: ${sent} requests, ${answered} answered with 200`);
  return time / answered;
}

async function processorTime(child) {
  child.send("processor time");
  const [{ user, system }] = await once(child, "message");
  return user + system;
}
