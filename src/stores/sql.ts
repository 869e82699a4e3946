/**
 * Tables of PostgreSQL, SQLite, MySQL and MariaDB: the statements that the stores need, in each dialect, and the checks of their
 * answers. Every write is one statement, so that the database itself decides between concurrent callers.
 */

import { wrongArgument } from "../base/options.ts";
import { randomUuid } from "../base/platform.ts";
import { isObject, own, type JsonObject } from "../encoding/json.ts";
import { UnavailableError } from "../errors.ts";

/**
 * Runs one statement, outside of any transaction that could be rolled back, and returns its rows as objects. For a write, a client
 * of MySQL may return its object with `affectedRows`.
 */
export type SqlQuery = (statement: string, values: (string | number)[]) => SqlAnswer | Promise<SqlAnswer>;

/** Rows as objects, or the result of a write by a client of MySQL. */
export type SqlAnswer = readonly unknown[] | { readonly affectedRows: unknown };

/** SQL dialect of a database. MariaDB's is `"mysql"`. */
export type SqlDialect = "postgresql" | "sqlite" | "mysql";

/** A table, and the query function that reaches it. */
export interface SqlTable {
  readonly name: string;
  readonly dialect: SqlDialect;
  readonly query: SqlQuery;
}

/** A row by its columns: first the primary key, last the column that a condition names. */
export type SqlRow = Readonly<Record<string, string | number>>;

interface Dialect {
  /** Writes the beginning of an upsert, up to the assignments to an existing row. */
  readonly insert: (table: string, columns: readonly string[], key: string) => string;
  /** Writes the value of a column in the row to insert. */
  readonly given: (column: string) => string;
  /** Writes the value of a column in the existing row. */
  readonly stored: (column: string) => string;
  /** Statement that reads the database's clock, in seconds since 1970. */
  readonly time: string;
  /** Marks values by `$1`, `$2` …, not by `?`. */
  readonly numbered?: true | undefined;
  /** Has `RETURNING`, by which a write returns its row. */
  readonly returning?: true;
}

