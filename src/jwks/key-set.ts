/**
 * The keys of a JWK Set (RFC 7517 §5) that may verify: each is bound to one algorithm and, where one is named, to its issuer.
 * A key is read, decoded and imported when it is first a candidate: a set of a thousand keys costs what the keys in use cost. A key
 * that cannot be used is passed over, and the reason kept: one bad key never kills the set.
 */

import { isObject } from "../encoding/json.ts";
import { JwtError, UnavailableError } from "../errors.ts";
import { sharesPromises } from "../base/platform.ts";
import type { KeySource, VerifyingKey } from "../keys/key.ts";
import { maxCandidates, noKeyFor, tooManyKeys } from "../keys/select.ts";
import {
  importCandidate,
  importCandidateSync,
  isUsable,
  nameOf,
  readEntry,
  reasonOf,
  type Candidate,
  type Entry,
  type Refusal,
} from "./entry.ts";
import { fittingAlgorithms, mayShareKeys, type KeySetRules } from "./rules.ts";

/** A key of a set that is not used, and the reason: not for signatures, of another algorithm, private, malformed… */
export interface PassedOverKey {
  /** Its place in the set's `keys`, from 0. */
  readonly index: number;
  /** Its `kid`, as it stands in the set. */
  readonly kid: string | undefined;
  /** The reason in a few words, for a log. */
  readonly reason: string;
}

/** A key of a set that is used although it is not written as RFC 7518 says. */
export interface CorrectedKey {
  /** Its place in the set's `keys`, from 0. */
  readonly index: number;
  /** Its `kid`, as it stands in the set. */
  readonly kid: string | undefined;
  /** The members that were corrected and how, such as `n: leading zero octets dropped`. */
  readonly correction: string;
}

export type Wanted = Parameters<KeySource["select"]>[0];

/** The keys of a document, ready to be selected from. */
export interface KeySet {
  /** No keys at all, good or bad. */
  readonly isEmpty: boolean;
  /** Counts the keys that are used. Like the two lists below, this decodes every key. */
  size(): number;
  passedOver(): readonly PassedOverKey[];
  /** `undefined` where every key is written as it should be. */
  corrected(): readonly CorrectedKey[] | undefined;
  /** Returns whether there are keys for a header. */
  has(wanted: Wanted): boolean;
  /** Returns the keys for a header: a promise where one of them has still to be imported. */
  readonly select: (wanted: Wanted) => readonly VerifyingKey[] | Promise<readonly VerifyingKey[]>;
  /** Returns the keys for a header at once. */
  readonly selectSync: (wanted: Wanted) => readonly VerifyingKey[];
  /**
   * Returns the error for a token whose key is in the set but cannot be used: `jwks_invalid` if the key is malformed,
   * `key_not_found` if it is meant for something else.
   */
  readonly explain: (wanted: Wanted) => JwtError | UnavailableError | undefined;
}

/** A `kid`; `undefined` for the keys without one, `null` for the keys of every name. */
type Name = string | undefined | null;

/** The keys that one header leads to. */
interface Group {
  readonly alg: string;
  /** Their places in the set. */
  readonly indexes: readonly number[];
  /** The keys, once each was imported. */
  keys?: readonly VerifyingKey[];
}

/** Reads a set that the caller holds, and copies it: what is checked later is what was given, whatever the caller does to it meanwhile. */
export function copyKeySet(jwks: readonly unknown[], rules: KeySetRules): KeySet {
  const unreadable = new Map<number, Entry>();
  // Not map(): it passes over the holes of a sparse list.
  const copies = Array.from(jwks, (jwk, index) => {
    try {
      return copyJwk(jwk);
    } catch (error) {
      const refused = { reason: reasonOf(error), isBroken: true, algs: undefined };
      unreadable.set(index, { index, kid: undefined, candidates: [], refused });
      return undefined;
    }
  });
  if (mayShareKeys(rules)) for (const jwk of copies) refuseShared(jwk, rules);
  return readKeySet(copies, rules, unreadable);
}

