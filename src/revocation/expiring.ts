/** A set of keys that expire, and are never dropped before: bounded, without a timer, in amortized constant time. */

import { UnavailableError } from "../errors.ts";
import { issuerIn } from "./contract.ts";

/** A bounded set of keys that expire. */
export interface ExpiringKeys {
  /** Reports whether the key is there and has not expired. */
  readonly has: (key: string) => boolean;
  /**
   * Keeps the key for so many seconds, or until the time of an earlier call if that is later. Returns `true` if it was not there.
   *
   * @throws UnavailableError `store_unavailable`: the set is full, and nothing has expired.
   */
  add(key: string, ttlSeconds: number): boolean;
}

/** Limits of a set. */
export interface ExpiringKeysLimits {
  /** Maximum number of keys, of one issuer and in all. Issuers that come when it is reached have shares beyond it. */
  readonly max: number;
  /** Maximum number of bytes in keys, two per character, with the same shares. */
  readonly maxBytes: number;
}

/** Maximum number of expired keys dropped per call, so that no caller waits while a million are dropped. */
const maxDroppedAtOnce = 16;

/** Number and size of keys, in all or of one issuer. */
interface Usage {
  keys: number;
  bytes: number;
}

/** Creates a set. `now` returns seconds. `onExpired` is called with each dropped key. */
export function expiringKeys(
  limits: ExpiringKeysLimits,
  now: () => number,
  onExpired?: (key: string) => void,
): ExpiringKeys {
  /** Second until which each key is kept. */
  const kept = new Map<string, number>();
  /** Keys that may expire, by second. Every key is in exactly one list, here or in `overdue`. */
  const due = new Map<number, string[]>();
  const overdue: string[][] = [];
  /** Lists up to this second are overdue. */
  let passed = -Infinity;
  const total: Usage = { keys: 0, bytes: 0 };
  const byIssuer = new Map<string, Usage>();

  function schedule(key: string, second: number): void {
    const list = due.get(second);
    if (list === undefined) due.set(second, [key]);
    else list.push(key);
  }

  /** Moves the lists up to a second to the overdue ones. If the clock is set back, later lists are visited again. */
  function advance(second: number): void {
    // Visit whichever is fewer: the seconds that have passed, or the lists.
    const candidates = second - passed < due.size ? secondsBetween(passed + 1, second) : due.keys();
    for (const at of candidates) {
      const list = at <= second ? due.get(at) : undefined;
      if (list === undefined) continue;
      due.delete(at);
      overdue.push(list);
    }
    passed = second;
  }

  /** Drops a few expired keys, or as many as needed to make room. */
  function makeRoom(second: number, hasRoom: () => boolean): void {
    advance(second);
    for (let done = 0; done < maxDroppedAtOnce || !hasRoom(); done++) {
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
        count(key, issuerIn(key), -1);
        onExpired?.(key);
      }
    }
  }

  function count(key: string, issuer: string, change: 1 | -1): void {
    const own = byIssuer.get(issuer) ?? { keys: 0, bytes: 0 };
    for (const usage of [total, own]) {
      usage.keys += change;
      usage.bytes += change * bytesOf(key);
    }
    if (own.keys === 0) byIssuer.delete(issuer);
    else byIssuer.set(issuer, own);
  }

  /**
   * Reports whether a key fits. One issuer may fill the set. Once it is full, every other issuer still has a share, so that one
   * that signs too many tokens does not block the others; together, these shares at most double the size.
   */
  function fits(key: string, issuer: string): boolean {
    const own = byIssuer.get(issuer);
    const issuers = byIssuer.size + (own === undefined ? 1 : 0);
    const within = (all: number, its: number, more: number, limit: number): boolean =>
      all + more <= limit || (its + more <= limit / issuers && all + more <= 2 * limit);
    return (
      within(total.keys, own?.keys ?? 0, 1, limits.max) &&
      within(total.bytes, own?.bytes ?? 0, bytesOf(key), limits.maxBytes)
    );
  }

  return {
    has: (key) => (kept.get(key) ?? 0) > now(),
    add(key, ttlSeconds) {
      const time = now();
      const issuer = issuerIn(key);
      makeRoom(Math.floor(time), () => kept.has(key) || fits(key, issuer));
      const before = kept.get(key);
      if (before === undefined && !fits(key, issuer))
        throw new UnavailableError("store_unavailable", `the store is full: ${total.keys} entries, none expired`);
      const until = Math.ceil(time + ttlSeconds);
      if (before === undefined) {
        schedule(key, until);
        count(key, issuer, 1);
      }
      kept.set(key, Math.max(until, before ?? until));
      return !((before ?? 0) > time);
    },
  };
}

function bytesOf(key: string): number {
  return key.length * 2;
}

function* secondsBetween(first: number, last: number): Generator<number> {
  for (let second = first; second <= last; second++) yield second;
}
