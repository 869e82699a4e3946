/** Probes a store before its first use. */

import { singleFlight } from "../base/single-flight.ts";

/**
 * Returns a function to await before each use of a store. It runs `check` until that has succeeded once. Concurrent calls share
 * one run, if the runtime allows it.
 */
export function beforeFirstUse(check: () => Promise<void>): () => Promise<void> {
  let proven = false;
  const prove = singleFlight(async () => {
    await check();
    proven = true;
  });
  return async () => {
    if (!proven) await prove();
  };
}
