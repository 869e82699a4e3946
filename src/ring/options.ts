/** What a key ring can be told, and what of it does not go together. Spans are checked and compiled to seconds once. */

import { asymmetricDefinition, type AsymmetricAlgorithm } from "../algorithms/algorithm.ts";
import { checkClock, checkFunction, checkOptions, checkText, wrongArgument, type Names } from "../base/options.ts";
import { readSpan, type Duration } from "../base/duration.ts";
import { readMoment, type Moment } from "../base/moment.ts";
import type { RingTimes } from "./schedule.ts";
import { plainFormat, sealedFormat, type RecordFormat, type SealingKey } from "./sealing.ts";
import type { KeyRingState } from "./state.ts";
import { checkStore, memoryKeyRingStore, type CheckedStore, type KeyRingStore } from "./store.ts";

/** When the keys of a ring change, and where they are kept. Spans are seconds, or texts such as `"30d"`. */
export interface KeyRingOptions {
  /** What its keys sign with. A ring has one algorithm for good. */
  readonly algorithm: AsymmetricAlgorithm;
  /** How long each key signs, at least: it goes on until its successor has been published for long enough. Not less than `publishAhead`. */
  readonly rotateEvery: Duration;
  /** How long a key is published before it signs. At least twice as long as verifiers keep a key set. */
  readonly publishAhead: Duration;
  /** The longest life of a token, and how long a key stays published after it has signed its last one. */
  readonly retainFor: Duration;
  /** Where the ring is kept. Default: the memory of this process. */
  readonly store?: KeyRingStore | undefined;
  /**
   * Seals what is stored. The first key seals, all of them open; a record that is not sealed is then refused. A process that
   * starts cannot tell an older record of the ring from the latest one.
   */
  readonly sealing?: SealingKey | readonly SealingKey[];
  /** Which ring this is: the records of another are refused. Default `"default"`. */
  readonly name?: string | undefined;
  /** How often the store is asked: so soon does every process know of a withdrawal. Default `"1m"`, at most a quarter of `publishAhead`. */
  readonly refreshEvery?: Duration | undefined;
  /** How long a process goes on with what it knows while the store fails. It does not hear of a withdrawal meanwhile. Default `"1d"`. */
  readonly staleIfError?: Duration | undefined;
  /** How long the store may take before it counts as failed. Default `"5s"`. */
  readonly storeTimeout?: Duration | undefined;
  /**
   * How far the clocks of issuers and verifiers may be apart, the verifiers' own tolerance included. A process whose clock is
   * that far from the store's changes nothing. Default `"1m"`, at most a quarter of `publishAhead`.
   */
  readonly clockTolerance?: Duration | undefined;
  /** RSA only: bits of the modulus, 2048 to 16384. Default 2048. */
  readonly modulusLength?: number | undefined;
  /** Told after the store failed, or answered again, and after the ring was found or made to be another: for a log. */
  readonly onRefresh?: ((state: KeyRingState) => unknown) | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** The options, checked; spans in seconds. */
export interface RingSettings {
  readonly algorithm: AsymmetricAlgorithm;
  readonly name: string;
  readonly times: RingTimes;
  /** For how long a key set may be cached. */
  readonly maxAge: number;
  readonly refreshEvery: number;
  readonly staleIfError: number;
  readonly modulusLength: number | undefined;
  readonly store: CheckedStore;
  readonly format: RecordFormat;
  readonly onRefresh: ((state: KeyRingState) => unknown) | undefined;
  now(): Moment;
}

const optionNames = /* @__PURE__ */ Object.keys({
  algorithm: 1,
  rotateEvery: 1,
  publishAhead: 1,
  retainFor: 1,
  store: 1,
  sealing: 1,
  name: 1,
  refreshEvery: 1,
  staleIfError: 1,
  storeTimeout: 1,
  clockTolerance: 1,
  modulusLength: 1,
  onRefresh: 1,
  now: 1,
} satisfies Names<KeyRingOptions>);

export function readRingOptions(options: KeyRingOptions): RingSettings {
  const given = checkOptions(options, optionNames);
  const { algorithm, store = memoryKeyRingStore(), name = "default", modulusLength, onRefresh } = options;
  asymmetricDefinition(algorithm);
  const publishAhead = spanOf(given, "publishAhead");
  const rotateEvery = spanOf(given, "rotateEvery");
  // The next key is written when its predecessor begins to sign.
  if (rotateEvery < publishAhead)
    throw wrongArgument("rotateEvery", `publishAhead (${publishAhead} s) at least`, options.rotateEvery);
  const storeTimeout = spanOf(given, "storeTimeout", 5);
  const ringName = checkText(name, "name");
  const clock = checkClock(options.now);
  return {
    algorithm,
    name: ringName,
    // What is being saved can take that long to be there for others.
    times: {
      rotateEvery,
      lead: publishAhead + storeTimeout,
      retainFor: spanOf(given, "retainFor"),
      tolerance: readQuarter(given, "clockTolerance", publishAhead),
    },
    maxAge: Math.floor(publishAhead / 2),
    refreshEvery: readQuarter(given, "refreshEvery", publishAhead),
    staleIfError: spanOf(given, "staleIfError", 86_400),
    modulusLength,
    store: checkStore(store, storeTimeout),
    format: "sealing" in given ? sealedFormat(ringName, given["sealing"]) : plainFormat(),
    onRefresh: onRefresh === undefined ? undefined : checkFunction(onRefresh, "onRefresh"),
    now: () => readMoment(clock),
  };
}

function spanOf(given: Readonly<Record<string, unknown>>, name: string, otherwise?: number): number {
  return given[name] === undefined && otherwise !== undefined ? otherwise : readSpan(given[name], name);
}

/**
 * Of `publishAhead`, half is what a key set may be cached for. What another process's clock is ahead, and what this one's
 * knowledge of the ring is behind, have a quarter each.
 */
function readQuarter(given: Readonly<Record<string, unknown>>, name: string, publishAhead: number): number {
  const span = spanOf(given, name, Math.min(60, publishAhead / 4));
  if (span > publishAhead / 4)
    throw wrongArgument(name, `a quarter of publishAhead (${publishAhead / 4} s) at most`, given[name]);
  return span;
}
