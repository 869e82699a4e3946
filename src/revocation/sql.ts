/**
 * Stores in a table of PostgreSQL or SQLite, or of a database that has their `INSERT … ON CONFLICT … RETURNING`. Every step
 * is one statement, so that the database itself decides between concurrent callers.
 *
 *     CREATE TABLE mintmark_tokens (id text PRIMARY KEY, expires_at bigint NOT NULL, revoked_before bigint)
 */

import { checkClock, checkNow, checkOptions, wrongArgument } from "../base/options.ts";
import { subjectKey, type ReplayStore, type SubjectDenylist } from "./contract.ts";
import { isObject, own, type JsonObject } from "../encoding/json.ts";
import { checkSecond, checkTtl, readSecond, unexpectedAnswer } from "./seconds.ts";

/** Runs one statement, in no transaction that could still be rolled back, and gives its rows as objects. */
export type SqlQuery = (
  statement: string,
  values: (string | number)[],
) => readonly unknown[] | Promise<readonly unknown[]>;

/** Where in a database a store is. */
export interface SqlStoreOptions {
  /** How a statement names its values: `$1`, `$2` for PostgreSQL, `?` for SQLite. Default `"postgresql"`. */
  readonly dialect?: "postgresql" | "sqlite" | undefined;
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
export function sqlReplayStore(query: SqlQuery, options: SqlStoreOptions = {}): ReplayStore {
  const { ask, table, now } = connect(query, options);
  return {
    async add(key, ttlSeconds) {
      const time = now();
      // A row that has expired is as good as none.
      const row = await ask(
        `INSERT INTO ${table} AS stored (id, expires_at) VALUES (?, ?)
ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at WHERE stored.expires_at <= ? RETURNING id`,
        key,
        Math.ceil(time + checkTtl(ttlSeconds)),
        Math.floor(time),
      );
      return row !== undefined;
    },
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
  const { ask, table, now } = connect(query, options);
  const find = (key: string): Promise<JsonObject | undefined> =>
    ask(`SELECT id, revoked_before FROM ${table} WHERE id = ? AND expires_at > ?`, key, Math.floor(now()));
  const keep = async (key: string, second: number, ttlSeconds: number): Promise<void> => {
    const row = await ask(
      `INSERT INTO ${table} AS stored (id, expires_at, revoked_before) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET expires_at = ${greatest("expires_at")}, revoked_before = ${greatest("revoked_before")} RETURNING id`,
      key,
      Math.ceil(now() + checkTtl(ttlSeconds)),
      second,
    );
    if (row === undefined) throw unexpectedAnswer(row);
  };

  return {
    add: (key, ttlSeconds) => keep(key, 0, ttlSeconds),
    has: async (key) => (await find(key)) !== undefined,
    async revokedBefore(iss, sub) {
      const row = await find(subjectKey(iss, sub));
      return row === undefined ? undefined : readSecond(own(row, "revoked_before"));
    },
    revokeBefore: (iss, sub, second, ttlSeconds) => keep(subjectKey(iss, sub), checkSecond(second), ttlSeconds),
  };
}

/** PostgreSQL and SQLite have different functions for it. */
function greatest(column: string): string {
  return `CASE WHEN excluded.${column} > stored.${column} THEN excluded.${column} ELSE stored.${column} END`;
}

interface Connection {
  readonly table: string;
  readonly now: () => number;
  /** The row that a statement gives, if it gives one. */
  readonly ask: (statement: string, ...values: (string | number)[]) => Promise<JsonObject | undefined>;
}

function connect(query: SqlQuery, options: SqlStoreOptions): Connection {
  checkOptions(options, ["dialect", "table", "now"]);
  if (typeof query !== "function") throw wrongArgument("query", "a function that runs a statement", query);
  const { dialect = "postgresql", table = "mintmark_tokens" } = options;
  if (!["postgresql", "sqlite"].includes(dialect)) throw wrongArgument("dialect", '"postgresql" or "sqlite"', dialect);
  if (!(typeof table === "string" && /^(?:[a-z_]\w*\.)?[a-z_]\w*$/i.test(table)))
    throw wrongArgument("table", "a name of letters, digits and _", table);
  const clock = checkClock(options.now);
  return {
    table,
    now: () => checkNow(clock),
    async ask(statement, ...values) {
      const rows: unknown = await query(dialect === "sqlite" ? statement : numbered(statement), values);
      if (!Array.isArray(rows) || rows.length > 1) throw unexpectedAnswer(rows);
      const row: unknown = rows[0];
      if (rows.length === 1 && !isObject(row)) throw unexpectedAnswer(row);
      return row as JsonObject | undefined;
    },
  };
}

/** `?, ?` becomes `$1, $2`. */
function numbered(statement: string): string {
  let number = 0;
  return statement.replaceAll("?", () => `$${++number}`);
}
