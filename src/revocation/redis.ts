/**
 * Stores in Redis. Every step is one command or one script, so that Redis itself decides between concurrent callers.
 * Any unexpected answer is a failure, and a client is probed before its first use.
 */

import { checkOptions, wrongArgument } from "../base/options.ts";
import { runAsync } from "../base/steps.ts";
import { subjectKey, type ReplayStore, type SubjectDenylist } from "./contract.ts";
import { commandsOf, isOne, type RedisClient } from "../stores/redis.ts";
import { checkSecond, checkTtl, readSecond, unexpectedAnswer } from "./seconds.ts";

/** Options of a store in Redis. */
export interface RedisStoreOptions {
  /** Prefix of every key. Default `"mintmark:"`. */
  readonly prefix?: string | undefined;
}

/**
 * Remembers used tokens in Redis, shared by all processes: `SET key 1 EX ttl NX`. A Redis that evicts keys, or that loses its
 * last writes in a crash, lets a token be used again. Before its first use, the store probes that Redis refuses to set a key
 * twice through this client; until then it fails (`store_unavailable`).
 *
 * @throws TypeError `invalid_argument`: not a known Redis client, or an unknown option.
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 *
 * const replay = redisReplayStore(new Redis("redis://localhost:6379"));
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "reset-password", replay });
 * ```
 */
export function redisReplayStore(
  client: RedisClient,
  options: RedisStoreOptions = {},
): Required<Pick<ReplayStore, "add" | "has">> {
  const prefix = readPrefix(options);
  const commands = commandsOf(client, prefix, "setNew");
  return {
    async add(key, ttlSeconds) {
      const answer = await commands.setNew(prefix + key, checkTtl(ttlSeconds));
      if (answer !== "OK" && answer !== null) throw unexpectedAnswer(answer);
      return answer === "OK";
    },
    has: async (key) => readPresence(await commands.get(prefix + key)),
  };
}

/**
 * Remembers revoked tokens, sessions and subjects in Redis, shared by all processes. A Redis that evicts keys, or that loses
 * its last writes in a crash, accepts a revoked token again. Before its first use, to revoke or to verify, the denylist probes
 * that this client reads what it wrote; until then it fails (`store_unavailable`).
 *
 * @throws TypeError `invalid_argument`: not a known Redis client, or an unknown option.
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 *
 * const denylist = redisDenylist(new Redis("redis://localhost:6379"));
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web", denylist });
 * ```
 */
export function redisDenylist(client: RedisClient, options: RedisStoreOptions = {}): SubjectDenylist {
  const prefix = readPrefix(options);
  const commands = commandsOf(client, prefix, "script");
  const keep = async (key: string, value: number, ttlSeconds: number): Promise<void> => {
    const answer = await commands.run(moveOn, prefix + key, [String(value), String(checkTtl(ttlSeconds))]);
    if (answer !== "OK") throw unexpectedAnswer(answer);
  };
  return {
    add: (key, ttlSeconds) => keep(key, 1, ttlSeconds),
    has: async (key) => readPresence(await commands.get(prefix + key)),
    async revokedBefore(iss, sub) {
      const key = await runAsync(() => subjectKey(iss, sub));
      const answer = await commands.get(prefix + key);
      return answer === null ? undefined : readSecond(answer);
    },
    async revokeBefore(iss, sub, second, ttlSeconds) {
      checkSecond(second);
      await keep(await runAsync(() => subjectKey(iss, sub)), second, ttlSeconds);
    },
  };
}

/** Lua script that keeps the greater value and the longer lifetime. A lifetime of -1 never ends. */
const moveOn = `local value, old, life = ARGV[1], redis.call('GET', KEYS[1]), redis.call('TTL', KEYS[1])
if old and tonumber(old) > tonumber(value) then value = old end
if life == -1 then return redis.call('SET', KEYS[1], value) end
return redis.call('SET', KEYS[1], value, 'EX', math.max(life, tonumber(ARGV[2])))`;

function readPresence(answer: unknown): boolean {
  if (answer !== null && !isOne(answer)) throw unexpectedAnswer(answer);
  return answer !== null;
}

function readPrefix(options: RedisStoreOptions): string {
  const { prefix = "mintmark:" } = checkOptions<RedisStoreOptions>(options, { prefix: 1 });
  if (typeof prefix !== "string") throw wrongArgument("prefix", "a string", prefix);
  return prefix;
}
