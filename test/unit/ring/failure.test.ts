// What holds while the store of a key ring fails, is slow, or says what it should not.
import { describe, expect, it, vi } from "vitest";
import { sign, verify } from "../../../src/index.ts";
import type { KeyRing, KeyRingStore } from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import {
  down,
  expected,
  hour,
  minute,
  phases,
  refreshEvery,
  ringAt,
  startClock,
  watchedStore,
  type Clock,
} from "./rings.ts";

const day = 24 * hour;
const mint = (ring: KeyRing, clock: Clock): Promise<string> => sign({}, ring, { ...expected, now: clock.now });
const check = (token: string, ring: KeyRing, clock: Clock): Promise<string> =>
  codeOf(() => verify(token, ring, { ...expected, now: clock.now }));
const hanging: Partial<KeyRingStore> = { load: () => new Promise(() => undefined) };

describe("a store that never answered", () => {
  it.each<[string, Partial<KeyRingStore>]>([
    ["fails", down],
    [
      "throws at once",
      {
        load: () => {
          throw new TypeError("client.get is not a function");
        },
      },
    ],
    ["cannot be written to", { save: () => Promise.reject(new Error("READONLY")) }],
    ["hangs", hanging],
    ["takes too long to write", { save: () => new Promise(() => undefined) }],
  ])("%s: nothing is signed, nothing is accepted, nothing is published", async (_what, broken) => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store, storeTimeout: 0.02 });
    store.broken = broken;
    const attempts = [
      () => mint(ring, clock),
      () => ring.select({ alg: "ES256", kid: "x" }),
      () => ring.published(),
      () => ring.refresh(),
      () => ring.withdraw("x"),
    ];
    for (const attempt of attempts) expect(await codeOf(attempt)).toMatch(/^store_unavailable$|^invalid_argument$/);
    expect(await codeOf(attempts[0]!)).toBe("store_unavailable");
    expect(ring.state.lastError).toMatchObject({ name: "UnavailableError", code: "store_unavailable" });
    store.broken = undefined;
    expect(await check(await mint(ring, clock), ring, clock)).toBe("accepted");
    expect(ring.state.lastError).toBeUndefined();
  });

  it("its own words, which may hold a password, are not repeated; its code is", async () => {
    const store = watchedStore();
    const ring = ringAt(startClock(), { store });
    const errorFrom = async (error: unknown): Promise<string> => {
      store.broken = { load: () => Promise.reject(error) }; // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors -- stores reject with anything
      return String(await errorOf(() => ring.refresh()));
    };
    expect(await errorFrom(Object.assign(new Error("redis://:hunter2@10.0.0.1"), { code: "ECONNREFUSED" }))).toBe(
      'UnavailableError: the key ring\'s store failed: "ECONNREFUSED"',
    );
    expect(await errorFrom(new RangeError("hunter2"))).toBe(
      'UnavailableError: the key ring\'s store failed: "RangeError"',
    );
    expect(await errorFrom("hunter2")).not.toContain("hunter2");
    expect(await errorFrom(undefined)).toBe('UnavailableError: the key ring\'s store failed: "it threw"');
  });
});

