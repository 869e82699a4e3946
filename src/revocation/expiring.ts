/** Keys that are forgotten when their time is over, and never before: bounded, without a timer, in constant time. */

import { UnavailableError } from "../errors.ts";

export interface ExpiringKeys {
  has(key: string): boolean;
  /**
   * Keeps the key for so many seconds, and never shorter than was said before. `true`: it was not there.
   *
   * @throws UnavailableError `store_unavailable`: full, and nothing has expired.
   */
  add(key: string, ttlSeconds: number): boolean;
}

/** How many expired keys a new one makes room for at most, so that no caller waits while a million are forgotten. */
const share = 16;

/** `now` gives seconds since 1970. `forgotten` hears of each key that is dropped. */
export function expiringKeys(max: number, now: () => number, forgotten?: (key: string) => void): ExpiringKeys {
  /** Until which second each key is kept. */
  const kept = new Map<string, number>();
  /** The keys that may go in a second. Every key is in one of the lists, here or in `overdue`. */
  const due = new Map<number, string[]>();
  const overdue: string[][] = [];
  /** The lists up to this second are overdue. */
  let passed = -Infinity;

  function schedule(key: string, second: number): void {
    const list = due.get(second);
    if (list === undefined) due.set(second, [key]);
    else list.push(key);
  }

  /** A clock that is set back finds every list up to then gone, and comes by the later ones again. */
  function advance(second: number): void {
    // Few seconds have passed, or few lists are there.
    const candidates = second - passed < due.size ? secondsBetween(passed + 1, second) : due.keys();
    for (const at of candidates) {
      const list = at <= second ? due.get(at) : undefined;
      if (list === undefined) continue;
      due.delete(at);
      overdue.push(list);
    }
    passed = second;
  }

  function makeRoom(second: number): void {
    advance(second);
    for (let done = 0; done < share || kept.size >= max; done++) {
      const key = overdue.at(-1)?.pop();
      if (key === undefined) {
        if (overdue.pop() === undefined) return;
        continue;
      }
      const until = kept.get(key) ?? 0;
      if (until > second) {
        schedule(key, until);
      } else {
        kept.delete(key);
        forgotten?.(key);
      }
    }
  }

  return {
    has: (key) => (kept.get(key) ?? 0) > now(),
    add(key, ttlSeconds) {
      const time = now();
      makeRoom(Math.floor(time));
      const before = kept.get(key);
      if (before === undefined && kept.size >= max)
        throw new UnavailableError("store_unavailable", `the store is full: ${max} entries, none expired`);
      const until = Math.ceil(time + ttlSeconds);
      if (before === undefined) schedule(key, until);
      kept.set(key, Math.max(until, before ?? until));
      return !((before ?? 0) > time);
    },
  };
}

function* secondsBetween(first: number, last: number): Generator<number> {
  for (let second = first; second <= last; second++) yield second;
}
