// The Redis store of key rings, in what it sends. What a real server does with it is in test/system/services/key-ring.
import { describe, expect, it } from "vitest";
import { redisKeyRingStore } from "../../../src/index.ts";
import type { RedisClient } from "../../../src/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { answering, fakeClients, isProbe, startFakeRedis } from "../revocation/fake-redis.ts";
import { ringAt, startClock } from "./rings.ts";
import { describeStore } from "./store-contract.ts";

/** A server that has one text, as Redis would run the scripts. */
const redisLike = (clock = (): number => Date.now() / 1000): RedisClient => {
  let stored: string | null = null;
  const proof = startFakeRedis();
  return async (words) => {
    if (isProbe(words)) return proof(words);
    const [command, script = "", , , version, record] = words;
    if (command === "GET") return stored;
    if (script.includes('"TIME"')) return clock().toFixed(6);
    if (stored !== null && Number.parseInt(stored) >= Number(version)) return 0;
    stored = `${version}:${record}`;
    return 1;
  };
};

describeStore("Redis", () => redisKeyRingStore(redisLike()));

describe("Redis", () => {
  const script: unknown = expect.stringContaining("redis.call");

  it.each<[string, unknown[]]>([
    ["ioredis", ["eval", script, "1", "ring", "7", "record"]],
    ["node-redis", ["eval", script, { keys: ["ring"], arguments: ["7", "record"] }]],
    ["Upstash", ["eval", script, ["ring"], ["7", "record"]]],
    ["valkey-glide", ["customCommand", ["EVAL", script, "1", "ring", "7", "record"], { decoder: 1 }]],
    ["Bun", ["send", "EVAL", [script, "1", "ring", "7", "record"]]],
  ])("%s is called in its own way", async (name, call) => {
    const { client, calls } = fakeClients[name]!(answering(1) as (words: readonly string[]) => Promise<unknown>);
    expect(await redisKeyRingStore(client, { key: "ring" }).save("record", 7)).toBe(true);
    expect(calls()).toEqual([call]);
  });

  it("a client that does not do what it is asked is believed nothing", async () => {
    for (const answer of ["OK", null, 1]) {
      const store = redisKeyRingStore(async () => answer);
      for (const attempt of [() => store.load(), () => store.save("record", 7)])
        expect(await codeOf(attempt)).toBe("store_unavailable");
    }
  });

  it("answers of another shape are no record, and no save", async () => {
    for (const answer of ["", "record", "7", 7, {}, "x:record", Buffer.from("7:record")]) {
      const store = redisKeyRingStore(answering(answer));
      expect(await codeOf(() => ringAt(startClock(), { store }).refresh())).toBe("store_unavailable");
    }
    for (const answer of [0, null, undefined, "OK", {}])
      expect(await redisKeyRingStore(answering(answer)).save("record", 7)).toBe(false);
  });

  it("needs a client, and a key that is not empty", async () => {
    for (const wrong of [undefined, null, {}, { get: () => undefined }, "redis://127.0.0.1"])
      expect(await codeOf(() => redisKeyRingStore(wrong as unknown as RedisClient))).toBe("invalid_argument");
    expect(await codeOf(() => redisKeyRingStore(redisLike(), { key: "" }))).toBe("invalid_argument");
    expect(await codeOf(() => redisKeyRingStore(redisLike(), { prefix: "a" } as object))).toBe("invalid_argument");
  });
});
