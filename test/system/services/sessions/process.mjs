// One process of an application that refreshes sessions, with the store that it is told. Started, asked and killed by four-processes.ts.
import { Redis } from "ioredis";
import mysql from "mysql2/promise";
import pg from "pg";
import { createClient } from "redis";
import { HS256, importSecret } from "../../../../dist/index.js";
import { createSessions, redisSessionStore, sqlSessionStore } from "../../../../dist/sessions.js";

const [client = "", url = "", secret = ""] = process.argv.slice(2);
// A lost connection is an event, and without a listener the end of the process.
const goOn = () => {};

const openStore = {
  ioredis() {
    const redis = new Redis(url);
    redis.on("error", goOn);
    return redisSessionStore(redis);
  },
  async "node-redis"() {
    const redis = createClient({ url });
    redis.on("error", goOn);
    return redisSessionStore(await redis.connect());
  },
  pg() {
    const pool = new pg.Pool({ connectionString: url, max: 10 });
    pool.on("error", goOn);
    return sqlSessionStore(async (statement, values) => (await pool.query(statement, values)).rows);
  },
  mysql2() {
    const pool = mysql.createPool({ uri: url, connectionLimit: 10 });
    return sqlSessionStore(async (statement, values) => (await pool.execute(statement, values))[0], {
      dialect: "mysql",
    });
  },
};

const sessions = createSessions(await importSecret(secret, HS256, { encoding: "hex" }), {
  issuer: "my-api",
  audience: "web",
  store: await openStore[client](),
  grace: "60s",
});

const answers = {
  begin: async () => (await sessions.begin("user_123", {})).refreshToken,
  refresh: (refreshToken) => sessions.refresh(refreshToken, () => ({})),
};

process.on("message", async ({ id, name, argument }) => {
  try {
    process.send?.({ id, answer: await answers[name](argument) });
  } catch (error) {
    const { code = String(error) } = /** @type {Error & { code?: string }} */ (error);
    process.send?.({ id, answer: { error: code } });
  }
});
process.on("disconnect", () => {
  process.exit();
});
process.send?.("ready");
