// Sessions in a real PostgreSQL, through pg.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqlReplayStore } from "../../../../src/index.ts";
import type { SqlQuery } from "../../../../src/index.ts";
import { sqlSessionStore } from "../../../../src/sessions/index.ts";
import { describeStore, newSession } from "../../../unit/sessions/store-contract.ts";
import { recipe } from "../revocation/guide.ts";
import { noPostgres, startPostgres } from "../servers/postgres.ts";
import type { Server } from "../servers/program.ts";
import { testFourProcesses } from "./four-processes.ts";
import { sessionsRecipe } from "./guide.ts";
import { testKinds } from "./kinds.ts";

let server: Server;
let pool: pg.Pool;
beforeAll(async () => {
  if (noPostgres !== undefined) return;
  server = await startPostgres();
  pool = new pg.Pool({ connectionString: server.url, max: 20 });
  pool.on("error", () => {}); // while the server ends
  await pool.query(sessionsRecipe("sql"));
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
  describeStore("pg", () => ({ store: sqlSessionStore(query), wait: (seconds) => pause(seconds * 1000) }));
  testKinds(() => sqlReplayStore(query));
});

it("the table is cleaned of subjects whose sessions are over, and of no other", async () => {
  const store = sqlSessionStore(query);
  const [old, live] = [newSession(), newSession()];
  const now = Math.floor(Date.now() / 1000);
  for (const { owner, session } of [old, live]) await store.begin(owner, session, { idle: 100, endsAt: now + 10_000 });
  await pool.query("UPDATE mintmark_sessions SET expires_at = 5 WHERE owner = $1", [old.owner]);
  await pool.query(sessionsRecipe("sql cleaning"));
  const { rows } = await pool.query("SELECT owner FROM mintmark_sessions WHERE owner IN ($1, $2)", [
    old.owner,
    live.owner,
  ]);
  expect(rows).toEqual([{ owner: live.owner }]);
});

it("the docblock has the tables of the guide", () => {
  const source = readFileSync(new URL("../../../../src/sessions/sql-store.ts", import.meta.url), "utf8");
  for (const info of ["sql", "sql mysql table"])
    expect(source.replace(/\n \* +/g, " ")).toContain(sessionsRecipe(info).trim().replace(/\s+/g, " "));
});

testFourProcesses("pg", () => server);
