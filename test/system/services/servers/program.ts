// A server program as a child process on loopback, which tests start, kill and start again.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { removeFolder } from "../../folders.mjs";

export interface Server {
  readonly port: number;
  readonly url: string;
  /** SIGKILL, as the kernel's when memory is short: nothing is flushed, no client is told. */
  kill(): Promise<void>;
  /** Starts it again: same port, same data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface Program {
  /** Made for this server alone, and removed after it. */
  readonly folder: string;
  command(port: number): readonly [string, ...string[]];
  /** What it prints once it answers. */
  readonly ready: RegExp;
  url(port: number): string;
  /** Ends it in its own time. Default SIGINT: PostgreSQL's fast shutdown; Redis takes it like SIGTERM. */
  readonly endsWith?: NodeJS.Signals;
}

/** Where a program is: on the PATH, or in a folder of a version such as Debian's /usr/lib/postgresql/15/bin. */
export function findProgram(
  name: string,
  versions?: { readonly root: string; readonly bin: string },
): string | undefined {
  const versioned =
    versions !== undefined && existsSync(versions.root)
      ? readdirSync(versions.root)
          .sort((a, b) => Number(b) - Number(a))
          .map((version) => join(versions.root, version, versions.bin))
      : [];
  return [...(process.env.PATH ?? "").split(delimiter), ...versioned]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

export async function startProgram(program: Program): Promise<Server> {
  const { port, child } = await startOnFreePort(program);
  let running = child;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    // Asked for before: orphans are no longer anyone's children.
    const children = childrenOf(running);
    running.kill(signal);
    await once(running, "exit");
    await killAll(children);
  };
  const lastResort = (): void => {
    running.kill("SIGKILL");
    removeFolder(program.folder);
  };
  process.once("exit", lastResort);

  return {
    port,
    url: program.url(port),
    kill: () => end("SIGKILL"),
    async restart() {
      await end("SIGKILL");
      running = await start(program, port);
    },
    async stop() {
      process.off("exit", lastResort);
      await end(program.endsWith ?? "SIGINT");
      removeFolder(program.folder);
    },
  };
}

async function startOnFreePort(program: Program): Promise<{ port: number; child: ChildProcess }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { port, child: await start(program, port) };
    } catch (error) {
      // Between the look and the start, another may have taken it.
      if (attempt < 3) continue;
      removeFolder(program.folder);
      throw error;
    }
  }
}

async function start(program: Program, port: number): Promise<ChildProcess> {
  const [command, ...args] = program.command(port);
  const child = spawn(command, args, {
    cwd: program.folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  });
  const printed: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      reject(new Error(`${command}: ${why}\n${printed.join("\n")}`));
    };
    // Both are read to their end: a full pipe would stop the server.
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        printed.push(line);
        if (printed.length > 20) printed.shift();
        if (program.ready.test(line)) resolve();
      });
    }
    child.once("error", (error) => {
      fail(error.message);
    });
    child.once("exit", (code, signal) => {
      fail(`ended with ${String(code ?? signal)}`);
    });
  });
  return child;
}

/**
 * Below the range of ephemeral ports: while the server is down, a client's own port could otherwise be the one it
 * connects to, and TCP would connect it to itself.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** PostgreSQL's sessions are processes of their own, and outlive a killed parent for a moment. Known on Linux; elsewhere they end by themselves. */
function childrenOf(parent: ChildProcess): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent.pid);
}

function parentOf(pid: number): number | undefined {
  try {
    // "pid (name) state parent …", proc(5); a name may hold anything.
    return Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) \S /s, "")
        .split(" ", 1)[0],
    );
  } catch {
    return undefined; // it has just ended
  }
}

async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, "SIGKILL");
  while (pids.some((pid) => signal(pid, 0)))
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
}

/** Whether there was such a process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
