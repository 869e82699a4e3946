// What databases hardly ever answer, and what is sent to each. What they do with it is in test/system/services/revocation.
import { describe, expect, it, vi } from "vitest";
import { createVerifier, revoke, revokeSubject, sqlDenylist, sqlReplayStore } from "../../../src/index.ts";
import type { SqlQuery } from "../../../src/index.ts";
import { at, expected, forge, goodClaims, issuer, key, second } from "../jwt/forge.ts";
import { codeOf } from "../jwt/outcome.ts";
import { sqlLike } from "../stores/sql-like.ts";

const answering =
  (rows: unknown): SqlQuery =>
  () =>
    rows as [];

describe("what is sent", () => {
  it("PostgreSQL gets numbered values, the others question marks, as many as there are values", async () => {
    for (const [dialect, mark] of [
      ["postgresql", /\$\d/g],
      [undefined, /\$\d/g],
      ["sqlite", /\?/g],
      ["mysql", /\?/g],
    ] as const) {
      const query = vi.fn<SqlQuery>(sqlLike(dialect));
      const options = { dialect, table: "auth.tokens" };
      await sqlReplayStore(query, options).add("a", 60);
      const denylist = sqlDenylist(query, options);
      await denylist.add("b", 60);
      await denylist.has("b");
      await denylist.revokeBefore("i", "s", second, 60);
      await denylist.revokedBefore("i", "s");
      // The proof of the replay store, and what confirms each revocation; in MySQL, what confirms each use.
      expect(query).toHaveBeenCalledTimes(dialect === "mysql" ? 12 : 9);
      for (const [statement, values] of query.mock.calls) {
        expect(statement).toContain(" auth.tokens ");
        const marks = statement.match(mark)!;
        expect(marks).toHaveLength(values.length);
        if (mark.source.startsWith("\\$")) expect(marks).toEqual(values.map((_, i) => `$${i + 1}`));
        expect(statement.match(mark.source.startsWith("\\$") ? /\?/ : /\$\d/)).toBeNull();
      }
    }
  });

  it("whole seconds: an entry never ends early, whatever the fraction", async () => {
    const query = vi.fn<SqlQuery>(sqlLike());
    await sqlReplayStore(query, { now: at(second + 0.75) }).add("a", 60);
    await sqlDenylist(query, { now: at(second + 0.75) }).add("b", 0.5);
    await sqlDenylist(query, { now: at(second + 0.75) }).has("c");
    expect(query.mock.calls.slice(2).map(([, values]) => values)).toEqual([
      ["a", second + 61, second],
      ["b", second + 2, 0],
      [1, "b", second + 1],
      [1, "c", second],
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

  it("no row is no answer: every statement that is believed has one", async () => {
    const [replay, denylist] = [sqlReplayStore(answering([])), sqlDenylist(answering([]))];
    const attempts = [
      () => replay.add("a", 60),
      () => replay.has("a"),
      () => denylist.add("a", 60),
      () => denylist.has("a"),
      () => denylist.revokedBefore("i", "s"),
    ];
    for (const attempt of attempts) expect(await codeOf(attempt)).toBe("store_unavailable");
  });

  it.each([undefined, null, "", "-1", "1.5", -1, 1.5, NaN, true, {}])("a revoked_before of %j", async (value) => {
    expect(
      await codeOf(() => sqlDenylist(answering([{ echo: 1, entries: 1, revoked: value }])).revokedBefore("i", "s")),
    ).toBe("store_unavailable");
  });

  it.each([String(second), second, BigInt(second)])(
    "a bigint comes as a text, a number or a bigint (%#)",
    async (value) => {
      expect(await sqlDenylist(answering([{ echo: 1, entries: 1, revoked: value }])).revokedBefore("i", "s")).toBe(
        second,
      );
    },
  );

  it("a query may be synchronous, throw or reject", async () => {
    const query: SqlQuery = sqlLike();
    expect(await sqlReplayStore(async (...statement) => query(...statement)).add("a", 60)).toBe(true);
    for (const failing of [
      () => {
        throw new Error("locked");
      },
      () => Promise.reject(new Error("locked")),
    ]) {
      expect(
        await codeOf(() => createVerifier(key, { ...expected, replay: sqlReplayStore(failing) }).verify(forge())),
      ).toBe("store_unavailable");
    }
  });

  it.each([undefined, null, "", "x", -1, 2, "2", 0.5, {}])("entries: %j", async (entries) => {
    expect(await codeOf(() => sqlDenylist(answering([{ echo: 1, entries, revoked: second }])).has("a"))).toBe(
      "store_unavailable",
    );
  });
});

describe("a client that does not do what it is asked is store_unavailable", () => {
  const database = sqlLike();
  const passing = async (open: (query: SqlQuery) => unknown, query: SqlQuery): Promise<string> => {
    const policy = open(query) as object;
    return codeOf(() => createVerifier(key, { ...expected, ...policy }).verify(forge()));
  };
  const replay = (query: SqlQuery): object => ({ replay: sqlReplayStore(query) });
  const denylist = (query: SqlQuery): object => ({ denylist: sqlDenylist(query) });

  it.each<[string, SqlQuery]>([
    [
      "leaves the values out, which SQLite takes for NULL",
      (statement) => database(statement, [null, null, null] as never),
    ],
    ["leaves the condition out", (statement, [id = "", until = 0]) => database(statement, [id, until, Infinity])],
    [
      "says that every write was one",
      (statement, values) => (statement.startsWith("INSERT") ? [{ id: values[0] }] : database(statement, values)),
    ],
    ["answers from a cache", () => [{ id: "x", echo: 0, entries: 0 }]],
  ])("%s: no token is used", async (_what, query) => {
    expect(await passing(replay, sqlLike())).toBe("accepted");
    const store = sqlReplayStore(query);
    for (const again of [1, 2])
      expect([again, await codeOf(() => store.add("a", 60))]).toEqual([again, "store_unavailable"]);
    expect(await passing(replay, query)).toBe("store_unavailable");
  });

  it("a list that is asked without the values says nothing, not that there is no entry", async () => {
    expect(await passing(denylist, sqlLike())).toBe("accepted");
    expect(await passing(denylist, (statement) => database(statement, [null, null, null] as never))).toBe(
      "store_unavailable",
    );
  });

  it("a revocation that is lost, ends early or is kept for less is not confirmed", async () => {
    const lost: SqlQuery = (statement, values) =>
      statement.startsWith("INSERT") ? [{ id: values[0] }] : database(statement, values);
    const early: SqlQuery = (statement, [id = "", until = 0, before = 0]) =>
      statement.startsWith("INSERT")
        ? database(statement, [id, Number(until) - 1, before])
        : database(statement, [id, until, before]);
    const late: SqlQuery = (statement, [id = "", until = 0, before = 0]) =>
      statement.startsWith("INSERT")
        ? database(statement, [id, until, Number(before) - 1])
        : database(statement, [id, until, before]);
    const payload = { ...goodClaims, jti: "lost", exp: Date.now() };
    for (const query of [lost, early]) {
      expect(await codeOf(() => revoke(sqlDenylist(query), payload))).toBe("store_unavailable");
      expect(await codeOf(() => sqlDenylist(query).add("other", 60))).toBe("store_unavailable");
    }
    for (const query of [lost, early, late]) {
      expect(
        await codeOf(() => revokeSubject(sqlDenylist(query), { iss: issuer, sub: query.name }, { maxLifetime: "15m" })),
      ).toBe("store_unavailable");
    }
  });

  it("the proof of a replay store is made once, by one of those who come at the same time, and again after a failure", async () => {
    const query = vi.fn<SqlQuery>(sqlLike());
    query.mockImplementationOnce(() => {
      throw new Error("locked");
    });
    const store = sqlReplayStore(query);
    await expect(store.add("a", 60)).rejects.toThrow("locked");
    expect(await Promise.all([store.add("a", 60), store.add("b", 60), store.add("a", 60)])).toEqual([
      true,
      true,
      false,
    ]);
    expect(query).toHaveBeenCalledTimes(1 + 2 + 3);
  });
});

describe("rows whose names were changed on the way", () => {
  const camelCase =
    (query: SqlQuery): SqlQuery =>
    async (statement, values) =>
      ((await query(statement, values)) as Record<string, unknown>[]).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
            value,
          ]),
        ),
      );

  it("a subject that was logged out is revoked, not 503, where a plugin maps to camelCase", async () => {
    const denylist = sqlDenylist(camelCase(sqlLike()));
    await revokeSubject(denylist, { iss: issuer, sub: "user_123" }, { maxLifetime: "15m", before: second });
    expect(await codeOf(() => createVerifier(key, { ...expected, denylist }).verify(forge()))).toBe("revoked");
  });
});

describe("has", () => {
  it("says whether a token was used, and uses nothing up", async () => {
    const store = sqlReplayStore(sqlLike());
    expect(await store.has("a")).toBe(false);
    expect(await store.add("a", 60)).toBe(true);
    expect([await store.has("a"), await store.has("b"), await store.add("a", 60)]).toEqual([true, false, false]);
  });

  it("a use that is over is none", async () => {
    let time = second;
    const store = sqlReplayStore(sqlLike(), { now: () => new Date(time * 1000) });
    await store.add("a", 60);
    time += 60;
    expect(await store.has("a")).toBe(false);
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
      for (const options of [{ dialect: "oracle" }, { dialect: null }, { now: 5 }, { schema: "auth" }, null])
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
