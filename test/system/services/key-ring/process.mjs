// One process of an application that shares a key ring with others: it mints and checks tokens, and shows its key set. Started, killed
// and started again by processes.ts.
import { Redis } from "ioredis";
import mysql from "mysql2/promise";
import pg from "pg";
import { createClient } from "redis";
import {
  createKeyRing,
  createVerifier,
  ES256,
  publicJwks,
  redisKeyRingStore,
  sign,
  sqlKeyRingStore,
} from "../../../../dist/index.js";

const [client = "", url = "", options = "", name] = process.argv.slice(2);
// A lost connection is an event, and without a listener the end of the process.
const goOn = () => {};

const openStore = {
  ioredis() {
    const redis = new Redis(url);
    redis.on("error", goOn);
    return redisKeyRingStore(redis, { key: name });
  },
  async "node-redis"() {
    const redis = createClient({ url });
    redis.on("error", goOn);
    return redisKeyRingStore(await redis.connect(), { key: name });
  },
  mysql2() {
    const pool = mysql.createPool({ uri: url, connectionLimit: 5 });
    return sqlKeyRingStore(async (statement, values) => (await pool.execute(statement, values))[0], {
      dialect: "mysql",
      name,
    });
  },
  pg() {
    const pool = new pg.Pool({ connectionString: url, max: 5 });
    pool.on("error", goOn);
    return sqlKeyRingStore((statement, values) => pool.query(statement, values).then(({ rows }) => rows), { name });
  },
};

const ring = createKeyRing({ ...JSON.parse(options), algorithm: ES256, store: await openStore[client]() });
const expected = { issuer: "my-api", audience: "web" };
const verifier = createVerifier(ring, expected);

const answers = {
  async mint({ expiresIn }) {
    const before = Date.now();
    const { kid } = await ring.current();
    const after = Date.now();
    const token = await sign({}, ring, { ...expected, expiresIn });
    const { version, keys } = ring.state;
    return { kid, before, after, token, version, keys, seenAt: Date.now() };
  },
  async check({ token }) {
    const result = await verifier.safeVerify(token);
    return result.ok ? "accepted" : result.error.code;
  },
  publish: async () => publicJwks(ring),
};

process.on("message", async ({ id, ask, ...request }) => {
  const answer = await answers[ask](request).catch((error) => ({ error: error.code ?? String(error) }));
  process.send?.({ id, answer }, goOn);
});
process.on("disconnect", () => {
  process.exit();
});
process.send?.("ready");
