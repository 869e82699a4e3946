/**
 * Claims of a new token (RFC 7519 §4.1). `iat` and `exp` are always set. A value that JSON would drop or change, a sensitive claim,
 * and a claim that is given twice are refused.
 */

import {
  checkClock,
  checkNow,
  checkOptions,
  checkText,
  checkTexts,
  refusePromise,
  wrongArgument,
  type Names,
} from "../base/options.ts";
import { readDuration, readNumericDate, type Duration, type DurationText } from "../base/duration.ts";
import { isObject, jsonCopy, own, type JsonObject } from "../encoding/json.ts";
import { argumentError } from "../errors.ts";
import { randomUuid } from "../base/platform.ts";
import { inspector, mayHoldKey, type SensitiveClaims } from "./sensitive.ts";

/** Registered claims (RFC 7519 §4.1) that may be given to `sign`. Dates are seconds since 1970. */
export interface RegisteredClaims {
  /** Issuer (RFC 7519 §4.1.1). */
  iss?: string;
  /** Subject (§4.1.2). */
  sub?: string;
  /** Audience (§4.1.3). */
  aud?: string | readonly string[];
  /** Expiration time (§4.1.4): seconds since 1970. */
  exp?: number;
  /** Start of validity (§4.1.5): seconds since 1970. */
  nbf?: number;
  /** Time of issue (§4.1.6): seconds since 1970. */
  iat?: number;
  /** Token ID (§4.1.7). */
  jti?: string;
}

/** Claims of a token: the registered ones, and the issuer's own. */
export interface JwtClaims {
  /** Issuer (RFC 7519 §4.1.1). */
  readonly iss?: string;
  /** Subject (§4.1.2). */
  readonly sub?: string;
  /** Audience (§4.1.3). */
  readonly aud?: string | readonly string[];
  /** Expiration time (§4.1.4): seconds since 1970. */
  readonly exp?: number;
  /** Start of validity (§4.1.5): seconds since 1970. */
  readonly nbf?: number;
  /** Time of issue (§4.1.6): seconds since 1970. */
  readonly iat?: number;
  /** Token ID (§4.1.7). */
  readonly jti?: string;
  /** Any other claim. */
  readonly [claim: string]: unknown;
}

/** Claims that may be given to `sign`: any object whose registered claims have their types. */
export type ClaimsInput<C> = object & {
  readonly [Name in keyof C]: Name extends keyof RegisteredClaims ? Required<RegisteredClaims>[Name] : unknown;
};

/** The claims of a new token: `iat` and `exp` are always there. */
export type IssuedClaims<C extends object = object> = C & JwtClaims & { readonly iat: number; readonly exp: number };

