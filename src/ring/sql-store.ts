/** A key ring in a table of PostgreSQL or SQLite: one row, replaced by a statement that compares the versions. */

import { checkOptions, checkText, wrongArgument } from "../base/options.ts";
import { isObject } from "../encoding/json.ts";
import { failed, type KeyRingStore } from "./store.ts";

/** Where in a database a ring is. */
export interface SqlKeyRingStoreOptions {
  /** The row's name: one for each ring. Default `"default"`. */
  readonly name?: string | undefined;
  /** The table's name. Default `"mintmark_key_ring"`. */
  readonly table?: string | undefined;
  /** How values are written in a statement: `$1` for PostgreSQL, `?` for SQLite. Default `"postgresql"`. */
  readonly dialect?: "postgresql" | "sqlite" | undefined;
}

/**
 * Keeps a key ring in a table, for any number of processes. `query` runs one statement and gives its rows; with pg it is
 * `async (statement, values) => (await pool.query(statement, values)).rows`. The table:
 *
 *     CREATE TABLE mintmark_key_ring (name text PRIMARY KEY, version integer NOT NULL, record text NOT NULL);
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
export function sqlKeyRingStore(
  query: (statement: string, values: (string | number)[]) => readonly unknown[] | Promise<readonly unknown[]>,
  options: SqlKeyRingStoreOptions = {},
): KeyRingStore {
  if (typeof query !== "function") throw wrongArgument("query", "a function that runs a statement with values", query);
  const {
    name = "default",
    table = "mintmark_key_ring",
    dialect = "postgresql",
  } = checkOptions(options, ["name", "table", "dialect"]);
  const ring = checkText(name, "name");
  // A table's name cannot be a value.
  if (typeof table !== "string" || !/^[a-z_]\w{0,62}(?:\.[a-z_]\w{0,62})?$/i.test(table))
    throw wrongArgument("table", "a plain identifier", table);
  if (dialect !== "postgresql" && dialect !== "sqlite") throw wrongArgument("dialect", "postgresql or sqlite", dialect);
  const write = (statement: string): string => (dialect === "sqlite" ? statement.replace(/\$\d/g, "?") : statement);

  const load = write(`SELECT version, record FROM ${table} WHERE name = $1`);
  // One statement, one row lock: of several at the same time with the same version, one has an effect.
  const save = write(`INSERT INTO ${table} AS stored (name, version, record) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET version = excluded.version, record = excluded.record WHERE stored.version < excluded.version
RETURNING version`);
  const ask = async (statement: string, ...values: (string | number)[]): Promise<readonly unknown[]> => {
    const rows: unknown = await query(statement, values);
    if (!Array.isArray(rows)) throw failed("query() gave no list of rows");
    return rows as readonly unknown[];
  };

  return {
    async load() {
      const [row] = await ask(load, ring);
      // What has another shape becomes a record or version that is none.
      return isObject(row) ? { record: row["record"] as string, version: Number(row["version"]) } : undefined;
    },
    save: async (record, version) => (await ask(save, ring, version, record)).length === 1,
  };
}
