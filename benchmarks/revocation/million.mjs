/**
 * A million revoked tokens, in process and in Redis: what they take, and how long a look takes. Needs `redis-server`, the packages
 * of test/system/services and Node.js from 22.18 on. Prints a Markdown section, and writes it to docs/performance/revocation.md:
 *
 *   npm run build && npm run tools -- -w test/system/services && node benchmarks/revocation/million.mjs
 */

import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  createVerifier,
  generateSecret,
  HS256,
  memoryDenylist,
  redisDenylist,
  revocationKey,
  sign,
} from "../../dist/index.js";
import { startRedis } from "../../test/system/services/servers/redis.ts";
import { table } from "../report/tables.mjs";

const { Redis } = createRequire(new URL("../../test/system/services/package.json", import.meta.url))("ioredis");

const total = 1_000_000;
const policy = { issuer: "https://id.example", audience: "web" };
const key = await generateSecret(HS256);
const token = await sign({ sub: "user_123" }, key, { ...policy, jwtId: true });

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const newKey = () => revocationKey({ iss: policy.issuer, jti: randomUUID() });
/** Tokens live for up to fifteen minutes, and the margin is an hour. */
const newTtl = () => 3600 + Math.ceil(Math.random() * 900);

const memory = await measureMemory();
const redis = await measureRedis();
const section = `${table(
  ["", "in process", "Redis, on the same machine"],
  [
    ["1,000,000 revoked tokens", megabytes(memory.bytes), megabytes(redis.bytes)],
    ["for each", `${Math.round(memory.bytes / total)} bytes`, `${Math.round(redis.bytes / total)} bytes`],
    ["a look for a token that is revoked", time(memory.hit), time(redis.hit)],
    ["a look for one that is not", time(memory.miss), time(redis.miss)],
    ["the slowest in a hundred of those", "", time(redis.slow)],
    ["verification of a good token (HS256), with the list empty", time(memory.verifyEmpty), time(redis.verifyEmpty)],
    ["the same, with a million in it", time(memory.verify), time(redis.verify)],
    ["verifications per second, 100 at a time", perSecond(memory.rate), perSecond(redis.rate)],
  ],
)}

A key is \`iss\` and \`jti\`, here ${newKey().length} characters. In process, adding one took ${time(memory.add)}; the slowest of ${total.toLocaleString("en")} additions after
all of them had expired took ${time(memory.slowestAdd)}, as a bare \`Map\` of this size does when it grows. Verification asks a Redis denylist twice: for
the token, and for its subject.

Measured on Node.js ${process.versions.node} and Redis ${redis.version}, through ioredis, on ${cpus().length} × ${cpus()[0]?.model.trim()}; medians.
`;
console.log(section);
writeFileSync(
  new URL("../../docs/performance/revocation.md", import.meta.url),
  `# A million revoked tokens\n\n${section}`,
);

async function measureMemory() {
  let now = Date.now();
  const empty = memoryDenylist();
  const before = usedHeap();
  const denylist = memoryDenylist({ now: () => new Date(now) });
  const sample = [];
  const started = performance.now();
  for (let i = 0; i < total; i++) {
    const one = newKey();
    denylist.add(one, newTtl());
    if (i % 1000 === 0) sample.push(one);
  }
  const add = (performance.now() - started) / total;
  const bytes = usedHeap() - before;
  const found = {
    add,
    bytes,
    ...lookups((one) => denylist.hasSync(one), sample),
    verifyEmpty: await verification(empty),
    verify: await verification(denylist),
    rate: await rate(denylist),
  };
  now += 2 * 3600 * 1000;
  let slowestAdd = 0;
  for (let i = 0; i < total; i++) {
    const one = newKey();
    const since = performance.now();
    denylist.add(one, 60);
    slowestAdd = Math.max(slowestAdd, performance.now() - since);
  }
  return { ...found, slowestAdd };
}

async function measureRedis() {
  const server = await startRedis();
  const client = new Redis(server.url);
  const pipelined = new Redis(server.url, { enableAutoPipelining: true });
  try {
    const denylist = redisDenylist(client);
    const verifyEmpty = await verification(denylist);
    const before = await usedMemory(client);
    const filling = redisDenylist(pipelined);
    const sample = [];
    for (let i = 0; i < total; i += 10_000) {
      const keys = Array.from({ length: 10_000 }, newKey);
      await Promise.all(keys.map((one) => filling.add(one, newTtl())));
      sample.push(...keys.slice(0, 10));
    }
    const bytes = (await usedMemory(client)) - before;
    const version = await readInfo(client, "server", /redis_version:(\S+)/);
    return {
      version,
      bytes,
      verifyEmpty,
      ...(await roundTrips((one) => denylist.has(one), sample)),
      verify: await verification(denylist),
      rate: await rate(denylist),
    };
  } finally {
    client.disconnect();
    pipelined.disconnect();
    await server.stop();
  }
}

/** Too short for the clock one by one: a thousand at a time. */
function lookups(has, revoked) {
  const good = revoked.map(newKey);
  const measure = (keys) => {
    const times = [];
    for (let round = 0; round < 300; round++) {
      const since = performance.now();
      for (const one of keys) if (has(one) !== (keys === revoked)) throw new Error("a wrong answer");
      times.push((performance.now() - since) / keys.length);
    }
    return quantiles(times).median;
  };
  return { hit: measure(revoked), miss: measure(good) };
}

async function roundTrips(has, revoked) {
  const good = revoked.map(newKey);
  const measure = async (keys) => {
    const times = [];
    for (let i = 0; i < 20_000; i++) {
      const since = performance.now();
      if ((await has(keys[i % keys.length])) !== (keys === revoked)) throw new Error("a wrong answer");
      times.push(performance.now() - since);
    }
    return quantiles(times);
  };
  const [hit, miss] = [await measure(revoked), await measure(good)];
  return { hit: hit.median, miss: miss.median, slow: Math.max(hit.slow, miss.slow) };
}

async function verification(denylist) {
  const verifier = createVerifier(key, { ...policy, denylist });
  const times = [];
  for (let i = 0; i < 20_000; i++) {
    const since = performance.now();
    await verifier.verify(token);
    times.push(performance.now() - since);
  }
  return quantiles(times).median;
}

async function rate(denylist) {
  const verifier = createVerifier(key, { ...policy, denylist });
  const rounds = 200;
  const since = performance.now();
  for (let round = 0; round < rounds; round++)
    await Promise.all(Array.from({ length: 100 }, () => verifier.verify(token)));
  return ((rounds * 100) / (performance.now() - since)) * 1000;
}

function quantiles(times) {
  const sorted = times.sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], slow: sorted[Math.floor(sorted.length * 0.99)] };
}

function usedHeap() {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function usedMemory(client) {
  return Number(await readInfo(client, "memory", /used_memory:(\d+)/));
}

/** What Redis says of itself in one section. */
async function readInfo(client, section, pattern) {
  const found = pattern.exec(await client.info(section))?.[1];
  if (found === undefined) throw new Error(`INFO ${section}: expected ${pattern}`);
  return found;
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Of milliseconds. */
function time(milliseconds) {
  if (milliseconds < 0.001) return `${Math.round(milliseconds * 1e6)} ns`;
  return milliseconds < 1
    ? `${Number((milliseconds * 1000).toPrecision(2))} µs`
    : `${Number(milliseconds.toPrecision(2))} ms`;
}

function perSecond(number) {
  return Number(number.toPrecision(2)).toLocaleString("en");
}
