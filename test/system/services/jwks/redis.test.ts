// The guide's recipe for Redis, on a real one: processes that start warm, and a Redis that goes away.
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ES256, generateKeyPair, remoteJwks, sign, verify } from "../../../../src/index.ts";
import type { JwksCache, RemoteJwks, SigningKey } from "../../../../src/index.ts";
import { noRedis, startRedis } from "../servers/redis.ts";
import type { Server } from "../servers/program.ts";
import { onRedis } from "./guide.ts";
import { publish, type Publisher } from "./issuer.ts";

let redis: Server;
let client: Redis;
let cache: JwksCache;
let publisher: Publisher;
let key: SigningKey;
let token: string;

beforeAll(async () => {
  if (noRedis !== undefined) return;
  redis = await startRedis();
  client = new Redis(redis.port, "127.0.0.1", {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => 100,
  });
  client.on("error", () => undefined);
  cache = await onRedis(client);
  key = (await generateKeyPair(ES256)).privateKey;
  publisher = await publish([key]);
  token = await sign({}, key, { issuer: "https://issuer.example", audience: "web" });
});
afterAll(async () => {
  if (noRedis !== undefined) return;
  client.disconnect();
  await Promise.all([redis.stop(), publisher.close()]);
});
beforeEach((context) => {
  context.skip(noRedis !== undefined, noRedis);
});

const start = (): RemoteJwks => remoteJwks(publisher.url, { algorithms: [ES256], cache });
const check = (keys: RemoteJwks): Promise<unknown> =>
  verify(token, keys, { issuer: "https://issuer.example", audience: "web" });

it("of 20 processes that start one after the other, one fetches", async () => {
  await check(start());
  await expect.poll(() => client.exists(publisher.url)).toBe(1);
  for (let i = 0; i < 19; i++) await check(start());
  expect(publisher.requests).toBe(1);
  expect(await client.keys("*")).toEqual([publisher.url]);
  const ttl = await client.ttl(publisher.url);
  expect(ttl).toBeGreaterThan(86_390);
  expect(ttl).toBeLessThanOrEqual(86_400);
});

it("with a Redis that was killed each fetches for itself, and no token is refused", async () => {
  await redis.kill();
  const before = publisher.requests;
  for (let i = 0; i < 3; i++) await check(start());
  expect(publisher.requests - before).toBe(3);
  await redis.restart();
  await expect.poll(() => client.ping().catch(() => "gone"), { timeout: 20_000 }).toBe("PONG");
  await check(start());
  expect(publisher.requests - before).toBeLessThanOrEqual(4);
});
