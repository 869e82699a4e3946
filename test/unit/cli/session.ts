// The command line in this process, with streams of the test's own, and as a process of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { run } from "../../../src/cli/run.ts";

export interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Given {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether all three streams are a terminal. */
  readonly tty?: boolean;
}

/** A secret of which nothing warns. */
export const strong = "Vd2Xk0w7mQe9RzT4yHc1LpN8uJb5SgA3fKoYiWxEqDs";

/** Runs a command in this process. */
export async function call(
  words: readonly string[],
  { stdin = "", env = {}, tty = false }: Given = {},
): Promise<Answer> {
  const said = { out: "", err: "" };
  const sink = (name: keyof typeof said) => ({
    isTTY: tty,
    write: (text: string) => {
      said[name] += text;
    },
  });
  const source = Object.assign(
    (async function* () {
      yield stdin;
    })(),
    { isTTY: tty },
  );
  return { code: await run(words, { stdin: source, stdout: sink("out"), stderr: sink("err"), env }), ...said };
}

/** What a command prints that has to succeed, and warns of nothing. */
export async function output(words: readonly string[], given?: Given): Promise<string> {
  const { code, out, err } = await call(words, given);
  if (code !== 0 || err.includes("warning")) throw new Error(`${words[0] ?? ""} ended with ${String(code)}: ${err}`);
  return out.trimEnd();
}

/** The one line of JSON that a command prints with `--json`. */
export async function json(words: readonly string[], given?: Given): Promise<Record<string, unknown>> {
  const { out } = await call([...words, "--json"], given);
  return JSON.parse(out) as Record<string, unknown>;
}

export const program: string = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** Starts the built command; its standard input is left open. */
export function start(
  words: readonly string[],
  { env = {} }: Given = {},
): { child: ChildProcess; answer: Promise<Answer> } {
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env.PATH, ...env },
    stdio: "pipe",
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  // A command that does not ask for its input may be gone before it is written.
  child.stdin.on("error", () => undefined);
  return {
    child,
    answer: new Promise((resolve) => {
      child.on("close", (code) => {
        resolve({ code, ...said });
      });
    }),
  };
}

/** Runs the built command as a process. */
export async function spawned(words: readonly string[], given: Given = {}): Promise<Answer> {
  const { child, answer } = start(words, given);
  child.stdin?.end(given.stdin);
  return answer;
}

/** A folder of the test file's own. */
export function folder(): {
  path: (name: string) => string;
  write: (name: string, text: string | Uint8Array) => string;
  read: (name: string) => string;
} {
  const root = mkdtempSync(join(tmpdir(), "mintmark-cli-"));
  afterAll(() => {
    rmSync(root, { recursive: true });
  });
  const path = (name: string): string => join(root, name);
  return {
    path,
    write: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
    read: (name) => readFileSync(path(name), "utf8"),
  };
}
