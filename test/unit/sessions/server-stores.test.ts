// Sessions in Redis and in SQL, behind the methods of each client. What the real servers do is tested in test/system/services/sessions.
import { describe, expect, it, vi } from "vitest";
import type { RedisClient, SqlDialect, SqlQuery } from "../../../src/index.ts";
import { redisSessionStore, sqlSessionStore } from "../../../src/sessions/index.ts";
import type { SessionStore } from "../../../src/sessions/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { fakeClients, isProbe } from "../revocation/fake-redis.ts";
import { sqlLike } from "../stores/sql-like.ts";
import { describeStore, newSession } from "./store-contract.ts";

type Send = (words: readonly string[]) => Promise<unknown>;

const clock = (): number => Date.now() / 1000;

/** A clock of its own for each store, to be turned. */
function startClock(): { clock: () => number; wait: (seconds: number) => Promise<void> } {
  let ahead = 0;
  return {
    clock: () => clock() + ahead,
    wait: async (seconds) => {
      ahead += seconds;
      return Promise.resolve();
    },
  };
}

/** A Redis that knows the scripts of the session store by the commands in them. */
function startRedis(time = clock): { send: Send; kept: Map<string, { value: string; life: number }> } {
  const kept = new Map<string, { value: string; life: number }>();
  const send: Send = async ([name, ...words]) => {
    await Promise.resolve();
    if (name === "GET") return kept.get(words[0]!)?.value ?? null;
    const [script, , key, ...args] = words;
    const stored = kept.get(key!)?.value;
    if (script!.includes('"TIME"')) return `${time().toFixed(6)}:${stored ?? ":"}`;
    if (args.length === 2) return (kept.set(key!, { value: args[0]!, life: Number(args[1]) }), "OK");
    const [expected, version, record, life] = args;
    if ((stored?.split(":")[0] ?? "") !== expected) return 0;
    kept.set(key!, { value: `${version}:${record}`, life: Number(life) });
    return 1;
  };
  return { send, kept };
}

for (const [name, open] of Object.entries(fakeClients)) {
  const { clock: time, wait } = startClock();
  const { client } = open(startRedis(time).send);
  // The client of Upstash reads a number where one stands.
  if (name === "Upstash") Object.assign(client, { get: async () => Promise.resolve(1) });
  describeStore(`redisSessionStore with ${name}`, () => ({ store: redisSessionStore(client), wait }));
}
for (const dialect of ["postgresql", "sqlite", "mysql"] as const) {
  const { clock: time, wait } = startClock();
  const query = sqlLike(dialect, time);
  describeStore(`sqlSessionStore of ${dialect}`, () => ({ store: sqlSessionStore(query, { dialect }), wait }));
}

/** A store over a place that can be watched and falsified. */
interface Place {
  readonly store: SessionStore;
  /** Falsifies the answers from now on: `load`, `save`, or the time alone. */
  readonly falsify: (what: "load" | "save", answer: unknown) => void;
}
const sql = (dialect: SqlDialect): Place => {
  const query = sqlLike(dialect, clock);
  let [what, answer]: [string | undefined, unknown] = [undefined, undefined];
  const falsified: SqlQuery = (statement, values) => {
    const matches =
      what === "load"
        ? statement.startsWith("SELECT version")
        : statement.startsWith("INSERT") || statement.startsWith("SELECT writer");
    return what !== undefined && matches ? (answer as unknown[]) : query(statement, values);
  };
  return {
    store: sqlSessionStore(falsified, { dialect }),
    falsify: (...next) => ([what, answer] = next),
  };
};
const redis = (): Place => {
  const { send } = startRedis();
  let [what, answer]: [string | undefined, unknown] = [undefined, undefined];
  const client: RedisClient = async (words) => {
    const isLoad = words[1]?.includes('"TIME"');
    return what !== undefined && isLoad === (what === "load") ? answer : send(words);
  };
  return { store: redisSessionStore(client), falsify: (...next) => ([what, answer] = next) };
};

const row = (record: string): object[] => [{ version: "v", record }];
const entry = { session: "s", startedAt: 1, usedAt: 1, endsAt: 9e9, idleUntil: 9e9, generation: 0 };

describe.each<[string, () => Place, unknown[], unknown[]]>([
  [
    "Redis",
    redis,
    [null, undefined, 1, "", "OK", "x:v:[]", "0.0:v:[]", "12.5:v:{}", '12.5:v:[{"session":1}]', ["12.5", "v", "[]"]],
    [null, undefined, "", "OK", 2, true],
  ],
  [
    "PostgreSQL",
    () => sql("postgresql"),
    [
      undefined,
      {},
      [1],
      [{}],
      [{ version: null, record: "[]" }],
      row("nonsense"),
      row("null"),
      row(JSON.stringify([{ ...entry, generation: "0" }])),
      row(JSON.stringify([{ ...entry, note: {} }])),
      row(JSON.stringify([null])),
      [...row("[]"), ...row("[]")],
    ],
    [undefined, {}, [1], [{ owner: "a" }, { owner: "a" }]],
  ],
  ["MySQL", () => sql("mysql"), [undefined, [{ version: 1, record: "[]" }]], [[], undefined, [1]]],
])("an answer of %s that is not understood decides nothing", (_name, open, loads, saves) => {
  it.each(loads.map((answer) => [answer]))("a record: %j", async (answer) => {
    const { store, falsify } = open();
    const { owner, session } = newSession();
    await store.begin(owner, session, { idle: 10, endsAt: clock() + 100 });
    falsify("load", answer);
    for (const attempt of [
      () => store.use(owner, session, 0, { grace: 10, idle: 10 }),
      () => store.alive(owner, session),
      () => store.list(owner),
      () => store.end(owner, session),
    ])
      expect(await codeOf(attempt)).toBe("store_unavailable");
  });

  it.each(saves.map((answer) => [answer]))("a write: %j", async (answer) => {
    const { store, falsify } = open();
    const { owner, session } = newSession();
    await store.begin(owner, session, { idle: 10, endsAt: clock() + 100 });
    falsify("save", answer);
    expect(await codeOf(() => store.use(owner, session, 0, { grace: 10, idle: 10 }))).toBe("store_unavailable");
  });
});

