/** One call at a time for any number of callers. */

import { sharesPromises } from "./platform.ts";

/**
 * Returns `call`, made once for all who ask while it is under way. On edge runtimes, where a promise must not be shared between
 * requests, everyone makes a call of their own.
 */
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
