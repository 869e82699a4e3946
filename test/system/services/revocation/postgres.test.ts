// A real PostgreSQL, through pg.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqlDenylist, sqlReplayStore } from "../../../../src/index.ts";
import type { SqlQuery } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";
import { noPostgres, startPostgres } from "../servers/postgres.ts";
import type { Server } from "../servers/program.ts";
import { testDenylist, testReplayStore } from "./contract.ts";
import { testFourProcesses } from "./four-processes.ts";
import { recipe, runRecipe } from "./guide.ts";
import { testOutage } from "./outage.ts";
import { testSqlStores } from "./sql.ts";

let server: Server;
let pool: pg.Pool;
beforeAll(async () => {
  if (noPostgres !== undefined) return;
  server = await startPostgres();
  pool = new pg.Pool({ connectionString: server.url });
  pool.on("error", () => {}); // while it is killed
  await pool.query(recipe("sql"));
});
afterAll(async () => {
  if (noPostgres !== undefined) return;
  await pool.end();
  await server.stop();
});
beforeEach((context) => {
  context.skip(noPostgres !== undefined, noPostgres);
});

const query: SqlQuery = async (statement, values) => (await pool.query(statement, values)).rows;

describe.concurrent("pg", () => {
  testReplayStore(() => sqlReplayStore(query));
  testDenylist(() => sqlDenylist(query));
  testSqlStores(() => query, {});
});

describe("the table", () => {
  it("may have another name, and a schema", async () => {
    await pool.query(`CREATE SCHEMA auth; ${recipe("sql").replace("mintmark_tokens", "auth.tokens")}`);
    const store = sqlReplayStore(query, { table: "auth.tokens" });
    expect([await store.add("key", 60), await store.add("key", 60)]).toEqual([true, false]);
    expect((await pool.query("SELECT id FROM auth.tokens WHERE id = 'key'")).rows).toEqual([{ id: "key" }]);
  });

  it("where there is none, nothing is accepted", async () => {
    await expect((async () => sqlReplayStore(query, { table: "nowhere" }).add("key", 60))()).rejects.toThrow("nowhere");
  });

  it("is cleaned of what has expired, and of nothing else", async () => {
    const [old, store] = [sqlReplayStore(query, { now: () => new Date(Date.now() - 100_000) }), sqlReplayStore(query)];
    expect([await old.add("old", 60), await store.add("new", 60)]).toEqual([true, true]);
    await pool.query(recipe("sql postgresql"));
    const { rows } = await pool.query<{ id: string }>("SELECT id FROM mintmark_tokens WHERE id IN ('old', 'new')");
    expect(rows).toEqual([{ id: "new" }]);
    expect(await store.add("new", 60)).toBe(false);
  });

  it("under the strictest isolation one use is the first; of the others it was the second, or nothing was decided", async () => {
    const strict = new pg.Pool({
      connectionString: server.url,
      max: 20,
      options: "-c default_transaction_isolation=serializable",
    });
    try {
      const store = sqlReplayStore(async (statement, values) => (await strict.query(statement, values)).rows);
      const answers = await Promise.all(
        Array.from({ length: 200 }, async () => {
          try {
            return await store.add("strict", 60);
          } catch (error) {
            return (error as pg.DatabaseError).code;
          }
        }),
      );
      expect(answers.filter((answer) => answer === true)).toHaveLength(1);
      expect(answers.filter((answer) => answer !== true && answer !== false && answer !== "40001")).toEqual([]);
    } finally {
      await strict.end();
    }
  });

  it("a query that gives pg's result instead of its rows decides nothing", async () => {
    const store = sqlReplayStore((statement, values) => pool.query(statement, values) as never);
    expect(await codeOf(() => store.add("result", 60))).toBe("store_unavailable");
  });
});

it("the guide's recipe runs", async () => {
  await runRecipe(recipe("ts pg"), [process.execPath], { DATABASE_URL: server.url });
});

testOutage(
  () => server,
  () => ({ denylist: sqlDenylist(query), replay: sqlReplayStore(query) }),
);
testFourProcesses("pg", () => server);
