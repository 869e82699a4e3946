// What real clients and a real Redis hardly ever answer, and with which arguments each client is called. What they do with
// them is in test/services/revocation.
import { describe, expect, it, vi } from "vitest";
import { createVerifier, redisDenylist, redisReplayStore, revoke, revokeSubject } from "../../src/index.ts";
import type { RedisClient } from "../../src/index.ts";
import { expected, forge, goodClaims, issuer, key, second } from "../jwt/forge.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

type Mock = ReturnType<typeof vi.fn<(...args: unknown[]) => Promise<unknown>>>;
type Methods = Record<"get" | "set" | "eval", Mock>;

/** Methods that all give one answer. Each client has one more, by which it is known. */
const methods = (answer: unknown): Methods => ({
  get: vi.fn(async () => answer),
  set: vi.fn(async () => answer),
  eval: vi.fn(async () => answer),
});
const client = (answer: unknown): RedisClient => methods(answer);

describe("how clients are called", () => {
  const options = { EX: 60, ex: 60 };
  const once = { ...options, NX: true, nx: true };
  const script: unknown = expect.stringContaining("redis.call");

  it.each<[string, object, unknown[], unknown[], (key: string) => unknown[]]>([
    [
      "ioredis",
      { defineCommand: vi.fn() },
      ["EX", "60", "NX"],
      ["EX", "60"],
      (key) => [script, "1", key, String(second), "60"],
    ],
    [
      "a relative of ioredis",
      { call: vi.fn() },
      ["EX", "60", "NX"],
      ["EX", "60"],
      (key) => [script, "1", key, String(second), "60"],
    ],
    ["Bun", { send: vi.fn() }, ["EX", "60", "NX"], ["EX", "60"], (key) => [script, "1", key, String(second), "60"]],
    [
      "node-redis",
      { setEx: vi.fn() },
      [once],
      [options],
      (key) => [script, { keys: [key], arguments: [String(second), "60"] }],
    ],
    ["Upstash", { setex: vi.fn() }, [once], [options], (key) => [script, [key], [String(second), "60"]]],
  ])("%s", async (_name, mark, onlyNew, always, evaluated) => {
    const [replayed, denied] = [
      { ...methods("OK"), ...mark },
      { ...methods("OK"), ...mark },
    ];
    const [replay, denylist] = [redisReplayStore(replayed), redisDenylist(denied, { prefix: "p:" })];
    expect(await replay.add("a", 60)).toBe(true);
    await denylist.add("b", 60);
    await denylist.revokeBefore("i", "s", second, 60);
    denied.get.mockResolvedValue(null);
    expect([await denylist.has("b"), await denylist.revokedBefore("i", "s")]).toEqual([false, undefined]);

    expect(replayed.set.mock.calls).toEqual([["mintmark:a", "1", ...onlyNew]]);
    expect(denied.set.mock.calls).toEqual([["p:b", "1", ...always]]);
    expect(denied.eval.mock.calls).toEqual([evaluated('p:["subject","i","s"]')]);
    expect(denied.get.mock.calls).toEqual([["p:b"], ['p:["subject","i","s"]']]);
  });

  it("a function gets the words of the command", async () => {
    const send = vi.fn(async ([name]: string[]) => (name === "GET" ? null : "OK"));
    await redisReplayStore(send).add("a", 0.5);
    const denylist = redisDenylist(send, { prefix: "" });
    await denylist.add("b", 60);
    await denylist.has("b");
    await denylist.revokeBefore("i", "s", second, 60);
    expect(send.mock.calls).toEqual([
      [["SET", "mintmark:a", "1", "EX", "1", "NX"]],
      [["SET", "b", "1", "EX", "60"]],
      [["GET", "b"]],
      [["EVAL", script, "1", '["subject","i","s"]', String(second), "60"]],
    ]);
  });

  it("methods of a class keep their `this`", async () => {
    class Client {
      #answer = "OK";
      async get(): Promise<string> {
        return this.#answer;
      }
      async set(): Promise<string> {
        return this.#answer;
      }
      async eval(): Promise<string> {
        return this.#answer;
      }
    }
    class Ioredis extends Client {
      defineCommand(): void {}
    }
    for (const one of [new Client(), new Ioredis()]) {
      expect(await redisReplayStore(one).add("a", 60)).toBe(true);
      await redisDenylist(one).revokeBefore("i", "s", second, 60);
      expect(await codeOf(() => redisDenylist(one).has("b"))).toBe("store_unavailable");
    }
  });
});

