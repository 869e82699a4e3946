// What real clients and a real Redis hardly ever answer, and with which arguments each client is called. What they do with
// them is in test/system/services/revocation.
import { describe, expect, it, vi } from "vitest";
import { createVerifier, redisDenylist, redisReplayStore, revoke, revokeSubject } from "../../../src/index.ts";
import type { RedisClient } from "../../../src/index.ts";
import { expected, forge, goodClaims, issuer, key, second } from "../jwt/forge.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { answering, fakeClients, isProbe, startFakeRedis } from "./fake-redis.ts";

const client = (answer: unknown): RedisClient => answering(answer);

describe("each known client is called in its own form", () => {
  const script: unknown = expect.stringContaining("redis.call");
  const subject = 'p:["subject","i","s"]';
  const words = { set: ["mintmark:a", "1", "EX", "60", "NX"], eval: (...args: string[]) => [script, "1", ...args] };

  it.each<[string, unknown[], (key: string, value: string) => unknown[], unknown[]]>([
    ["ioredis", ["set", ...words.set], (...args) => ["eval", ...words.eval(...args, "60")], ["get"]],
    [
      "node-redis",
      ["set", "mintmark:a", "1", { EX: 60, NX: true }],
      (key, value) => ["eval", script, { keys: [key], arguments: [value, "60"] }],
      ["get"],
    ],
    [
      "Upstash",
      ["set", "mintmark:a", "1", { ex: 60, nx: true }],
      (key, value) => ["eval", script, [key], [value, "60"]],
      ["get"],
    ],
    [
      "valkey-glide",
      ["customCommand", ["SET", ...words.set], { decoder: 1 }],
      (...args) => ["customCommand", ["EVAL", ...words.eval(...args, "60")], { decoder: 1 }],
      [],
    ],
    ["Bun", ["send", "SET", words.set], (...args) => ["send", "EVAL", words.eval(...args, "60")], []],
  ])("%s", async (name, set, evaluated, get) => {
    const [used, denied] = [fakeClients[name]!(), fakeClients[name]!()];
    const [replay, denylist] = [redisReplayStore(used.client), redisDenylist(denied.client, { prefix: "p:" })];
    expect([await replay.has("a"), await replay.add("a", 60)]).toEqual([false, true]);
    expect([await replay.add("a", 60), await replay.has("a")]).toEqual([false, true]);
    expect(used.calls().filter(([method, command]) => method !== "get" && !String(command).startsWith("GET"))).toEqual([
      set,
      set,
    ]);

    await denylist.add("b", 60);
    await denylist.revokeBefore("i", "s", second, 60);
    expect([await denylist.has("b"), await denylist.has("c")]).toEqual([true, false]);
    expect(await denylist.revokedBefore("i", "s")).toBe(second);
    expect(denied.calls().slice(0, 2)).toEqual([evaluated("p:b", "1"), evaluated(subject, String(second))]);
    if (get.length > 0) expect(denied.calls().at(-1)).toEqual([...get, subject]);
  });

  it("a function gets the words of the command", async () => {
    const redis = startFakeRedis();
    const sent: string[][] = [];
    const send = async (command: string[]): Promise<unknown> => {
      if (!isProbe(command)) sent.push(command);
      return redis(command);
    };
    await redisReplayStore(send).add("a", 0.5);
    const denylist = redisDenylist(send, { prefix: "" });
    await denylist.add("b", 60);
    await denylist.has("b");
    await denylist.revokeBefore("i", "s", second, 60);
    expect(sent).toEqual([
      ["SET", "mintmark:a", "1", "EX", "1", "NX"],
      ["EVAL", script, "1", "b", "1", "60"],
      ["GET", "b"],
      ["EVAL", script, "1", '["subject","i","s"]', String(second), "60"],
    ]);
  });

  it("methods of a class keep their `this`", async () => {
    class Ioredis {
      readonly #redis = startFakeRedis();
      defineCommand(): void {}
      async get(...words: string[]): Promise<unknown> {
        return this.#redis(["GET", ...words]);
      }
      async set(...words: string[]): Promise<unknown> {
        return this.#redis(["SET", ...words]);
      }
      async eval(...words: string[]): Promise<unknown> {
        return this.#redis(["EVAL", ...words]);
      }
    }
    expect(await redisReplayStore(new Ioredis()).add("a", 60)).toBe(true);
    const denylist = redisDenylist(new Ioredis());
    await denylist.revokeBefore("i", "s", second, 60);
    expect(await denylist.revokedBefore("i", "s")).toBe(second);
  });
});

