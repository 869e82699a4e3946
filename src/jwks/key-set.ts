/**
 * The keys of a JWK Set (RFC 7517 §5) that may verify: each is bound to one algorithm and, where one is named, to its issuer.
 * Their form is checked when they are needed, and the runtime sees a key when it is first a candidate: a set of a thousand keys
 * costs what the keys in use cost. A key that cannot be used is passed over, and the reason kept: one bad key never kills the set.
 */

import { asymmetricDefinition, type AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { checkText, wrongArgument } from "../base/options.ts";
import { isObject, own } from "../encoding/json.ts";
import { argumentError, JwtError, quote, UnavailableError } from "../errors.ts";
import { sharesPromises } from "../base/platform.ts";
import { runAsync, runSync, type Steps } from "../base/steps.ts";
import { makePublicKey, tryPublicKey } from "../keys/bind.ts";
import type { KeySource, VerifyingKey } from "../keys/key.ts";
import {
  type CheckedJwk,
  checkUse,
  decodePublicJwk,
  invalidKey,
  type Jwk,
  kidOf,
  member,
  pickPublicJwk,
  type Reading,
  refusePrivate,
} from "../keys/jwk.ts";
import type { KeyTraits } from "../keys/key-options.ts";
import { maxCandidates, noKeyFor, tooManyKeys } from "../keys/select.ts";

/** A key of a set that is not used, and why: not for signatures, of another algorithm, private, malformed… */
export interface PassedOverKey {
  /** Its place in the set's `keys`, from 0. */
  readonly index: number;
  /** Its `kid`, as it stands in the set. */
  readonly kid: string | undefined;
  /** In a few words, for a log. */
  readonly reason: string;
}

/** A key of a set that is used although it is not written as RFC 7518 says. */
export interface CorrectedKey {
  /** Its place in the set's `keys`, from 0. */
  readonly index: number;
  /** Its `kid`, as it stands in the set. */
  readonly kid: string | undefined;
  /** What was done to which members, such as `n: leading zero octets dropped`. */
  readonly correction: string;
}

type Wanted = Parameters<KeySource["select"]>[0];

/** The keys of a document, ready to be selected from. */
export interface KeySet {
  /** No keys at all, good or bad. */
  readonly isEmpty: boolean;
  /** How many keys of the set are used. */
  readonly size: number;
  readonly passedOver: readonly PassedOverKey[];
  /** `undefined` where every key is written as it should be. */
  readonly corrected: readonly CorrectedKey[] | undefined;
  /** Returns whether there are keys for a header. */
  has(wanted: Wanted): boolean;
  /** Returns the keys for a header: a promise where one of them has still to be tried. */
  readonly select: (wanted: Wanted) => readonly VerifyingKey[] | Promise<readonly VerifyingKey[]>;
  /** As `select`, at once. */
  readonly selectSync: (wanted: Wanted) => readonly VerifyingKey[];
  /**
   * Returns what to refuse a token with for which there is no key although one was meant: `jwks_invalid` where the key is
   * malformed, `key_not_found` where it is for something else.
   */
  readonly explain: (wanted: Wanted) => JwtError | UnavailableError | undefined;
}

/** What the caller says about the keys of a set. */
export interface KeySetRules {
  readonly definitions: readonly AsymmetricDefinition[];
  readonly issuer: string | undefined;
  readonly allowSharedKeys: boolean;
  readonly reading: Reading;
}

export const ruleNames: readonly string[] = ["algorithms", "issuer", "allowSharedKeys", "lenient"];

/** Checks the options that every source of key sets has. */
export function readRules(given: Readonly<Record<string, unknown>>): KeySetRules {
  const { algorithms, allowSharedKeys = false, lenient = false } = given;
  if (!Array.isArray(algorithms) || algorithms.length === 0)
    throw wrongArgument("algorithms", "a list such as [RS256]", algorithms);
  if (typeof allowSharedKeys !== "boolean") throw wrongArgument("allowSharedKeys", "true or false", allowSharedKeys);
  if (typeof lenient !== "boolean") throw wrongArgument("lenient", "true or false", lenient);
  return {
    definitions: [...new Set(Array.from(algorithms, asymmetricDefinition))],
    issuer: "issuer" in given ? checkText(given["issuer"], "issuer") : undefined,
    allowSharedKeys,
    reading: lenient ? "lenient" : "published",
  };
}

/** A key of the set under one of the algorithms that it fits. */
interface Candidate {
  readonly index: number;
  readonly kid: string | undefined;
  readonly definition: AsymmetricDefinition;
  readonly traits: KeyTraits;
  readonly jwk: Jwk;
  /** Its members, once they were decoded. */
  checked?: CheckedJwk;
  /** Made when it is first a candidate, and kept. */
  key?: VerifyingKey;
  trial?: Promise<void>;
  isTried?: boolean;
  fault?: Fault;
}

/** Why a key is not used. */
interface Fault {
  readonly reason: string;
  /** The key is malformed, in contrast to one that is meant for something else. */
  readonly isBroken: boolean;
}

interface Refused extends Fault {
  readonly index: number;
  readonly kid: string | undefined;
  /** The algorithms that it can have been meant for; `undefined` where that cannot be told. */
  readonly algs: readonly string[] | undefined;
}

/** Keys that one header leads to. */
interface Group {
  readonly members: Candidate[];
  /** The keys, once each was tried. */
  keys?: readonly VerifyingKey[];
}

/**
 * Reads a set's `keys`: of each what it is for, and no more. `refusesShared`: a key that could be used under two signature schemes
 * is an error, instead of being passed over.
 */
export function readKeySet(jwks: readonly unknown[], rules: KeySetRules, refusesShared: boolean): KeySet {
  const refused: Refused[] = [];
  const candidates: Candidate[] = [];
  // Not forEach(): it passes over the holes of a sparse list.
  for (const [index, jwk] of Array.from(jwks).entries()) {
    let isBroken = true;
    let fitting: readonly AsymmetricDefinition[] | undefined;
    try {
      if (!isObject(jwk)) throw invalidKey("not an object");
      isBroken = false;
      fitting = fittingAlgorithms(jwk, rules);
      refusePrivate(jwk);
      checkUse(jwk, ["verify"]);
      const issuer = issuerOf(jwk, rules.issuer);
      isBroken = true;
      const kid = kidOf(jwk);
      const picked = fitting.map((definition) => ({ definition, jwk: pickPublicJwk(jwk, definition) }));
      candidates.push(...picked.map((one) => ({ ...one, index, kid, traits: { kid, issuer } })));
    } catch (error) {
      if (refusesShared && codeOf(error) === "invalid_argument") throw error;
      const kid = isObject(jwk) ? member(jwk, "kid") : undefined;
      refused.push({
        index,
        kid: typeof kid === "string" ? kid : undefined,
        algs: fitting?.map(({ name }) => name),
        reason: reasonOf(error),
        isBroken,
      });
    }
  }
  return keySetOf(jwks.length === 0, candidates, refused, rules.reading);
}

function keySetOf(
  isEmpty: boolean,
  candidates: readonly Candidate[],
  refused: readonly Refused[],
  reading: Reading,
): KeySet {
  const groups = groupCandidates(candidates);
  const refusedByKid = groupByKid(refused);

  const check = (one: Candidate): CheckedJwk | undefined => {
    if (one.checked !== undefined || one.fault !== undefined) return one.checked;
    try {
      return (one.checked = decodePublicJwk(one.jwk, one.definition, reading));
    } catch (error) {
      one.fault = { reason: reasonOf(error), isBroken: true };
      return undefined;
    }
  };
  const isUsable = (one: Candidate): boolean => check(one) !== undefined && one.fault === undefined;
  const ifUsable = (group: Group | undefined): Group | undefined =>
    group !== undefined && (group.keys !== undefined || group.members.some(isUsable)) ? group : undefined;

  /** A `kid` leads to the keys that carry it, else to those without one; no `kid` to all. */
  function find({ alg, kid }: Wanted): Group | undefined {
    const byKid = groups.get(alg);
    return ifUsable(byKid?.get(kid ?? null)) ?? ifUsable(byKid?.get(undefined));
  }

  function usableMembers({ members }: Group): readonly Candidate[] {
    const usable: Candidate[] = [];
    for (const one of members) {
      if (isUsable(one)) usable.push(one);
      if (usable.length > maxCandidates) throw tooManyKeys();
    }
    return usable;
  }

  const keyOf = (one: Candidate, checked: CheckedJwk): VerifyingKey =>
    (one.key ??= makePublicKey(checked, one.definition, one.traits));

  function* tryKey(one: Candidate, checked: CheckedJwk): Steps<void> {
    try {
      yield* tryPublicKey(keyOf(one, checked), checked, one.definition);
    } catch (error) {
      one.fault = { reason: reasonOf(error), isBroken: true };
    }
    one.isTried = true;
  }

  /** The keys of a group, unless one of them has just turned out to be of no use. */
  function keysOf(group: Group, usable: readonly Candidate[]): readonly VerifyingKey[] | undefined {
    if (!usable.every(isUsable)) return undefined;
    const keys = Object.freeze(usable.flatMap(({ key }) => key ?? []));
    if (usable.every(({ isTried }) => isTried === true)) group.keys = keys;
    return keys;
  }

  async function bind(group: Group, wanted: Wanted): Promise<readonly VerifyingKey[]> {
    const usable = usableMembers(group);
    await Promise.all(
      usable.map(async (one) => {
        if (one.isTried === true || one.checked === undefined) return undefined;
        // On edge runtimes a promise must not be shared between requests.
        const { checked } = one;
        const begin = (): Promise<void> => runAsync(() => tryKey(one, checked));
        return sharesPromises() ? (one.trial ??= begin()) : begin();
      }),
    );
    return keysOf(group, usable) ?? select(wanted);
  }

  function select(wanted: Wanted): readonly VerifyingKey[] | Promise<readonly VerifyingKey[]> {
    const group = find(wanted);
    return group === undefined ? [] : (group.keys ?? bind(group, wanted));
  }

  function selectSync(wanted: Wanted): readonly VerifyingKey[] {
    const group = find(wanted);
    if (group?.keys !== undefined) return group.keys;
    if (group === undefined) return [];
    const usable = usableMembers(group);
    for (const one of usable) {
      if (one.isTried === true || one.checked === undefined) continue;
      // A key without a synchronous form is not tried: its first use shows it.
      if (keyOf(one, one.checked).verifySync !== undefined) runSync(tryKey(one, one.checked));
    }
    return keysOf(group, usable) ?? selectSync(wanted);
  }

  function explain(wanted: Wanted): JwtError | UnavailableError | undefined {
    const { alg, kid } = wanted;
    const passedOver = [kid ?? null, undefined].map((name) => passedOverAt(name, alg)).find((list) => list.length > 0);
    if (passedOver === undefined) return undefined;
    const shown = passedOver
      .slice(0, 3)
      .map(({ index, reason }) => `key ${index} of the set is passed over, ${reason}`);
    const more = passedOver.length > 3 ? [`and ${passedOver.length - 3} more`] : [];
    const message = `${noKeyFor(kid)}: ${[...shown, ...more].join("; ")}`;
    const isBroken = passedOver.some((one) => one.isBroken && one.algs?.includes(alg) !== false);
    return isBroken ? new UnavailableError("jwks_invalid", message) : new JwtError("key_not_found", message);
  }

  function passedOverAt(kid: string | undefined | null, wanted: string): readonly Refused[] {
    const found = [...(refusedByKid.get(kid) ?? [])];
    for (const [alg, byKid] of groups) {
      for (const one of byKid.get(kid)?.members ?? []) {
        const fault = alg === wanted ? one.fault : { reason: `it is for ${alg}`, isBroken: false };
        if (fault !== undefined) found.push({ ...fault, index: one.index, kid: one.kid, algs: [alg] });
      }
    }
    return uniqueByIndex(found);
  }

  const passedOver = (): readonly Refused[] => {
    const faulty = candidates.flatMap((one): Refused[] =>
      isUsable(one) || one.fault === undefined
        ? []
        : [{ ...one.fault, index: one.index, kid: one.kid, algs: undefined }],
    );
    return uniqueByIndex([...refused, ...faulty]);
  };

  return {
    isEmpty,
    has: (wanted) => find(wanted) !== undefined,
    select,
    selectSync,
    explain,
    get size() {
      const unused = new Set(passedOver().map(({ index }) => index));
      return new Set(candidates.map(({ index }) => index).filter((index) => !unused.has(index))).size;
    },
    get passedOver() {
      return passedOver().map(({ index, kid, reason }) => ({ index, kid, reason }));
    },
    get corrected() {
      const list = candidates.flatMap((one) => {
        const corrections = isUsable(one) ? (one.checked?.corrections ?? []) : [];
        return corrections.length === 0 ? [] : [{ index: one.index, kid: one.kid, correction: corrections.join(", ") }];
      });
      return list.length === 0 ? undefined : uniqueByIndex(list);
    },
  };
}

/** By `alg`, then by `kid`; under `null` those of every `kid`. */
function groupCandidates(
  candidates: readonly Candidate[],
): ReadonlyMap<string, ReadonlyMap<string | undefined | null, Group>> {
  const byAlg = new Map<string, Map<string | undefined | null, Group>>();
  for (const one of candidates) {
    const byKid = byAlg.get(one.definition.name) ?? new Map<string | undefined | null, Group>();
    byAlg.set(one.definition.name, byKid);
    for (const name of [null, one.kid]) {
      const group = byKid.get(name) ?? { members: [] };
      byKid.set(name, group);
      group.members.push(one);
    }
  }
  return byAlg;
}

function groupByKid(refused: readonly Refused[]): ReadonlyMap<string | undefined | null, readonly Refused[]> {
  const byKid = new Map<string | undefined | null, Refused[]>([[null, [...refused]]]);
  for (const one of refused) {
    const group = byKid.get(one.kid) ?? [];
    byKid.set(one.kid, group);
    group.push(one);
  }
  return byKid;
}

/** One entry for each key of the set, in its order: a key can fit several algorithms. */
function uniqueByIndex<T extends { readonly index: number }>(list: readonly T[]): readonly T[] {
  const byIndex = new Map<number, T>();
  for (const one of list) if (!byIndex.has(one.index)) byIndex.set(one.index, one);
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

function codeOf(error: unknown): unknown {
  return (Object(error) as { code?: unknown }).code;
}

function reasonOf(error: unknown): string {
  return (Object(error) as { message?: string }).message ?? "unreadable";
}

/** A key that says no `alg` (Entra's) is bound to every algorithm that it fits. */
function fittingAlgorithms(
  jwk: object,
  { definitions, allowSharedKeys }: KeySetRules,
): readonly AsymmetricDefinition[] {
  const [alg, kty, crv] = ["alg", "kty", "crv"].map((name) => member(jwk, name));
  const fitting = definitions.filter((one) =>
    alg === undefined ? one.kty === kty && one.crv === crv && one.statesAlg !== true : one.name === alg,
  );
  if (fitting.length === 0) throw invalidKey(`alg ${quote(alg)}, kty ${quote(kty)}: for none of the algorithms`);
  if (!allowSharedKeys && new Set(fitting.map(({ keyParams }) => keyParams.name)).size > 1) {
    throw argumentError(
      `a key without alg fits ${fitting.map(({ name }) => name).join(" and ")}: list one kind of algorithm, or allowSharedKeys`,
    );
  }
  return fitting;
}

/** Whom a key speaks for. A set for many tenants (Entra's) says so per key, with `{tenantid}` for the token's `tid`. */
function issuerOf(jwk: object, expected: string | undefined): string | undefined {
  // Not member(): an empty issuer must not set the key free.
  const stated = own(jwk, "issuer") ?? undefined;
  if (stated === undefined) return expected;
  if (typeof stated !== "string" || stated === "") throw invalidKey("issuer: expected a non-empty string");
  if (expected === undefined) return stated;
  const [before = "", after] = stated.split("{tenantid}");
  const fits = after === undefined ? stated === expected : expected.startsWith(before) && expected.endsWith(after);
  if (!fits) throw invalidKey(`the key is issuer ${quote(stated)}'s`);
  return expected;
}
