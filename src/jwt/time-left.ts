/** Time until a token ends, for those who renew it. */

import { checkClock, checkNow, readOptions, wrongArgument, type Readers } from "../base/options.ts";
import { isThenable } from "../base/steps.ts";
import { missingClaim } from "../claims/validate.ts";
import { isObject, own } from "../encoding/json.ts";
import { JwtError } from "../errors.ts";
import { splitCompact } from "../jws/verify.ts";
import { parsePayload } from "./payload.ts";

/** Options of `timeLeft`. */
export interface TimeLeftOptions {
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Returns the seconds until a token's `exp` (RFC 7519 §4.1.4); zero or less when it has passed. Nothing is verified: it tells a page
 * when to renew a token, never that a token is good.
 *
 * @param token A compact JWT, or its claims.
 * @throws JwtError `token_malformed`, `payload_invalid`: the token cannot be read; `claim_missing`, `claim_invalid`: `exp` is not there, or
 * is no number.
 * @throws TypeError `invalid_argument`: an unknown option, or an invalid clock.
 * @example
 * const token = await sign({ sub: "user_123" }, await generateSecret(HS256), { expiresIn: "15m" });
 * const seconds = timeLeft(token); // about 900
 * setTimeout(() => console.log("renew the token now"), (seconds - 30) * 1000).unref();
 */
export function timeLeft(token: string | { readonly exp?: unknown }, options: TimeLeftOptions = {}): number {
  const now = checkNow(readOptions(options, { now: checkClock } satisfies Readers<TimeLeftOptions>).now);
  const claims: unknown = typeof token === "string" ? parsePayload(splitCompact(token)[1]) : token;
  if (!isObject(claims) || isThenable(claims)) throw wrongArgument("token", "a compact JWT or its claims", claims);
  const exp = own(claims, "exp");
  if (exp === undefined) throw missingClaim("exp");
  if (typeof exp !== "number" || !Number.isFinite(exp))
    throw new JwtError("claim_invalid", "exp: expected a finite number", { claim: "exp" });
  return exp - now;
}
