/** One key of a JWK Set: read when it is first asked for, bound to the algorithms that it fits, tried before it verifies. */

import type { AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { isObject, own } from "../encoding/json.ts";
import { runAsync, runSync, type Steps } from "../base/steps.ts";
import { makePublicKey, tryPublicKey } from "../keys/bind.ts";
import type { VerifyingKey } from "../keys/key.ts";
import {
  checkUse,
  decodePublicJwk,
  invalidKey,
  kidOf,
  member,
  pickPublicJwk,
  refusePrivate,
  type CheckedJwk,
  type Jwk,
  type Reading,
} from "../keys/jwk.ts";
import type { KeyTraits } from "../keys/key-options.ts";
import { fittingAlgorithms, issuerOf, type KeySetRules } from "./rules.ts";

/** A key of a set, as far as it can be told without decoding its members. */
export interface Entry {
  /** Its place in the set's `keys`, from 0. */
  readonly index: number;
  readonly kid: string | undefined;
  /** The key under each algorithm that it fits. */
  readonly candidates: readonly Candidate[];
  /** The reason why it is not used at all. */
  readonly refused?: Refusal;
}

/** The reason why a key is not used. */
export interface Fault {
  readonly reason: string;
  /** The key is malformed, in contrast to one that is meant for something else. */
  readonly isBroken: boolean;
}

export interface Refusal extends Fault {
  /** The algorithms that it can have been meant for; `undefined` where that cannot be told. */
  readonly algs: readonly string[] | undefined;
}

/** A key of the set under one of the algorithms that it fits. */
export interface Candidate {
  readonly definition: AsymmetricDefinition;
  readonly jwk: Jwk;
  readonly traits: KeyTraits;
  readonly reading: Reading;
  /** Its members, once they were decoded. */
  checked?: CheckedJwk;
  /** Made when it is first needed, and kept. */
  key?: VerifyingKey;
  trial?: Promise<void>;
  isTried?: boolean;
  fault?: Fault;
}

/** Reads the purpose of a key: its algorithms, its issuer, its name. */
export function readEntry(jwk: unknown, index: number, rules: KeySetRules): Entry {
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
    const { reading } = rules;
    const candidates = fitting.map((definition) => ({
      definition,
      jwk: pickPublicJwk(jwk, definition),
      traits: { kid, issuer },
      reading,
    }));
    return { index, kid, candidates };
  } catch (error) {
    const kid = isObject(jwk) ? nameOf(jwk) : undefined;
    const algs = fitting?.map(({ name }) => name);
    return { index, kid, candidates: [], refused: { algs, reason: reasonOf(error), isBroken } };
  }
}

/** Returns the name that a key is looked up by: none where its `kid` is no string. */
export function nameOf(jwk: object): string | undefined {
  const kid = own(jwk, "kid") === "" ? "" : member(jwk, "kid");
  return typeof kid === "string" ? kid : undefined;
}

/** Returns whether a key can be used, as far as is known: decodes its members the first time. */
export function isUsable(one: Candidate): boolean {
  if (one.checked === undefined && one.fault === undefined) {
    try {
      one.checked = decodePublicJwk(one.jwk, one.definition, one.reading);
    } catch (error) {
      one.fault = brokenBy(error);
    }
  }
  return one.fault === undefined;
}

/** Verifies once with a key, unless that was done. What the runtime has against the key becomes its fault. */
export async function tryCandidate(one: Candidate): Promise<void> {
  await runAsync(() => tryOnce(one));
}

/** Verifies once with a key, at once, like `tryCandidate`. A key without a synchronous form stays untried. */
export function tryCandidateSync(one: Candidate): void {
  if (one.checked !== undefined && keyOf(one, one.checked).verifySync !== undefined) runSync(tryOnce(one));
}

function* tryOnce(one: Candidate): Steps<void> {
  if (one.isTried === true || one.checked === undefined) return;
  try {
    yield* tryPublicKey(keyOf(one, one.checked), one.checked, one.definition);
  } catch (error) {
    one.fault = brokenBy(error);
  }
  one.isTried = true;
}

function keyOf(one: Candidate, checked: CheckedJwk): VerifyingKey {
  return (one.key ??= makePublicKey(checked, one.definition, one.traits));
}

function brokenBy(error: unknown): Fault {
  return { reason: reasonOf(error), isBroken: true };
}

/** Returns an error's message, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return (Object(error) as { message?: string }).message ?? "unreadable";
}
