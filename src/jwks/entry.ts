/** One key of a JWK Set: read when it is first asked for, bound to the algorithms that it fits, imported before it verifies. */

import type { AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { isObject, own } from "../encoding/json.ts";
import { makePublicKey, type PublicKeyOfSet } from "../keys/bind.ts";
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
  made?: PublicKeyOfSet;
  importing?: Promise<void>;
  isImported?: boolean;
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

/** Has the runtime import a key, unless it did. What the runtime has against the key becomes its fault. */
export async function importCandidate(one: Candidate): Promise<void> {
  if (one.isImported === true) return;
  try {
    await makeKey(one)?.importKey();
  } catch (error) {
    one.fault = brokenBy(error);
  }
  one.isImported = true;
}

/** Has the runtime import a key at once. One without a synchronous form is left to `importCandidate`. */
export function importCandidateSync(one: Candidate): void {
  if (makeKey(one)?.key.verifySync !== undefined) one.isImported = true;
}

/** Makes the key of a candidate that is usable. */
function makeKey(one: Candidate): PublicKeyOfSet | undefined {
  if (one.checked === undefined) return undefined;
  return (one.made ??= makePublicKey(one.checked, one.definition, one.traits));
}

function brokenBy(error: unknown): Fault {
  return { reason: reasonOf(error), isBroken: true };
}

/** Returns an error's message, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return (Object(error) as { message?: string }).message ?? "unreadable";
}
