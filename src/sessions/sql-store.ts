/** Sessions in a table of a SQL database: one row for each subject, replaced by a statement that compares the versions. */

import { checkOptions } from "../base/options.ts";
import { own } from "../encoding/json.ts";
import { openTable, readFirst, readTime, writeRow, type SqlDialect, type SqlQuery } from "../stores/sql.ts";
import type { SessionStore } from "./contract.ts";
import { checkCount } from "./memory-store.ts";
import { storeOver } from "./record.ts";
import { takeFrom } from "./versions.ts";

/** Options of `sqlSessionStore`. */
export interface SqlSessionStoreOptions {
  /** The database's SQL; `"mysql"` is MariaDB's too. Default `"postgresql"`. */
  readonly dialect?: SqlDialect | undefined;
  /** The table's name, with or without its schema. Default `"mintmark_sessions"`. */
  readonly table?: string | undefined;
  /** Sessions of one subject: a new one beyond it ends the one that was not used for longest. Default 50. */
  readonly maxPerSubject?: number | undefined;
}

/**
 * Keeps sessions in a table, for any number of processes: one row for each subject. The clock is the database's. `query` runs one
 * statement, in no transaction that could still be rolled back, and returns its rows. The table of PostgreSQL and SQLite:
 *
 *     CREATE TABLE mintmark_sessions (owner text PRIMARY KEY, version text NOT NULL, record text NOT NULL, expires_at bigint NOT NULL);
 *
 * In MySQL and MariaDB, the key is binary, and each row identifies its writer:
 *
 *     CREATE TABLE mintmark_sessions (owner varbinary(512) PRIMARY KEY, version char(36) NOT NULL, record longtext CHARACTER SET utf8mb4 NOT NULL, expires_at bigint NOT NULL, writer char(36));
 *
 * Rows whose `expires_at` (seconds since 1970) has passed can be deleted. Before its first use, the store writes a
 * probe row, and fails (`store_unavailable`) unless the client reports a conflicting write as refused.
 *
 * @throws TypeError `invalid_argument`: no function, an unknown or wrong option, or a table that is not a plain identifier.
 * @example
 * ```ts no-run
 * import { Pool } from "pg";
 *
 * const pool = new Pool();
 * const store = sqlSessionStore(async (statement, values) => (await pool.query(statement, values)).rows);
 * const sessions = createSessions(await generateSecret(HS256), { issuer: "my-api", audience: "web", store });
 * ```
 */
export function sqlSessionStore(query: SqlQuery, options: SqlSessionStoreOptions = {}): SessionStore {
  checkOptions<SqlSessionStoreOptions>(options, { dialect: 1, table: 1, maxPerSubject: 1 });
  const { dialect = "postgresql", table = "mintmark_sessions", maxPerSubject = 50 } = options;
  const opened = openTable(query, dialect, table);
  const take = takeFrom({
    async load(owner) {
      const row = await readFirst(opened, `SELECT version, record FROM ${opened.name} WHERE owner = ?`, owner);
      // Read after the record: a use that another process has just written lies in the past.
      const now = await readTime(opened);
      return row === undefined
        ? { version: "", record: undefined, now }
        : { version: own(row, "version"), record: own(row, "record"), now };
    },
    save: (owner, expected, { version, record, expiresAt }) =>
      // MySQL assigns from left to right: the column of the condition changes last.
      writeRow(opened, { owner, record, expires_at: expiresAt, version }, "stored.version = ?", expected),
  });
  return storeOver(take, checkCount(maxPerSubject, "maxPerSubject"));
}
