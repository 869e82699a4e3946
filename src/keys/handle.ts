/** Web Crypto handles of keys: made when they are first needed, and kept. */

import type { Handle } from "../base/platform.ts";

/** Runs what needs the handle, with the handle. */
export type WithHandle = <T>(use: (handle: Handle) => Promise<T>) => Promise<T>;

/** Keeps the handle, never the promise of it: in workerd a promise must not cross requests. */
export function keepHandle(importKey: () => Promise<Handle>, imported?: Handle): WithHandle {
  let handle = imported;
  return (use) => (handle === undefined ? importKey().then((made) => use((handle = made))) : use(handle));
}
