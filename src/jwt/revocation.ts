/** The last steps of verification: is the token revoked, was it used before? A store that fails refuses. */

import { storeKey, type DenylistReader, type ReplayStore } from "../revocation/contract.ts";
import { missingClaim } from "../claims/validate.ts";
import { own, type JsonObject } from "../encoding/json.ts";
import { JwtError, UnavailableError } from "../errors.ts";
import { readDuration, type Duration } from "../base/duration.ts";
import { inTime, syncUnavailable, type Steps } from "../base/steps.ts";
import type { Policy } from "./expected.ts";

type StorePolicy = Pick<Policy, "storeTimeout" | "allowOnStoreError" | "tolerance">;

/** Throws `sync_unavailable` where a store has no synchronous form. */
export function checkStoresSync({ denylist, replay }: Pick<Policy, "denylist" | "replay">): void {
  const missing =
    (denylist !== undefined &&
      (denylist.hasSync === undefined ||
        (denylist.revokedBefore !== undefined && denylist.revokedBeforeSync === undefined))) ||
    (replay !== undefined && replay.addSync === undefined);
  if (missing) throw syncUnavailable();
}

/** Both stores know a token by its `jti`, and for as long as its `exp` says. */
export function checkStorable(payload: JsonObject): void {
  for (const name of ["jti", "exp"]) if (!Object.hasOwn(payload, name)) throw missingClaim(name);
}

/** Refuses a token that was revoked, by itself or with all of its subject's. */
export function* checkDenylist(
  payload: JsonObject,
  denylist: DenylistReader,
  { storeTimeout, allowOnStoreError }: StorePolicy,
): Steps<void> {
  try {
    yield* askDenylist(payload, denylist, storeTimeout);
  } catch (error) {
    if (!allowOnStoreError || !(error instanceof UnavailableError)) throw error;
  }
}

function* askDenylist(payload: JsonObject, denylist: DenylistReader, timeout: number): Steps<void> {
  const key = storeKey("revoked", payload);
  const revoked = yield* ask(() => denylist.has(key), denylist.hasSync?.bind(denylist, key), timeout);
  if (revoked === true) throw new JwtError("revoked", "the token is revoked", { claim: "jti" });
  if (revoked !== false) throw failed();
  if (denylist.revokedBefore === undefined) return;

  const [iss, sub, iat] = [
    own(payload, "iss") as string | undefined,
    own(payload, "sub") as string | undefined,
    own(payload, "iat") as number | undefined,
  ];
  if (iss === undefined) throw missingClaim("iss");
  if (sub === undefined) throw missingClaim("sub");
  if (iat === undefined) throw missingClaim("iat");
  const before = yield* ask(
    denylist.revokedBefore.bind(denylist, iss, sub),
    denylist.revokedBeforeSync?.bind(denylist, iss, sub),
    timeout,
  );
  if (before === undefined) return;
  if (typeof before !== "number" || Number.isNaN(before)) throw failed();
  // In that second, as it is written in whole: an iat may have a fraction.
  if (!(Math.floor(iat) > before))
    throw new JwtError("revoked", "every token of this subject up to then is revoked", { claim: "iat" });
}

/** Uses the token up. The last step of all, so that no other refusal costs the token. */
export function* burn(
  payload: JsonObject,
  store: ReplayStore,
  { storeTimeout, tolerance }: StorePolicy,
  now: number,
): Steps<void> {
  const key = storeKey("used", payload);
  // Long enough for every verifier with this tolerance, and at least a second.
  const ttl = Math.max(1, Math.ceil(Number(own(payload, "exp")) + tolerance - now));
  const first = yield* ask(() => store.add(key, ttl), store.addSync?.bind(store, key, ttl), storeTimeout);
  if (first === false) throw replayed();
  if (first !== true) throw failed();
}

/** Refuses a token that was used up, and uses nothing up. `storeTimeout` as the verifier's option has it. */
export function* checkUnused(
  payload: JsonObject,
  store: Required<Pick<ReplayStore, "has">>,
  storeTimeout: Duration = 5,
): Steps<void> {
  const key = storeKey("used", payload);
  const used = yield* ask(() => store.has(key), undefined, readDuration(storeTimeout, "storeTimeout"));
  if (used === true) throw replayed();
  if (used !== false) throw failed();
}

function replayed(): JwtError {
  return new JwtError("replayed", "the token was used before", { claim: "jti" });
}

function* ask(later: () => unknown, now: (() => unknown) | undefined, timeout: number): Steps<unknown> {
  try {
    return yield { later: () => inTime(later, timeout, failed), now };
  } catch {
    throw failed();
  }
}

function failed(): UnavailableError {
  return new UnavailableError("store_unavailable", "the store gave no usable answer");
}