describe("a client has to prove itself before its first answer is believed", () => {
  type Words = readonly string[];
  const faulty: Readonly<
    Record<string, (redis: (words: Words) => Promise<unknown>, words: Words) => Promise<unknown>>
  > = {
    "passes over NX": (redis, words) => redis(words.filter((word) => word !== "NX")),
    "says OK to everything": async () => "OK",
    "says nothing": async () => null,
    "says 1 to everything": async () => "1",
    "writes nowhere": async (redis, words) => (words[0] === "GET" ? redis(words) : "OK"),
    "reads from a replica that is behind": async (redis, words) => (words[0] === "GET" ? null : redis(words)),
  };

  it.each(Object.entries(faulty))("one that %s is store_unavailable, each time", async (_name, answer) => {
    const redis = startFakeRedis();
    const replay = redisReplayStore((words) => answer(redis, words));
    for (let use = 0; use < 3; use++) {
      expect(await codeOf(() => replay.add("a", 60))).toBe("store_unavailable");
      expect(await codeOf(() => replay.has("a"))).toBe("store_unavailable");
      const verifier = createVerifier(key, { ...expected, replay });
      expect(await codeOf(() => verifier.verify(forge({ ...goodClaims })))).toBe("store_unavailable");
    }
  });

  it.each(Object.entries(faulty).slice(1))(
    "a denylist on one that %s accepts no token, and says so of a revocation",
    async (_name, answer) => {
      const redis = startFakeRedis();
      const denylist = redisDenylist((words) => answer(redis, words));
      expect(await codeOf(() => createVerifier(key, { ...expected, denylist }).verify(forge()))).toBe(
        "store_unavailable",
      );
      expect(await codeOf(() => revoke(denylist, goodClaims))).toBe("store_unavailable");
    },
  );

  it("verification's error names the fault", async () => {
    const redis = startFakeRedis();
    const replay = redisReplayStore((words) => redis(words.filter((word) => word !== "NX")));
    const error = await errorOf(() => createVerifier(key, { ...expected, replay }).verify(forge()));
    expect(String(error)).toContain("NX");
  });

  it("once, whatever comes at the same time, under the prefix, and for a short time", async () => {
    const redis = startFakeRedis();
    const probes: string[][] = [];
    const replay = redisReplayStore(
      async (words) => {
        if (isProbe(words)) probes.push(words);
        return redis(words);
      },
      { prefix: "app:" },
    );
    const answers = await Promise.all(Array.from({ length: 100 }, async () => replay.add("a", 60)));
    await replay.add("b", 60);
    expect(answers.filter(Boolean)).toEqual([true]);
    expect(probes.map(([name]) => name)).toEqual(["SET", "SET", "GET"]);
    for (const [, name] of probes) expect(name).toMatch(/^app:\["probe","[0-9a-f-]{36}"\]$/);
    expect(probes[0]!.slice(3)).toEqual(["EX", "10", "NX"]);
  });

  it("is asked again after a failure", async () => {
    const redis = startFakeRedis();
    let down = true;
    const replay = redisReplayStore((words) => (down ? Promise.reject(new Error("ECONNREFUSED")) : redis(words)));
    await expect((async () => replay.add("a", 60))()).rejects.toThrow("ECONNREFUSED");
    down = false;
    expect(await replay.add("a", 60)).toBe(true);
  });

  it("is not waited for forever: seconds after one that is never answered, another call asks again", async () => {
    const redis = startFakeRedis();
    let sent = 0;
    const replay = redisReplayStore((words) => (sent++ === 0 ? new Promise(() => {}) : redis(words)));
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      void replay.add("a", 60);
      void replay.add("b", 60);
      expect(sent).toBe(1);
      vi.setSystemTime(Date.now() + 6000);
      expect(await replay.add("c", 60)).toBe(true);
      expect(await replay.add("c", 60)).toBe(false);
    } finally {
      vi.useRealTimers();
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
    const failing = vi.fn().mockRejectedValue(new Error("NOAUTH secret"));
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
  const methods = { get() {}, set() {}, eval() {} };
  it.each([
    undefined,
    null,
    "redis://127.0.0.1",
    {},
    new Map(),
    methods,
    { ...methods, setex() {} }, // node-redis 3, tedis
    { ...methods, sendCommand() {}, setex() {} },
    { ...methods, command() {}, setex() {} },
    { ...methods, setEx: 1, defineCommand: {} },
  ])("an unknown client (%j) is a TypeError that says how to go on", async (wrong) => {
    for (const store of [redisReplayStore, redisDenylist]) {
      const error = await errorOf(() => store(wrong as never));
      expect(error).toMatchObject({ code: "invalid_argument" });
      expect(String(error)).toMatch(
        /ioredis, node-redis, Upstash, valkey-glide or Bun.*\(words\) => client\.send\(words\)/,
      );
    }
  });

  it("a client whose method is missing fails", async () => {
    for (const store of [redisReplayStore({ setEx() {} } as never), redisReplayStore({ defineCommand() {} } as never)])
      expect(await codeOf(() => store.add("a", 60))).toBe("store_unavailable");
  });

  it("unknown options, and a prefix that is no text, are a TypeError", async () => {
    for (const store of [redisReplayStore, redisDenylist]) {
      for (const options of [{ ttl: 5 }, { prefix: 5 }, { prefix: null }, null])
        expect(await codeOf(() => store(client("OK"), options as never))).toBe("invalid_argument");
      expect(await codeOf(() => store(client("OK"), { prefix: undefined }))).toBe("accepted");
    }
  });

  it.each([0, -1, NaN, Infinity, "5", undefined])("a TTL of %s is a TypeError, and nothing is sent", async (ttl) => {
    const send = vi.fn(async () => "OK");
    for (const attempt of [
      () => redisReplayStore(send).add("a", ttl as number),
      () => redisDenylist(send).add("a", ttl as number),
      () => redisDenylist(send).revokeBefore("i", "s", second, ttl as number),
    ]) {
      expect(await codeOf(attempt)).toBe("invalid_argument");
    }
    expect(send.mock.calls).toEqual([]);
  });

  it("the greatest number that a token can say is a TTL that Redis can count", async () => {
    const { client, calls } = fakeClients.Bun!();
    await redisReplayStore(client).add("a", Number.MAX_VALUE);
    expect(calls()).toEqual([["send", "SET", ["mintmark:a", "1", "EX", "100000000000", "NX"]]]);
  });
});
