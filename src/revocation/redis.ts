/**
 * Stores in Redis. Every step is one command or one script, so that Redis itself decides between concurrent callers.
 * An answer that is not the expected one is a failure.
 */

import { checkOptions, wrongArgument } from "../base/options.ts";
import { subjectKey, type ReplayStore, type SubjectDenylist } from "./contract.ts";
import { commandsOf, type RedisClient } from "../stores/redis.ts";
import { checkSecond, checkTtl, readSecond, unexpectedAnswer } from "./seconds.ts";

/** Where in Redis a store is. */
export interface RedisStoreOptions {
  /** What every key starts with. Default `"mintmark:"`. */
  readonly prefix?: string | undefined;
}

/**
 * Remembers used tokens in Redis, for every process that asks it: `SET key 1 EX ttl NX`. A Redis that evicts keys, or
 * that loses its last writes in a crash, lets a token be used again.
 *
 * @throws TypeError `invalid_argument`: not a Redis client, or an unknown option.
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 *
 * const replay = redisReplayStore(new Redis("redis://localhost:6379"));
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "reset-password", replay });
 * ```
 */
export function redisReplayStore(client: RedisClient<"set">, options: RedisStoreOptions = {}): ReplayStore {
  const [commands, prefix] = [commandsOf(client, ["set"]), readPrefix(options)];
  return {
    async add(key, ttlSeconds) {
      const answer = await commands.set(prefix + key, checkTtl(ttlSeconds), true);
      if (answer !== "OK" && answer !== null) throw unexpectedAnswer(answer);
      return answer === "OK";
    },
  };
}

/**
 * Remembers revoked tokens and subjects in Redis, for every process that asks it. A Redis that evicts keys, or that loses
 * its last writes in a crash, lets a revoked token pass.
 *
 * @throws TypeError `invalid_argument`: not a Redis client, or an unknown option.
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 *
 * const denylist = redisDenylist(new Redis("redis://localhost:6379"));
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web", denylist });
 * ```
 */
export function redisDenylist(client: RedisClient, options: RedisStoreOptions = {}): SubjectDenylist {
  const [commands, prefix] = [commandsOf(client, ["get", "set", "eval"]), readPrefix(options)];
  return {
    async add(key, ttlSeconds) {
      expectOk(await commands.set(prefix + key, checkTtl(ttlSeconds), false));
    },
    async has(key) {
      const answer = await commands.get(prefix + key);
      // Upstash's client reads an answer as JSON where it can.
      if (answer !== null && answer !== "1" && answer !== 1) throw unexpectedAnswer(answer);
      return answer !== null;
    },
    async revokedBefore(iss, sub) {
      const answer = await commands.get(prefix + subjectKey(iss, sub));
      return answer === null ? undefined : readSecond(answer);
    },
    async revokeBefore(iss, sub, second, ttlSeconds) {
      expectOk(
        await commands.run(moveOn, prefix + subjectKey(iss, sub), [
          String(checkSecond(second)),
          String(checkTtl(ttlSeconds)),
        ]),
      );
    },
  };
}

/** Keeps the later second and the longer life. A life of -1 never ends. */
const moveOn = `local second, old, life = ARGV[1], redis.call('GET', KEYS[1]), redis.call('TTL', KEYS[1])
if old and tonumber(old) > tonumber(second) then second = old end
if life == -1 then return redis.call('SET', KEYS[1], second) end
return redis.call('SET', KEYS[1], second, 'EX', math.max(life, tonumber(ARGV[2])))`;

function expectOk(answer: unknown): void {
  if (answer !== "OK") throw unexpectedAnswer(answer);
}

function readPrefix(options: RedisStoreOptions): string {
  checkOptions(options, ["prefix"]);
  const { prefix = "mintmark:" } = options;
  if (typeof prefix !== "string") throw wrongArgument("prefix", "a string", prefix);
  return prefix;
}
