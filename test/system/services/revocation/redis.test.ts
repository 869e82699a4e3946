// A real Redis, through ioredis, node-redis, Upstash's client, valkey-glide, and word by word.
import { Redis as Upstash } from "@upstash/redis";
import { Decoder, GlideClient } from "@valkey/valkey-glide";
import { Redis } from "ioredis";
import { createClient, createClientPool } from "redis";
import { Tedis } from "tedis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redisDenylist, redisReplayStore } from "../../../../src/index.ts";
import type { RedisClient } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";
import type { Server } from "../servers/program.ts";
import { noRedis, startRedis } from "../servers/redis.ts";
import { bun, noRuntime } from "../servers/runtimes.ts";
import { testDenylist, testReplayStore } from "./contract.ts";
import { testFourProcesses } from "./four-processes.ts";
import { compiled, inFile, printed, recipe, runRecipe } from "./guide.ts";
import { testOutage } from "./outage.ts";
import { startUpstashRest } from "./upstash-rest.ts";

let server: Server;
let redis: Redis;
let nodeRedis: ReturnType<typeof createClient>;
beforeAll(async () => {
  if (noRedis !== undefined) return;
  server = await startRedis();
  redis = new Redis(server.url);
  nodeRedis = createClient({ url: server.url });
  for (const client of [redis, nodeRedis]) client.on("error", () => {}); // while the server is gone
  await nodeRedis.connect();
});
afterAll(async () => {
  if (noRedis !== undefined) return;
  redis.disconnect();
  nodeRedis.destroy();
  await server.stop();
});
beforeEach((context) => {
  context.skip(noRedis !== undefined, noRedis);
});

const openGlide = (options: { defaultDecoder?: Decoder } = {}): Promise<GlideClient> =>
  GlideClient.createClient({ addresses: [{ host: "127.0.0.1", port: Number(new URL(server.url).port) }], ...options });

/** A client, and what closes it. */
type Open = () => Promise<readonly [RedisClient, () => unknown]>;

