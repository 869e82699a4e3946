import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { expiringKeys as createExpiringKeys, type ExpiringKeys } from "../../../src/revocation/expiring.ts";
import { codeOf } from "../jwt/outcome.ts";
import "../../spec/hostile/settings.ts";

const expiringKeys = (max: number, now: () => number, onExpired?: (key: string) => void): ExpiringKeys =>
  createExpiringKeys({ max, maxBytes: Infinity }, now, onExpired);

it("behaves as a list of keys and seconds does, of which those whose time is over are taken out", () => {
  const name = fc.integer({ min: 0, max: 12 }).map((number) => `key-${number}`);
  const step = fc.record({ key: name, ttl: fc.integer({ min: 1, max: 30 }), wait: fc.integer({ min: 0, max: 12 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 8 }), (steps, max) => {
      let time = 1_800_000_000;
      const keys = expiringKeys(max, () => time);
      const model = new Map<string, number>();
      for (const { key, ttl, wait } of steps) {
        time += wait;
        for (const [name, until] of model) if (until <= time) model.delete(name);
        const known = model.get(key);
        if (known === undefined && model.size === max) {
          expect(() => keys.add(key, ttl)).toThrow("full");
        } else {
          expect(keys.add(key, ttl)).toBe(known === undefined);
          model.set(key, Math.max(known ?? 0, time + ttl));
        }
        for (let number = 0; number <= 12; number++) expect(keys.has(`key-${number}`)).toBe(model.has(`key-${number}`));
      }
    }),
    { numRuns: 500 },
  );
});

it("keeps a key for no less than its time, and for less than a second longer", () => {
  let time = 100.25;
  const keys = expiringKeys(10, () => time);
  keys.add("key", 10);
  for (const [now, there] of [
    [110.25, true],
    [110.75, true],
    [111, false],
  ] as const) {
    time = now;
    expect(keys.has("key")).toBe(there);
  }
});

it("forgets at most sixteen expired keys for a new one, so that nobody waits for a million", () => {
  let time = 1000;
  const onExpired = vi.fn();
  const keys = expiringKeys(10_000, () => time, onExpired);
  for (let i = 0; i < 5000; i++) keys.add(`key-${i}`, 1 + (i % 7));
  time += 100;
  for (let added = 1; added <= 400; added++) {
    keys.add(`later-${added}`, 1000);
    expect(onExpired.mock.calls.length).toBeLessThanOrEqual(16 * added);
  }
  expect(new Set(onExpired.mock.calls.map(([key]: string[]) => key)).size).toBe(5000);
});

it("a full store takes a new key as soon as one has expired, however many were extended meanwhile", async () => {
  let time = 1000;
  const keys = expiringKeys(100, () => time);
  for (let i = 0; i < 100; i++) keys.add(`key-${i}`, 5);
  for (let i = 0; i < 99; i++) keys.add(`key-${i}`, 500);
  expect(await codeOf(() => keys.add("new", 5))).toBe("store_unavailable");
  time = 1005;
  expect(keys.add("new", 5)).toBe(true);
  expect(await codeOf(() => keys.add("newer", 5))).toBe("store_unavailable");
  for (let i = 0; i < 99; i++) expect(keys.has(`key-${i}`)).toBe(true);
});

it("a key that is extended again and again stands in one list only", () => {
  let time = 0;
  const onExpired = vi.fn();
  const keys = expiringKeys(2, () => time, onExpired);
  for (; time < 10_000; time++) expect(keys.add("key", 60)).toBe(time === 0);
  time += 61;
  expect(keys.add("other", 1)).toBe(true);
  expect(onExpired.mock.calls).toEqual([["key"]]);
});

it("what is added after the clock was set back is onExpired too", () => {
  let time = 10_000;
  const keys = expiringKeys(3, () => time);
  keys.add("before", 10);
  time = 5000;
  keys.add("a", 10);
  keys.add("b", 10);
  expect(keys.has("a")).toBe(true);
  for (time = 5000; time <= 10_011; time += 50) expect(keys.has("a")).toBe(time < 5010);
  time = 10_011;
  for (const key of ["x", "y", "z"]) expect(keys.add(key, 10)).toBe(true);
});

