/** A key ring in a table of a SQL database: one row, replaced by a statement that compares the versions. */

import { checkOptions, checkText } from "../base/options.ts";
import { own } from "../encoding/json.ts";
import { openTable, readFirst, readTime, writeRow, type SqlDialect, type SqlQuery } from "../stores/sql.ts";
import type { KeyRingStore } from "./store.ts";

/** Options of `sqlKeyRingStore`. */
export interface SqlKeyRingStoreOptions {
  /** The row's name: one for each ring. Default `"default"`. */
  readonly name?: string | undefined;
  /** The table's name, with or without its schema. Default `"mintmark_key_ring"`. */
  readonly table?: string | undefined;
  /** The database's SQL; `"mysql"` is MariaDB's too. Default `"postgresql"`. */
  readonly dialect?: SqlDialect | undefined;
}

/**
 * Keeps a key ring in a table, for any number of processes. `query` runs one statement and returns its rows; with pg it is
 * `async (statement, values) => (await pool.query(statement, values)).rows`. The table of PostgreSQL and SQLite:
 *
 *     CREATE TABLE mintmark_key_ring (name text PRIMARY KEY, version integer NOT NULL, record text NOT NULL);
 *
 * In MySQL and MariaDB, the name is binary, and each row identifies its writer:
 *
 *     CREATE TABLE mintmark_key_ring (name varbinary(512) PRIMARY KEY, version integer NOT NULL, record longtext CHARACTER SET utf8mb4 NOT NULL, writer char(36));
 *
 * @throws TypeError `invalid_argument`: an unknown option, or a table that is not a plain identifier.
 * @example
 * ```ts no-run
 * import { Pool } from "pg";
 *
 * const pool = new Pool();
 * const store = sqlKeyRingStore(async (statement, values) => (await pool.query(statement, values)).rows);
 * const ring = createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1h", store });
 * ```
 */
export function sqlKeyRingStore(query: SqlQuery, options: SqlKeyRingStoreOptions = {}): Required<KeyRingStore> {
  const {
    name = "default",
    table = "mintmark_key_ring",
    dialect = "postgresql",
  } = checkOptions<SqlKeyRingStoreOptions>(options, { name: 1, table: 1, dialect: 1 });
  const ring = checkText(name, "name");
  const opened = openTable(query, dialect, table);
  return {
    async load() {
      const row = await readFirst(opened, `SELECT version, record FROM ${opened.name} WHERE name = ?`, ring);
      // checkStore() checks both; the cast says no more than it does.
      return row && { record: own(row, "record") as string, version: Number(own(row, "version")) };
    },
    save: (record, version) => writeRow(opened, { name: ring, record, version }, "stored.version < given.version"),
    time: () => readTime(opened),
  };
}
