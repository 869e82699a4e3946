/** A key ring in Redis: one string, replaced by a script that compares the versions. */

import { checkOptions, checkText, wrongArgument } from "../arguments.ts";
import { isObject } from "../encoding/json.ts";
import type { KeyRingStore } from "./ring-store.ts";

/** What is asked of a Redis client: ioredis, node-redis and Upstash's have it, each with its own way to call a script. */
export interface RedisRingClient {
  get(key: string): Promise<unknown>;
  eval(script: string, ...rest: never[]): Promise<unknown>;
}

export interface RedisKeyRingStoreOptions {
  /** The key in Redis: one for each ring. Default `"mintmark:key-ring"`. */
  readonly key?: string | undefined;
}

/** Redis runs a script as one step. The version stands before the record, so the record is never read as JSON by a client. */
const saveScript = `
local stored = redis.call("GET", KEYS[1])
if stored and tonumber(string.match(stored, "^%d+")) >= tonumber(ARGV[1]) then return 0 end
redis.call("SET", KEYS[1], ARGV[1] .. ":" .. ARGV[2])
return 1`;

/**
 * Keeps a key ring in Redis, for any number of processes. The client is ioredis, node-redis or one called like Upstash's.
 * Redis has to be durable (`appendonly yes`) and must not evict the key: what it forgets, and no process remembers, is lost.
 *
 * @throws TypeError `invalid_argument`: not a Redis client.
 */
export function redisKeyRingStore(client: RedisRingClient, options: RedisKeyRingStoreOptions = {}): KeyRingStore {
  const evaluate = scriptCaller(client);
  const { key = "mintmark:key-ring" } = checkOptions(options, ["key"]);
  const name = checkText(key, "key");
  return {
    async load() {
      const value = await client.get(name);
      if (value === null || value === undefined) return undefined;
      const [, version, record] = /^(\d+):(.*)$/s.exec(typeof value === "string" ? value : "") ?? [];
      // Without a match the version is NaN, which is none.
      return { record: record ?? "", version: Number(version) };
    },
    save: async (record, version) => Number(await evaluate(saveScript, name, [String(version), record])) === 1,
  };
}

type ScriptCaller = (script: string, key: string, args: readonly string[]) => Promise<unknown>;

/** The three clients differ in how a script gets its keys and arguments; each is known by a method that only it has. */
function scriptCaller(client: unknown): ScriptCaller {
  if (!isObject(client) || typeof client["get"] !== "function" || typeof client["eval"] !== "function") {
    throw wrongArgument("client", "a Redis client with get and eval", client);
  }
  const { eval: run } = client as unknown as { eval: (script: string, ...rest: unknown[]) => Promise<unknown> };
  if ("defineCommand" in client) return (script, key, args) => run.call(client, script, 1, key, ...args); // ioredis
  if ("setEx" in client) return (script, key, args) => run.call(client, script, { keys: [key], arguments: args }); // node-redis
  return (script, key, args) => run.call(client, script, [key], args); // Upstash
}
