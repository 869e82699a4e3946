/** What can be seen of a key ring from outside: for a health check, a log, an operator. */

import type { Moment } from "../base/moment.ts";
import { signingKey } from "./schedule.ts";
import type { RingRecord } from "./record.ts";

/** What a process knows of its key ring. */
export interface KeyRingState {
  /** One more with every change of the ring. 0 before the first success. */
  readonly version: number;
  /** In the order in which they sign. */
  readonly keys: readonly KeyRingKeyState[];
  /** The `kid`s that were withdrawn. */
  readonly withdrawn: readonly string[];
  /** When the store was last asked with success. */
  readonly lastSuccess: Date | undefined;
  /**
   * Why the store was last asked without, or why the ring was not changed although that is due: this process' clock and the
   * store's are too far apart. `undefined` if neither is so.
   */
  readonly lastError: Error | undefined;
}

/** One key of a ring. */
export interface KeyRingKeyState {
  /** Its name in the published set. */
  readonly kid: string;
  /** `next` is published and does not sign yet, `current` signs, `retired` is published for what it signed. */
  readonly phase: "retired" | "current" | "next";
  /** Its first moment as `current`. */
  readonly signsFrom: Date;
  /** Its last one. Of the next key, the earliest such time. */
  readonly signsUntil: Date;
}

/** `known`: what the process knows and when it learnt it. `now`: seconds. */
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
