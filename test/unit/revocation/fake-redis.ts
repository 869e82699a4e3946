// A Redis of a few lines, behind the methods of each client. What the real one and the real clients do is tested in test/system/services.
import { vi } from "vitest";
import type { RedisClient } from "../../../src/index.ts";

type Call = (...args: unknown[]) => Promise<unknown>;
type Spy = ReturnType<typeof vi.fn<Call>>;

/** Sends one command to a Redis that keeps nothing but values. */
export function startFakeRedis(): (words: readonly string[]) => Promise<unknown> {
  const values = new Map<string, string>();
  return async ([name, ...words]) => {
    if (name === "GET") return values.get(words[0]!) ?? null;
    if (name === "EVAL") {
      const [script, , key, value] = words;
      const old = Number(values.get(key!) ?? 0);
      values.set(key!, script!.includes("tonumber(old)") && old > Number(value) ? String(old) : value!);
      return "OK";
    }
    if (words.includes("NX") && values.has(words[0]!)) return null;
    values.set(words[0]!, words[1]!);
    return "OK";
  };
}

/** Whether a command is part of the proof that a client gives before its first use. */
export const isProbe = (words: readonly unknown[]): boolean => words.some((word) => String(word).includes('["probe",'));

/** A client that passes the proof, and gives one answer to everything else. */
export function answering(answer: unknown): (words: string[]) => Promise<unknown> {
  const send = startFakeRedis();
  return async (words) => (isProbe(words) ? send(words) : answer);
}

export interface FakeClient {
  readonly client: RedisClient;
  /** Calls of its methods, without the proof's. */
  readonly calls: () => unknown[][];
}

const spied = (methods: Record<string, Call>): { client: Record<string, Spy>; calls: () => unknown[][] } => {
  const order: unknown[][] = [];
  const client = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      vi.fn<Call>(async (...args) => {
        if (!isProbe(args.flat().flatMap((arg) => (isKeys(arg) ? arg.keys : [arg])))) order.push([name, ...args]);
        return method(...args);
      }),
    ]),
  );
  return { client, calls: () => order };
};
const isKeys = (arg: unknown): arg is { keys: unknown[] } => typeof arg === "object" && arg !== null && "keys" in arg;

type Send = (words: readonly string[]) => Promise<unknown>;
/** Words as a client sends them. */
const send = (to: Send, ...words: unknown[]): Promise<unknown> => to(words.map(String));

/** Each known client: the methods that are used, and the one by which it is known. An option it does not know is passed over. */
export const fakeClients: Readonly<Record<string, (to?: Send) => FakeClient>> = {
  ioredis: (to = startFakeRedis()) =>
    spied({
      defineCommand: async () => {},
      get: (...words) => send(to, "GET", ...words),
      set: (...words) => send(to, "SET", ...words),
      eval: (...words) => send(to, "EVAL", ...words),
    }) as unknown as FakeClient,
  "node-redis": (to = startFakeRedis()) =>
    spied({
      setEx: async () => {},
      get: (key) => send(to, "GET", key),
      set: (key, value, options) => send(to, "SET", key, value, ...((options as { NX?: true }).NX ? ["NX"] : [])),
      eval: (script, options) => {
        const { keys, arguments: args } = options as { keys: string[]; arguments: string[] };
        return send(to, "EVAL", script, 1, ...keys, ...args);
      },
    }) as unknown as FakeClient,
  Upstash: (to = startFakeRedis()) =>
    spied({
      createScript: async () => {},
      // It reads what it gets as JSON where it can.
      get: async (key) => {
        const answer = await send(to, "GET", key);
        return typeof answer === "string" ? Number(answer) : answer;
      },
      set: (key, value, options) => send(to, "SET", key, value, ...((options as { nx?: true }).nx ? ["NX"] : [])),
      eval: (script, keys, args) => send(to, "EVAL", script, 1, ...(keys as string[]), ...(args as string[])),
    }) as unknown as FakeClient,
  "valkey-glide": (to = startFakeRedis()) =>
    spied({ customCommand: (words) => send(to, ...(words as string[])) }) as unknown as FakeClient,
  Bun: (to = startFakeRedis()) =>
    spied({ send: (name, words) => send(to, name, ...(words as string[])) }) as unknown as FakeClient,
};
