// Which stores fit where, and what revoking takes. Nothing here is run.
import { expectTypeOf } from "vitest";
import {
  decode,
  memoryDenylist,
  memoryReplayStore,
  redisDenylist,
  redisReplayStore,
  revocationKey,
  revoke,
  revokeSubject,
  sqlDenylist,
  sqlReplayStore,
  verify,
} from "../../../src/index.ts";
import type { Denylist, RedisClient, ReplayStore, SecretKey, SqlQuery, SubjectDenylist } from "../../../src/index.ts";

declare const key: SecretKey;
declare const client: RedisClient;
declare const query: SqlQuery;
declare function use(...values: readonly unknown[]): void;
const expected = { issuer: "a", audience: "b" };

// ── what can only be read and written is a denylist, and no replay store ────────────────────────
/** Workers KV and its like. */
declare const store: {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
};
const written: Denylist = {
  add: (name, ttl) => store.put(name, "1", { expirationTtl: ttl }),
  has: async (name) => (await store.get(name)) !== null,
};
void verify("", key, { ...expected, denylist: written });
// @ts-expect-error writing does not say who was first
void verify("", key, { ...expected, replay: written });
// @ts-expect-error nor does a Map
void verify("", key, { ...expected, replay: new Map<string, number>() });
// @ts-expect-error nor does a Set, which gives itself
void verify("", key, { ...expected, replay: new Set<string>() });
// @ts-expect-error a store does not fit as it is
void verify("", key, { ...expected, replay: store });
// @ts-expect-error a store does not fit as it is
void verify("", key, { ...expected, denylist: store });
// @ts-expect-error no answer is not "the first"
use({ add: async () => {} } satisfies ReplayStore);
// @ts-expect-error Redis says "OK" or null: neither is true
use({ add: async () => "OK" as "OK" | null } satisfies ReplayStore);

for (const replay of [memoryReplayStore(), redisReplayStore(client), sqlReplayStore(query)])
  void verify("", key, { ...expected, replay });
for (const denylist of [memoryDenylist(), redisDenylist(client), sqlDenylist(query)]) {
  void verify("", key, { ...expected, denylist });
  void verify("", key, { ...expected, denylist: { has: (name) => denylist.has(name) } });
  void revoke(denylist, {});
  // @ts-expect-error a denylist does not say who was first
  void verify("", key, { ...expected, replay: denylist });
}
// A replay store that says what it has can be a denylist too.
void verify("", key, { ...expected, denylist: memoryReplayStore() });
// @ts-expect-error tedis, and whatever else has get, set and eval, is no client that is known
redisReplayStore({ get: async () => null, set: async () => "OK", eval: async () => null });

expectTypeOf(memoryReplayStore()).toEqualTypeOf<Required<ReplayStore>>();
expectTypeOf(sqlReplayStore(query)).toEqualTypeOf<Required<Pick<ReplayStore, "add" | "has">>>();
expectTypeOf(memoryDenylist()).toEqualTypeOf<Required<Denylist>>();
expectTypeOf(redisDenylist(client)).toEqualTypeOf<SubjectDenylist>();
expectTypeOf(sqlDenylist(query)).toEqualTypeOf<SubjectDenylist>();

// ── what is revoked was verified ────────────────────────────────────────────────────────────────
expectTypeOf(revocationKey({ jti: "1" })).toBeString();
void revoke(written, (await verify("", key, expected)).payload, { margin: "1d" });
// @ts-expect-error decoded is not verified
void revoke(written, decode("").claims);
// @ts-expect-error a token is not a payload
void revoke(written, "token");
// @ts-expect-error milliseconds as text are no duration
void revoke(written, {}, { margin: "86400" });

void revokeSubject(memoryDenylist(), { iss: "a", sub: "b" }, { maxLifetime: "15m" });
void revokeSubject(
  memoryDenylist(),
  { iss: "a", sub: "b" },
  { maxLifetime: 900, before: new Date(), margin: undefined },
);
// @ts-expect-error how long to remember it has to be said
void revokeSubject(memoryDenylist(), { iss: "a", sub: "b" }, {});
// @ts-expect-error whose subject it is has to be said
void revokeSubject(memoryDenylist(), { sub: "b" }, { maxLifetime: "15m" });
// @ts-expect-error this one knows no subjects
void revokeSubject(written, { iss: "a", sub: "b" }, { maxLifetime: "15m" });

// ── clients ─────────────────────────────────────────────────────────────────────────────────────
redisReplayStore(async (command: string[]) => command[0]);
// @ts-expect-error a URL is no client
redisReplayStore("redis://127.0.0.1");
// @ts-expect-error a method of Redis does not make a client
redisReplayStore({ set: async () => "OK" });
// @ts-expect-error a Map answers at once, and has no eval
redisDenylist(new Map<string, string>());
sqlReplayStore(() => [], { dialect: "sqlite", table: "tokens" });
sqlReplayStore(async () => ({ affectedRows: 1, insertId: 0 }), { dialect: "mysql" });
// @ts-expect-error Oracle has other statements
sqlReplayStore(query, { dialect: "oracle" });
// @ts-expect-error what pg gives is not its rows
sqlReplayStore(async () => ({ rows: [], rowCount: 1 }));