describe("answers that decide nothing are store_unavailable, and no token passes", () => {
  const token = forge({ ...goodClaims });

  it.each([undefined, "", "ok", "QUEUED", "0", "1", 0, 1, true, false, {}, [], Buffer.from("OK")])(
    "SET … NX: %j",
    async (answer) => {
      expect(await codeOf(() => redisReplayStore(client(answer)).add("key", 60))).toBe("store_unavailable");
      expect(
        await codeOf(() =>
          createVerifier(key, { ...expected, replay: redisReplayStore(client(answer)) }).verify(token),
        ),
      ).toBe("store_unavailable");
    },
  );

  it.each([undefined, "", "0", "OK", 0, 2, true, false, {}, [], Buffer.from("1")])(
    "GET of a token: %j",
    async (answer) => {
      expect(await codeOf(() => redisDenylist(client(answer)).has("key"))).toBe("store_unavailable");
      expect(
        await codeOf(() => createVerifier(key, { ...expected, denylist: redisDenylist(client(answer)) }).verify(token)),
      ).toBe("store_unavailable");
    },
  );

  it.each([undefined, "", "-1", "1.5", "1e9", " 1", "OK", -1, 1.5, NaN, Infinity, true, false, {}, []])(
    "GET of a subject: %j",
    async (answer) => {
      expect(await codeOf(() => redisDenylist(client(answer)).revokedBefore("i", "s"))).toBe("store_unavailable");
    },
  );

  it.each([String(second), second, BigInt(second)])(
    "a second may be text or a number, as the client likes (%#)",
    async (answer) => {
      expect(await redisDenylist(client(answer)).revokedBefore("i", "s")).toBe(second);
    },
  );

  it.each([undefined, null, "", 1, true, "QUEUED"])("SET, EVAL: %j", async (answer) => {
    const denylist = redisDenylist(client(answer));
    expect(await codeOf(() => revoke(denylist, { ...goodClaims, exp: Date.now() }))).toBe("store_unavailable");
    expect(await codeOf(() => revokeSubject(denylist, { iss: issuer, sub: "user_123" }, { maxLifetime: "15m" }))).toBe(
      "store_unavailable",
    );
  });

  it("what a client quotes of the server does not reach the caller of verify or revoke", async () => {
    const failing = {
      get: vi.fn().mockRejectedValue(new Error("NOAUTH secret")),
      set: vi.fn().mockRejectedValue(new Error("NOAUTH secret")),
      eval: vi.fn(),
    };
    const errors = [
      await errorOf(() => createVerifier(key, { ...expected, replay: redisReplayStore(failing) }).verify(token)),
      await errorOf(() => revoke(redisDenylist(failing), goodClaims)),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ code: "store_unavailable" });
      expect(String((error as Error).stack)).not.toContain("NOAUTH");
    }
  });
});

describe("arguments", () => {
  it.each([undefined, null, "redis://127.0.0.1", {}, { get() {} }, { get: 1, set: 1, eval: 1 }, new Set()])(
    "%j is no client",
    async (wrong) => {
      for (const store of [redisReplayStore, redisDenylist])
        expect(await codeOf(() => store(wrong as never))).toBe("invalid_argument");
    },
  );

  it("a replay store needs SET alone, a denylist all three", async () => {
    const { set, get } = methods("OK");
    expect(await redisReplayStore({ set }).add("a", 60)).toBe(true);
    expect(await codeOf(() => redisDenylist({ set, get } as never))).toBe("invalid_argument");
  });

  it("a Map, which has get and set, is never the first", async () => {
    expect(await codeOf(() => redisReplayStore(new Map() as never).add("a", 60))).toBe("store_unavailable");
  });

  it("unknown options, and a prefix that is no text, are a TypeError", async () => {
    for (const store of [redisReplayStore, redisDenylist]) {
      for (const options of [{ ttl: 5 }, { prefix: 5 }, { prefix: null }, null])
        expect(await codeOf(() => store(client("OK"), options as never))).toBe("invalid_argument");
      expect(await codeOf(() => store(client("OK"), { prefix: undefined }))).toBe("accepted");
    }
  });

  it.each([0, -1, NaN, Infinity, "5", undefined])("a TTL of %s is a TypeError, and nothing is sent", async (ttl) => {
    const mock = methods("OK");
    for (const attempt of [
      () => redisReplayStore(mock).add("a", ttl as number),
      () => redisDenylist(mock).add("a", ttl as number),
      () => redisDenylist(mock).revokeBefore("i", "s", second, ttl as number),
    ]) {
      expect(await codeOf(attempt)).toBe("invalid_argument");
    }
    expect([...mock.set.mock.calls, ...mock.eval.mock.calls]).toEqual([]);
  });

  it("the greatest number that a token can say is a TTL that Redis can count", async () => {
    const send = vi.fn(async () => "OK");
    await redisReplayStore(send).add("a", Number.MAX_VALUE);
    expect(send.mock.calls).toEqual([[["SET", "mintmark:a", "1", "EX", "100000000000", "NX"]]]);
  });
});
