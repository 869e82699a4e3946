/** Moments, and the time between them: a clock that is set back makes nothing younger. */

import { checkNow } from "./options.ts";
import { monotonicSeconds } from "./platform.ts";

/** A moment in time. */
export interface Moment {
  /** Seconds since 1970. */
  readonly time: number;
  /** Seconds on a clock that never goes back. Only differences between two readings mean something. */
  readonly elapsed: number;
}

/** A wall clock that is this many seconds off the monotonic one has been set, or the machine has slept. */
const maxDrift = 1;

/**
 * Returns a function that reads the current moment. Without `now`, spans follow the runtime's monotonic clock, and include the
 * time that the machine slept, which a monotonic clock may leave out. A clock of the caller's that is set back counts as if it
 * had gone on by as much: nobody knows how long that took, so ages are not underestimated.
 */
export function createClock(now: (() => Date) | undefined): () => Moment {
  let last: number | undefined;
  let added = 0;
  return () => {
    const time = checkNow(now);
    const steady = now === undefined ? monotonicSeconds() : undefined;
    const reading = time - (steady ?? 0);
    const moved = reading - (last ?? reading);
    if (steady === undefined) {
      if (moved < 0) added -= 2 * moved;
      last = reading;
      return { time, elapsed: time + added };
    }
    if (last === undefined || Math.abs(moved) > maxDrift) {
      added += Math.max(moved, 0);
      last = reading;
    }
    return { time, elapsed: steady + added };
  };
}
