/** A key set as it was read from a document, and how long it is good (RFC 9111 §4.2). Times and spans are seconds. */

import { own, parseJsonObject } from "../encoding/json.ts";
import { fetchFailure } from "./fetch.ts";
import { readKeySet, type KeySet } from "./key-set.ts";
import type { KeySetRules } from "./rules.ts";

/** A document, and when it was fetched. */
export interface StoredDocument {
  readonly text: string;
  /** The time at which the issuer was asked, in seconds since 1970. */
  readonly fetchedAt: number;
  /** Seconds for which the issuer calls it fresh; `undefined` if it does not say. */
  readonly maxAge: number | undefined;
}

/** A document with its keys. */
export interface KeySetDocument extends StoredDocument {
  readonly set: KeySet;
  /** The time at which the issuer was asked, on the clock that never goes back. */
  readonly since: number;
  /** Seconds from then on in which the keys are used without asking again. */
  readonly maxAge: number;
}

/** Rules for reading documents, and bounds on how long they are used. */
export interface Limits {
  readonly rules: KeySetRules;
  readonly cooldown: number;
  readonly maxAge: number;
}

/** More keys than any issuer publishes. */
const maxKeys = 1000;

/**
 * Reads a document. A text that is held already keeps its key objects, so that the caches of verifiers stay good. The issuer may
 * shorten `maxAge`, but not below the cooldown.
 */
export function readDocument(
  url: URL,
  { text, fetchedAt, maxAge: stated }: StoredDocument,
  since: number,
  { rules, cooldown, maxAge }: Limits,
  held: KeySetDocument | undefined,
): KeySetDocument {
  const set = held?.text === text ? held.set : readKeySet(readKeys(url, text), rules);
  return { text, fetchedAt, since, set, maxAge: Math.min(maxAge, Math.max(cooldown, stated ?? maxAge)) };
}

function readKeys(url: URL, text: string): readonly unknown[] {
  const keys = own(parseJsonObject(text) ?? {}, "keys");
  if (!Array.isArray(keys) || keys.length > maxKeys)
    throw fetchFailure(url, `expected a JSON object with a list \`keys\` of at most ${maxKeys}`, "jwks_invalid");
  return keys;
}
