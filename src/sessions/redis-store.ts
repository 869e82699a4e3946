/** Sessions in Redis: one string for each subject, read and replaced by scripts. */

import { checkOptions, wrongArgument } from "../base/options.ts";
import { commandsOf, type RedisClient } from "../stores/redis.ts";
import type { SessionStore } from "./contract.ts";
import { checkCount } from "./memory-store.ts";
import { storeOver } from "./record.ts";
import { takeFrom, unexpected } from "./versions.ts";

/** Options of `redisSessionStore`. */
export interface RedisSessionStoreOptions {
  /** Prefix of every key. Default `"mintmark:sessions:"`. */
  readonly prefix?: string | undefined;
  /** Sessions of one subject: a new one beyond it ends the one that was not used for longest. Default 50. */
  readonly maxPerSubject?: number | undefined;
}

/** One string, `time:version:record`: clients give lists in different shapes, and some read JSON where they find it. */
const loadScript = `
local stored = redis.call("GET", KEYS[1])
local time = redis.call("TIME")
return time[1] .. string.format(".%06d:", time[2]) .. (stored or ":")`;

/** Redis runs a script as one step. */
const saveScript = `
local stored = redis.call("GET", KEYS[1])
local version = stored and string.match(stored, "^[^:]*") or ""
if version ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2] .. ":" .. ARGV[3], "EX", ARGV[4])
return 1`;

/**
 * Keeps sessions in Redis, for any number of processes: one key for each subject, so it works in Redis Cluster. The clock is Redis's.
 * A Redis that evicts keys logs users out. One that loses its last writes in a failover logs nobody out, but may revive an ended session.
 * Before its first use, the store probes that only the version that was read is replaced through this client; until then it fails.
 *
 * @throws TypeError `invalid_argument`: not a known Redis client, or an unknown or wrong option.
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 *
 * const store = redisSessionStore(new Redis("redis://localhost:6379"));
 * const sessions = createSessions(await generateSecret(HS256), { issuer: "my-api", audience: "web", store });
 * ```
 */
export function redisSessionStore(client: RedisClient, options: RedisSessionStoreOptions = {}): SessionStore {
  checkOptions<RedisSessionStoreOptions>(options, { prefix: 1, maxPerSubject: 1 });
  const { prefix = "mintmark:sessions:", maxPerSubject = 50 } = options;
  if (typeof prefix !== "string") throw wrongArgument("prefix", "a string", prefix);
  const commands = commandsOf(client, prefix, "script");
  const take = takeFrom({
    async load(owner) {
      const answer = await commands.run(loadScript, prefix + owner, []);
      const [, time, version, record] =
        /^(\d+\.\d+):([^:]*):(.*)$/s.exec(typeof answer === "string" ? answer : "") ?? [];
      return { version, record, now: Number(time) };
    },
    async save(owner, expected, { version, record, expiresAt }, now) {
      const life = String(Math.ceil(expiresAt - now));
      const answer = String(await commands.run(saveScript, prefix + owner, [expected, version, record, life]));
      if (answer !== "0" && answer !== "1") throw unexpected("a script was answered with neither 0 nor 1");
      return answer === "1";
    },
  });
  return storeOver(take, checkCount(maxPerSubject, "maxPerSubject"));
}
