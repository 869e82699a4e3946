/** Probes a store before its first use. */

import { singleFlight } from "../base/single-flight.ts";

/** Milliseconds for which calls share a probe. Its answer may never come, such as over a connection that is half open. */
const maxShared = 5000;

/**
 * Returns a function to await before each use of a store. It runs `check` until that has succeeded once. Concurrent calls share
 * one run for a few seconds, if the runtime allows it.
 */
export function beforeFirstUse(check: () => Promise<void>): () => Promise<void> {
  let proven = false;
  let since = -Infinity;
  let prove: () => Promise<void>;
  return async () => {
    if (proven) return;
    // A clock that was set back does not prolong it.
    if (!(Math.abs(Date.now() - since) < maxShared)) {
      since = Date.now();
      prove = singleFlight(async () => {
        await check();
        proven = true;
      });
    }
    await prove();
  };
}
