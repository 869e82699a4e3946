// Sessions in a real MariaDB, through mysql2.
import { setTimeout as pause } from "node:timers/promises";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { sqlReplayStore } from "../../../../src/index.ts";
import type { SqlQuery } from "../../../../src/index.ts";
import { sqlSessionStore } from "../../../../src/sessions/index.ts";
import { describeStore } from "../../../unit/sessions/store-contract.ts";
import { recipe } from "../revocation/guide.ts";
import { noMariaDb, startMariaDb } from "../servers/mariadb.ts";
import type { Server } from "../servers/program.ts";
import { testFourProcesses } from "./four-processes.ts";
import { sessionsRecipe } from "./guide.ts";
import { testKinds } from "./kinds.ts";

let server: Server;
let pool: mysql.Pool;
beforeAll(async () => {
  if (noMariaDb !== undefined) return;
  server = await startMariaDb();
  pool = mysql.createPool({ uri: server.url, connectionLimit: 20 });
  // Another time zone than UTC, whose clocks are set back once a year.
  await pool.query("SET GLOBAL time_zone = '+09:30'");
  await pool.query(sessionsRecipe("sql mysql table"));
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
  describeStore("mysql2", () => ({
    store: sqlSessionStore(query, { dialect }),
    wait: (seconds) => pause(seconds * 1000),
  }));
  testKinds(() => sqlReplayStore(query, { dialect }));
});
testFourProcesses("mysql2", () => server);
