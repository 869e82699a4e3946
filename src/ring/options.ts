/** Options of a key ring, checked once: each of them, and those that depend on each other. */

import { asymmetricDefinition, type AsymmetricAlgorithm } from "../algorithms/algorithm.ts";
import { checkClock, checkFunction, checkOptions, checkText, wrongArgument, type Names } from "../base/options.ts";
import { readSpan, type Duration } from "../base/duration.ts";
import { createClock, type Moment } from "../base/moment.ts";
import type { RingTimes } from "./schedule.ts";
import { plainFormat, sealedFormat, type RecordFormat, type SealingKey } from "./sealing.ts";
import type { KeyRingState } from "./state.ts";
import { checkStore, memoryKeyRingStore, type CheckedStore, type KeyRingStore } from "./store.ts";

/** Options of `createKeyRing`. Spans are seconds, or strings such as `"30d"`. */
export interface KeyRingOptions {
  /** The algorithm of its keys. A ring has one for good. */
  readonly algorithm: AsymmetricAlgorithm;
  /** The shortest time that each key signs: it goes on until its successor has been published for long enough. Not less than `publishAhead`. */
  readonly rotateEvery: Duration;
  /** Time for which a key is published before it signs. At least twice as long as verifiers keep a key set. */
  readonly publishAhead: Duration;
  /** The longest life of a token, and the time that a key stays published after it has signed its last one. */
  readonly retainFor: Duration;
  /** The place where the ring is kept. Default: the memory of this process. */
  readonly store?: KeyRingStore | undefined;
  /**
   * Encrypts what is stored. The first key encrypts, each of them decrypts; a record that is not encrypted is then refused. A
   * process that starts cannot tell an older record of the ring from the latest one.
   */
  readonly sealing?: SealingKey | readonly SealingKey[];
  /** The name of the ring: the records of another are refused. Default `"default"`. */
  readonly name?: string | undefined;
  /** Time between two reads of the store, within which every process learns of a withdrawal. Default `"1m"`, at most a quarter of `publishAhead`. */
  readonly refreshEvery?: Duration | undefined;
  /** Time for which a process keeps using the keys it knows while the store fails. It learns of no withdrawal in that time. Default `"1d"`. */
  readonly staleIfError?: Duration | undefined;
  /** Time after which a store that has not answered counts as failed. Default `"5s"`. */
  readonly storeTimeout?: Duration | undefined;
  /**
   * The largest difference between the clocks of issuers and verifiers, the verifiers' own tolerance included. A process whose clock is
   * that far from the store's changes nothing. Default `"1m"`, at most a quarter of `publishAhead`.
   */
  readonly clockTolerance?: Duration | undefined;
  /** RSA only: bits of the modulus, 2048 to 16384. Default 2048. */
  readonly modulusLength?: number | undefined;
  /** Called after the store failed or recovered, and after the ring changed; for logging. */
  readonly onRefresh?: ((state: KeyRingState) => unknown) | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** The options, checked; spans in seconds. */
export interface RingSettings {
  readonly algorithm: AsymmetricAlgorithm;
  readonly name: string;
  readonly times: RingTimes;
  /** Seconds for which a key set may be cached. */
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
    throw wrongArgument("rotateEvery", `at least publishAhead (${publishAhead} s)`, options.rotateEvery);
  const storeTimeout = spanOf(given, "storeTimeout", 5);
  const ringName = checkText(name, "name");
  const readClock = createClock(checkClock(options.now));
  return {
    algorithm,
    name: ringName,
    // Other processes may see what is being saved only that much later.
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
    now: readClock,
  };
}

function spanOf(given: Readonly<Record<string, unknown>>, name: string, otherwise?: number): number {
  return given[name] === undefined && otherwise !== undefined ? otherwise : readSpan(given[name], name);
}

/**
 * Reads a span of at most a quarter of `publishAhead`. Half of `publishAhead` is how long a key set may be cached; the rest is
 * shared by the clocks that are ahead and the processes that have not asked the store lately.
 */
function readQuarter(given: Readonly<Record<string, unknown>>, name: string, publishAhead: number): number {
  const span = spanOf(given, name, Math.min(60, publishAhead / 4));
  if (span > publishAhead / 4)
    throw wrongArgument(name, `at most a quarter of publishAhead (${publishAhead / 4} s)`, given[name]);
  return span;
}
