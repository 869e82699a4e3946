// What the process under load leaves behind: memory, timers, listeners, handles, rejections. Begins before mintmark is loaded.
import { getEventListeners } from "node:events";

const complaints = [];
process.on("unhandledRejection", (reason) => {
  complaints.push(`unhandled rejection: ${reason}`);
});
process.on("uncaughtException", (error) => {
  complaints.push(`uncaught: ${error}`);
});
process.on("warning", (warning) => {
  complaints.push(`warning: ${warning.name}: ${warning.message}`);
});

/** Timers that were neither cleared nor fired, with the file that set them: getActiveResourcesInfo knows nothing of those that are unref'ed. */
const timers = new Map();
/** @typedef {"setTimeout" | "setInterval" | "clearTimeout" | "clearInterval"} Name */
const global = /** @type {Record<Name, Function>} */ (globalThis);
for (const [set, clear] of /** @type {[Name, Name][]} */ ([
  ["setTimeout", "clearTimeout"],
  ["setInterval", "clearInterval"],
])) {
  const [begin, end] = [global[set], global[clear]];
  global[set] = (work, ...rest) => {
    const timer = begin(
      (...args) => {
        if (set === "setTimeout") timers.delete(timer);
        work(...args);
      },
      ...rest,
    );
    timers.set(timer, new Error().stack?.split("\n")[2]);
    return timer;
  };
  global[clear] = (timer) => {
    timers.delete(timer);
    end(timer);
  };
}

const samples = [];

/** After a full collection: what is left is held by something. */
export function sample() {
  if (globalThis.gc === undefined) throw new Error("run it with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  samples.push({ at: performance.now() / 1000, bytes: heapUsed + external });
}

// They are opened when they are first asked for.
for (const stream of [process.stdout, process.stderr]) stream.write("");
const listenersOf = (emitter) => emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]);
const atFirst = { resources: process.getActiveResourcesInfo(), listeners: listenersOf(process) };

/** When everything is closed. @param {AbortSignal} signal what lived as long as the process, and was given to all */
export function findings(signal) {
  const before = new Map(atFirst.listeners);
  const resources = process.getActiveResourcesInfo();
  for (const name of atFirst.resources) if (resources.includes(name)) resources.splice(resources.indexOf(name), 1);
  return {
    samples,
    complaints,
    resources,
    // Redis's clients have timers of their own.
    timers: [...timers.values()]
      .filter((line) => /\/dist\/|\/long-run\/[^/]+\.mjs/.test(line) && !line.includes("node_modules"))
      .map((line) => line.trim()),
    listeners: listenersOf(process)
      .filter(([name, count]) => count > (before.get(name) ?? 0))
      .map(([name]) => `process: ${name}`)
      .concat(getEventListeners(signal, "abort").map(() => "signal: abort")),
  };
}
