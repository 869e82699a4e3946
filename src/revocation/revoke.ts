/** Revokes tokens before they expire: one, by `iss` and `jti`; those of a session; or those of a subject up to a second. */

import {
  checkClock,
  checkNow,
  checkText,
  optional,
  readOptions,
  withMethods,
  wrongArgument,
  type Reader,
  type Readers,
} from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import { exemptionKey, isStoreFailure, sessionKey, storeKey, type Denylist, type SubjectDenylist } from "./contract.ts";
import { missingClaim } from "../claims/validate.ts";
import { readDuration, readNumericDate, readSpan, type Duration } from "../base/duration.ts";
import { isObject, own } from "../encoding/json.ts";
import { UnavailableError } from "../errors.ts";
import { runAsync, runSync, type Steps } from "../base/steps.ts";
import { withTimeout } from "../base/timeout.ts";

/** Options of `revoke`. Durations are seconds, or strings such as `"1h"`. */
export interface RevokeOptions {
  /** Time past its `exp` for which a token stays revoked, for verifiers with a clock tolerance. Default `"1h"`, the maximum tolerance. */
  readonly margin?: Duration | undefined;
  /** Timeout of the denylist. Default 5 s. A call that times out may still take effect. */
  readonly storeTimeout?: Duration | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** Options of `revokeSession`. */
export interface RevokeSessionOptions extends Omit<RevokeOptions, "now"> {
  /** Longest lifetime of any token signed for a session. A token that lives longer would be accepted again after it. */
  readonly maxLifetime: Duration;
}

/** Options of `revokeSubject`. */
export interface RevokeSubjectOptions extends RevokeOptions {
  /** Longest lifetime of any token signed for a subject. A token that lives longer would be accepted again after it. */
  readonly maxLifetime: Duration;
  /** Second up to which, inclusive, issued tokens are revoked: a Date, or seconds since 1970. Default: now plus `clockTolerance`. */
  readonly before?: Date | number | undefined;
  /** Time by which an issuer's clock may be ahead: tokens issued within it, from now, are revoked too. Default 5 s. */
  readonly clockTolerance?: Duration | undefined;
  /**
   * Tokens to exempt, by `jti`: a payload, `{ jti }`, or a list of them. A later `revokeSubject` revokes them too; of concurrent calls,
   * one may not revoke what the other exempts.
   */
  readonly except?: { readonly jti?: unknown } | readonly { readonly jti?: unknown }[] | undefined;
}

/**
 * Returns a token's key in a denylist, built from `iss` and `jti`. The key of a token without `iss` differs from that of any issuer.
 *
 * @param payload `Verified.payload`. Not `claims`, from which a schema may have dropped `iss`.
 * @throws JwtError `claim_missing`: there is no `jti`.
 * @throws TypeError `invalid_argument`; `sync_unavailable`: the key would be longer than 128 characters, and the runtime has no synchronous
 * hash to shorten it with.
 * @example
 * console.log(revocationKey({ iss: "my-api", jti: "4711" })); // ["revoked","my-api","4711"]
 */
export function revocationKey(payload: JwtClaims): string {
  return runSync(keyToRevoke(payload));
}

function keyToRevoke(payload: JwtClaims): Steps<string> {
  if (!isObject(payload)) throw wrongArgument("payload", "the payload of a verified token", payload);
  const [iss, jti]: readonly unknown[] = [own(payload, "iss"), own(payload, "jti")];
  if (jti === undefined) throw missingClaim("jti");
  if (typeof jti !== "string") throw wrongArgument("payload.jti", "a string", jti);
  if (iss !== undefined && typeof iss !== "string") throw wrongArgument("payload.iss", "a string", iss);
  return storeKey("revoked", payload);
}

/**
 * Revokes one token until it has expired, plus a margin. Resolves when the denylist has confirmed.
 *
 * @param payload `Verified.payload`. Not `claims`, from which a schema may have dropped `iss`.
 * @throws JwtError `claim_missing`: there is no `jti` or no `exp`.
 * @throws UnavailableError `store_unavailable`: the denylist failed, took too long, or is full. The token may still be good.
 * @throws TypeError `invalid_argument`
 * @example
 * const denylist = memoryDenylist();
 * const key = await generateSecret(HS256);
 * const token = await sign({}, key, { issuer: "my-api", audience: "web", jwtId: true });
 * const { payload } = await verify(token, key, { issuer: "my-api", audience: "web" });
 * await revoke(denylist, payload);
 * console.log(denylist.has(revocationKey(payload))); // true
 */
export async function revoke(
  denylist: Pick<Denylist, "add">,
  payload: JwtClaims,
  options: RevokeOptions = {},
): Promise<void> {
  const { margin, storeTimeout, now } = readOptions(options, {
    margin: readMargin,
    storeTimeout: readTimeout,
    now: checkClock,
  } satisfies Readers<RevokeOptions>);
  checkDenylist(denylist, "denylist");
  const key = await runAsync(() => keyToRevoke(payload));
  const exp: unknown = own(payload, "exp");
  if (exp === undefined) throw missingClaim("exp");
  if (typeof exp !== "number" || !Number.isFinite(exp)) throw wrongArgument("payload.exp", "a finite number", exp);
  const ttl = timeUntil(exp + margin, now);
  await write(() => denylist.add(key, ttl), storeTimeout);
}

/**
 * Revokes all tokens of a session: those of an issuer with this `sid`, whenever they were issued. For OpenID Connect Back-Channel
 * Logout, whose logout token names `iss` and `sid`, and for your own tokens with `sid`.
 *
 * @throws UnavailableError `store_unavailable`: the denylist failed, took too long, or is full. The tokens may still be good.
 * @throws TypeError `invalid_argument`
 * @example
 * const denylist = memoryDenylist();
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web", denylist });
 * await revokeSession(denylist, { iss: "my-api", sid: "session_42" }, { maxLifetime: "15m" });
 */
export async function revokeSession(
  denylist: Pick<Denylist, "add">,
  session: { readonly iss: string; readonly sid: string },
  options: RevokeSessionOptions,
): Promise<void> {
  const { maxLifetime, margin, storeTimeout } = readOptions(options, {
    maxLifetime: readSpan,
    margin: readMargin,
    storeTimeout: readTimeout,
  } satisfies Readers<RevokeSessionOptions>);
  checkDenylist(denylist, "denylist");
  if (!isObject(session)) throw wrongArgument("session", "an object with iss and sid", session);
  const [iss, sid] = [checkText(session.iss, "iss"), checkText(session.sid, "sid")];
  const key = await runAsync(() => sessionKey(iss, sid));
  const ttl = Math.ceil(maxLifetime + margin);
  await write(() => denylist.add(key, ttl), storeTimeout);
}

/**
 * Revokes all tokens of a subject that were issued until now, except those in `except`: logs it out everywhere. An issuer's clock
 * may be ahead by `clockTolerance`, so a login within those seconds is revoked too, unless another call exempts it. The second up to
 * which tokens are revoked only moves forward, by a second at least, so that no exemption of an earlier call outlives this one.
 *
 * @throws UnavailableError `store_unavailable`: the denylist failed, took too long, or is full. The tokens may still be good.
 * @throws TypeError `invalid_argument`
 * @example
 * const denylist = memoryDenylist();
 * await revokeSubject(denylist, { iss: "my-api", sub: "user_123" }, { maxLifetime: "15m", before: 1_800_000_000 });
 * console.log(denylist.revokedBefore("my-api", "user_123")); // 1800000000
 */
export async function revokeSubject(
  denylist: Pick<SubjectDenylist, "revokedBefore" | "revokeBefore" | "add">,
  subject: { readonly iss: string; readonly sub: string },
  options: RevokeSubjectOptions,
): Promise<void> {
  const { maxLifetime, margin, storeTimeout, now, ...rest } = readOptions(options, {
    maxLifetime: readSpan,
    before: optional(readNumericDate),
    clockTolerance: optional(readDuration),
    except: readExempt,
    margin: readMargin,
    storeTimeout: readTimeout,
    now: checkClock,
  } satisfies Readers<RevokeSubjectOptions>);
  checkSubjectDenylist(denylist, "denylist");
  if (!isObject(subject)) throw wrongArgument("subject", "an object with iss and sub", subject);
  const [iss, sub] = [checkText(subject.iss, "iss"), checkText(subject.sub, "sub")];
  const wanted = secondOf(rest.before, rest.clockTolerance, now);

  // An exemption holds for one exact second, and must not outlive the next call: a second that is in use is not used again.
  const found = await confirm(() => denylist.revokedBefore(iss, sub), storeTimeout);
  if (found !== undefined && !(typeof found === "number" && Number.isFinite(found))) throw unconfirmed();
  const second = found === undefined ? wanted : Math.max(wanted, found + 1);
  const ttl = timeUntil(second + 1 + maxLifetime + margin, now);
  // First the exemptions, so that exempt tokens are good at every moment.
  for (const jti of rest.except) {
    const key = await runAsync(() => exemptionKey(iss, jti, second));
    await write(() => denylist.add(key, ttl), storeTimeout);
  }
  await write(() => denylist.revokeBefore(iss, sub, second, ttl), storeTimeout);
}

/** Returns the second up to which tokens are revoked. */
function secondOf(
  before: number | undefined,
  clockTolerance: number | undefined,
  now: (() => Date) | undefined,
): number {
  if (before !== undefined && clockTolerance !== undefined)
    throw wrongArgument("clockTolerance", "none together with before", clockTolerance);
  return Math.floor(before ?? checkNow(now) + (clockTolerance ?? 5));
}

function readExempt(except: unknown): readonly string[] {
  if (except === undefined) return [];
  const tokens: readonly unknown[] = Array.isArray(except) ? except : [except];
  return Array.from(tokens, (token) => {
    if (!isObject(token))
      throw wrongArgument("except", "the payload of a verified token, { jti }, or a list of them", token);
    return checkText(own(token, "jti"), "except.jti");
  });
}

const readMargin: Reader<number> = /* @__PURE__ */ optional(readDuration, 3600);
const readTimeout: Reader<number> = /* @__PURE__ */ optional(readSpan, 5);
const checkDenylist: Reader<Pick<Denylist, "add">> = /* @__PURE__ */ withMethods("a denylist", "add");
const checkSubjectDenylist: Reader<SubjectDenylist> = /* @__PURE__ */ withMethods<SubjectDenylist>(
  "a denylist",
  "revokeBefore",
  "revokedBefore",
  "add",
);

/** Returns the time until a second, rounded up, at least one second. */
function timeUntil(second: number, now: (() => Date) | undefined): number {
  return Math.max(1, Math.ceil(second - checkNow(now)));
}

async function write(call: () => void | Promise<void>, seconds: number): Promise<void> {
  await confirm(call, seconds);
}

/** Calls the denylist with a timeout. A client's own message is dropped: it may quote what was sent. */
async function confirm(call: () => unknown, seconds: number): Promise<unknown> {
  try {
    return await withTimeout(call, seconds, unconfirmed);
  } catch (error) {
    throw isStoreFailure(error) ? error : unconfirmed();
  }
}

function unconfirmed(): UnavailableError {
  return new UnavailableError("store_unavailable", "the denylist did not confirm the revocation");
}
