// Somebody who follows a guide to the letter: an empty folder, a terminal, an editor and a browser.
import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { folder, tool } from "../runtimes/project.mjs";
import { isSeen, isSeenAmong } from "./steps.mjs";

/** A server of a development tool takes its time on a busy machine. */
const patience = 120_000;

const programs = { node: "node24/bin/node", deno: "@deno/linux-x64-glibc/deno", bun: "@oven/bun-linux-x64/bin/bun" };

/** The runtimes that the reader has, as test/system/runtimes pins them. */
function installPrograms() {
  const bin = folder("bin");
  for (const [name, path] of Object.entries(programs)) symlinkSync(tool(path), join(bin, name));
  return bin;
}

/** `registry`: where packages come from. */
export function createReader(registry) {
  const bin = installPrograms();
  const environment = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    HOME: folder("home"),
    TERM: "dumb",
    NO_COLOR: "1",
    CI: "true",
    JWT_SECRET: "a text of more than 32 bytes, made for these tests",
    npm_config_registry: registry,
    NPM_CONFIG_REGISTRY: registry,
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    NEXT_TELEMETRY_DISABLED: "1",
    WRANGLER_SEND_METRICS: "false",
    DENO_NO_UPDATE_CHECK: "1",
  };
  for (const name of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"])
    if (process.env[name] !== undefined) environment[name] = process.env[name];

  /** Types a script. `path`: commands that the reader has besides. */
  function type(script, cwd, path = []) {
    const env = { ...environment, PATH: [...path, environment.PATH].join(delimiter) };
    const child = spawn("bash", ["-c", `set -e -o pipefail\n${script}`], {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const typed = { output: "", ended: undefined, stop: () => stopped(child) };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        typed.output += text;
      });
    typed.ended = new Promise((resolve) => child.once("close", resolve));
    return typed;
  }

  async function runToItsEnd(script, cwd, path) {
    const typed = type(script, cwd, path);
    const code = await Promise.race([typed.ended, pause(patience, "late", { ref: false })]);
    if (code === "late") await typed.stop();
    return { code, output: typed.output };
  }

  return {
    save(cwd, path, text) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    },
    /** Types commands, and looks at what is seen. Where the guide says nothing of it, they must do their work. */
    async command(script, cwd, sight, path) {
      const { code, output } = await runToItsEnd(script, cwd, path);
      if (code === "late" || (sight === undefined ? code !== 0 : !isSeen(sight, output))) {
        throw new Error(`ended with ${code}; seen:\n${output}${sight === undefined ? "" : `\nsaid:\n${sight}`}`);
      }
    },
    /** Starts a server, and waits for what is seen of it. */
    async server(script, cwd, sight, path) {
      const typed = type(script, cwd, path);
      let runs = true;
      void typed.ended.then(() => {
        runs = false;
      });
      const deadline = Date.now() + patience;
      while (runs && Date.now() < deadline) {
        if (isSeenAmong(sight, typed.output)) return typed.stop;
        await pause(100);
      }
      await typed.stop();
      throw new Error(`did not start; seen:\n${typed.output}\nsaid:\n${sight}`);
    },
  };
}

/** With its own children: it leads a process group. */
async function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGKILL");
  await exit;
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => {
        resolve(port);
      });
    });
  });
}
