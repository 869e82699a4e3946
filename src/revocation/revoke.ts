/** How tokens are revoked before they expire: one, by `iss` and `jti`, or all of a subject's up to a second. */

import { checkClock, checkNow, checkOptions, checkText, wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import { storeKey, type Denylist, type SubjectDenylist } from "./contract.ts";
import { missingClaim } from "../claims/validate.ts";
import { readDuration, readNumericDate, type Duration } from "../base/duration.ts";
import { isObject, own } from "../encoding/json.ts";
import { isUnavailableError, UnavailableError } from "../errors.ts";
import { inTime } from "../base/steps.ts";

/** How a revocation is written. Spans are seconds, or texts such as `"1h"`. */
export interface RevokeOptions {
  /** For how long past its `exp` a token stays revoked: for verifiers with a tolerance. Default `"1h"`, the greatest tolerance there is. */
  readonly margin?: Duration | undefined;
  /** How long the denylist may take. Default 5 s. What comes later may still be carried out. */
  readonly storeTimeout?: Duration | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** How all tokens of a subject are revoked. */
export interface RevokeSubjectOptions extends RevokeOptions {
  /** The longest life of any token that is signed for a subject. A token that lives longer would be good again after it. */
  readonly maxLifetime: Duration;
  /** Tokens issued in or before this second are revoked: a Date, or seconds since 1970. Default: now. */
  readonly before?: Date | number | undefined;
}

/**
 * A token's key in a denylist: made of `iss` and `jti`. A token without `iss` has one of its own.
 *
 * @param payload `Verified.payload`. Not `claims`, from which a schema may have dropped `iss`.
 * @throws JwtError `claim_missing`: there is no `jti`.
 * @throws TypeError `invalid_argument`
 * @example
 * console.log(revocationKey({ iss: "my-api", jti: "4711" })); // ["revoked","my-api","4711"]
 */
export function revocationKey(payload: JwtClaims): string {
  if (!isObject(payload)) throw wrongArgument("payload", "the payload of a verified token", payload);
  const [iss, jti]: readonly unknown[] = [own(payload, "iss"), own(payload, "jti")];
  if (jti === undefined) throw missingClaim("jti");
  if (typeof jti !== "string") throw wrongArgument("payload.jti", "a string", jti);
  if (iss !== undefined && typeof iss !== "string") throw wrongArgument("payload.iss", "a string", iss);
  return storeKey("revoked", payload);
}

/**
 * Revokes one token, until it would have expired anyway plus a margin. Done once the denylist has answered.
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
  checkOptions(options, ["margin", "storeTimeout", "now"]);
  checkMember(denylist, "add");
  const [margin, timeout] = readDurations(options);
  const key = revocationKey(payload);
  const exp: unknown = own(payload, "exp");
  if (exp === undefined) throw missingClaim("exp");
  if (typeof exp !== "number" || !Number.isFinite(exp)) throw wrongArgument("payload.exp", "a finite number", exp);
  const ttl = timeUntil(exp + margin, options.now);
  await write(() => denylist.add(key, ttl), timeout);
}

/**
 * Logs a subject out everywhere: revokes all of its tokens that were issued in or before a second. A login within that
 * same second is revoked with them. The second only moves on, never back.
 *
 * @throws UnavailableError `store_unavailable`: the denylist failed, took too long, or is full. The tokens may still be good.
 * @throws TypeError `invalid_argument`
 * @example
 * const denylist = memoryDenylist();
 * await revokeSubject(denylist, { iss: "my-api", sub: "user_123" }, { maxLifetime: "15m", before: 1_800_000_000 });
 * console.log(denylist.revokedBefore("my-api", "user_123")); // 1800000000
 */
export async function revokeSubject(
  denylist: Pick<SubjectDenylist, "revokeBefore">,
  subject: { readonly iss: string; readonly sub: string },
  options: RevokeSubjectOptions,
): Promise<void> {
  checkOptions(options, ["maxLifetime", "before", "margin", "storeTimeout", "now"]);
  checkMember(denylist, "revokeBefore");
  if (!isObject(subject)) throw wrongArgument("subject", "an object with iss and sub", subject);
  const [iss, sub] = [checkText(subject.iss, "iss"), checkText(subject.sub, "sub")];
  const lifetime = readPositive(options.maxLifetime, "maxLifetime");
  const [margin, timeout] = readDurations(options);
  const second = Math.floor(
    options.before === undefined ? checkNow(checkClock(options.now)) : readNumericDate(options.before, "before"),
  );
  const ttl = timeUntil(second + 1 + lifetime + margin, options.now);
  await write(() => denylist.revokeBefore(iss, sub, second, ttl), timeout);
}

function readDurations({ margin = "1h", storeTimeout = 5 }: RevokeOptions): readonly [margin: number, timeout: number] {
  return [readDuration(margin, "margin"), readPositive(storeTimeout, "storeTimeout")];
}

function readPositive(value: unknown, name: string): number {
  const duration = readDuration(value, name);
  if (duration === 0) throw wrongArgument(name, "more than 0", duration);
  return duration;
}

/** Whole seconds, at least one. */
function timeUntil(second: number, now: (() => Date) | undefined): number {
  return Math.max(1, Math.ceil(second - checkNow(checkClock(now))));
}

function checkMember(denylist: unknown, name: "add" | "revokeBefore"): void {
  const member: unknown = typeof denylist === "object" && denylist !== null ? Reflect.get(denylist, name) : undefined;
  if (typeof member !== "function") throw wrongArgument("denylist", `a denylist with the method ${name}`, denylist);
}

/** A client's own words stay with the client: they may quote what was sent. */
async function write(call: () => void | Promise<void>, seconds: number): Promise<void> {
  const unconfirmed = (): UnavailableError =>
    new UnavailableError("store_unavailable", "the denylist did not confirm the revocation");
  try {
    await inTime(call, seconds, unconfirmed);
  } catch (error) {
    throw isUnavailableError(error) ? error : unconfirmed();
  }
}
