// One process' clock is wrong, and the store has one of its own: what the ring's other processes go by does not change.
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKeyRing, fileKeyRingStore, sign, verify } from "../../../src/index.ts";
import type { KeyRing, KeyRingOptions, KeyRingStore } from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import {
  clockTolerance,
  expected,
  hour,
  kidsOf,
  minute,
  options,
  phases,
  retainFor,
  ringAt,
  startClock,
  watchedStore,
  type Clock,
  type WatchedStore,
} from "./rings.ts";

const years = 365 * 24 * hour;

/** A store with the right time, which `clock` is. */
function clockedStore(clock: Clock): WatchedStore & Required<KeyRingStore> {
  return Object.assign(watchedStore(), { time: () => clock.time });
}

const aheadBy = (clock: Clock, seconds: number, more: Partial<KeyRingOptions>): KeyRing =>
  ringAt(clock, { ...more, now: () => new Date((clock.time + seconds) * 1000) });

describe("a process 70 years ahead", () => {
  it("changes nothing, says so, and the others rotate as if it were not there", async () => {
    const clock = startClock();
    const store = clockedStore(clock);
    const ring = ringAt(clock, { store });
    const token = await sign({}, ring, { ...expected, now: clock.now });
    const before = store.stored();

    const wrong = aheadBy(clock, 70 * years, { store });
    expect(await codeOf(() => wrong.refresh())).toBe("store_unavailable");
    expect(store.stored()).toEqual(before);
    expect(wrong.state.lastError?.message).toBe(
      `the key ring was not changed: the clock of this process is ${70 * years} s ahead of the store's, ${clockTolerance} s are allowed (clockTolerance)`,
    );
    expect(wrong.state.version).toBe(1);
    expect(await codeOf(() => wrong.current())).toBe("store_unavailable");
    expect(await codeOf(() => wrong.withdraw(ring.state.keys[0]!.kid))).toBe("store_unavailable");
    expect(store.stored()).toEqual(before);

    await ring.refresh();
    expect(ring.state.lastError).toBeUndefined();
    expect(await codeOf(() => verify(token, ring, { ...expected, now: clock.now }))).toBe("accepted");
    const {
      next: [second],
    } = phases(ring);
    clock.time += hour;
    await ring.refresh();
    expect(phases(ring)).toMatchObject({ current: [second], next: [expect.any(String)] });
  });

  it("makes no ring either, where there is none", async () => {
    const clock = startClock();
    const store = clockedStore(clock);
    for (const seconds of [70 * years, -70 * years])
      expect(await codeOf(() => aheadBy(clock, seconds, { store }).current())).toBe("store_unavailable");
    expect(store.stored()).toBeUndefined();
  });

  it("goes on once its clock is set", async () => {
    const clock = startClock();
    const store = clockedStore(clock);
    let ahead = 70 * years;
    const states: (string | undefined)[] = [];
    const ring = ringAt(clock, {
      store,
      now: () => new Date((clock.time + ahead) * 1000),
      onRefresh: ({ lastError }) => states.push(lastError?.message),
    });
    await errorOf(() => ring.refresh());
    ahead = 0;
    expect((await ring.current()).alg).toBe("ES256");
    expect(states).toEqual([expect.stringContaining("ahead of"), undefined]);
  });

  it("over a store without a clock decides for all: the docblock of `time` says so", async () => {
    const clock = startClock();
    const store = watchedStore();
    await ringAt(clock, { store }).refresh();
    await aheadBy(clock, 70 * years, { store }).refresh();
    expect(store.stored()?.version).toBe(2);
  });
});

describe("how far apart clocks may be", () => {
  it.each([
    [clockTolerance, "accepted"],
    [clockTolerance + 1, "store_unavailable"],
    [-clockTolerance, "accepted"],
    [-clockTolerance - 1, "store_unavailable"],
  ])("%i s ahead: %s", async (ahead, outcome) => {
    const clock = startClock();
    expect(await codeOf(() => aheadBy(clock, ahead, { store: clockedStore(clock) }).refresh())).toBe(outcome);
  });

  it("a store that is slow to say its time is not taken for one whose clock is wrong", async () => {
    const clock = startClock();
    const store = clockedStore(clock);
    store.time = () => {
      const { time } = clock;
      clock.time += 10 * minute;
      return time;
    };
    expect(await codeOf(() => ringAt(clock, { store }).refresh())).toBe("accepted");
  });

  it("within what is allowed, no public half is dropped and no private one before the store's clock says so too", async () => {
    const clock = startClock();
    const store = clockedStore(clock);
    const ring = ringAt(clock, { store });
    await ring.refresh();
    const [first] = await kidsOf(ring);
    clock.time += hour;
    await ring.refresh();
    const recordOf = (): Map<string, boolean> => {
      const { keys } = JSON.parse(store.stored()!.record) as { keys: { kid: string; privateJwk?: object }[] };
      return new Map(keys.map(({ kid, privateJwk }) => [kid, privateJwk !== undefined]));
    };
    const ahead = aheadBy(clock, clockTolerance, { store });
    const withdrawNext = async (): Promise<void> => {
      await ahead.refresh();
      await ahead.withdraw(ahead.state.keys.at(-1)!.kid);
    };
    // The tokens of the first key are over by the clock that is ahead, and not yet by the store's.
    clock.time += retainFor + clockTolerance - 30;
    await withdrawNext();
    expect(recordOf().get(first!)).toBe(false);
    clock.time += 31;
    await withdrawNext();
    expect(recordOf().has(first!)).toBe(false);
    // The second key signs no longer by the clock that is ahead, and still does by the store's.
    const {
      current: [second],
    } = phases(ring);
    clock.time += hour - retainFor - clockTolerance - 31;
    await ahead.refresh();
    expect(recordOf().size).toBe(3);
    expect(recordOf().get(second!)).toBe(true);
  });
});

