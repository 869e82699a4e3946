/** Tokens that are good once: their `jti` is spent as the last step of all, so that a failure before it leaves the retry good. */

import { readDuration, readSpan } from "../base/duration.ts";
import { checkNow, withMethods, wrongArgument } from "../base/options.ts";
import { runAsync } from "../base/steps.ts";
import { unchecked } from "../base/unchecked.ts";
import type { JwtClaims } from "../claims/build.ts";
import { checkUnused, useOnce } from "../jwt/revocation.ts";
import type { ReplayStore } from "../revocation/contract.ts";

/** Knows which tokens of one kind were spent. */
export interface Spender {
  /** Refuses a token that was spent, and spends nothing. */
  readonly checkUnspent: (payload: JwtClaims) => Promise<void>;
  /** Spends a token that ends at `exp`. The mark outlives it by the clock tolerance, and a margin for other verifiers' clocks. */
  readonly spend: (payload: JwtClaims, exp: number) => Promise<void>;
}

const readStore = /* @__PURE__ */ withMethods<ReplayStore>("a store", "add");

/**
 * Reads the option `replay`: a store, or `unchecked` in writing; and of the same options `storeTimeout` and `clockTolerance`. The same `jti` in
 * another kind of token is another token.
 */
export function readSpender(
  typ: string,
  given: Readonly<Record<string, unknown>>,
  now: (() => Date) | undefined,
): Spender {
  const { replay, storeTimeout = 5, clockTolerance = 5 } = given;
  const settings = {
    storeTimeout: readSpan(storeTimeout, "storeTimeout"),
    tolerance: readDuration(clockTolerance, "clockTolerance"),
    allowOnStoreError: false,
    maxTokenAge: undefined,
  };
  if (replay === unchecked) return { checkUnspent: () => Promise.resolve(), spend: () => Promise.resolve() };
  if (replay === undefined) throw wrongArgument("replay", "a replay store, or `unchecked` in writing", replay);
  const store = readStore(replay, "replay");
  const kindStore: ReplayStore = { add: (key, ttlSeconds) => store.add(`${typ} ${key}`, ttlSeconds) };
  return {
    async checkUnspent(payload) {
      // Without it, the application's hook may run for a token that is then refused.
      if (typeof store.has !== "function") return;
      const has = store.has.bind(store);
      await runAsync(() => checkUnused(payload, { has: (key) => has(`${typ} ${key}`) }, settings.storeTimeout));
    },
    spend: (payload, exp) => runAsync(() => useOnce({ ...payload, exp }, kindStore, settings, checkNow(now))),
  };
}
