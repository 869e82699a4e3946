// Somebody who follows a guide to the letter: an empty folder, a terminal, an editor and a browser.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { folder, tool } from "../runtimes/project.mjs";
import { isSeen, isSeenAmong } from "./steps.ts";

/** A server of a development tool takes its time on a busy machine. */
const patience = 120_000;

const programs = { node: "node24/bin/node", deno: "@deno/linux-x64-glibc/deno", bun: "@oven/bun-linux-x64/bin/bun" };

/** The runtimes that the reader has, as test/system/runtimes pins them. */
function installPrograms(): string {
  const bin = folder("bin");
  for (const [name, path] of Object.entries(programs)) symlinkSync(tool(path), join(bin, name));
  return bin;
}

/** Commands, which the reader types. */
interface Typed {
  output: string;
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Paths of commands that the reader has besides. */
type Extra = readonly string[];

export interface Reader {
  readonly save: (cwd: string, path: string, text: string) => void;
  /** Types commands, and looks at what is seen. Where the guide says nothing of it, they must do their work. */
  readonly command: (script: string, cwd: string, sight?: string, path?: Extra) => Promise<void>;
  /** Starts a server, waits for what is seen of it, and returns what stops it. */
  readonly server: (script: string, cwd: string, sight: string, path?: Extra) => Promise<() => Promise<void>>;
}

/** `registry`: where packages come from. */
export function createReader(registry: string): Reader {
  const bin = installPrograms();
  const environment: Record<string, string> = {
    PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
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
  for (const name of ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }

  function type(script: string, cwd: string, path: Extra = []): Typed {
    const env = { ...environment, PATH: [...path, environment.PATH].join(delimiter) };
    const child = spawn("bash", ["-c", `set -e -o pipefail\n${script}`], {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const typed: Typed = {
      output: "",
      ended: new Promise((resolve) => child.once("close", resolve)),
      stop: () => stopped(child),
    };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        typed.output += text;
      });
    return typed;
  }

  async function runToItsEnd(
    script: string,
    cwd: string,
    path?: Extra,
  ): Promise<{ readonly code: unknown; readonly output: string }> {
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
    async command(script, cwd, sight, path) {
      const { code, output } = await runToItsEnd(script, cwd, path);
      if (code === "late" || (sight === undefined ? code !== 0 : !isSeen(sight, output))) {
        throw new Error(
          `ended with ${String(code)}; seen:\n${output}${sight === undefined ? "" : `\nsaid:\n${sight}`}`,
        );
      }
    },
    async server(script, cwd, sight, path) {
      const typed = type(script, cwd, path);
      const server = { runs: true };
      void typed.ended.then(() => {
        server.runs = false;
      });
      const deadline = Date.now() + patience;
      while (server.runs && Date.now() < deadline) {
        if (isSeenAmong(sight, typed.output)) return typed.stop;
        await pause(100);
      }
      await typed.stop();
      throw new Error(`did not start; seen:\n${typed.output}\nsaid:\n${sight}`);
    },
  };
}

/** With its own children: it leads a process group. */
async function stopped(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGKILL");
  await exit;
}