describe("a store that fails later", () => {
  it("signing goes on for as long as it is certain which key signs: through the next key's time", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    await ring.refresh();
    const {
      current: [first],
      next: [second],
    } = phases(ring);
    store.broken = down;
    clock.time += hour - 1;
    expect((await ring.current()).kid).toBe(first);
    clock.time += 1;
    expect((await ring.current()).kid).toBe(second);
    clock.time += hour - 1;
    const token = await mint(ring, clock);
    clock.time += 1;
    expect(await codeOf(() => ring.current())).toBe("store_unavailable");
    expect(await check(token, ring, clock)).toBe("accepted");
    expect(await codeOf(() => ring.currentSync())).toBe("store_unavailable");
    await codeOf(() => ring.refresh());
    store.broken = undefined;
    expect(await check(await mint(ring, clock), ring, clock)).toBe("accepted");
  });

  it("what it signed meanwhile is accepted by the processes that rotated meanwhile, and the reverse as far as it knows the keys", async () => {
    const clock = startClock();
    const store = watchedStore();
    const shared: KeyRingStore = { load: () => store.stored(), save: (record, version) => store.save(record, version) };
    const [cut, other] = [ringAt(clock, { store }), ringAt(clock, { store: shared })];
    await cut.refresh();
    await other.refresh();
    store.broken = { load: down.load! };
    for (let passed = 0; passed < 2 * hour - minute; passed += minute) {
      clock.time += minute;
      await other.refresh();
      expect(await check(await mint(cut, clock), other, clock)).toBe("accepted");
      expect(await check(await mint(other, clock), cut, clock)).toBe("accepted");
    }
  });

  it("the key set is published for as long as it is complete until every copy of it has expired", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    await ring.refresh();
    store.broken = down;
    clock.time += 2 * hour - 10 * minute - minute - 1;
    expect(await codeOf(() => ring.published())).toBe("accepted");
    clock.time += 1;
    expect(await codeOf(() => ring.published())).toBe("store_unavailable");
  });

  it("verifying goes on with the keys that are known, for staleIfError; a kid that is not known may be new", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store, rotateEvery: "30d" });
    const key = await ring.current();
    store.broken = down;
    clock.time += day;
    const token = await sign({}, key, { ...expected, now: clock.now });
    expect(await check(token, ring, clock)).toBe("accepted");
    expect(await codeOf(() => ring.select({ alg: "ES256", kid: "new" }))).toBe("store_unavailable");
    expect(await codeOf(() => ring.selectSync({ alg: "ES256", kid: "new" }))).toBe("store_unavailable");
    clock.time += 1;
    expect(await check(token, ring, clock)).toBe("store_unavailable");
    expect(await codeOf(() => ring.selectSync({ alg: "ES256" }))).toBe("store_unavailable");
    expect(await codeOf(() => mint(ring, clock))).toBe("store_unavailable");
    await codeOf(() => ring.refresh());
    store.broken = undefined;
    expect(await check(token, ring, clock)).toBe("accepted");
  });

  it("staleIfError is what it is set to", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store, staleIfError: "5m" });
    await ring.refresh();
    store.broken = down;
    clock.time += 5 * minute;
    expect((await ring.current()).alg).toBe("ES256");
    clock.time += 1;
    expect(await codeOf(() => ring.current())).toBe("store_unavailable");
  });

  it("one call waits for a store that hangs, the others do not; it is asked again after a quarter of refreshEvery", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store, storeTimeout: 0.05 });
    await ring.refresh();
    store.broken = hanging;
    clock.time += refreshEvery + 1;
    const first = ring.current();
    expect(first).toBeInstanceOf(Promise);
    expect((await first).alg).toBe("ES256");
    const { load } = store.calls;
    expect(ring.current()).not.toBeInstanceOf(Promise);
    clock.time += refreshEvery / 4;
    expect(ring.current()).not.toBeInstanceOf(Promise);
    expect(store.calls.load).toBe(load);
    clock.time += 1;
    expect(ring.current()).not.toBeInstanceOf(Promise);
    expect(store.calls.load).toBe(load + 1);
    await vi.waitFor(() => {
      expect(ring.state.lastError?.message).toContain("no answer within 0.05 s");
    });
  });

  it("a key that was to be withdrawn while the store failed can be withdrawn later", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    const token = await mint(ring, clock);
    const { kid } = await ring.current();
    store.broken = down;
    expect(await codeOf(() => ring.withdraw(kid!))).toBe("store_unavailable");
    expect(await check(token, ring, clock)).toBe("accepted");
    store.broken = undefined;
    await ring.withdraw(kid!);
    expect(await check(token, ring, clock)).toBe("key_not_found");
  });

  it("a write whose answer was lost has happened once", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    await ring.refresh();
    const {
      next: [second],
    } = phases(ring);
    clock.time += hour;
    store.broken = {
      save(record, version) {
        store.replace({ record, version });
        throw new Error("connection reset");
      },
    };
    expect(await codeOf(() => ring.refresh())).toBe("store_unavailable");
    store.broken = undefined;
    await ring.refresh();
    expect(ring.state.version).toBe(2);
    expect(phases(ring)).toMatchObject({ current: [second], next: [expect.any(String)] });
  });
});

describe("a store that lost what it had confirmed", () => {
  it("is given the latest version back by any process that knows it", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store });
    await ring.refresh();
    const older = store.stored();
    clock.time += hour;
    await ring.refresh();
    const latest = store.stored();
    for (const lost of [older, undefined]) {
      store.replace(lost);
      await ring.refresh();
      expect(store.stored()).toEqual(latest);
      expect(ring.state.version).toBe(2);
    }
  });

  it("has a record of the same version that is another: all follow it, and no version is used twice after that", async () => {
    const clock = startClock();
    const store = watchedStore();
    const here = ringAt(clock, { store });
    await here.refresh();
    store.replace(undefined);
    const there = ringAt(clock, { store });
    await there.refresh();
    await here.refresh();
    expect(phases(here)).toEqual(phases(there));
  });
});

