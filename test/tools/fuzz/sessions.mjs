// One process for each target, watched from outside: it may hang, run out of memory, or take the whole process down.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Seconds that one run may take before the process is ended. */
const patience = 10;
/** MB of heap. */
const memory = 512;

/**
 * @typedef {object} Report
 * @property {number} runs
 * @property {number} [seeds] of them with an input that was there from the start
 * @property {number} [reached] places in the code
 * @property {number} [size] places that there are
 * @property {number} [found] inputs that reached something new
 * @property {readonly string[]} [corpus] those inputs, base64
 * @property {{ message: string, input: string }} [finding] what broke an invariant
 * @property {string} [message] the end of a process that did not end by itself, with its last `input`
 * @property {string} [input]
 */

/**
 * Runs a session to its end.
 *
 * @param {string} session the file that the process runs
 * @param {object} task what engine/session.ts is asked
 * @returns {Promise<Report & { seconds: number }>} what engine/session.ts reports; `finding` also where the process did not end by itself
 */
export async function runSession(session, task) {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-fuzz-"));
  const announced = join(folder, "input");
  const started = Date.now();
  try {
    const child = fork(session, {
      execArgv: [`--max-old-space-size=${memory}`],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    /** @type {Report | undefined} */
    let report;
    let printed = "";
    child.on("message", (message) => {
      report = /** @type {Report} */ (message);
    });
    child.stderr?.on("data", (data) => {
      printed = (printed + data).slice(-2000);
    });
    child.send({ ...task, announced });
    const stopWatching = watch(child, announced);
    const [code, signal] = await once(child, "exit");
    const hung = stopWatching();
    report ??= {
      ...lastOf(announced),
      message: hung
        ? `no answer for ${patience} s`
        : `the process ended with ${signal ?? code}: ${printed.trim().split("\n").at(-1)}`,
    };
    return { ...report, seconds: (Date.now() - started) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends a process whose count of runs stands still. */
function watch(child, announced) {
  let hung = false;
  let [last, since] = [-1, Date.now()];
  const timer = setInterval(() => {
    const { runs } = lastOf(announced);
    if (runs !== last) [last, since] = [runs, Date.now()];
    else if (runs > 0 && Date.now() - since > patience * 1000) {
      hung = true;
      child.kill("SIGKILL");
    }
  }, 500);
  return () => {
    clearInterval(timer);
    return hung;
  };
}

/** The input that was being run, and the how manieth it was. */
function lastOf(announced) {
  let bytes;
  try {
    bytes = readFileSync(announced);
  } catch {
    bytes = Buffer.alloc(0);
  }
  if (bytes.length < 8) return { runs: 0, input: "" };
  return { runs: bytes.readUInt32LE(0), input: bytes.subarray(8, 8 + bytes.readUInt32LE(4)).toString("base64") };
}
