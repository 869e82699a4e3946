/**
 * The schedule of a ring: the key that signs, those that are published, and those that come next. All of it depends on the record
 * and the time alone.
 *
 * A key is in the record for `publishAhead` before it signs. It signs until its successor does. It stays for the life of
 * the last token it signed. The times are written down when they are decided, so that every process reads the same ones
 * whatever its own clock and options say.
 */

import type { Jwk } from "../keys/jwk.ts";
import type { RingKey } from "./record.ts";

/** Spans of time, in seconds. */
export interface RingTimes {
  readonly rotateEvery: number;
  /** The shortest time from when a key is written to when it signs. */
  readonly lead: number;
  readonly retainFor: number;
  /** The largest difference between clocks. */
  readonly tolerance: number;
}

/** The current time by the clocks of this process and of the store, whichever is behind and whichever is ahead. Seconds. */
export interface ClockReading {
  /** By the clock that is behind: nothing is removed earlier. */
  readonly earliest: number;
  /** By the clock that is ahead: the waiting time of new keys begins here. */
  readonly latest: number;
}

/** A new key that has no place in a ring yet. */
export interface NewKey {
  readonly kid: string;
  readonly publicJwk: Jwk;
  readonly privateJwk: Jwk;
}

/** Returns the key that signs now. */
export function signingKey<Key extends RingKey>(keys: readonly Key[], now: number): Key | undefined {
  const able = keys.filter(({ privateJwk }) => privateJwk !== undefined);
  // Where a clock is late, the key it asks for may have lost its private half to one that is early.
  return able.filter(({ signsFrom }) => signsFrom <= now).at(-1) ?? able[0];
}

/** Returns the keys that verify now: the next one, the one that signs, and those whose last token may still be good. */
export function publishedKeys<Key extends RingKey>(
  keys: readonly Key[],
  now: number,
  tolerance: number,
): readonly Key[] {
  return keys.filter((key) => key === keys.at(-1) || now < key.signsUntil + key.retainFor + tolerance);
}

/** Returns the time from which there is no next key, unless the record changes. */
export function dueFrom(keys: readonly RingKey[]): number {
  return Math.max(...keys.map(({ signsFrom }) => signsFrom));
}

/** Returns the time until which no other key signs. Only a withdrawal makes another key sign sooner. */
export function knownUntil(keys: readonly RingKey[]): number {
  return Math.max(...keys.map(({ signsUntil }) => signsUntil));
}

/** Counts the keys that are missing, of the one that signs and the next. */
export function missingKeys(keys: readonly RingKey[], now: number): number {
  return keys.length === 0 ? 2 : now < dueFrom(keys) ? 0 : 1;
}

/** Returns whether the record has to change now: a key is missing, or one may sign tokens that live longer than it would be kept for. */
export function isDue(keys: readonly RingKey[], now: number, { retainFor }: RingTimes): boolean {
  return missingKeys(keys, now) > 0 || keys.some((key) => key.privateJwk !== undefined && key.retainFor < retainFor);
}

/** Returns the keys after the missing ones are added and the expired ones removed. */
export function advance(
  keys: readonly RingKey[],
  added: readonly NewKey[],
  now: ClockReading,
  times: RingTimes,
): readonly RingKey[] {
  const last = keys.at(-1);
  const kept = publishedKeys(keys, now.earliest, times.tolerance).map((key) =>
    key === last || now.earliest < key.signsUntil
      ? { ...key, retainFor: Math.max(key.retainFor, times.retainFor) }
      : withoutPrivate(key),
  );
  return appendAll(kept, added, now, times);
}

/** Returns the keys without one that leaked. The next key, which is published already, takes the place of the one that signs. */
export function withdraw(
  keys: readonly RingKey[],
  kid: string,
  added: readonly NewKey[],
  now: ClockReading,
  times: RingTimes,
): readonly RingKey[] {
  const rest = keys.filter((key) => key.kid !== kid);
  const from = now.earliest;
  const signs = rest.some(({ privateJwk, signsFrom }) => privateJwk !== undefined && signsFrom <= from);
  const promoted = signs
    ? rest
    : rest.map((key) =>
        key === rest.at(-1) ? { ...key, signsFrom: from, signsUntil: from + times.rotateEvery } : key,
      );
  return appendAll(promoted, added, now, times);
}

/** Appends new keys. Each becomes the last, and sets the time at which the one before it ends. */
function appendAll(
  keys: readonly RingKey[],
  added: readonly NewKey[],
  { earliest, latest }: ClockReading,
  { rotateEvery, lead, retainFor }: RingTimes,
): readonly RingKey[] {
  const list = [...keys];
  for (const key of added) {
    const last = list.pop();
    const signsFrom = last === undefined ? earliest : Math.max(last.signsUntil, latest + lead);
    if (last !== undefined) list.push({ ...last, signsUntil: signsFrom });
    list.push({ ...key, signsFrom, signsUntil: signsFrom + rotateEvery, retainFor });
  }
  return list;
}

function withoutPrivate({ kid, signsFrom, signsUntil, retainFor, publicJwk }: RingKey): RingKey {
  return { kid, signsFrom, signsUntil, retainFor, publicJwk };
}
