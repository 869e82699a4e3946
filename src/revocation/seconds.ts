/** Seconds as stores count them: whole, and finite. */

import { wrongArgument } from "../base/options.ts";
import { readNumericDate } from "../base/duration.ts";
import { quote, UnavailableError } from "../errors.ts";

/** Three thousand years: a token may say 1e300, which no store can count. */
const longest = 1e11;

/** For how long an entry is kept. Throws a TypeError, `invalid_argument`. */
export function checkTtl(ttlSeconds: unknown): number {
  if (typeof ttlSeconds !== "number" || !(ttlSeconds > 0 && ttlSeconds < Infinity))
    throw wrongArgument("ttlSeconds", "seconds, more than 0", ttlSeconds);
  return Math.min(Math.ceil(ttlSeconds), longest);
}

/** The second up to which a subject's tokens are revoked. Throws a TypeError, `invalid_argument`. */
export function checkSecond(second: unknown): number {
  return Math.floor(readNumericDate(second, "second"));
}

/** A second that a store gives back, as a number or as its digits: clients and databases differ. */
export function readSecond(answer: unknown): number {
  const digits = typeof answer === "number" || typeof answer === "bigint" ? String(answer) : answer;
  if (typeof digits !== "string" || !/^\d{1,15}$/.test(digits)) throw unexpectedAnswer(answer);
  return Number(digits);
}

/** An answer that decides nothing. Verification turns it into its own `store_unavailable`. */
export function unexpectedAnswer(answer: unknown): UnavailableError {
  return new UnavailableError("store_unavailable", `unexpected answer of the store: ${quote(answer)}`);
}
