// A child process that answers one JSON line per JSON line. It is ended by closing its standard input;
// one that does not leave by itself is killed, by the handle this module holds and nothing wider.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** An answer of the child: a result, or the error it names. */
type Answer = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly error: string; readonly message: string }
);

/** The child answered with an error of its own; `name` is the one it gave. */
export class RemoteError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface JsonLinesProcess {
  /** Resolves with the child's result; rejects with a `RemoteError`, or an `Error` once the child is gone. */
  readonly ask: (request: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Resolves when the child has ended. */
  readonly stop: () => Promise<void>;
}

const goodbyeMilliseconds = 5_000;

export function startJsonLinesProcess(command: string, args: readonly string[]): JsonLinesProcess {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  let gone: Error | undefined;

  const ended = new Promise<void>((resolve) => {
    const leave = (reason: string): void => {
      gone ??= new Error(`the child process ${reason}`);
      for (const { reject } of waiting.values()) reject(gone);
      waiting.clear();
      resolve();
    };
    child.on("error", (error) => {
      leave(`could not be started: ${error.message}`);
    });
    child.on("close", (code, signal) => {
      leave(`ended (${String(code ?? signal)})`);
    });
  });
  // A write that races with the child's end fails here; "close" is what tells the callers.
  child.stdin.on("error", () => undefined);

  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as Answer; // the child is part of this test suite
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("result" in answer) caller?.resolve(answer.result);
    else caller?.reject(new RemoteError(answer.error, answer.message));
  });

  return {
    ask: (request) => {
      if (gone !== undefined) return Promise.reject(gone);
      const id = ++asked;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ ...request, id })}\n`);
      });
    },
    stop: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), goodbyeMilliseconds);
      await ended;
      clearTimeout(timer);
    },
  };
}
