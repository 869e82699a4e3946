/** A key set as it was read from a document, and how long it is good (RFC 9111 §4.2). Times and spans are seconds. */

import { own, parseJsonObject } from "../encoding/json.ts";
import { failure } from "./fetch.ts";
import { readKeySet, type KeySet } from "./key-set.ts";
import type { KeySetRules } from "./rules.ts";

/** A document, when the issuer was asked for it, and for how long it is called fresh, if anybody says so. */
export interface Stored {
  readonly text: string;
  readonly fetchedAt: number;
  readonly maxAge: number | undefined;
}

export interface Held extends Stored {
  readonly set: KeySet;
  /** When the issuer was asked, on the clock that measures spans. */
  readonly since: number;
  /** How long from `fetchedAt` the keys are used without question. */
  readonly maxAge: number;
}

/** How documents are read, and how long they may be used. */
export interface Limits {
  readonly rules: KeySetRules;
  readonly cooldown: number;
  readonly maxAge: number;
}

/** More keys than any issuer publishes: each is looked at when the set is read. */
const maxKeys = 1000;

/**
 * Reads a document. The text that is held already gives the keys that are held already, so that verifiers' caches stay good.
 * An issuer may shorten `maxAge`, but not below the cooldown.
 */
export function hold(
  url: URL,
  { text, fetchedAt, maxAge: stated }: Stored,
  since: number,
  { rules, cooldown, maxAge }: Limits,
  before: Held | undefined,
): Held {
  const set = before?.text === text ? before.set : readKeySet(readKeys(url, text), rules);
  return { text, fetchedAt, since, set, maxAge: Math.min(maxAge, Math.max(cooldown, stated ?? maxAge)) };
}

function readKeys(url: URL, text: string): readonly unknown[] {
  const keys = own(parseJsonObject(text) ?? {}, "keys");
  if (!Array.isArray(keys) || keys.length > maxKeys)
    throw failure(url, `expected a JSON object with a list \`keys\` of at most ${maxKeys}`, "jwks_invalid");
  return keys;
}
