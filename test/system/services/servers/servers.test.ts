// The servers that other tests rely on: what was answered outlives a SIGKILL, on the same port.
import { Redis } from "ioredis";
import pg from "pg";
import { expect, it } from "vitest";
import { noPostgres, startPostgres } from "./postgres.ts";
import { noRedis, startRedis } from "./redis.ts";

it("Redis keeps what it answered through a kill", async (context) => {
  context.skip(noRedis !== undefined, noRedis);
  const redis = await startRedis();
  const ask = async <T>(question: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(redis.url, { retryStrategy: () => null });
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  };
  try {
    expect(await ask((client) => client.set("key", "value"))).toBe("OK");
    await redis.kill();
    await redis.restart();
    expect(await ask((client) => client.get("key"))).toBe("value");
  } finally {
    await redis.stop();
  }
});

it("PostgreSQL keeps what it answered through a kill", async (context) => {
  context.skip(noPostgres !== undefined, noPostgres);
  const postgres = await startPostgres();
  const ask = async (sql: string): Promise<unknown[]> => {
    const client = new pg.Client(postgres.url);
    // A connection that is cut is an event, and without a listener the end of the process.
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  try {
    await ask("CREATE TABLE t (id text PRIMARY KEY)");
    await ask("INSERT INTO t VALUES ('value')");
    await postgres.kill();
    await postgres.restart();
    expect(await ask("SELECT id FROM t")).toEqual([{ id: "value" }]);
  } finally {
    await postgres.stop();
  }
});
