/** Seconds in stores: whole and finite. */

import { wrongArgument } from "../base/options.ts";
import { readNumericDate } from "../base/duration.ts";
import { quote, UnavailableError } from "../errors.ts";

/** Longest lifetime of an entry, three thousand years: a token may expire at 1e300, which no store can hold. */
const maxTtl = 1e11;

/**
 * Checks the lifetime of an entry.
 *
 * @throws TypeError `invalid_argument`
 */
export function checkTtl(ttlSeconds: unknown): number {
  if (typeof ttlSeconds !== "number" || !(ttlSeconds > 0 && ttlSeconds < Infinity))
    throw wrongArgument("ttlSeconds", "a number of seconds above 0", ttlSeconds);
  return Math.min(Math.ceil(ttlSeconds), maxTtl);
}

/**
 * Checks the second up to which a subject's tokens are revoked.
 *
 * @throws TypeError `invalid_argument`
 */
export function checkSecond(second: unknown): number {
  return Math.floor(readNumericDate(second, "second"));
}

/** Reads a second that a store returned, as a number or as digits: clients and databases differ. */
export function readSecond(answer: unknown): number {
  const digits = typeof answer === "number" || typeof answer === "bigint" ? String(answer) : answer;
  if (typeof digits !== "string" || !/^\d{1,15}$/.test(digits)) throw unexpectedAnswer(answer);
  return Number(digits);
}

/** Builds the error for an unexpected answer, which decides nothing. */
export function unexpectedAnswer(answer: unknown): UnavailableError {
  return new UnavailableError("store_unavailable", `unexpected answer of the store: ${quote(answer)}`);
}