it("a clock that was a day ahead for a moment does not keep the store full for a day", () => {
  let time = 10_000;
  const keys = expiringKeys(3, () => time);
  keys.add("before", 10);
  time += 86_400;
  keys.add("ahead", 10);
  time = 10_001;
  keys.add("a", 10);
  keys.add("b", 10);
  time = 10_011;
  expect([keys.add("c", 10), keys.add("d", 10)]).toEqual([true, true]);
});

it("a year in which nothing happened is passed over at once", () => {
  let time = 0;
  const keys = expiringKeys(1000, () => time);
  for (let i = 0; i < 1000; i++) keys.add(`key-${i}`, 1 + i);
  const started = performance.now();
  for (time = 1e9; time < 1e11; time += 1e9) keys.add("key", 1);
  expect(performance.now() - started).toBeLessThan(1000);
});

describe("limits", () => {
  const keyOf = (issuer: string, id: number): string => JSON.stringify(["used", issuer, `token-${id}`]);

  it("one issuer alone may fill all of it, and leaves every other its share", async () => {
    let time = 1000;
    const keys = expiringKeys(120, () => time);
    let taken = 0;
    const fill = async (issuer: string): Promise<number> => {
      const before = taken;
      while ((await codeOf(() => keys.add(keyOf(issuer, taken), 100))) === "accepted") taken++;
      return taken - before;
    };
    expect(await fill("hostile")).toBe(120);
    expect([await fill("hostile"), await fill("second"), await fill("third"), await fill("hostile")]).toEqual([
      0, 60, 40, 0,
    ]);
    // In all it is bounded, whatever there is of issuers.
    for (let issuer = 0; issuer < 300; issuer++) await fill(`issuer-${issuer}`);
    expect(taken).toBeLessThanOrEqual(240);
    expect(taken).toBeGreaterThan(230);
    for (let id = 0; id < taken; id++)
      expect(keys.has(keyOf(id < 120 ? "hostile" : "second", id)) || id >= 180).toBe(true);

    time += 200;
    taken = 0;
    expect(await fill("hostile")).toBe(120);
  });

  it.each(["", "client-authentication+jwt ", "a kind+jwt "])(
    "the issuer is found in keys that begin with %j",
    async (kind) => {
      const keys = expiringKeys(3, () => 1000);
      for (let id = 0; id < 3; id++) keys.add(kind + keyOf("hostile", id), 100);
      expect(await codeOf(() => keys.add(kind + keyOf("hostile", 3), 100))).toBe("store_unavailable");
      expect(await codeOf(() => keys.add(kind + keyOf("good", 3), 100))).toBe("accepted");
    },
  );

  it("bytes are counted, given back, and shared in the same way", async () => {
    let time = 1000;
    const keys = createExpiringKeys({ max: 1000, maxBytes: 4000 }, () => time);
    const long = (issuer: string, id: number): string => JSON.stringify(["used", issuer, `${id}`.padStart(180, "x")]);
    const fill = async (issuer: string): Promise<number> => {
      let added = 0;
      while ((await codeOf(() => keys.add(long(issuer, added), 100))) === "accepted") added++;
      return added;
    };
    expect([await fill("a"), await fill("b"), await fill("c")]).toEqual([10, 5, 3]);
    // What is there may be kept for longer.
    expect(keys.add(long("a", 0), 500)).toBe(false);
    time += 200;
    expect(await fill("a")).toBe(10); // one of them is still there
  });

  it("keys that are not verification's share one room", async () => {
    const keys = expiringKeys(2, () => 1000);
    for (const key of ["a", "[1", "{}"]) await codeOf(() => keys.add(key, 10));
    expect(["a", "[1", "{}"].map((key) => keys.has(key))).toEqual([true, true, false]);
  });
});
