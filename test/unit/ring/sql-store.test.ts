// The SQL store of key rings, in what it sends. What real servers do with it is in test/system/services/key-ring.
import { describe, expect, it, vi } from "vitest";
import { sqlKeyRingStore } from "../../../src/index.ts";
import type { SqlQuery } from "../../../src/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { sqlLike } from "../stores/sql-like.ts";
import { ringAt, startClock } from "./rings.ts";
import { describeStore } from "./store-contract.ts";

describeStore("SQL", () => sqlKeyRingStore(sqlLike()));
describeStore("SQL of MySQL", () => sqlKeyRingStore(sqlLike("mysql"), { dialect: "mysql" }));

describe("SQL", () => {
  it.each([
    ["postgresql", ["$1", "$2", "$3"]],
    [undefined, ["$1", "$2", "$3"]],
    ["sqlite", ["?", "?", "?"]],
    ["mysql", ["?", "?", "?", "?"]],
  ] as const)("%s: values never stand in the statement", async (dialect, marks) => {
    const query = vi.fn<SqlQuery>(sqlLike(dialect));
    const store = sqlKeyRingStore(query, { dialect, table: "auth.ring", name: "it's" });
    await store.load();
    await store.save("record", 7);
    const [[select, one], [insert, values]] = query.mock.calls as [[string, unknown[]], [string, unknown[]]];
    expect(select).toBe(`SELECT version, record FROM auth.ring WHERE name = ${marks[0]}`);
    expect(insert.match(/\$\d|\?/g)).toEqual(marks);
    expect(one).toEqual(["it's"]);
    expect(values).toEqual(
      dialect === "mysql" ? ["it's", expect.stringMatching(/^[\da-f-]{36}$/), "record", 7] : ["it's", "record", 7],
    );
  });

  it("a version as text, as drivers give what is wider than a number, is a version", async () => {
    expect(await sqlKeyRingStore(() => [{ version: "7", record: "x" }]).load()).toEqual({ version: 7, record: "x" });
  });

  it.each([
    undefined,
    null,
    {},
    { rows: [] },
    1,
    "SELECT 1",
    [null, 1],
    [{}],
    [{ version: 1 }],
    [{ record: "x", version: "x" }],
  ])("rows %j are store_unavailable", async (rows) => {
    const store = sqlKeyRingStore(() => rows as unknown[]);
    expect(await codeOf(() => ringAt(startClock(), { store }).refresh())).toBe("store_unavailable");
  });

  it("needs a function, and a table that is a plain identifier", async () => {
    const query = (): unknown[] => [];
    expect(await codeOf(() => sqlKeyRingStore(undefined as unknown as typeof query))).toBe("invalid_argument");
    for (const table of ["", "a b", "a;b", '"a"', "a.b.c", "1a", "a".repeat(64), 5])
      expect(await codeOf(() => sqlKeyRingStore(query, { table: table as string }))).toBe("invalid_argument");
    for (const more of [{ name: "" }, { dialect: "oracle" }, { dialect: "toString" }, { schema: "x" }])
      expect(await codeOf(() => sqlKeyRingStore(query, more as object))).toBe("invalid_argument");
  });
});
