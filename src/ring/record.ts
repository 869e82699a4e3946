/** What a key ring remembers: its keys with the times they sign, and the names of those that were withdrawn. */

import { isObject, parseJsonObject } from "../encoding/json.ts";
import type { Jwk } from "../keys/jwk.ts";

/** A key of a ring. Times are seconds since 1970. */
export interface RingKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** From when it signs. */
  readonly signsFrom: number;
  /** Until when it signs. Of the last key the earliest such time: it signs until it has a successor. */
  readonly signsUntil: number;
  /** The longest life, in seconds, of a token it signs. */
  readonly retainFor: number;
  readonly publicJwk: Jwk;
  /** Gone once another key has taken over. */
  readonly privateJwk?: Jwk;
}

/** A key ring as it is stored. */
export interface RingRecord {
  /** Which ring this is. */
  readonly name: string;
  /** The JOSE name of the ring's algorithm. */
  readonly alg: string;
  /** One more with every change, from 1 on. */
  readonly version: number;
  /** In the order in which they sign: retired ones, the current one, the next one. */
  readonly keys: readonly RingKey[];
  /** The `kid`s that must never be accepted again. */
  readonly withdrawn: readonly string[];
}

/** The record that a JSON text spells, or `undefined`. The keys themselves are checked when they are imported. */
export function parseRecord(text: string): RingRecord | undefined {
  const { name, alg, version, keys, withdrawn } = parseJsonObject(text) ?? {};
  const complete =
    isText(name) &&
    isText(alg) &&
    isVersion(version) &&
    Array.isArray(keys) &&
    keys.length > 0 &&
    Array.isArray(withdrawn);
  if (!complete || !keys.every(isRingKey) || !withdrawn.every(isText)) return undefined;
  return new Set(keys.map(({ kid }) => kid)).size === keys.length ? { name, alg, version, keys, withdrawn } : undefined;
}

/** Versions count from 1. */
export function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isRingKey(value: unknown): value is RingKey {
  if (!isObject(value)) return false;
  const { kid, signsFrom, signsUntil, retainFor, publicJwk, privateJwk } = value;
  return (
    isText(kid) &&
    [signsFrom, signsUntil, retainFor].every(Number.isFinite) &&
    isObject(publicJwk) &&
    (privateJwk === undefined || isObject(privateJwk))
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
