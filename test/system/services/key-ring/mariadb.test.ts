// Key rings on a real MariaDB.
import mysql from "mysql2/promise";
import { afterAll, beforeAll, test } from "vitest";
import { sqlKeyRingStore } from "../../../../src/index.ts";
import { noMariaDb, startMariaDb } from "../servers/mariadb.ts";
import type { Server } from "../servers/program.ts";
import { testFourProcesses } from "./four-processes.ts";
import { testStore } from "./store.ts";

if (noMariaDb !== undefined)
  test("MariaDB", (context) => {
    context.skip(noMariaDb);
  });
else testMariaDb();

function testMariaDb(): void {
  let server: Server;
  let pool: mysql.Pool;
  beforeAll(async () => {
    server = await startMariaDb();
    pool = mysql.createPool({ uri: server.url, connectionLimit: 20 });
    // Another time zone than UTC, whose clocks are set back once a year.
    await pool.query("SET GLOBAL time_zone = '+09:30'");
    await pool.query(
      "CREATE TABLE mintmark_key_ring (name varbinary(512) PRIMARY KEY, version integer NOT NULL, record longtext CHARACTER SET utf8mb4 NOT NULL, writer char(36))",
    );
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  testStore("mysql2", () =>
    sqlKeyRingStore(async (statement, values) => (await pool.execute(statement, values))[0], {
      dialect: "mysql",
      name: "it's",
    }),
  );
  testFourProcesses("mysql2", ["mysql2", "mysql2", "mysql2", "mysql2"], () => server);
}
