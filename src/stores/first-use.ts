/** Probes a store before its first use. */

import { sharesPromises } from "../base/platform.ts";

/**
 * Returns a function to await before each use of a store. It runs `check` until that has succeeded once. Concurrent calls share
 * one run, if the runtime allows it.
 */
export function beforeFirstUse(check: () => Promise<void>): () => Promise<void> {
  let proven = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    await check();
    proven = true;
  };
  return async () => {
    if (proven) return;
    // On edge runtimes a promise must not be shared between requests.
    if (!sharesPromises()) return run();
    running ??= run().finally(() => {
      running = undefined;
    });
    await running;
  };
}
