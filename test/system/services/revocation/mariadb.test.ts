// A real MariaDB, through mysql2.
import mysql from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqlDenylist, sqlReplayStore } from "../../../../src/index.ts";
import type { SqlQuery } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";
import { noMariaDb, startMariaDb } from "../servers/mariadb.ts";
import type { Server } from "../servers/program.ts";
import { testDenylist, testReplayStore } from "./contract.ts";
import { testFourProcesses } from "./four-processes.ts";
import { recipe, runRecipe } from "./guide.ts";
import { testOutage } from "./outage.ts";
import { testSqlStores } from "./sql.ts";

let server: Server;
let pool: mysql.Pool;
beforeAll(async () => {
  if (noMariaDb !== undefined) return;
  server = await startMariaDb();
  pool = mysql.createPool(server.url);
  await pool.query(recipe("sql mysql table"));
});
afterAll(async () => {
  if (noMariaDb !== undefined) return;
  await pool.end();
  await server.stop();
});
beforeEach((context) => {
  context.skip(noMariaDb !== undefined, noMariaDb);
});

const query: SqlQuery = async (statement, values) => (await pool.execute(statement, values))[0];
const dialect = "mysql";

describe.concurrent("mysql2", () => {
  testReplayStore(() => sqlReplayStore(query, { dialect }));
  testDenylist(() => sqlDenylist(query, { dialect }));
  testSqlStores(() => query, { dialect });
});

describe.concurrent("mysql2, with statements that it puts together itself, and without the flag that counts rows found", () => {
  const plain: SqlQuery = async (statement, values) => (await other().query(statement, values))[0];
  let opened: mysql.Pool | undefined;
  const other = (): mysql.Pool => (opened ??= mysql.createPool({ uri: server.url, flags: ["-FOUND_ROWS"] }));
  afterAll(() => opened?.end());
  testReplayStore(() => sqlReplayStore(plain, { dialect }));
  testDenylist(() => sqlDenylist(plain, { dialect }));
});

describe("the table", () => {
  it("may have another name, and a schema", async () => {
    await pool.query("CREATE DATABASE auth");
    await pool.query(recipe("sql mysql table").replace("mintmark_tokens", "auth.tokens"));
    const store = sqlReplayStore(query, { dialect, table: "auth.tokens" });
    expect([await store.add("key", 60), await store.add("key", 60)]).toEqual([true, false]);
  });

  it("is cleaned of what has expired, and of nothing else", async () => {
    const old = sqlReplayStore(query, { dialect, now: () => new Date(Date.now() - 100_000) });
    const store = sqlReplayStore(query, { dialect });
    expect([await old.add("old", 60), await store.add("new", 60)]).toEqual([true, true]);
    await pool.query(recipe("sql mysql"));
    const [rows] = await pool.query("SELECT CAST(id AS char) AS id FROM mintmark_tokens WHERE id IN ('old', 'new')");
    expect(rows).toEqual([{ id: "new" }]);
    expect(await store.add("new", 60)).toBe(false);
  });

  it("without strict mode, a key that is too long for it is no revocation, instead of one that is cut off", async () => {
    const lax = mysql.createPool(server.url);
    try {
      const [one] = [await lax.getConnection()];
      await one.query("SET SESSION sql_mode = ''");
      const list = sqlDenylist(async (statement, values) => (await one.execute(statement, values))[0], { dialect });
      expect(await codeOf(() => list.add("x".repeat(600), 60))).toBe("store_unavailable");
      await expect((async () => sqlDenylist(query, { dialect }).add("y".repeat(600), 60))()).rejects.toThrow(
        "Data too long",
      );
      one.release();
    } finally {
      await lax.end();
    }
  });

  it("in PostgreSQL's dialect nothing is accepted", async () => {
    await expect((async () => sqlReplayStore(query).add("key", 60))()).rejects.toThrow("syntax");
  });
});

it("the guide's recipe runs", async () => {
  await runRecipe(recipe("ts mysql2"), [process.execPath], { DATABASE_URL: server.url });
});

testOutage(
  () => server,
  () => ({ denylist: sqlDenylist(query, { dialect }), replay: sqlReplayStore(query, { dialect }) }),
);
testFourProcesses("mysql2", () => server);
