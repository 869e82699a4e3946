/**
 * Stores in a table of PostgreSQL, SQLite, MySQL or MariaDB, or of a compatible database.
 *
 *     CREATE TABLE mintmark_tokens (id text PRIMARY KEY, expires_at bigint NOT NULL, revoked_before bigint)
 */

import { checkClock, checkNow, checkOptions } from "../base/options.ts";
import { randomUuid } from "../base/platform.ts";
import { own } from "../encoding/json.ts";
import { beforeFirstUse } from "../stores/first-use.ts";
import {
  openTable,
  raiseRow,
  readFirst,
  unexpected,
  writeRow,
  type SqlDialect,
  type SqlQuery,
  type SqlTable,
} from "../stores/sql.ts";
import { runAsync } from "../base/steps.ts";
import { subjectKey, type ReplayStore, type SubjectDenylist } from "./contract.ts";
import { checkSecond, checkTtl, readSecond } from "./seconds.ts";

/** Options of a store in a table. */
export interface SqlStoreOptions {
  /** SQL dialect of the database; MariaDB's is `"mysql"`. Default `"postgresql"`. */
  readonly dialect?: SqlDialect | undefined;
  /** Name of the table, with or without a schema. Default `"mintmark_tokens"`. */
  readonly table?: string | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Remembers used tokens in a table, shared by all processes:
 *
 *     CREATE TABLE mintmark_tokens (id text PRIMARY KEY, expires_at bigint NOT NULL, revoked_before bigint);
 *
 * In MySQL and MariaDB, the key is binary, and a row names its writer:
 *
 *     CREATE TABLE mintmark_tokens (id varbinary(512) PRIMARY KEY, expires_at bigint NOT NULL, revoked_before bigint, writer char(36));
 *
 * Before its first use, the store writes a probe twice, and fails (`store_unavailable`) unless the client reports the second as a repeat.
 *
 * @throws TypeError `invalid_argument`: no function, an unknown option, or a table that is not a plain identifier.
 * @example
 * ```ts no-run
 * import { Pool } from "pg";
 *
 * const pool = new Pool();
 * const replay = sqlReplayStore(async (statement, values) => (await pool.query(statement, values)).rows);
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "reset-password", replay });
 * ```
 */
export function sqlReplayStore(
  query: SqlQuery,
  options: SqlStoreOptions = {},
): Required<Pick<ReplayStore, "add" | "has">> {
  const { table, now } = connect(query, options);
  const add = (key: string, ttlSeconds: number): Promise<boolean> => {
    const time = now();
    const row = { id: key, expires_at: Math.ceil(time + ttlSeconds) };
    // An expired row counts as absent.
    return writeRow(table, row, "stored.expires_at <= ?", Math.floor(time));
  };
  // A client that drops the values or the condition would make every use the first.
  const prove = beforeFirstUse(async () => {
    const probe = JSON.stringify(["probe", randomUuid()]);
    if (!((await add(probe, 60)) && !(await add(probe, 60))))
      throw unexpected("it does not tell the first use of a key from the second");
  });
  return {
    async add(key, ttlSeconds) {
      const ttl = checkTtl(ttlSeconds);
      await prove();
      return add(key, ttl);
    },
    has: async (key) => (await findEntry(table, key, Math.floor(now()))) !== undefined,
  };
}

/**
 * Remembers revoked tokens, sessions and subjects in a table, shared by all processes. The table is that of `sqlReplayStore`.
 *
 * @throws TypeError `invalid_argument`: no function, an unknown option, or a table that is not a plain identifier.
 * @example
 * ```ts no-run
 * import { Pool } from "pg";
 *
 * const pool = new Pool();
 * const denylist = sqlDenylist(async (statement, values) => (await pool.query(statement, values)).rows);
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web", denylist });
 * ```
 */
export function sqlDenylist(query: SqlQuery, options: SqlStoreOptions = {}): SubjectDenylist {
  const { table, now } = connect(query, options);
  const keep = async (key: string, second: number, ttlSeconds: number): Promise<void> => {
    const expiresAt = Math.ceil(now() + checkTtl(ttlSeconds));
    await raiseRow(table, { id: key, expires_at: expiresAt, revoked_before: second });
    // Read back: the revocation counts only if it is stored for as long as asked, whatever the client reports.
    const kept = await findEntry(table, key, expiresAt - 1);
    if (kept === undefined || readSecond(kept.revokedBefore) < second)
      throw unexpected("the revocation just written is not there");
  };

  return {
    add: (key, ttlSeconds) => keep(key, 0, ttlSeconds),
    has: async (key) => (await findEntry(table, key, Math.floor(now()))) !== undefined,
    async revokedBefore(iss, sub) {
      const key = await runAsync(() => subjectKey(iss, sub));
      const entry = await findEntry(table, key, Math.floor(now()));
      return entry && readSecond(entry.revokedBefore);
    },
    async revokeBefore(iss, sub, second, ttlSeconds) {
      checkSecond(second);
      await keep(await runAsync(() => subjectKey(iss, sub)), second, ttlSeconds);
    },
  };
}

/**
 * Returns the entry of a key that expires after a second. The statement always returns one row, which echoes one of our values:
 * a client that loses rows or values cannot be mistaken for "no entry". Column names are single words, so that plugins that
 * convert names to camelCase do not change them.
 */
async function findEntry(
  table: SqlTable,
  key: string,
  second: number,
): Promise<{ readonly revokedBefore: unknown } | undefined> {
  const row = await readFirst(
    table,
    `SELECT 0 + ? AS echo, count(*) AS entries, max(revoked_before) AS revoked FROM ${table.name} WHERE id = ? AND expires_at > ?`,
    1,
    key,
    second,
  );
  const entries = row && String(own(row, "entries"));
  if (row === undefined || Number(own(row, "echo")) !== 1 || (entries !== "0" && entries !== "1"))
    throw unexpected("query() did not return the one row that was asked for");
  return entries === "1" ? { revokedBefore: own(row, "revoked") } : undefined;
}

function connect(query: SqlQuery, options: SqlStoreOptions): { readonly table: SqlTable; readonly now: () => number } {
  const {
    dialect = "postgresql",
    table = "mintmark_tokens",
    now,
  } = checkOptions<SqlStoreOptions>(options, { dialect: 1, table: 1, now: 1 });
  const opened = openTable(query, dialect, table);
  const clock = checkClock(now);
  return { table: opened, now: () => checkNow(clock) };
}
