/** Moments whose age is measured: by the clock, and by the runtime's monotonic clock, which nobody can set. */

import { checkNow } from "./options.ts";
import { monotonicSeconds } from "./platform.ts";

/** A moment in time. */
export interface Moment {
  /** Seconds since 1970. */
  readonly time: number;
  /** Seconds of the monotonic clock, where there is one. */
  readonly ticks: number | undefined;
}

/** Returns this moment. With a clock of the application's own, that clock alone counts. */
export function readMoment(clock: (() => Date) | undefined): Moment {
  return { time: checkNow(clock), ticks: clock === undefined ? monotonicSeconds() : undefined };
}

/**
 * Returns the seconds from one moment to another: the larger count of both clocks, since the monotonic one may stand still
 * while a machine sleeps, and the other may be set back. Without a monotonic clock, a moment in the future is infinitely old.
 */
export function ageOf(moment: Moment, now: Moment): number {
  const age = now.time - moment.time;
  if (moment.ticks !== undefined && now.ticks !== undefined) return Math.max(age, now.ticks - moment.ticks);
  return age >= 0 ? age : Infinity;
}
