// Key rings on a real PostgreSQL.
import pg from "pg";
import { afterAll, beforeAll, test } from "vitest";
import { sqlKeyRingStore } from "../../../../src/index.ts";
import { noPostgres, startPostgres } from "../servers/postgres.ts";
import type { Server } from "../servers/program.ts";
import { testFourProcesses } from "./four-processes.ts";
import { testStore } from "./store.ts";

if (noPostgres !== undefined)
  test("PostgreSQL", (context) => {
    context.skip(noPostgres);
  });
else testPostgres();

function testPostgres(): void {
  let server: Server;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool({ connectionString: server.url, max: 20 });
    pool.on("error", () => undefined);
    await pool.query(
      "CREATE TABLE mintmark_key_ring (name text PRIMARY KEY, version integer NOT NULL, record text NOT NULL)",
    );
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  testStore("pg", () =>
    sqlKeyRingStore(async (statement, values) => (await pool.query(statement, values)).rows, { name: "store" }),
  );
  testFourProcesses("pg", ["pg", "pg", "pg", "pg"], () => server);
}
