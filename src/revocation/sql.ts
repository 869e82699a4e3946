/**
 * Stores in a table of PostgreSQL, SQLite, MySQL or MariaDB, or of a database that has the statements of one of them.
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

/** Where in a database a store is. */
export interface SqlStoreOptions {
  /** The database's SQL; `"mysql"` is MariaDB's too. Default `"postgresql"`. */
  readonly dialect?: SqlDialect | undefined;
  /** The table's name, with or without its schema. Default `"mintmark_tokens"`. */
  readonly table?: string | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Remembers used tokens in a table, for every process that asks it:
 *
 *     CREATE TABLE mintmark_tokens (id text PRIMARY KEY, expires_at bigint NOT NULL, revoked_before bigint);
 *
 * In MySQL and MariaDB the key is bytes, and a row says who wrote it:
 *
 *     CREATE TABLE mintmark_tokens (id varbinary(512) PRIMARY KEY, expires_at bigint NOT NULL, revoked_before bigint, writer char(36));
 *
 * Before the first use it writes a key of its own twice: a client that does not say that the second was one too is refused.
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
    // A row that has expired is as good as none.
    return writeRow(table, row, "stored.expires_at <= ?", Math.floor(time));
  };
  // A client that leaves the values out, or the condition, would make every use the first.
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
 * Remembers revoked tokens and subjects in a table, for every process that asks it. The table is that of `sqlReplayStore`.
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
    // A revocation is confirmed when it is there for as long as was asked for, not when a client says so.
    const kept = await findEntry(table, key, expiresAt - 1);
    if (kept === undefined || readSecond(kept.revokedBefore) < second)
      throw unexpected("a revocation that was written is not there");
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
 * Returns the entry of a key that expires after a second. The statement always has one row, which carries a value of ours:
 * where the rows are lost, or the values, nothing is taken for "there is no entry". Its names are single words, so that
 * plugins that change names to camelCase leave them alone.
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
  const { dialect = "postgresql", table = "mintmark_tokens", now } = checkOptions(options, ["dialect", "table", "now"]);
  const opened = openTable(query, dialect, table);
  const clock = checkClock(now);
  return { table: opened, now: () => checkNow(clock) };
}
