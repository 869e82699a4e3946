// One process of an application: uses tokens that are good once, with the store that it is told. Started by application.ts.
import { Redis } from "ioredis";
import mysql from "mysql2/promise";
import pg from "pg";
import { createClient } from "redis";
import { createVerifier, HS256, importSecret, redisReplayStore, sqlReplayStore } from "../../../../dist/index.js";

const [client = "", url = "", secret = ""] = process.argv.slice(2);
// A lost connection is an event, and without a listener the end of the process.
const goOn = () => {};

const openStore = {
  ioredis() {
    const redis = new Redis(url);
    redis.on("error", goOn);
    return redisReplayStore(redis);
  },
  async "node-redis"() {
    const redis = createClient({ url });
    redis.on("error", goOn);
    return redisReplayStore(await redis.connect());
  },
  pg() {
    const pool = new pg.Pool({ connectionString: url, max: 20 });
    pool.on("error", goOn);
    return sqlReplayStore((statement, values) => pool.query(statement, values).then(({ rows }) => rows));
  },
  mysql2() {
    const pool = mysql.createPool({ uri: url, connectionLimit: 20 });
    return sqlReplayStore(async (statement, values) => (await pool.execute(statement, values))[0], {
      dialect: "mysql",
    });
  },
};

const replay = await openStore[client]();
const key = await importSecret(secret, HS256, { encoding: "hex" });

process.on("message", async ({ tokens, atOnce, storeTimeout }) => {
  const verifier = createVerifier(key, { issuer: "my-api", audience: "once", replay, storeTimeout });
  const queue = tokens.entries();
  const codes = [];
  const work = async () => {
    for (const [at, token] of queue) {
      const result = await verifier.safeVerify(token);
      codes[at] = result.ok ? "accepted" : result.error.code;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  process.send?.(codes);
});
process.on("disconnect", () => {
  process.exit();
});
process.send?.("ready");
