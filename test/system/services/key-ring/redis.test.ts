// Key rings on a real Redis, through the clients that people use.
import { Redis as Upstash } from "@upstash/redis";
import { Redis } from "ioredis";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "redis";
import { afterAll, beforeAll, test } from "vitest";
import { redisKeyRingStore } from "../../../../src/index.ts";
import type { Server } from "../servers/program.ts";
import { noRedis, startRedis } from "../servers/redis.ts";
import { testFourProcesses } from "./four-processes.ts";
import { testStore } from "./store.ts";

if (noRedis !== undefined)
  test("Redis", (context) => {
    context.skip(noRedis);
  });
else testRedis();

function testRedis(): void {
  let server: Server;
  let bridge: HttpServer;
  let ioredis: Redis;
  let nodeRedis: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis();
    ioredis = new Redis(server.url);
    ioredis.on("error", () => undefined);
    nodeRedis = createClient({ url: server.url });
    nodeRedis.on("error", () => undefined);
    await nodeRedis.connect();
    bridge = await startBridge(ioredis);
  });
  afterAll(async () => {
    ioredis.disconnect();
    nodeRedis.destroy();
    bridge.close();
    await server.stop();
  });

  testStore("ioredis", () => redisKeyRingStore(ioredis, { key: "ring:ioredis" }));
  testStore("node-redis", () => redisKeyRingStore(nodeRedis, { key: "ring:node-redis" }));
  testStore("@upstash/redis", () => {
    const { port } = bridge.address() as AddressInfo;
    return redisKeyRingStore(
      new Upstash({
        url: `http://127.0.0.1:${port}`,
        token: "x",
        responseEncoding: false,
        enableTelemetry: false,
        enableAutoPipelining: false,
      }),
      { key: "ring:upstash" },
    );
  });
  testFourProcesses("ioredis and node-redis", ["ioredis", "ioredis", "node-redis", "node-redis"], () => server);
}

/** Upstash's REST interface, in front of a Redis: a command as a JSON list, its result as JSON. */
async function startBridge(redis: Redis): Promise<HttpServer> {
  const bridge = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .on("end", () => {
        const [command, ...args] = JSON.parse(Buffer.concat(chunks).toString()) as [string, ...string[]];
        redis.call(command, ...args).then(
          (result) => response.end(JSON.stringify({ result })),
          (error: unknown) => response.writeHead(400).end(JSON.stringify({ error: String(error) })),
        );
      });
  });
  await new Promise<void>((resolve) => {
    bridge.listen(0, "127.0.0.1", resolve);
  });
  return bridge;
}
