/** A key ring in Redis: one string, replaced by a script that compares the versions. */

import { checkOptions, checkText } from "../base/options.ts";
import { commandsOf, type RedisClient } from "../stores/redis.ts";
import type { KeyRingStore } from "./store.ts";

/** Options of `redisKeyRingStore`. */
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

/** A script, not the command alone: clients return the list in different shapes. */
const timeScript = `
local time = redis.call("TIME")
return time[1] .. string.format(".%06d", time[2])`;

/**
 * Keeps a key ring in Redis, for any number of processes. Redis has to be durable (`appendonly yes`) and must
 * not evict the key: a record that Redis loses is gone unless a running process still has it.
 *
 * @throws TypeError `invalid_argument`: not a Redis client.
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 *
 * const store = redisKeyRingStore(new Redis("redis://localhost:6379"));
 * const ring = createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1h", store });
 * ```
 */
export function redisKeyRingStore(client: RedisClient, options: RedisKeyRingStoreOptions = {}): Required<KeyRingStore> {
  const { key = "mintmark:key-ring" } = checkOptions<RedisKeyRingStoreOptions>(options, { key: 1 });
  const name = checkText(key, "key");
  const commands = commandsOf(client, name, "script");
  return {
    async load() {
      const value = await commands.get(name);
      if (value === null || value === undefined) return undefined;
      const [, version, record] = /^(\d+):(.*)$/s.exec(typeof value === "string" ? value : "") ?? [];
      // Without a match the version is NaN, which is none.
      return { record: record ?? "", version: Number(version) };
    },
    save: async (record, version) => Number(await commands.run(saveScript, name, [String(version), record])) === 1,
    time: async () => Number(await commands.run(timeScript, name, [])),
  };
}