/** Reads a set that nobody else holds. `known`: entries that are read already. */
export function readKeySet(
  jwks: readonly unknown[],
  rules: KeySetRules,
  known: ReadonlyMap<number, Entry> = new Map(),
): KeySet {
  const entries = new Map(known);
  const groups = new Map(rules.definitions.map(({ name }) => [name, new Map<Name, Group>()]));
  let indexesByName: ReadonlyMap<Name, readonly number[]> | undefined;

  function entryAt(index: number): Entry {
    const entry = entries.get(index) ?? readEntry(jwks[index], index, rules);
    entries.set(index, entry);
    return entry;
  }

  const allEntries = (): readonly Entry[] => Array.from(jwks, (_, index) => entryAt(index));

  function indexesOf(name: Name): readonly number[] {
    if (name === null) return [...jwks.keys()];
    indexesByName ??= indexByName(jwks);
    return indexesByName.get(name) ?? [];
  }

  /** Caches the groups, and so their keys. An unknown name gets no group, since tokens could fill the cache with invented names. */
  function groupOf(alg: string, name: Name): Group | undefined {
    const byName = groups.get(alg);
    const kept = byName?.get(name);
    if (kept !== undefined || byName === undefined) return kept;
    const indexes = indexesOf(name);
    if (indexes.length === 0) return undefined;
    const group = { alg, indexes };
    byName.set(name, group);
    return group;
  }

  /** Returns the first `limit` usable keys of a group. */
  function usableOf({ alg, indexes }: Group, limit: number): readonly Candidate[] {
    const usable: Candidate[] = [];
    for (const index of indexes) {
      const one = entryAt(index).candidates.find(({ definition }) => definition.name === alg);
      if (one !== undefined && isUsable(one)) usable.push(one);
      if (usable.length === limit) break;
    }
    return usable;
  }

  const ifUsable = (group: Group | undefined): Group | undefined =>
    group !== undefined && (group.keys !== undefined || usableOf(group, 1).length > 0) ? group : undefined;

  /** Finds the keys for a header: those that carry its `kid`, else those without one; all where it has no `kid`. */
  function find({ alg, kid }: Wanted): Group | undefined {
    return ifUsable(groupOf(alg, kid ?? null)) ?? ifUsable(groupOf(alg, undefined));
  }

  function toTry(group: Group): readonly Candidate[] {
    const usable = usableOf(group, maxCandidates + 1);
    if (usable.length > maxCandidates) throw tooManyKeys();
    return usable;
  }

  /** Returns the keys of a group, unless one of them has just turned out to be of no use. */
  function keysOf(group: Group, candidates: readonly Candidate[]): readonly VerifyingKey[] | undefined {
    if (!candidates.every(isUsable)) return undefined;
    const keys = Object.freeze(candidates.flatMap(({ made }) => made?.key ?? []));
    if (candidates.every(({ isImported }) => isImported === true)) group.keys = keys;
    return keys;
  }

  async function importAll(group: Group, wanted: Wanted): Promise<readonly VerifyingKey[]> {
    const candidates = toTry(group);
    // On edge runtimes a promise must not be shared between requests.
    const importOne = sharesPromises() ? (one: Candidate) => (one.importing ??= importCandidate(one)) : importCandidate;
    await Promise.all(candidates.map(importOne));
    return keysOf(group, candidates) ?? select(wanted);
  }

  function select(wanted: Wanted): readonly VerifyingKey[] | Promise<readonly VerifyingKey[]> {
    const group = find(wanted);
    return group === undefined ? [] : (group.keys ?? importAll(group, wanted));
  }

  function selectSync(wanted: Wanted): readonly VerifyingKey[] {
    const group = find(wanted);
    if (group?.keys !== undefined) return group.keys;
    if (group === undefined) return [];
    const candidates = toTry(group);
    candidates.forEach(importCandidateSync);
    return keysOf(group, candidates) ?? selectSync(wanted);
  }

  function explain(wanted: Wanted): JwtError | UnavailableError | undefined {
    const { alg, kid } = wanted;
    const lists = [kid ?? null, undefined].map((name) => passedOverFor(alg, indexesOf(name).map(entryAt)));
    const passedOver = lists.find((list) => list.length > 0);
    if (passedOver === undefined) return undefined;
    const shown = passedOver
      .slice(0, 3)
      .map(({ index, reason }) => `key ${index} of the set is passed over, ${reason}`);
    const more = passedOver.length > 3 ? [`and ${passedOver.length - 3} more`] : [];
    const message = `${noKeyFor(kid)}: ${[...shown, ...more].join("; ")}`;
    const isBroken = passedOver.some((one) => one.isBroken && one.algs?.includes(alg) !== false);
    return isBroken ? new UnavailableError("jwks_invalid", message) : new JwtError("key_not_found", message);
  }

  return {
    isEmpty: jwks.length === 0,
    has: (wanted) => find(wanted) !== undefined,
    select,
    selectSync,
    explain,
    size() {
      return allEntries().filter((entry) => faultOf(entry) === undefined).length;
    },
    passedOver() {
      return allEntries().flatMap((entry) => {
        const fault = faultOf(entry);
        return fault === undefined ? [] : [{ index: entry.index, kid: entry.kid, reason: fault.reason }];
      });
    },
    corrected() {
      const list = allEntries().flatMap(({ index, kid, candidates }) => {
        const found = candidates.filter(isUsable).map(({ checked }) => checked?.corrections ?? []);
        const [corrections] = found.filter(({ length }) => length > 0);
        return corrections === undefined ? [] : [{ index, kid, correction: corrections.join(", ") }];
      });
      return list.length === 0 ? undefined : list;
    },
  };
}

