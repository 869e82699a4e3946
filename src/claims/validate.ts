/** Checks of a verified token's claims (RFC 7519 §4.1, §7.2; RFC 8725 §3.8–3.10). */

import { describeSpan } from "../base/duration.ts";
import { own, type JsonObject } from "../encoding/json.ts";
import { JwtError, quote, quoteSome, type JwtErrorCode } from "../errors.ts";

/** Expectations of the claims, compiled. `undefined`: not checked, by a written waiver. */
export interface ClaimPolicy {
  readonly issuers: ReadonlySet<string> | undefined;
  readonly audiences: ReadonlySet<string> | undefined;
  readonly subject: ReadonlySet<string> | undefined;
  /** Claims that must be there, `exp` and `iat` included unless waived. */
  readonly required: readonly string[];
  readonly match: readonly ClaimMatch[];
  /** Seconds. */
  readonly tolerance: number;
  /** Seconds. */
  readonly maxTokenAge: number | undefined;
}

/** Values of one claim that are accepted; `contains`: the claim is a list, and one of its items has to be among them. */
export interface ClaimMatch {
  readonly name: string;
  readonly values: ReadonlySet<unknown>;
  readonly contains: boolean;
}

/** Throws the first thing that is wrong. The lifetime comes last: `expired` says that all else is right. */
export function validateClaims(
  payload: JsonObject,
  policy: ClaimPolicy,
  keyIssuer: string | undefined,
  now: number,
): void {
  const [iss, sub] = [readText(payload, "iss"), readText(payload, "sub")];
  const [exp, nbf, iat] = [readDate(payload, "exp"), readDate(payload, "nbf"), readDate(payload, "iat")];
  const aud = readAudience(payload);
  readText(payload, "jti");
  for (const name of policy.required) if (!Object.hasOwn(payload, name)) throw missingClaim(name);

  const { issuers, audiences, subject, tolerance, maxTokenAge } = policy;
  if (issuers !== undefined) expectOneOf("iss", iss, issuers, "issuer_mismatch");
  // A key that belongs to an issuer speaks for that issuer alone. Entra's keys for all tenants have `{tenantid}` where iss has tid.
  if (keyIssuer !== undefined) {
    const bound = keyIssuer.replace("{tenantid}", (template) => readText(payload, "tid") ?? template);
    if (iss !== bound) throw keyOfAnother(iss, bound);
  }
  if (audiences !== undefined)
    expectOneOf("aud", aud.find((one) => audiences.has(one)) ?? aud[0], audiences, "audience_mismatch", aud.length);
  if (subject !== undefined) expectOneOf("sub", sub, subject, "subject_mismatch");
  for (const one of policy.match) expectMatch(own(payload, one.name), one);

  // Every comparison of times is written so that NaN refuses.
  if (nbf !== undefined && !(now + tolerance >= nbf))
    throw untimely("not_yet_valid", `not valid for another ${describeSpan(nbf - now)}`, "nbf", nbf, now);
  if (maxTokenAge !== undefined) {
    if (iat === undefined) throw missingClaim("iat");
    if (!(now + tolerance >= iat))
      throw untimely("not_yet_valid", `issued ${describeSpan(iat - now)} in the future`, "iat", iat, now);
    if (!(now - tolerance - iat <= maxTokenAge)) {
      const [age, most] = [describeSpan(now - iat), describeSpan(maxTokenAge)];
      throw untimely("too_old", `issued ${age} ago, ${most} allowed by maxTokenAge`, "iat", iat, now);
    }
  }
  if (exp !== undefined && !(now - tolerance < exp))
    throw untimely("expired", `expired ${describeSpan(now - exp)} ago`, "exp", exp, now);
}

/** Builds the refusal of a token without a claim that is needed. */
export function missingClaim(claim: string): JwtError {
  const remedy = Object.hasOwn(remedies, claim) ? `: ${remedies[claim]}` : "";
  return new JwtError("claim_missing", `${quote(claim)} is missing${remedy}`, { claim });
}

const remedies: Readonly<Record<string, string>> = {
  iss: "sign with the option issuer, or expect issuer: unchecked",
  aud: "sign with the option audience, or expect audience: unchecked",
  exp: 'waive it with optional: ["exp"] if the issuer sets none',
  iat: 'waive it with optional: ["iat"] if the issuer sets none',
};

function readText(payload: JsonObject, name: string): string | undefined {
  const value = own(payload, name);
  if (value !== undefined && typeof value !== "string") throw wrongClaim(name, "a string", value);
  return value;
}

/** Dates from here on are taken for milliseconds, which have had such values since 2001; in seconds it is the year 33658. */
const millisecondsFrom = 1e12;