/** Options of `buildClaims`, and those of `sign` that set claims. A claim that is in the claims already cannot be given here too. */
export interface ClaimOptions {
  /**
   * Lifetime of the token, from `iat` on: seconds, or a string such as `"15m"`. Default `"15m"`. Not together with `expiresAt` or a
   * claim `exp`. Fractions of seconds are cut off, here and in every date.
   */
  readonly expiresIn?: Duration | undefined;
  /** End of the token's lifetime: a Date, or seconds since 1970. */
  readonly expiresAt?: Date | number | undefined;
  /** Longest lifetime that a token may have: a longer one is taken for a mistake. Default `"366d"`. */
  readonly maxLifetime?: Duration | undefined;
  /** Start of validity: a Date, or a string that counts from now, such as `"5m"`. Default: at once. */
  readonly notBefore?: Date | DurationText | undefined;
  /** `iss`, the issuer. Default: none, or that in the claims. */
  readonly issuer?: string | undefined;
  /** `sub`, the subject. Default: none, or that in the claims. */
  readonly subject?: string | undefined;
  /** `aud`, the audience. Default: none, or that in the claims. */
  readonly audience?: string | readonly string[] | undefined;
  /** `jti`, the token ID; `true`: a random UUID. Default: none, or that in the claims. */
  readonly jwtId?: string | true | undefined;
  /** Treatment of claims such as `password`, and of private keys in any claim. Default `"reject"`. */
  readonly sensitiveClaims?: SensitiveClaims | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

export const claimOptionNames: readonly string[] = /* @__PURE__ */ Object.keys({
  expiresIn: 1,
  expiresAt: 1,
  maxLifetime: 1,
  notBefore: 1,
  issuer: 1,
  subject: 1,
  audience: 1,
  jwtId: 1,
  sensitiveClaims: 1,
  now: 1,
} satisfies Names<ClaimOptions>);

/** Options checked once, for any number of tokens. */
export interface ClaimPlan {
  /** `iss`, `sub`, `aud`: the same in every token. */
  readonly fixed: JsonObject;
  /** Checks the caller's claims, and returns them in the form that JSON writes; `write` looks into their strings. */
  check(claims: object): JsonObject;
  /** Writes checked claims as JSON. Strings that must not be in them are looked for in all of it at once. */
  write(checked: JsonObject): string;
  /** Returns the claims that differ from token to token, in addition to checked claims. */
  issue(checked: JsonObject): IssuedNow;
}

export interface IssuedNow {
  readonly jti?: string;
  readonly iat?: number;
  readonly nbf?: number;
  readonly exp?: number;
}

/**
 * Returns the claims that `sign` puts into the token (RFC 7519 §4): the caller's, then those that the options set. The caller's object
 * is not changed.
 *
 * @throws TypeError `invalid_argument`: as `sign`.
 * @example
 * buildClaims({ sub: "user_123" }, { expiresIn: "1h" }); // { sub, iat, exp }
 */
export function buildClaims<C extends ClaimsInput<C>>(claims: C, options: ClaimOptions = {}): IssuedClaims<C> {
  checkOptions(options, claimOptionNames);
  const plan = planClaims(options, Infinity);
  const written = JSON.parse(plan.write(plan.check(claims))) as JsonObject;
  return { ...written, ...plan.fixed, ...plan.issue(written) } as unknown as IssuedClaims<C>;
}

/** Checks and compiles the options. `keyLifetime`: seconds, the longest lifetime that the key allows, whatever the options say. */
export function planClaims(options: ClaimOptions, keyLifetime: number): ClaimPlan {
  const { issuer, subject, audience, jwtId, sensitiveClaims = "reject" } = options;
  const now = checkClock(options.now);
  const fixed: JsonObject = {
    ...(issuer !== undefined && { iss: checkText(issuer, "issuer") }),
    ...(subject !== undefined && { sub: checkText(subject, "subject") }),
    ...(audience !== undefined && {
      aud: Array.isArray(audience) ? checkTexts(audience, "audience") : checkText(audience, "audience"),
    }),
  };
  if (jwtId !== undefined && jwtId !== true) checkText(jwtId, "jwtId");
  jsonCopy({ ...fixed, jwtId: jwtId ?? null }, "options");
  const inspect = inspector(sensitiveClaims);
  const times = planTimes(options, keyLifetime);
  const taken = [...Object.keys(fixed), ...(jwtId === undefined ? [] : ["jti"]), ...times.taken];

  return {
    fixed,
    check(claims) {
      if (!isObject(claims) || typeof claims["toJSON"] === "function")
        throw wrongArgument("claims", "a plain object", claims);
      let checked = claims;
      if (!inspect("claims", claims, false)) {
        refusePromise("claims", claims);
        checked = jsonCopy(claims, "claims") as JsonObject;
        inspect("claims", checked, false);
      }
      checkRegistered(claims, checked, taken);
      return withWholeDates(checked);
    },
    write(checked) {
      const json = JSON.stringify(checked);
      // How JSON spells half of a surrogate pair (ECMA-262 §25.5.2.3).
      if (json.includes("\\ud")) jsonCopy(checked, "claims");
      if (mayHoldKey(json)) inspect("claims", checked, true);
      return json;
    },
    issue(checked) {
      const issued = times.issue(checked, Math.floor(checkNow(now)));
      return jwtId === undefined ? issued : { jti: jwtId === true ? randomUuid() : jwtId, ...issued };
    },
  };
}

interface TimesPlan {
  /** Claims that the options set, so that the caller may not. */
  readonly taken: readonly string[];
  /** Returns the times of a token, from the options and from the claims that the caller set. */
  issue(claims: RegisteredClaims, now: number): IssuedNow;
}

function planTimes(options: ClaimOptions, keyLifetime: number): TimesPlan {
  const { expiresIn = "15m", expiresAt, maxLifetime = "366d", notBefore } = options;
  if (options.expiresIn !== undefined && expiresAt !== undefined)
    throw argumentError("expiresIn, expiresAt: expected one of them, found both");
  const life = readDuration(expiresIn, "expiresIn");
  const until = expiresAt === undefined ? undefined : Math.floor(readNumericDate(expiresAt, "expiresAt"));
  const longest = readDuration(maxLifetime, "maxLifetime");
  const delay = typeof notBefore === "string" ? readDuration(notBefore, "notBefore") : undefined;
  // A number would be read as a date by some and as a span by others.
  if (typeof notBefore === "number")
    throw wrongArgument("notBefore", 'a Date, or a string that counts from now such as "5m"', notBefore);
  const start = notBefore === undefined || delay !== undefined ? undefined : readNumericDate(notBefore, "notBefore");

  return {
    taken: [
      ...(options.expiresIn === undefined && expiresAt === undefined ? [] : ["exp"]),
      ...(notBefore === undefined ? [] : ["nbf"]),
    ],
    issue(claims, now) {
      const issued: { iat?: number; nbf?: number; exp?: number } = {};
      const iat = claims.iat ?? (issued.iat = now);
      let { nbf } = claims;
      if (notBefore !== undefined) nbf = issued.nbf = Math.floor(start ?? now + (delay ?? NaN));
      const exp = claims.exp ?? (issued.exp = until ?? Math.floor(iat + life));
      // Written so that a NaN refuses.
      if (!(exp > now && exp > iat && (nbf === undefined || nbf < exp)))
        throw argumentError(`exp: ${exp} is not after now, iat and nbf: the token would never be good`);
      const lifetime = exp - Math.min(now, iat);
      if (!(lifetime <= longest && lifetime <= keyLifetime)) {
        const limit =
          longest < keyLifetime
            ? `${maxLifetime} (maxLifetime)`
            : `${keyLifetime} s, as the key allows (retainFor of a key ring)`;
        throw argumentError(`exp: expected a lifetime of at most ${limit}, found ${lifetime} s`);
      }
      return issued;
    },
  };
}

/** Checks the registered claims that the caller set: of the right type, and not set by an option too. `checked`: those that JSON writes. */
function checkRegistered(claims: JsonObject, checked: JsonObject, taken: readonly string[]): void {
  const check = (name: string, checkType: (value: unknown, name: string) => unknown): void => {
    // Inherited, or hidden from JSON: it looks set, and the token would be without it.
    if (!Object.prototype.propertyIsEnumerable.call(claims, name))
      throw argumentError(`${name}: expected an own, enumerable member`);
    if (taken.includes(name))
      throw argumentError(`${name}: given both as a claim and as the option ${claimOptions[name] ?? ""}`);
    checkType(checked[name], name);
  };
  const { iss, sub, aud, exp, nbf, iat, jti } = claims as Readonly<Record<keyof RegisteredClaims, unknown>>;
  if (iss !== undefined) check("iss", checkText);
  if (sub !== undefined) check("sub", checkText);
  if (aud !== undefined) check("aud", checkTexts);
  if (exp !== undefined) check("exp", checkDate);
  if (nbf !== undefined) check("nbf", checkDate);
  if (iat !== undefined) check("iat", checkDate);
  if (jti !== undefined) check("jti", checkText);
}

/** Returns claims whose dates have no fractions of seconds, which several verifiers refuse. The caller's object is not changed. */
function withWholeDates(claims: JsonObject): JsonObject {
  let whole = claims;
  for (const name of ["exp", "nbf", "iat"]) {
    const date = own(claims, name);
    if (typeof date === "number" && !Number.isInteger(date)) whole = { ...whole, [name]: Math.floor(date) };
  }
  return whole;
}

function checkDate(value: unknown, name: string): void {
  if (typeof value !== "number") throw wrongArgument(name, "seconds since 1970 as a number", value);
  readNumericDate(value, name);
}

/** The options that set each claim. */
const claimOptions: Readonly<Record<string, string>> = {
  iss: "issuer",
  sub: "subject",
  aud: "audience",
  exp: "expiresIn or expiresAt",
  nbf: "notBefore",
  jti: "jwtId",
};
