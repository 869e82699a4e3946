/**
 * One call at a time for any number of callers. On edge runtimes a promise must not be shared between requests, so nobody awaits
 * another's call there.
 */

import { sharesPromises } from "./platform.ts";

/** Returns `call`, made once for all who ask while it is under way. On edge runtimes everyone makes a call of their own. */
export function singleFlight<T>(call: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined;
  return () => {
    if (!sharesPromises()) return call();
    flight ??= call().finally(() => {
      flight = undefined;
    });
    return flight;
  };
}

/** Calls that are made one after the other. */
export interface Turns {
  /** Returns whether a call is under way. */
  isTaken(): boolean;
  /** Waits for the call under way, then makes `call` if it is still needed. */
  take(isNeeded: () => boolean, call: () => Promise<void>): Promise<void>;
}

/** After so many waits a call is made beside the one under way. */
const maxWaits = 20;

/** Milliseconds between two looks at a call that must not be awaited. */
const pollEvery = 50;

/** Makes a place where calls take turns: for calls that may do what the next one wants too, and are cheaper waited for than made. */
export function createTurns(): Turns {
  let running: Promise<void> | undefined;
  const wait = (call: Promise<void>): Promise<void> =>
    sharesPromises() ? call : new Promise((resolve) => setTimeout(resolve, pollEvery));
  return {
    isTaken: () => running !== undefined,
    async take(isNeeded, call) {
      for (let waits = 0; running !== undefined && waits < maxWaits; waits++) await wait(running);
      if (!isNeeded()) return;
      const mine = call().finally(() => {
        if (running === mine) running = undefined;
      });
      running = mine;
      await mine;
    },
  };
}