describe("before the first use", () => {
  it.each<[string, unknown]>([
    ["writes always", 1],
    ["never writes", 0],
  ])("a client that says it %s is refused", async (_, answer) => {
    const { send } = startRedis();
    const store = redisSessionStore(async (words) => (words.length === 8 ? answer : send(words)));
    const { owner, session } = newSession();
    for (let again = 0; again < 2; again++)
      expect(await codeOf(() => store.begin(owner, session, { idle: 10, endsAt: clock() + 10 }))).toBe(
        "store_unavailable",
      );
  });

  it("a probe that is never answered does not disable the store", async () => {
    const query = sqlLike("postgresql", clock);
    let sent = 0;
    const store = sqlSessionStore((...given) => (sent++ === 0 ? new Promise(() => {}) : query(...given)));
    const { owner, session } = newSession();
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      void store.alive(owner, session);
      // Backwards: a clock may be set.
      vi.setSystemTime(Date.now() - 6000);
      expect(await store.alive(owner, session)).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it("and so is a query that leaves out the condition, or the values", async () => {
    const { owner, session } = newSession();
    const query = sqlLike("postgresql", clock);
    const queries: SqlQuery[] = [
      (statement, values) => (statement.startsWith("INSERT") ? [{ owner: values[0] }] : query(statement, values)),
      (statement) => query(statement, []),
      () => [],
    ];
    for (const one of queries)
      expect(await codeOf(() => sqlSessionStore(one).alive(owner, session))).toBe("store_unavailable");
  });
});

describe("a write that was kept although the answer says that it was not", () => {
  it("is the first use all the same: some clients send a command twice", async () => {
    const { send } = startRedis();
    let twice = false;
    const store = redisSessionStore(async (words) => {
      if (twice && words.length === 8) await send(words);
      return send(words);
    });
    const { owner, session } = newSession();
    await store.begin(owner, session, { idle: 10, endsAt: clock() + 100 });
    twice = true;
    expect(await store.use(owner, session, 0, { grace: 0, idle: 10 })).toBe("first");
    expect(await store.use(owner, session, 1, { grace: 10, idle: 10 })).toBe("first");
    expect(await store.list(owner)).toHaveLength(1);
  });
});

describe("what is kept", () => {
  it("one key of Redis for each subject, until its last session ends", async () => {
    const { send, kept } = startRedis();
    const store = redisSessionStore(send, { prefix: "app:" });
    await store.begin("owner", "owner.one", { idle: 10, endsAt: Math.floor(clock()) + 100_000, note: '"a:b"' });
    await store.begin("owner", "owner.two", { idle: 10, endsAt: Math.floor(clock()) + 5000 });
    const keys = [...kept.keys()].filter((key) => !isProbe([key]));
    expect(keys).toEqual(["app:owner"]);
    const { value, life } = kept.get("app:owner")!;
    expect(value).toMatch(/^[\da-f-]{36}:\[\{/);
    expect(life).toBeGreaterThan(99_990);
    expect(life).toBeLessThanOrEqual(100_001);
    await store.endAll("owner");
    expect(kept.get("app:owner")!.value).toMatch(/^[\da-f-]{36}:\[\]$/);
    expect([3600, 3601]).toContain(kept.get("app:owner")!.life);
    for (const [key, { life: probe }] of kept) if (isProbe([key])) expect(probe).toBeLessThanOrEqual(61);
  });

  it("nothing is written by what only asks", async () => {
    const query = vi.fn(sqlLike("sqlite", clock));
    const store = sqlSessionStore(query, { dialect: "sqlite", table: "auth.sessions" });
    const { owner, session } = newSession();
    await store.begin(owner, session, { idle: 10, endsAt: clock() + 100 });
    query.mockClear();
    await store.alive(owner, session);
    await store.list(owner);
    await store.end(owner, `${owner}.other`);
    expect(query.mock.calls.every(([statement]) => statement.startsWith("SELECT"))).toBe(true);
  });

  it("a subject whose sessions change without end is refused, not waited for", async () => {
    const { send } = startRedis();
    const store = redisSessionStore(async (words) => (words.length === 8 && !isProbe(words) ? 0 : send(words)));
    expect(await codeOf(() => store.begin("owner", "owner.one", { idle: 10, endsAt: clock() + 100 }))).toBe(
      "store_unavailable",
    );
  });
});

it.each([
  () => redisSessionStore({} as RedisClient),
  () => redisSessionStore(startRedis().send, { prefix: 1 } as object),
  () => redisSessionStore(startRedis().send, { maxPerSubject: 0 }),
  () => redisSessionStore(startRedis().send, { key: "a" } as object),
  () => sqlSessionStore(undefined as unknown as SqlQuery),
  () => sqlSessionStore(() => [], { dialect: "oracle" as SqlDialect }),
  () => sqlSessionStore(() => [], { table: "a; DROP TABLE b" }),
  () => sqlSessionStore(() => [], { maxPerSubject: 1.5 }),
  () => sqlSessionStore(() => [], { name: "a" } as object),
])("is refused: %s", async (attempt) => {
  expect(await codeOf(attempt)).toBe("invalid_argument");
});