/** Copies a key one level deep, and the one list that decides its use. */
function copyJwk(jwk: unknown): unknown {
  if (!isObject(jwk)) return undefined;
  const copy = { ...jwk };
  if (Array.isArray(copy["key_ops"])) copy["key_ops"] = [...(copy["key_ops"] as readonly unknown[])];
  return copy;
}

/** Refuses a key that fits two signature schemes. A set that the caller holds can be mended, so that is an error there. */
function refuseShared(jwk: unknown, rules: KeySetRules): void {
  try {
    if (isObject(jwk)) fittingAlgorithms(jwk, rules);
  } catch (error) {
    if ((error as { code?: unknown }).code === "invalid_argument") throw error;
  }
}

function indexByName(jwks: readonly unknown[]): ReadonlyMap<Name, readonly number[]> {
  const byName = new Map<Name, number[]>();
  for (let index = 0; index < jwks.length; index++) {
    const jwk = jwks[index];
    const name = isObject(jwk) ? nameOf(jwk) : undefined;
    const indexes = byName.get(name);
    if (indexes === undefined) byName.set(name, [index]);
    else indexes.push(index);
  }
  return byName;
}

interface PassedOver extends Refusal {
  readonly index: number;
}

/** Returns the keys that are not used for an algorithm, each with the first reason for that. */
function passedOverFor(wanted: string, entries: readonly Entry[]): readonly PassedOver[] {
  return entries.flatMap(({ index, candidates, refused }) => {
    const reasons = candidates.flatMap(({ definition: { name }, fault }): Refusal[] => {
      if (name !== wanted) return [{ reason: `it is for ${name}`, isBroken: false, algs: [name] }];
      return fault === undefined ? [] : [{ ...fault, algs: [name] }];
    });
    const first = refused ?? reasons[0];
    return first === undefined ? [] : [{ ...first, index }];
  });
}

/** Returns the reason why a key is passed over: it cannot be used, or not with one of its algorithms. */
function faultOf({ candidates, refused }: Entry): { readonly reason: string } | undefined {
  return refused ?? candidates.find((one) => !isUsable(one))?.fault;
}
