/**
 * What a guard costs at a fixed rate of requests, far from what the server can do: microseconds of the server's processor time for each
 * request. Under `run.mjs` the processor is saturated, so that a request also pays for what saturation does to the garbage collector and
 * the event loop. Rounds are many and short: what disturbs a machine lasts longer than one, and disturbs all servers of it. Prints a table:
 *
 *   npm run build && npm run tools -- -w benchmarks && node benchmarks/http/rate.mjs
 *
 * `--rate 4000 --rounds 90 --seconds 0.2`, `--server Express` for those whose name begins so.
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
    rate: { type: "string", default: "4000" },
    rounds: { type: "string", default: "90" },
    seconds: { type: "string", default: "0.2" },
    server: { type: "string", default: "" },
    node: { type: "string", default: process.execPath },
  },
});
const [rate, rounds, seconds] = [Number(values.rate), Number(values.rounds), Number(values.seconds)];
const connections = 32;
const others = {
  "Node's http": [],
  Express: ["express-jwt", "an await", "the MAC and JSON alone", "verify alone", "authenticate alone"],
  Fastify: ["@fastify/jwt"],
  Hono: ["hono/jwt"],
};
const names = ["Node's http", "Express", "Fastify", "Hono"].flatMap((framework) =>
  ["no authentication", "mintmark", ...others[framework]].map((guard) => `${framework}, ${guard}`),
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
// In turns from the first on: a server closes a connection that is idle for five seconds.
for (let round = -15; round < rounds; round++) {
  for (const server of servers.toSorted(() => Math.random() - 0.5)) {
    const time = await load(server, seconds);
    if (round >= 0) server.found.push(time);
  }
}
console.log(
  "| | µs of processor time for a request | of it for the guard | the same of the quieter rounds |\n| --- | ---: | ---: | ---: |",
);
for (const { child, name, found } of servers) {
  const open = servers.find((one) => one.name === `${name.split(",")[0]}, no authentication`);
  if (open === undefined) throw new Error(`${name}: expected its server without authentication`);
  const [own, cost] = [summarize(found), summarize(found.map((one, round) => one - (open.found[round] ?? Number.NaN)))];
  const quieter = own.low - summarize(open.found).low; // whatever disturbs a round makes it dearer
  console.log(
    `| ${name} | ${describe(own)} | ${open.name === name ? "" : describe(cost)} | ${open.name === name ? "" : quieter.toFixed(1)} |`,
  );
  child.kill();
}

function describe({ median, low, high }) {
  return `${median.toFixed(1)} ±${((high - low) / 2).toFixed(1)}`;
}

async function start(name) {
  const child = fork(new URL("server.mjs", import.meta.url).pathname, [name], {
    execPath: values.node,
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
  });
  const [port] = await once(child, "message");
  const server = { name, child, answered: 0, found: /** @type {number[]} */ ([]) };
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, "127.0.0.1").setNoDelay(true).setEncoding("latin1");
      await once(socket, "connect");
      socket.on("data", (text) => {
        server.answered += String(text).split("HTTP/1.1 200").length - 1;
      });
      return socket;
    }),
  );
  return Object.assign(server, { sockets });
}

/** Microseconds of the server's processor time for each request. */
async function load(server, duration) {
  const { name, child, sockets, answered } = server;
  const before = await processorTime(child);
  let sent = 0;
  const started = performance.now();
  for (;;) {
    const elapsed = performance.now() - started;
    if (elapsed > duration * 1000) break;
    for (; sent < (elapsed * rate) / 1000; sent++) sockets[sent % connections].write(requests[sent % requests.length]);
    await pause(1);
  }
  for (let waited = 0; server.answered - answered < sent; waited++) {
    if (waited > 2000) throw new Error(`${name}: ${sent} requests, ${server.answered - answered} answered with 200`);
    await pause(1);
  }
  return ((await processorTime(child)) - before) / sent;
}

async function processorTime(child) {
  child.send("processor time");
  const [{ user, system }] = await once(child, "message");
  return user + system;
}
