// Key rings in simulated time, and a store that can be watched and broken.
import { createKeyRing, ES256, memoryKeyRingStore } from "../../../src/index.ts";
import type { KeyRing, KeyRingOptions, KeyRingStore, StoredRing } from "../../../src/index.ts";

export const expected = { issuer: "https://issuer.example", audience: "web" };
export const minute = 60;
export const hour = 3600;

/** New key every hour, published 20 min ahead; tokens live up to 15 min; clocks up to 1 min apart; the store is asked every minute. */
export const options = { algorithm: ES256, rotateEvery: "1h", publishAhead: "20m", retainFor: "15m" } as const;
export const retainFor = 15 * minute;
export const clockTolerance = minute;
export const refreshEvery = minute;

export interface Clock {
  /** Seconds since 1970. */
  time: number;
  readonly now: () => Date;
}

export function startClock(time = 1_800_000_000): Clock {
  const clock = { time, now: () => new Date(clock.time * 1000) };
  return clock;
}

export function ringAt(clock: Clock, more: Partial<KeyRingOptions> = {}): KeyRing {
  return createKeyRing({ ...options, now: clock.now, ...more });
}

export interface WatchedStore extends KeyRingStore {
  /** How often each was called. */
  readonly calls: { load: number; save: number };
  /** What is done in place of the real thing, while it is set. */
  broken: Partial<KeyRingStore> | undefined;
  /** What is in it; it can be replaced. */
  stored(): StoredRing | undefined;
  replace(stored: StoredRing | undefined): void;
}

export function watchedStore(): WatchedStore {
  let inner = memoryKeyRingStore();
  const store: WatchedStore = {
    calls: { load: 0, save: 0 },
    broken: undefined,
    load() {
      store.calls.load++;
      return (store.broken?.load ?? inner.load)();
    },
    save(record, version) {
      store.calls.save++;
      return (store.broken?.save ?? inner.save)(record, version);
    },
    stored: () => inner.load() as StoredRing | undefined,
    replace(stored) {
      inner = memoryKeyRingStore();
      if (stored !== undefined) void inner.save(stored.record, stored.version);
    },
  };
  return store;
}

export const down: Partial<KeyRingStore> = {
  load: () => Promise.reject(Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:6379"), { code: "ECONNREFUSED" })),
  save: () => Promise.reject(new Error("write EPIPE")),
};

/** The `kid`s by phase, in order. */
export function phases(ring: KeyRing): Record<"retired" | "current" | "next", string[]> {
  const found = { retired: [] as string[], current: [] as string[], next: [] as string[] };
  for (const { kid, phase } of ring.state.keys) found[phase].push(kid);
  return found;
}

export const kidsOf = async (ring: KeyRing): Promise<string[]> => (await ring.published()).map(({ kid }) => kid!);
