// Sessions in a real Redis, through ioredis, node-redis, Upstash's client and valkey-glide, and in a real cluster.
import { execFileSync } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis as Upstash } from "@upstash/redis";
import { Decoder, GlideClient } from "@valkey/valkey-glide";
import { Cluster, Redis } from "ioredis";
import { createClient, createCluster } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redisReplayStore } from "../../../../src/index.ts";
import type { RedisClient } from "../../../../src/index.ts";
import { redisSessionStore } from "../../../../src/sessions/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";
import { describeStore, newSession } from "../../../unit/sessions/store-contract.ts";
import { startUpstashRest, type RestServer } from "../revocation/upstash-rest.ts";
import { findProgram, startProgram, type Server } from "../servers/program.ts";
import { noRedis, startRedis } from "../servers/redis.ts";
import { testFourProcesses } from "./four-processes.ts";
import { testKinds } from "./kinds.ts";

let server: Server;
let redis: Redis;
let nodeRedis: ReturnType<typeof createClient>;
let glide: GlideClient;
let rest: RestServer;
beforeAll(async () => {
  if (noRedis !== undefined) return;
  server = await startRedis();
  redis = new Redis(server.url);
  nodeRedis = createClient({ url: server.url });
  for (const client of [redis, nodeRedis]) client.on("error", () => {}); // while the server ends
  await nodeRedis.connect();
  glide = await GlideClient.createClient({
    addresses: [{ host: "127.0.0.1", port: server.port }],
    defaultDecoder: Decoder.Bytes,
  });
  rest = await startUpstashRest(redis);
});
afterAll(async () => {
  if (noRedis !== undefined) return;
  await rest.stop();
  redis.disconnect();
  nodeRedis.destroy();
  glide.close();
  await server.stop();
});
beforeEach((context) => {
  context.skip(noRedis !== undefined, noRedis);
});

/** Waits for the real server's real clock. */
const wait = (seconds: number): Promise<void> => pause(seconds * 1000);

const clients: Readonly<Record<string, () => RedisClient>> = {
  ioredis: () => redis,
  "node-redis": () => nodeRedis,
  "valkey-glide": () => glide,
  Upstash: () => new Upstash({ url: rest.url, token: "token", responseEncoding: false, enableTelemetry: false }),
};
describe.concurrent.each(Object.entries(clients))("%s", (name, client) => {
  describeStore(name, () => ({ store: redisSessionStore(client()), wait }));
  testKinds(() => redisReplayStore(client()));
});

describe("what is in Redis", () => {
  it("one key for each subject, with the time of its last session", async () => {
    const store = redisSessionStore(redis, { prefix: "auth:" });
    const { owner, session } = newSession();
    const now = Math.floor(Date.now() / 1000);
    await store.begin(owner, session, { idle: 100, endsAt: now + 10_000, note: '"ü:"' });
    await store.begin(owner, `${owner}.two`, { idle: 100, endsAt: now + 5000 });
    expect((await redis.keys("auth:*")).filter((key) => !key.includes("probe"))).toEqual([`auth:${owner}`]);
    expect(Math.abs((await redis.ttl(`auth:${owner}`)) - 10_000)).toBeLessThan(5);
    expect([...(await store.list(owner))].map(({ note }) => note)).toEqual(['"ü:"', undefined]);
  });

  it("an entry that is none of ours decides nothing", async () => {
    const store = redisSessionStore(redis);
    await redis.set("mintmark:sessions:foreign", "yes");
    await redis.lpush("mintmark:sessions:list", "1");
    expect(await codeOf(() => store.alive("foreign", "s"))).toBe("store_unavailable");
    await expect((async () => store.alive("list", "s"))()).rejects.toThrow();
  });

  it("what was lost in a failover lets the newest token go on", async () => {
    const store = redisSessionStore(redis);
    const { owner, session } = newSession();
    const use = { grace: 10, idle: 1000 };
    await store.begin(owner, session, { idle: 1000, endsAt: Math.floor(Date.now() / 1000) + 1000 });
    await store.use(owner, session, 0, use);
    const before = await redis.get(`mintmark:sessions:${owner}`);
    for (const generation of [1, 2]) await store.use(owner, session, generation, use);
    await redis.set(`mintmark:sessions:${owner}`, before!);
    expect(await store.use(owner, session, 3, use)).toBe("first");
    expect(await store.use(owner, session, 1, use)).toBe("late");
  });
});

for (const client of ["ioredis", "node-redis"]) testFourProcesses(client, () => server);

describe("a cluster of three", () => {
  const executable = findProgram("redis-server");
  const command = findProgram("redis-cli");
  let nodes: Server[] = [];
  beforeAll(async () => {
    if (executable === undefined || command === undefined) return;
    nodes = await Promise.all(
      [1, 2, 3].map(async () => {
        const folder = await mkdtemp(join(tmpdir(), "mintmark-redis-cluster-"));
        return startProgram({
          folder,
          command: (port) => [
            executable,
            ...["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", ""],
            ...["--cluster-enabled", "yes", "--cluster-port", String(port + 12_000)],
          ],
          ready: /Ready to accept connections/,
          url: (port) => `redis://127.0.0.1:${port}`,
        });
      }),
    );
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    execFileSync(command, ["--cluster", "create", ...addresses, "--cluster-yes"], { stdio: "ignore" });
  });
  afterAll(async () => {
    for (const node of nodes) await node.stop();
  });

  it.each<[string, () => Promise<[RedisClient, () => void]>]>([
    [
      "ioredis",
      async () => {
        const client = new Cluster(nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
        await new Promise((resolve) => client.once("ready", resolve));
        return [
          client,
          () => {
            client.disconnect();
          },
        ];
      },
    ],
    [
      "node-redis",
      async () => {
        const client = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) });
        await client.connect();
        return [
          client as unknown as RedisClient,
          () => {
            client.destroy();
          },
        ];
      },
    ],
  ])("has the sessions of a hundred subjects, with %s", async (_name, open) => {
    const [client, close] = await open();
    try {
      const store = redisSessionStore(client);
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const { owner, session } = newSession();
          await store.begin(owner, session, { idle: 100, endsAt: Math.floor(Date.now() / 1000) + 100 });
          return store.use(owner, session, 0, { grace: 10, idle: 100 });
        }),
      );
      expect(new Set(outcomes)).toEqual(new Set(["first"]));
    } finally {
      close();
    }
  });
});
