// Processes that share a key ring, and a parent that asks them, kills them and starts them again.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Jwk } from "../../../../src/index.ts";

export type Client = "ioredis" | "node-redis" | "pg" | "mysql2";

export interface RingOptions {
  /** Seconds. */
  readonly rotateEvery: number;
  readonly publishAhead: number;
  readonly retainFor: number;
  readonly refreshEvery: number;
  readonly clockTolerance: number;
  readonly storeTimeout: number;
}

export interface Minted {
  readonly kid: string;
  /** Milliseconds before and after the ring was asked for its key. */
  readonly before: number;
  readonly after: number;
  readonly token: string;
  /** What the process then knew of the ring, and when. Dates are texts after they have been sent. */
  readonly version: number;
  readonly keys: readonly {
    readonly kid: string;
    readonly phase: string;
    readonly signsFrom: string;
    readonly signsUntil: string;
  }[];
  readonly seenAt: number;
}

export interface RingProcess {
  readonly client: Client;
  /** `undefined`: the process was killed before it answered. */
  mint(expiresIn: number): Promise<Minted | { readonly error: string } | undefined>;
  check(token: string): Promise<string | undefined>;
  publish(): Promise<{ keys: Jwk[] } | { readonly error: string } | undefined>;
  /** SIGKILL. */
  kill(): void;
}

/** `name`: which ring, of several on one server. */
export async function startRingProcess(
  client: Client,
  url: string,
  options: RingOptions,
  name: string,
): Promise<RingProcess> {
  const child: ChildProcess = fork(fileURLToPath(new URL("process.mjs", import.meta.url)), [
    client,
    url,
    JSON.stringify(options),
    name,
  ]);
  const waiting = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  let gone = false;
  child.on("exit", () => {
    gone = true;
    for (const resolve of waiting.values()) resolve(undefined);
  });
  const started = once(child, "message");
  const [first] = (await Promise.race([started, once(child, "exit")])) as [unknown];
  if (first !== "ready") throw new Error(`the process ended with ${String(first)}`);
  child.on("message", ({ id, answer }: { id: number; answer: unknown }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });

  const ask = <T>(request: object): Promise<T | undefined> =>
    new Promise((resolve) => {
      if (gone || !child.connected) {
        resolve(undefined);
        return;
      }
      const id = ++asked;
      waiting.set(id, resolve as (answer: unknown) => void);
      child.send({ id, ...request }, () => undefined);
    });
  return {
    client,
    mint: (expiresIn) => ask({ ask: "mint", expiresIn }),
    check: (token) => ask({ ask: "check", token }),
    publish: () => ask({ ask: "publish" }),
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}
