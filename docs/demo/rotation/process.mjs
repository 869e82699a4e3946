// A child process that answers messages, each with the number it was asked under.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts a script beside this one.
 *
 * @param {string} file its name
 * @param {string[]} args
 */
export async function startProcess(file, ...args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  const waiting = new Map();
  let asked = 0;
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${code ?? signal}`));
    waiting.clear();
  });
  const [ready] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof ready !== "object") throw new Error(`${file} did not start`);
  child.on("message", (message) => {
    const { id, answer } = /** @type {{ id: number, answer: unknown }} */ (message);
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  return {
    ready,
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        child.send({ id, ...request });
      }),
    async kill() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
