/** Checks that a store does what its answers say, before the first of them is believed. */

import { singleFlight } from "../base/single-flight.ts";

/** Returns a function to await before each use of a store. It runs `check` until that has succeeded once. */
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
