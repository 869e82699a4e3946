/** Operations per second with one worker thread and with one for every core. */

import { once } from "node:events";
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { findCases } from "../cases.mjs";
import { repeat } from "../contest.mjs";
import { contestants } from "../contestants.mjs";

const duration = 400;
const ids = ["hs256/sign/async-32", "hs256/verify/async-32", "rs256/sign/async-32"];
const names = ["mintmark", "jose", "fast-jwt"];

if (isMainThread) await compareCores();
else await work(workerData);

async function compareCores() {
  const cores = availableParallelism();
  const results = {};
  for (const id of ids) {
    results[id] = {};
    for (const name of names)
      results[id][name] = { one: await throughput(1, { id, name }), every: await throughput(cores, { id, name }) };
  }
  console.log(JSON.stringify({ cores, results }));
}

async function throughput(count, task) {
  const workers = Array.from({ length: count }, () => new Worker(new URL(import.meta.url), { workerData: task }));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const counted = workers.map(async (worker) => (await once(worker, "message"))[0]);
  // All of them are ready: off together.
  for (const worker of workers) worker.postMessage("go");
  const rates = await Promise.all(counted);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

async function work({ id, name }) {
  const [testCase] = findCases([id]);
  const operation = (await contestants(testCase)).get(name);
  const runFor = async (milliseconds) => {
    const started = performance.now();
    let done = 0;
    while (performance.now() - started < milliseconds)
      done += await repeat(operation, testCase.together, testCase.together);
    return (done / (performance.now() - started)) * 1000;
  };
  await runFor(duration / 2);
  if (parentPort === null) throw new Error("expected to be a worker");
  parentPort.postMessage("ready");
  await once(parentPort, "message");
  parentPort.postMessage(await runFor(duration));
}