it.each([NaN, Infinity, "1800000000", null, {}])("a time of %o is none, and nothing is written", async (answer) => {
  const store = clockedStore(startClock());
  store.time = () => answer as number;
  expect(await codeOf(() => ringAt(startClock(), { store }).refresh())).toBe("store_unavailable");
  expect(store.calls.save).toBe(0);
  expect(
    await codeOf(() => createKeyRing({ ...options, store: { ...store, time: 5 } as unknown as KeyRingStore })),
  ).toBe("invalid_argument");
});

describe("in a folder, the time of a new file counts", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), "mintmark-ring-clock-"));
  });
  afterAll(async () => {
    await fs.rm(folder, { recursive: true });
  });

  it("a process 70 years ahead leaves the folder as it is; nothing is left of the file", async () => {
    const store = fileKeyRingStore(join(folder, "ring"), fs);
    expect(Math.abs((await store.time()) - Date.now() / 1000)).toBeLessThan(5);
    const ring = createKeyRing({ ...options, store });
    const token = await sign({}, ring, expected);
    const wrong = createKeyRing({ ...options, store, now: () => new Date(Date.now() + 70 * years * 1000) });
    expect(String(await errorOf(() => wrong.refresh()))).toContain("ahead of the store's");
    expect(await fs.readdir(join(folder, "ring"))).toEqual(["1"]);
    await ring.refresh();
    expect(await codeOf(() => verify(token, ring, expected))).toBe("accepted");
  });
});

describe("a clock that is set back", () => {
  it("makes what is known no younger: staleIfError is over when nobody knows how long ago it was", async () => {
    const clock = startClock();
    const store = watchedStore();
    const ring = ringAt(clock, { store, staleIfError: "1h" });
    const key = await ring.current();
    store.broken = { load: () => Promise.reject(new Error("down")) };
    clock.time -= 400 * 24 * hour; // set back, and then 300 days go by
    clock.time += 300 * 24 * hour;
    const token = await sign({}, key, { ...expected, now: clock.now });
    expect(await codeOf(() => verify(token, ring, { ...expected, now: clock.now }))).toBe("store_unavailable");
    expect(await codeOf(() => ring.current())).toBe("store_unavailable");
    expect(await codeOf(() => ring.selectSync({ alg: "ES256" }))).toBe("store_unavailable");
  });

  it("with the system's own clock, the monotonic one goes on counting", async () => {
    const store = watchedStore();
    let elapsed = 0;
    const start = Date.now();
    const [system, monotonic] = [vi.spyOn(Date, "now"), vi.spyOn(performance, "now")];
    try {
      system.mockImplementation(() => start);
      monotonic.mockImplementation(() => 1000 * elapsed);
      const ring = createKeyRing({ ...options, store, staleIfError: "1h", storeTimeout: 1 });
      await ring.refresh();
      store.broken = { load: () => Promise.reject(new Error("down")) };
      system.mockImplementation(() => start - 30 * minute * 1000);
      elapsed = 30 * minute;
      expect(ring.selectSync({ alg: "ES256" })).toHaveLength(2);
      elapsed = hour + 1;
      expect(await codeOf(() => ring.select({ alg: "ES256" }))).toBe("store_unavailable");
    } finally {
      system.mockRestore();
      monotonic.mockRestore();
    }
  });
});

describe("a store is believed when it shows what it says", () => {
  it.each<[string, (store: WatchedStore) => Partial<KeyRingStore>]>([
    [
      "takes every version",
      (store) => ({
        save: (record, version) => {
          store.replace({ record, version });
          return true;
        },
      }),
    ],
    [
      "keeps nothing",
      () => ({
        save: (() => {
          let first = true;
          return () => [first, (first = false)][0]!;
        })(),
        load: () => undefined,
      }),
    ],
    [
      "keeps another record",
      (store) => ({
        save: (record, version) => {
          if (store.stored() !== undefined) return false;
          store.replace({ record: record.replace("default", "Default"), version });
          return true;
        },
      }),
    ],
  ])("one that %s is store_unavailable, and no key of it signs", async (_what, lie) => {
    const store = watchedStore();
    store.broken = lie(store);
    const ring = ringAt(startClock(), { store });
    expect(await codeOf(() => ring.current())).toBe("store_unavailable");
    expect(ring.state.version).toBe(0);
    expect(ring.state.lastError?.message).toMatch(/save\(\)/);
  });
});