const clients: Readonly<Record<string, Open>> = {
  async ioredis() {
    const client = new Redis(server.url);
    return [
      client,
      () => {
        client.disconnect();
      },
    ];
  },
  async "ioredis with a prefix of its own"() {
    const client = new Redis(server.url, { keyPrefix: "application:", enableAutoPipelining: true });
    return [
      client,
      () => {
        client.disconnect();
      },
    ];
  },
  async "node-redis"() {
    const client = await createClient({ url: server.url }).connect();
    return [
      client,
      () => {
        client.destroy();
      },
    ];
  },
  async "node-redis, with RESP 3"() {
    const client = await createClient({ url: server.url, RESP: 3 }).connect();
    return [
      client,
      () => {
        client.destroy();
      },
    ];
  },
  async "node-redis, a pool"() {
    const client = createClientPool({ url: server.url });
    await client.connect();
    return [
      client,
      () => {
        client.destroy();
      },
    ];
  },
  async Upstash() {
    const rest = await startUpstashRest(redis);
    return [
      new Upstash({ url: rest.url, token: "token", responseEncoding: false, enableTelemetry: false }),
      () => rest.stop(),
    ];
  },
  async "valkey-glide"() {
    const client = await openGlide();
    return [
      client,
      () => {
        client.close();
      },
    ];
  },
  async "valkey-glide, whose answers are bytes"() {
    const client = await openGlide({ defaultDecoder: Decoder.Bytes });
    return [
      client,
      () => {
        client.close();
      },
    ];
  },
  async "tedis, by a function"() {
    const client = new Tedis({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
    return [
      (words) => client.command(...(words as [string])),
      () => {
        client.close();
      },
    ];
  },
  async "a function"() {
    return [([name, ...words]) => redis.call(name!, ...words), () => {}];
  },
};

describe.concurrent.each(Object.entries(clients))("%s", (_name, open) => {
  let client: RedisClient;
  let close: () => unknown;
  beforeAll(async () => {
    if (noRedis === undefined) [client, close] = await open();
  });
  afterAll(async () => {
    if (noRedis === undefined) await close();
  });

  testReplayStore(() => redisReplayStore(client));
  testDenylist(() => redisDenylist(client));
});

describe("what is in Redis", () => {
  it("one key for each entry, under the prefix, with its time", async () => {
    await redis.flushall();
    await redisReplayStore(redis).add('["used","my-api","1"]', 60);
    const denylist = redisDenylist(redis, { prefix: "auth:" });
    await denylist.add('["revoked","my-api","1"]', 70);
    await denylist.revokeBefore("my-api", "user_123", 1_800_000_000, 80);
    const all = await redis.keys("*");
    const [keys, probes] = [false, true].map((probe) =>
      all.filter((one) => one.includes('["probe",') === probe).sort(),
    );
    for (const probe of probes!) expect(await redis.ttl(probe)).toBeGreaterThan(0);
    expect(probes).toHaveLength(2);
    expect(keys).toEqual([
      'auth:["revoked","my-api","1"]',
      'auth:["subject","my-api","user_123"]',
      'mintmark:["used","my-api","1"]',
    ]);
    expect(await redis.mget(keys!)).toEqual(["1", "1800000000", "1"]);
    for (const [i, ttl] of [70, 80, 60].entries()) expect([ttl, ttl - 1]).toContain(await redis.ttl(keys![i]!));
  });

  it("a second revocation with a smaller margin does not shorten the first", async () => {
    const denylist = redisDenylist(redis);
    await denylist.add("twice", 70);
    await denylist.add("twice", 5);
    expect(await redis.ttl("mintmark:twice")).toBeGreaterThan(60);
    await denylist.add("twice", 700);
    expect(await redis.ttl("mintmark:twice")).toBeGreaterThan(600);
  });

  it("a client that passes over what it does not know is refused, whatever it is taken for", async () => {
    const tedis = new Tedis({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
    try {
      expect(await codeOf(() => redisReplayStore(tedis as never))).toBe("invalid_argument");
      // As it was: its `set` passes over the options, and answers OK each time.
      const careless: RedisClient = ([name, ...words]) =>
        name === "SET" ? tedis.set(words[0]!, words[1]!) : tedis.command(name!, ...words);
      for (let use = 0; use < 2; use++)
        expect(await codeOf(() => redisReplayStore(careless).add("once", 60))).toBe("store_unavailable");
    } finally {
      tedis.close();
    }
  });

  it("an entry that somebody made last forever goes on to do so", async () => {
    const key = 'mintmark:["subject","my-api","forever"]';
    await redis.set(key, "1800000000");
    await redisDenylist(redis).revokeBefore("my-api", "forever", 1_900_000_000, 1);
    expect([await redis.get(key), await redis.ttl(key)]).toEqual(["1900000000", -1]);
  });

  it("an entry that is none of ours decides nothing", async () => {
    await redis.set("mintmark:token", "yes");
    await redis.set('mintmark:["subject","i","s"]', "yesterday");
    await redis.lpush("mintmark:list", "1");
    const denylist = redisDenylist(redis);
    expect(await codeOf(() => denylist.has("token"))).toBe("store_unavailable");
    expect(await codeOf(() => denylist.revokedBefore("i", "s"))).toBe("store_unavailable");
    await expect(denylist.revokeBefore("i", "s", 1_800_000_000, 60)).rejects.toThrow();
    await expect((async () => denylist.has("list"))()).rejects.toThrow();
  });

  it("a Redis that is full refuses to forget: nothing is accepted", async () => {
    await redis.config("SET", "maxmemory", "1mb");
    try {
      await expect((async () => redisReplayStore(redis).add("full", 60))()).rejects.toThrow("OOM");
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
  });
});

it("the guide's recipe runs", async () => {
  await runRecipe(recipe("ts ioredis"), [process.execPath], { REDIS_URL: server.url });
});

it("Bun's own client takes the words as they are", async (context) => {
  const missing = noRuntime(bun, "Bun");
  context.skip(missing !== undefined, missing);
  const code = `import { redisDenylist, redisReplayStore } from "mintmark";
const client = new Bun.RedisClient(process.env.REDIS_URL);
const [replay, denylist] = [redisReplayStore(client), redisDenylist(client)];
const answers = await Promise.all(Array.from({ length: 1000 }, () => replay.add("of-bun", 60)));
await denylist.add("by-bun", 60);
await Promise.all([5, 1_800_000_000, 7].map((second) => denylist.revokeBefore("i", "bun", second, 60)));
console.log(answers.filter((first) => first).length, await denylist.has("by-bun"), await denylist.has("another"), await denylist.revokedBefore("i", "bun"));`;
  await inFile(compiled(code), async (file) => {
    expect(await printed(file, [bun!], { REDIS_URL: server.url })).toBe("1 true false 1800000000");
  });
});

describe.each([
  ["ioredis", () => redis],
  ["node-redis", () => nodeRedis],
] as const)("an outage, with %s", (_name, client) => {
  testOutage(
    () => server,
    () => ({ denylist: redisDenylist(client()), replay: redisReplayStore(client()) }),
  );
});
testFourProcesses("ioredis", () => server);
testFourProcesses("node-redis", () => server);
