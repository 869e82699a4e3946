/** The state of a key ring, for health checks, logs and operators. */

import type { Moment } from "../base/moment.ts";
import { signingKey } from "./schedule.ts";
import type { RingRecord } from "./record.ts";

/** A key ring as a process knows it. */
export interface KeyRingState {
  /** One more with every change of the ring. 0 before the first success. */
  readonly version: number;
  /** Its keys, in the order in which they sign. */
  readonly keys: readonly KeyRingKeyState[];
  /** The `kid`s that were withdrawn. */
  readonly withdrawn: readonly string[];
  /** The time at which the store last answered. */
  readonly lastSuccess: Date | undefined;
  /**
   * The error of the last question to the store, or the reason why a change that is due was not made: the clocks of this process
   * and of the store are too far apart. `undefined` if there is neither.
   */
  readonly lastError: Error | undefined;
}

/** One key of a ring. */
export interface KeyRingKeyState {
  /** The name of the key in the published set. */
  readonly kid: string;
  /** `next` is published and does not sign yet, `current` signs, `retired` is published for what it signed. */
  readonly phase: "retired" | "current" | "next";
  /** The time from which it is `current`. */
  readonly signsFrom: Date;
  /** The time until which it is `current`; for the last key, the earliest such time. */
  readonly signsUntil: Date;
}

/** Describes a ring. `known`: what the process knows, and when it learnt it; `now`: seconds. */
export function describeRing(
  known: { readonly record: RingRecord; readonly checkedAt: Moment } | undefined,
  lastError: Error | undefined,
  now: number,
): KeyRingState {
  const { version = 0, keys = [], withdrawn = [] } = known?.record ?? {};
  const signer = signingKey(keys, now);
  const current = keys.findIndex((key) => key === signer);
  return Object.freeze<KeyRingState>({
    version,
    keys: keys.map(({ kid, signsFrom, signsUntil }, i) => ({
      kid,
      phase: i === current ? "current" : i < current ? "retired" : "next",
      signsFrom: new Date(signsFrom * 1000),
      signsUntil: new Date(signsUntil * 1000),
    })),
    withdrawn: [...withdrawn],
    lastSuccess: known && new Date(known.checkedAt.time * 1000),
    lastError,
  });
}