describe("a store that mixes up versions", () => {
  it("the known record under a later version is refused, not written on", async () => {
    const store = watchedStore();
    const ring = ringAt(startClock(), { store });
    await ring.refresh();
    store.replace({ record: store.stored()!.record, version: 5 });
    expect(await codeOf(() => ring.refresh())).toBe("store_unavailable");
    expect(store.calls.save).toBe(2);
  });
});

describe("a store that says what it should not", () => {
  type StoredRecord = Record<string, unknown> & { keys: Record<string, unknown>[] };
  const good = async (): Promise<StoredRecord> => {
    const store = watchedStore();
    await ringAt(startClock(), { store }).refresh();
    return JSON.parse(store.stored()!.record) as StoredRecord;
  };

  it.each<[string, unknown]>([
    ["a text", "record"],
    ["a list", []],
    ["no record", { version: 1 }],
    ["no version", { record: "{}" }],
    ["version 0", { record: "{}", version: 0 }],
    ["half a version", { record: "{}", version: 1.5 }],
    ["a version as text", { record: "{}", version: "1" }],
    ["a record as bytes", { record: new Uint8Array(2), version: 1 }],
    ["no JSON", { record: "{", version: 1 }],
    ["a JSON list", { record: "[]", version: 1 }],
  ])("%s from load() is store_unavailable", async (_what, answer) => {
    const store = watchedStore();
    store.broken = { load: () => answer as undefined };
    expect(await codeOf(() => ringAt(startClock(), { store }).current())).toBe("store_unavailable");
    expect(store.calls.save).toBe(0);
  });

  it.each([undefined, null, 1, 0, "OK", []])("%o from save() is store_unavailable", async (answer) => {
    const store = watchedStore();
    store.broken = { save: () => answer as unknown as boolean };
    expect(await codeOf(() => ringAt(startClock(), { store }).current())).toBe("store_unavailable");
  });

  it.each<[string, (record: StoredRecord) => unknown]>([
    ["another version", (record) => ({ ...record, version: 2 })],
    ["no name", (record) => ({ ...record, name: undefined })],
    ["no algorithm", (record) => ({ ...record, alg: "" })],
    ["no keys", (record) => ({ ...record, keys: [] })],
    ["keys that are no list", (record) => ({ ...record, keys: {} })],
    ["a key that is none", (record) => ({ ...record, keys: [null] })],
    ["a key twice", (record) => ({ ...record, keys: [record.keys[0], record.keys[0]] })],
    ["no withdrawn list", (record) => ({ ...record, withdrawn: undefined })],
    ["a withdrawn number", (record) => ({ ...record, withdrawn: [1] })],
    ...["kid", "signsFrom", "signsUntil", "retainFor", "publicJwk"].map(
      (name): [string, (record: StoredRecord) => unknown] => [
        `a key without ${name}`,
        (record) => ({ ...record, keys: record.keys.map((key) => ({ ...key, [name]: undefined })) }),
      ],
    ),
    [
      "a private key that is none",
      (record) => ({ ...record, keys: record.keys.map((key) => ({ ...key, privateJwk: "d" })) }),
    ],
    [
      "a private key of another kind",
      (record) => ({ ...record, keys: record.keys.map((key) => ({ ...key, privateJwk: { kty: "oct", k: "AAAA" } })) }),
    ],
    [
      "halves that do not fit together",
      (record) => ({
        ...record,
        keys: record.keys.map((key) => ({
          ...key,
          privateJwk: { ...(key.privateJwk as object), d: "A".repeat(42) + "E" },
        })),
      }),
    ],
    [
      "a public key that is private",
      (record) => ({
        ...record,
        keys: record.keys.map(({ privateJwk, ...key }) => ({ ...key, publicJwk: privateJwk })),
      }),
    ],
  ])("%s in the record is store_unavailable, and nothing is written over it", async (_what, change) => {
    const store = watchedStore();
    store.replace({ record: JSON.stringify(change(await good())), version: 1 });
    expect(await codeOf(() => ringAt(startClock(), { store }).current())).toBe("store_unavailable");
    expect(store.calls.save).toBe(0);
  });

  it("a store that stores nothing and returns no other record is given up", async () => {
    const store = watchedStore();
    store.broken = { save: () => false };
    const ring = ringAt(startClock(), { store });
    expect(await codeOf(() => ring.current())).toBe("store_unavailable");
    expect(store.calls.save).toBeLessThanOrEqual(20);
  });

  it("null is as good as undefined: nothing is stored", async () => {
    const store = watchedStore();
    store.broken = { load: () => (store.stored() ?? null) as unknown as undefined };
    expect((await ringAt(startClock(), { store }).current()).alg).toBe("ES256");
  });
});
