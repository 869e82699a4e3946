// What databases hardly ever answer, and what is sent to each. What they do with it is in test/services/revocation.
import { describe, expect, it, vi } from "vitest";
import { createVerifier, revoke, revokeSubject, sqlDenylist, sqlReplayStore } from "../../src/index.ts";
import type { SqlQuery } from "../../src/index.ts";
import { at, expected, forge, goodClaims, issuer, key, second } from "../jwt/forge.ts";
import { codeOf } from "../jwt/outcome.ts";

const answering =
  (rows: unknown): SqlQuery =>
  () =>
    rows as [];

describe("what is sent", () => {
  it("PostgreSQL gets numbered values, SQLite question marks, as many as there are values", async () => {
    for (const [dialect, mark] of [
      ["postgresql", /\$\d/g],
      [undefined, /\$\d/g],
      ["sqlite", /\?/g],
    ] as const) {
      const query = vi.fn<SqlQuery>(() => [{ id: "x", revoked_before: second }]);
      const options = { dialect, table: "auth.tokens" };
      await sqlReplayStore(query, options).add("a", 60);
      const denylist = sqlDenylist(query, options);
      await denylist.add("b", 60);
      await denylist.has("b");
      await denylist.revokeBefore("i", "s", second, 60);
      await denylist.revokedBefore("i", "s");
      expect(query).toHaveBeenCalledTimes(5);
      for (const [statement, values] of query.mock.calls) {
        expect(statement).toContain(" auth.tokens ");
        const marks = statement.match(mark)!;
        expect(marks).toHaveLength(values.length);
        if (dialect !== "sqlite") expect(marks).toEqual(values.map((_, i) => `$${i + 1}`));
        expect(statement.match(dialect === "sqlite" ? /\$\d/ : /\?/)).toBeNull();
      }
    }
  });

  it("whole seconds: an entry never ends early, whatever the fraction", async () => {
    const query = vi.fn<SqlQuery>(() => [{ id: "x" }]);
    await sqlReplayStore(query, { now: at(second + 0.75) }).add("a", 60);
    await sqlDenylist(query, { now: at(second + 0.75) }).add("b", 0.5);
    await sqlDenylist(query, { now: at(second + 0.75) }).has("c");
    expect(query.mock.calls.map(([, values]) => values)).toEqual([
      ["a", second + 61, second],
      ["b", second + 2, 0],
      ["c", second],
    ]);
  });
});

describe("answers that decide nothing are store_unavailable, and no token passes", () => {
  it.each([undefined, null, {}, { rows: [] }, { rowCount: 1 }, 1, "INSERT 0 1", [{}, {}], [null], ["id"], [[1]]])(
    "rows: %j",
    async (rows) => {
      const [replay, denylist] = [sqlReplayStore(answering(rows)), sqlDenylist(answering(rows))];
      const payload = { ...goodClaims, exp: Date.now() };
      const attempts = [
        () => replay.add("a", 60),
        () => denylist.has("a"),
        () => denylist.revokedBefore("i", "s"),
        () => revoke(denylist, payload),
        () => revokeSubject(denylist, { iss: issuer, sub: "user_123" }, { maxLifetime: "15m" }),
        () => createVerifier(key, { ...expected, replay }).verify(forge()),
        () => createVerifier(key, { ...expected, denylist }).verify(forge()),
      ];
      for (const attempt of attempts) expect(await codeOf(attempt)).toBe("store_unavailable");
    },
  );

  it("no row is a used token, and no entry", async () => {
    expect(await sqlReplayStore(answering([])).add("a", 60)).toBe(false);
    const denylist = sqlDenylist(answering([]));
    expect([await denylist.has("a"), await denylist.revokedBefore("i", "s")]).toEqual([false, undefined]);
    expect(await codeOf(() => denylist.add("a", 60))).toBe("store_unavailable");
  });

  it.each([undefined, null, "", "-1", "1.5", -1, 1.5, NaN, true, {}])("a revoked_before of %j", async (value) => {
    expect(
      await codeOf(() => sqlDenylist(answering([{ id: "x", revoked_before: value }])).revokedBefore("i", "s")),
    ).toBe("store_unavailable");
  });

  it.each([String(second), second, BigInt(second)])(
    "a bigint comes as a text, a number or a bigint (%#)",
    async (value) => {
      expect(await sqlDenylist(answering([{ id: "x", revoked_before: value }])).revokedBefore("i", "s")).toBe(second);
    },
  );

  it("a query may be synchronous, throw or reject", async () => {
    expect(await sqlReplayStore(async () => [{ id: "a" }]).add("a", 60)).toBe(true);
    for (const query of [
      () => {
        throw new Error("locked");
      },
      () => Promise.reject(new Error("locked")),
    ]) {
      expect(
        await codeOf(() => createVerifier(key, { ...expected, replay: sqlReplayStore(query) }).verify(forge())),
      ).toBe("store_unavailable");
    }
  });
});

describe("arguments", () => {
  const query = answering([]);

  it.each(["", "a b", "tokens; DROP TABLE users", "a.b.c", '"tokens"', "1a", ".a", "a.", "tokens\n", 5, null])(
    "a table called %j is a TypeError",
    async (table) => {
      for (const store of [sqlReplayStore, sqlDenylist])
        expect(await codeOf(() => store(query, { table: table as string }))).toBe("invalid_argument");
    },
  );

  it("unknown options and dialects, and a query that is no function, are a TypeError", async () => {
    for (const store of [sqlReplayStore, sqlDenylist]) {
      for (const options of [{ dialect: "mysql" }, { dialect: null }, { now: 5 }, { schema: "auth" }, null])
        expect(await codeOf(() => store(query, options as never))).toBe("invalid_argument");
      for (const wrong of [undefined, null, { query }, "SELECT 1"])
        expect(await codeOf(() => store(wrong as never))).toBe("invalid_argument");
      expect(await codeOf(() => store(query, { dialect: undefined, table: undefined, now: undefined }))).toBe(
        "accepted",
      );
    }
  });

  it.each([0, -1, NaN, Infinity, "5", undefined])("a TTL of %s is a TypeError, and nothing is sent", async (ttl) => {
    const asked = vi.fn<SqlQuery>(() => []);
    for (const attempt of [
      () => sqlReplayStore(asked).add("a", ttl as number),
      () => sqlDenylist(asked).add("a", ttl as number),
      () => sqlDenylist(asked).revokeBefore("i", "s", second, ttl as number),
    ]) {
      expect(await codeOf(attempt)).toBe("invalid_argument");
    }
    expect(asked).not.toHaveBeenCalled();
  });
});