/** Reads a date. It has to be finite: JSON can spell a number that is not, 1e400. */
function readDate(payload: JsonObject, name: string): number | undefined {
  const value = own(payload, name);
  if (value !== undefined && !(typeof value === "number" && Number.isFinite(value)))
    throw wrongClaim(name, "a finite number", value);
  if (value !== undefined && value >= millisecondsFrom)
    throw wrongClaim(name, "seconds since 1970 (these look like milliseconds)", value);
  return value;
}

function readAudience(payload: JsonObject): readonly string[] {
  const aud = own(payload, "aud");
  if (aud === undefined) return [];
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (list.length === 0 || !list.every((item) => typeof item === "string"))
    throw wrongClaim("aud", "a string or a list of strings", aud);
  return list;
}

/** Refuses a value that is not among those allowed. `count`: the number of values of which `value` is the one to be shown. */
function expectOneOf(name: string, value: unknown, allowed: ReadonlySet<unknown>, code: JwtErrorCode, count = 1): void {
  if (value === undefined) throw missingClaim(name);
  if (!allowed.has(value))
    throw new JwtError(code, `${quoteName(name)}: ${describeMismatch(value, allowed, count)}`, { claim: name });
}

function expectMatch(value: unknown, { name, values, contains }: ClaimMatch): void {
  if (!contains || value === undefined) {
    expectOneOf(name, value, values, "claim_mismatch");
    return;
  }
  if (Array.isArray(value) && value.some((item) => values.has(item))) return;
  const found = Array.isArray(value) ? `${value.length} others` : quote(value);
  const expected = quoteSome(values, values.size);
  throw new JwtError("claim_mismatch", `${quoteName(name)}: expected a list with ${expected}, found ${found}`, {
    claim: name,
  });
}

/** Returns a claim's name in the form that stands in front of a message. */
function quoteName(name: string): string {
  return /^[\w:./-]{1,48}$/.test(name) ? name : quote(name);
}

/**
 * Describes what was expected and what was found, and where the two differ if the eye does not find it: in a slash at the end, in case, or
 * past the characters that a message shows.
 */
function describeMismatch(value: unknown, allowed: ReadonlySet<unknown>, count: number): string {
  const more = count > 1 ? ` and ${count - 1} more` : "";
  if (typeof value === "string") {
    const nearest = findTwin(value, allowed);
    if (nearest !== undefined) {
      const start = Math.max(0, nearest.differsAt - 24);
      const shown = (text: string): string => quote(`${start > 0 ? "…" : ""}${text.slice(start)}`);
      const others = allowed.size > 1 ? ` and ${allowed.size - 1} more` : "";
      return `expected ${shown(nearest.text)}${others}, found ${shown(value)}${more} (they differ ${nearest.how})`;
    }
  }
  return `expected ${quoteSome(allowed, allowed.size)}, found ${quote(value)}${more}`;
}

interface Twin {
  readonly text: string;
  /** The index of the first character that differs. */
  readonly differsAt: number;
  readonly how: string;
}

/** Returns the expected string that is easily taken for `value`. The slash is looked up; of many expected strings the first few are compared. */
function findTwin(value: string, allowed: ReadonlySet<unknown>): Twin | undefined {
  const slashless = value.replace(/\/$/, "");
  const twin = value === slashless ? `${value}/` : slashless;
  if (allowed.has(twin)) return { text: twin, differsAt: slashless.length, how: "in the slash at the end" };
  let compared = 0;
  for (const text of allowed) {
    if (compared++ === 3) return undefined;
    if (typeof text !== "string") continue;
    const differsAt = firstDifference(text, value);
    if (text.toLowerCase() === value.toLowerCase()) return { text, differsAt, how: "in upper and lower case" };
    if (text.trim() === value.trim()) return { text, differsAt, how: "in white space" };
    if (differsAt > 40) return { text, differsAt, how: `from character ${differsAt + 1} on` };
  }
  return undefined;
}

function firstDifference(one: string, other: string): number {
  let i = 0;
  while (i < one.length && one[i] === other[i]) i++;
  return i;
}

/** Builds the refusal of a token by a key that is bound to another issuer. Microsoft Entra signs tokens of version 1 (`sts.windows.net`) with keys that it binds to its issuer of version 2. */
function keyOfAnother(iss: string | undefined, bound: string): JwtError {
  if (iss === undefined) return missingClaim("iss");
  return new JwtError(
    "issuer_mismatch",
    `iss: the key that signed is bound to the issuer ${quote(bound, 96)}, found ${quote(iss, 96)}`,
    { claim: "iss" },
  );
}

/** Builds the refusal of a claim whose value is not of the form that its specification asks for. */
export function wrongClaim(claim: string, expected: string, found: unknown): JwtError {
  return new JwtError("claim_invalid", `${claim}: expected ${expected}, found ${quote(found)}`, { claim });
}

function untimely(code: JwtErrorCode, message: string, claim: string, value: number, now: number): JwtError {
  return new JwtError(code, `${message} (${claim} ${value}, now ${Math.floor(now)})`, { claim });
}