const insertInto = (table: string, columns: readonly string[]): string =>
  `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;

/** PostgreSQL and SQLite. */
// A function: bundlers keep an object with another spread into it, whether or not it is used.
const onConflict = (time: string, numbered?: true): Dialect => ({
  insert: (table, columns, key) => `${insertInto(`${table} AS stored`, columns)} ON CONFLICT (${key}) DO UPDATE SET `,
  given: (column) => `excluded.${column}`,
  stored: (column) => `stored.${column}`,
  time,
  numbered,
  returning: true,
});

const dialects: Readonly<Record<SqlDialect, Dialect>> = {
  postgresql: /* @__PURE__ */ onConflict("SELECT extract(epoch FROM clock_timestamp()) AS seconds", true),
  sqlite: /* @__PURE__ */ onConflict("SELECT (julianday('now') - 2440587.5) * 86400 AS seconds"),
  mysql: {
    insert: (table, columns) => `${insertInto(table, columns)} ON DUPLICATE KEY UPDATE `,
    // MariaDB has no other form; MySQL 8 and 9 accept it too.
    given: (column) => `VALUES(${column})`,
    stored: (column) => column,
    // Neither half depends on the session's time zone.
    time: "SELECT unix_timestamp() + microsecond(now(6)) / 1000000 AS seconds",
  },
};

/**
 * Checks the options that describe a table.
 *
 * @throws TypeError `invalid_argument`
 */
export function openTable(query: unknown, dialect: unknown, name: unknown): SqlTable {
  if (typeof query !== "function")
    throw wrongArgument("query", "a function that runs a statement with values and returns its rows", query);
  if (typeof dialect !== "string" || !Object.hasOwn(dialects, dialect))
    throw wrongArgument("dialect", '"postgresql", "sqlite" or "mysql"', dialect);
  // The name of a table cannot be a parameter of a statement. PostgreSQL truncates names to 63 characters.
  if (typeof name !== "string" || !/^(?:[a-z_]\w{0,62}\.)?[a-z_]\w{0,62}$/i.test(name))
    throw wrongArgument("table", "a name of letters, digits and _, with or without its schema", name);
  return { name, dialect: dialect as SqlDialect, query: query as SqlQuery }; // both were checked above
}

/**
 * Writes a row if none has its key, or if the condition holds for the existing one. Returns `true` if it did; of concurrent writes
 * under one condition, exactly one does.
 * `condition`: `stored.x` and `given.x` are the columns of the existing row and of the new one, `?` the further `values`.
 */
export async function writeRow(
  table: SqlTable,
  row: SqlRow,
  condition: string,
  ...values: (string | number)[]
): Promise<boolean> {
  const { insert, given, returning } = dialects[table.dialect];
  const [key, ...columns] = Object.keys(row) as [string, ...string[]]; // a row has its key
  const holds = condition.replace(/\b(stored|given)\.(\w+)/g, (_, which: "stored" | "given", column: string) =>
    dialects[table.dialect][which](column),
  );
  if (returning) {
    const set = columns.map((column) => `${column} = ${given(column)}`).join(", ");
    const statement = `${insert(table.name, Object.keys(row), key)}${set} WHERE ${holds} RETURNING ${key}`;
    return (await readFirst(table, statement, ...Object.values(row), ...values)) !== undefined;
  }
  // MySQL has no RETURNING, and the count of affected rows depends on the client's flags. So the row names its writer.
  const writer = randomUuid();
  const names = [key, "writer", ...columns];
  // MySQL assigns from left to right: the column of the condition must change last.
  const set = names.slice(1).map((column) => `${column} = IF(${holds}, ${given(column)}, ${column})`);
  const [id = "", ...rest] = Object.values(row);
  await runStatement(table, insert(table.name, names, key) + set.join(", "), [
    id,
    writer,
    ...rest,
    ...set.flatMap(() => values),
  ]);
  const written = await readFirst(table, `SELECT writer FROM ${table.name} WHERE ${key} = ?`, id);
  if (written === undefined) throw unexpected("the row just written is not there");
  return own(written, "writer") === writer;
}

/** Writes a row, or raises the columns of the existing one: none of its numbers becomes smaller. */
export async function raiseRow(table: SqlTable, row: SqlRow): Promise<void> {
  const { insert, given, stored, returning } = dialects[table.dialect];
  const [key, ...columns] = Object.keys(row) as [string, ...string[]]; // a row has its key
  // Not GREATEST, which SQLite calls MAX. NULL counts as less than any value.
  const set = columns.map((column) => {
    const [before, after] = [stored(column), given(column)];
    return `${column} = CASE WHEN ${before} > ${after} THEN ${before} ELSE ${after} END`;
  });
  const statement = insert(table.name, Object.keys(row), key) + set.join(", ");
  if (!returning) await runStatement(table, statement, Object.values(row));
  else if ((await readFirst(table, `${statement} RETURNING ${key}`, ...Object.values(row))) === undefined)
    throw unexpected("the row just written is not there");
}

/** Returns the only row of a statement, or `undefined` if there is none. `?` marks a value. */
export async function readFirst(
  table: SqlTable,
  statement: string,
  ...values: (string | number)[]
): Promise<JsonObject | undefined> {
  const rows: unknown = await runStatement(table, statement, values);
  if (!Array.isArray(rows))
    throw unexpected("expected query() to return a list of rows: result.rows of pg, result[0] of mysql2");
  if (rows.length > 1) throw unexpected(`expected at most one row, found ${rows.length}`);
  const row: unknown = rows[0];
  if (rows.length === 1 && !isObject(row)) throw unexpected("expected query() to return rows as objects");
  return row as JsonObject | undefined; // checked above
}

/** Returns the time by the database's clock, in seconds since 1970. */
export async function readTime(table: SqlTable): Promise<number> {
  // Drivers return a decimal number as a string.
  return Number((await readFirst(table, dialects[table.dialect].time))?.["seconds"]);
}

async function runStatement(table: SqlTable, statement: string, values: (string | number)[]): Promise<unknown> {
  let number = 0;
  const marked = dialects[table.dialect].numbered ? statement.replaceAll("?", () => `$${++number}`) : statement;
  return table.query(marked, values);
}

/** Builds the error for an unexpected answer, which decides nothing. */
export function unexpected(why: string): UnavailableError {
  return new UnavailableError("store_unavailable", `unexpected answer of the store: ${why}`);
}
