// A database that understands the statements of the stores and no other, so that what is sent can be watched and falsified.
import type { SqlDialect, SqlQuery } from "../../../src/index.ts";

type Value = string | number | null;
type Row = Record<string, Value>;

/** Answers as clients of such a database do. `clock`: the database's own, in seconds since 1970. */
export function sqlLike(dialect: SqlDialect = "postgresql", clock = (): number => Date.now() / 1000): SqlQuery {
  const tables = new Map<string, Map<Value, Row>>();
  const tableOf = (name: string): Map<Value, Row> =>
    tables.get(name) ?? tables.set(name, new Map<Value, Row>()).get(name)!;

  function insert(statement: string, values: Value[]): readonly unknown[] | { affectedRows: number } {
    const [, name, list] = /^INSERT INTO (\S+) (?:AS stored )?\(([^)]+)\)/.exec(statement)!;
    const columns = list!.split(", ");
    const given: Row = Object.fromEntries(columns.map((column, i) => [column, values[i] ?? null]));
    const [rows, key] = [tableOf(name!), values[0] ?? null];
    const stored = rows.get(key);
    const written = stored === undefined ? given : changed(statement, stored, given, values[columns.length]);
    if (written !== undefined) rows.set(key, written);
    // With the flag that mysql2 sets, rows that were found count as well as those that were changed.
    if (dialect === "mysql") return { affectedRows: 1 };
    return written === undefined ? [] : [{ [columns[0]!]: key }];
  }

  function changed(statement: string, stored: Row, given: Row, value: Value | undefined): Row | undefined {
    if (statement.includes("CASE WHEN"))
      return Object.fromEntries(
        Object.entries(given).map(([column, next]) => [
          column,
          Number(stored[column]) > Number(next) ? stored[column]! : next,
        ]),
      );
    let holds = Number(stored.version) < Number(given.version);
    if (/expires_at <= [?$]/.test(statement)) holds = Number(stored.expires_at) <= Number(value);
    if (/version = [?$]/.test(statement)) holds = stored.version === value;
    return holds ? { ...stored, ...given } : undefined;
  }

  function select(statement: string, values: Value[]): readonly unknown[] {
    if (statement.endsWith(" AS seconds")) return [{ seconds: String(clock()) }];
    const [, list, name] = /^SELECT (.+) FROM (\S+) WHERE/.exec(statement)!;
    if (!list!.includes("count(*)")) {
      const row = tableOf(name!).get(values[0]!);
      return row === undefined ? [] : [Object.fromEntries(list!.split(", ").map((column) => [column, row[column]]))];
    }
    const [echo, key, second] = values;
    const row = tableOf(name!).get(key!);
    const found = row !== undefined && Number(row.expires_at) > Number(second) ? row : undefined;
    return [{ echo, entries: found ? "1" : "0", revoked: found?.revoked_before ?? null }];
  }

  return (statement, values) =>
    statement.startsWith("SELECT") ? select(statement, values) : insert(statement, values);
}
