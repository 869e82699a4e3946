/** A clock for spans of time: when it is set back, nothing gets younger. */

import { checkNow } from "./options.ts";
import { monotonicSeconds } from "./platform.ts";

/** Seconds of drift between the wall clock and the monotonic one from which it was set, or the machine has slept. */
const maxDrift = 1;

/**
 * Returns a clock in seconds that never goes back; only differences between its readings mean something. Without `now` it follows
 * the runtime's monotonic clock, and counts the time that the machine slept, which a monotonic clock may leave out. A clock of the
 * caller's that is set back counts as if it had gone on by as much: nobody knows how long that took, so ages are not
 * underestimated.
 */
export function createSpanClock(now: (() => Date) | undefined): () => number {
  let last: number | undefined;
  let added = 0;
  return () => {
    const wall = checkNow(now);
    const steady = now === undefined ? monotonicSeconds() : undefined;
    const reading = wall - (steady ?? 0);
    const moved = reading - (last ?? reading);
    if (steady === undefined) {
      if (moved < 0) added -= 2 * moved;
      last = reading;
      return wall + added;
    }
    if (last === undefined || Math.abs(moved) > maxDrift) {
      added += Math.max(moved, 0);
      last = reading;
    }
    return steady + added;
  };
}
