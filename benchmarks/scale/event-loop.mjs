/**
 * How long the event loop is held up while 200 requests at a time each want a token signed: the 99th
 * percentile of its delay, in milliseconds, and the tokens per second.
 */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { contestants } from "../contestants.mjs";
import { summarize } from "../statistics.mjs";

const concurrency = 200;
const rounds = 3;
const duration = 500;
const names = ["mintmark", "jose", "fast-jwt", "jsonwebtoken"];

const results = {};
for (const algorithm of ["RS256", "ES256"]) {
  const operations = await contestants({
    id: "event-loop",
    algorithm,
    operation: "sign",
    mode: "async",
    size: "usual",
  });
  /** @type {Map<string, { p99: number, perSecond: number }[]>} */
  const runs = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, found] of runs) found.push(await underLoad(operations.get(name)));
  }
  results[algorithm] = Object.fromEntries(
    [...runs].map(([name, found]) => [
      name,
      {
        p99: summarize(found.map(({ p99 }) => p99)).median,
        perSecond: summarize(found.map(({ perSecond }) => perSecond)).median,
      },
    ]),
  );
}
console.log(JSON.stringify({ concurrency, results }));

async function underLoad(operation) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let done = 0;
  // A request is an event of its own, as it is when it comes from a socket.
  const request = async () => {
    await nextTurn();
    await operation(done++);
  };
  await Promise.all(Array.from({ length: concurrency }, request));
  done = 0;
  delay.enable();
  const started = performance.now();
  while (performance.now() - started < duration) await Promise.all(Array.from({ length: concurrency }, request));
  const seconds = (performance.now() - started) / 1000;
  // The histogram learns of a delay when it is over.
  await pause(10);
  delay.disable();
  return { p99: delay.percentile(99) / 1e6, perSecond: done / seconds };
}
