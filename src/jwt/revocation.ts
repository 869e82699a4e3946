/** The last steps of verification: is the token revoked, was it used before? A store that fails refuses. */

import {
  exemptionKey,
  isStoreFailure,
  sessionKey,
  storeKey,
  type DenylistReader,
  type ReplayStore,
} from "../revocation/contract.ts";
import { missingClaim } from "../claims/validate.ts";
import { own, type JsonObject } from "../encoding/json.ts";
import { JwtError, UnavailableError } from "../errors.ts";
import { readDuration, type Duration } from "../base/duration.ts";
import { syncUnavailable, type Steps } from "../base/steps.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Policy } from "./expected.ts";

type StorePolicy = Pick<Policy, "storeTimeout" | "allowOnStoreError" | "tolerance" | "maxTokenAge">;

/** Throws `sync_unavailable` where a store has no synchronous form. */
export function checkStoresSync({ denylist, replay }: Pick<Policy, "denylist" | "replay">): void {
  if (
    denylist !== undefined &&
    (denylist.hasSync === undefined ||
      (denylist.revokedBefore !== undefined && denylist.revokedBeforeSync === undefined))
  )
    throw syncUnavailable("the denylist");
  if (replay !== undefined && replay.addSync === undefined) throw syncUnavailable("the replay store");
}

/** Refuses a token without `jti` or `exp`: both stores identify a token by its `jti`, and remember it until its `exp`. */
export function checkStorable(payload: JsonObject): void {
  for (const name of ["jti", "exp"]) if (!Object.hasOwn(payload, name)) throw missingClaim(name);
}

/** Refuses a token that was revoked: by itself, with its session, or with all of its subject's. */
export function* checkDenylist(
  payload: JsonObject,
  denylist: DenylistReader,
  { storeTimeout, allowOnStoreError }: StorePolicy,
): Steps<void> {
  try {
    yield* askDenylist(payload, denylist, storeTimeout);
  } catch (error) {
    if (!allowOnStoreError || !isStoreFailure(error)) throw error;
  }
}

function* askDenylist(payload: JsonObject, denylist: DenylistReader, timeout: number): Steps<void> {
  const has = (key: Steps<string>): Steps<boolean> => isListed(denylist, key, timeout);
  if (yield* has(storeKey("revoked", payload))) throw new JwtError("revoked", "the token is revoked", { claim: "jti" });
  const sid = own(payload, "sid");
  if (typeof sid === "string" && (yield* has(sessionKey(own(payload, "iss") as string | undefined, sid))))
    throw new JwtError("revoked", "the token's session is revoked", { claim: "sid" });
  if (denylist.revokedBefore === undefined) return;

  const [iss, sub, iat] = [
    own(payload, "iss") as string | undefined,
    own(payload, "sub") as string | undefined,
    own(payload, "iat") as number | undefined,
  ];
  if (iss === undefined) throw missingClaim("iss");
  if (sub === undefined) throw missingClaim("sub");
  if (iat === undefined) throw missingClaim("iat");
  const before = yield* askStore(
    denylist.revokedBefore.bind(denylist, iss, sub),
    denylist.revokedBeforeSync?.bind(denylist, iss, sub),
    timeout,
  );
  if (before === undefined) return;
  if (typeof before !== "number" || Number.isNaN(before)) throw storeFailed();
  // In that second, as it is written in whole: an iat may have a fraction.
  if (Math.floor(iat) > before) return;
  if (!(yield* has(exemptionKey(iss, String(own(payload, "jti")), before))))
    throw new JwtError("revoked", "the token was issued before the time up to which its subject's tokens are revoked", {
      claim: "iat",
    });
}

function* isListed(denylist: DenylistReader, steps: Steps<string>, timeout: number): Steps<boolean> {
  const key = yield* steps;
  const answer = yield* askStore(() => denylist.has(key), denylist.hasSync?.bind(denylist, key), timeout);
  if (typeof answer !== "boolean") throw storeFailed();
  return answer;
}

/** Seconds that a mark outlives its token at least, since other verifiers' clocks may be behind. */
const minMargin = 60;

/** Uses the token up, as the last step of all, so that no other refusal costs the token. */
export function* useOnce(
  payload: JsonObject,
  store: ReplayStore,
  { storeTimeout, tolerance, maxTokenAge = Infinity }: StorePolicy,
  now: number,
): Steps<void> {
  const key = yield* storeKey("used", payload);
  const [exp, iat] = [Number(own(payload, "exp")), Number(own(payload, "iat"))];
  const end = maxTokenAge === Infinity ? exp : Math.min(exp, iat + maxTokenAge);
  // This clock may be ahead by the tolerance, and another verifier's behind by as much.
  const ttl = Math.ceil(end + tolerance + Math.max(minMargin, 2 * tolerance) - now);
  const first = yield* askStore(() => store.add(key, ttl), store.addSync?.bind(store, key, ttl), storeTimeout);
  if (first === false) throw replayed();
  if (first !== true) throw storeFailed();
}

/** Refuses a token that was used up, and uses nothing up. `storeTimeout` as the verifier's option has it. */
export function* checkUnused(
  payload: JsonObject,
  store: Required<Pick<ReplayStore, "has">>,
  storeTimeout: Duration = 5,
): Steps<void> {
  const key = yield* storeKey("used", payload);
  const used = yield* askStore(() => store.has(key), undefined, readDuration(storeTimeout, "storeTimeout"));
  if (used === true) throw replayed();
  if (used !== false) throw storeFailed();
}

function replayed(): JwtError {
  return new JwtError("replayed", "the token was used before", { claim: "jti" });
}

function* askStore(later: () => unknown, now: (() => unknown) | undefined, timeout: number): Steps<unknown> {
  try {
    return yield { later: () => withTimeout(later, timeout, storeFailed), now };
  } catch (error) {
    // A store of ours says why. A client's own words stay with the client: they may quote what was sent.
    throw isStoreFailure(error) ? error : storeFailed();
  }
}

function storeFailed(): UnavailableError {
  return new UnavailableError("store_unavailable", "the store gave no usable answer");
}
