/**
 * Which key of a ring signs, which are published, and what comes next: functions of the record and the time alone.
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
  /** From when a key is written to when it signs, at least. */
  readonly lead: number;
  readonly retainFor: number;
  /** How far clocks may be apart. */
  readonly tolerance: number;
}

/** The time now, by the clock that is behind and the one that is ahead: this process' and the store's. Seconds. */
export interface ClockReading {
  /** Nothing is taken away before its time has come by this one. */
  readonly earliest: number;
  /** What is added waits from this one on. */
  readonly latest: number;
}

/** A new key that has no place in a ring yet. */
export interface NewKey {
  readonly kid: string;
  readonly publicJwk: Jwk;
  readonly privateJwk: Jwk;
}

/** The key that signs now. */
export function signingKey<Key extends RingKey>(keys: readonly Key[], now: number): Key | undefined {
  const able = keys.filter(({ privateJwk }) => privateJwk !== undefined);
  // Where a clock is late, the key it asks for may have lost its private half to one that is early.
  return able.filter(({ signsFrom }) => signsFrom <= now).at(-1) ?? able[0];
}

/** The keys that verify now: the next one, the one that signs, and those whose last token may still be good. */
export function publishedKeys<Key extends RingKey>(
  keys: readonly Key[],
  now: number,
  tolerance: number,
): readonly Key[] {
  return keys.filter((key) => key === keys.at(-1) || now < key.signsUntil + key.retainFor + tolerance);
}

/** From when on there is no next key, unless the record changes. */
export function dueFrom(keys: readonly RingKey[]): number {
  return Math.max(...keys.map(({ signsFrom }) => signsFrom));
}

/** Until when nothing signs that is not among these. Only a withdrawal makes another key sign sooner. */
export function knownUntil(keys: readonly RingKey[]): number {
  return Math.max(...keys.map(({ signsUntil }) => signsUntil));
}

/** How many keys are missing: of the one that signs, and the next. */
export function missingKeys(keys: readonly RingKey[], now: number): number {
  return keys.length === 0 ? 2 : now < dueFrom(keys) ? 0 : 1;
}

/** Whether the record has to change now: a key is missing, or one may sign tokens that live longer than it would be kept for. */
export function isDue(keys: readonly RingKey[], now: number, { retainFor }: RingTimes): boolean {
  return missingKeys(keys, now) > 0 || keys.some((key) => key.privateJwk !== undefined && key.retainFor < retainFor);
}

/** The keys after what was missing is added and what is over is taken away. */
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

/** The keys without one that leaked. The next key, which is published already, takes the place of the one that signs. */
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

/** Each new key becomes the last; the one before it now knows when it ends. */
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
