/**
 * The claims of a new token (RFC 7519 §4.1). `iat` and `exp` are always set; what JSON would drop or change,
 * what is sensitive, and what is said twice is refused.
 */

import { checkClock, checkNow, checkOptions, checkText, checkTexts, wrongArgument } from "../arguments.ts";
import { isObject, isPlainJson, jsonCopy, jsonKind, type JsonObject } from "../encoding/json.ts";
import { isWellFormed } from "../encoding/utf8.ts";
import { argumentError, quote } from "../errors.ts";
import { randomUuid } from "../platform/native.ts";
import { readDuration, readNumericDate, type Duration, type DurationText } from "./duration.ts";
import { sensitiveSearch, type SensitiveClaims } from "./sensitive.ts";

/** The registered claims (RFC 7519 §4.1) as they may be given to `sign`. Dates are seconds since 1970. */
export interface RegisteredClaims {
  iss?: string;
  sub?: string;
  aud?: string | readonly string[];
  exp?: number;
  nbf?: number;
  iat?: number;
  jti?: string;
}

/** What a token says: the registered claims, and the issuer's own. */
export interface JwtClaims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** The claims of a new token: `iat` and `exp` are always there. */
export type IssuedClaims<C extends object = object> = C & JwtClaims & { readonly iat: number; readonly exp: number };

export interface ClaimOptions {
  /** How long the token is good. Default `"15m"`. Not together with `expiresAt` or a claim `exp`. */
  readonly expiresIn?: Duration | undefined;
  /** Until when the token is good: a Date, or seconds since 1970. */
  readonly expiresAt?: Date | number | undefined;
  /** The longest life a token may have: more is a mistake until you say so. Default `"366d"`. */
  readonly maxLifetime?: Duration | undefined;
  /** From when the token is good: a Date, or a text that counts from now. */
  readonly notBefore?: Date | DurationText | undefined;
  /** `iss` */
  readonly issuer?: string | undefined;
  /** `sub` */
  readonly subject?: string | undefined;
  /** `aud` */
  readonly audience?: string | readonly string[] | undefined;
  /** `jti`; `true`: a random UUID. */
  readonly jwtId?: string | true | undefined;
  /** What to do with claims such as `password`, and with private keys in any claim. Default `"reject"`. */
  readonly sensitiveClaims?: SensitiveClaims | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

export const claimOptionNames: readonly string[] = [
  "expiresIn", "expiresAt", "maxLifetime", "notBefore", "issuer", "subject", "audience", "jwtId", "sensitiveClaims", "now",
];

/** Options checked once, for any number of tokens. */
export interface ClaimPlan {
  /** `iss`, `sub`, `aud`: the same in every token. */
  readonly fixed: JsonObject;
  /** The caller's claims, checked and as JSON writes them, and those that differ from token to token. */
  issue(claims: object): { readonly own: JsonObject; readonly timed: TimedClaims };
}

export interface TimedClaims {
  readonly jti?: string;
  readonly iat?: number;
  readonly nbf?: number;
  readonly exp?: number;
}

/**
 * What `sign` puts into the token: the caller's claims, then those that the options say. The caller's object stays
 * as it is.
 *
 * @throws TypeError `invalid_argument`: as `sign`.
 * @example
 * buildClaims({ sub: "user_123" }, { expiresIn: "1h" }); // { sub, iat, exp }
 */
export function buildClaims<C extends object>(claims: C & RegisteredClaims, options: ClaimOptions = {}): IssuedClaims<C> {
  checkOptions(options, claimOptionNames);
  const plan = planClaims(options);
  const { own, timed } = plan.issue(claims);
  return { ...own, ...plan.fixed, ...timed } as unknown as IssuedClaims<C>;
}

/** Checks and compiles the options. */
export function planClaims(options: ClaimOptions): ClaimPlan {
  const { issuer, subject, audience, jwtId, sensitiveClaims = "reject" } = options;
  const now = checkClock(options.now);
  const fixed: JsonObject = {
    ...(issuer !== undefined && { iss: checkText(issuer, "issuer") }),
    ...(subject !== undefined && { sub: checkText(subject, "subject") }),
    ...(audience !== undefined && { aud: Array.isArray(audience) ? checkTexts(audience, "audience") : checkText(audience, "audience") }),
  };
  if (jwtId !== undefined && jwtId !== true) checkText(jwtId, "jwtId");
  jsonCopy({ ...fixed, jwtId: jwtId ?? null }, "options");
  const lifetime = planLifetime(options);
  const checkClaims = claimsCheck(sensitiveClaims);
  const taken = Object.keys(fixed);
  if (jwtId !== undefined) taken.push("jti");

  return {
    fixed,
    issue(claims) {
      const { own, given } = checkClaims(claims);
      const twice = given.find((name) => taken.includes(name));
      if (twice !== undefined) throw givenTwice(twice);
      const timed = lifetime(own, given, Math.floor(checkNow(now)));
      return { own, timed: jwtId === undefined ? timed : { jti: jwtId === true ? randomUuid() : jwtId, ...timed } };
    },
  };
}

/** The times of a token, from the options and from the claims that the caller set. */
function planLifetime(options: ClaimOptions): (claims: RegisteredClaims, given: readonly string[], now: number) => TimedClaims {
  const { expiresIn = "15m", expiresAt, maxLifetime = "366d", notBefore } = options;
  const expires = options.expiresIn !== undefined || expiresAt !== undefined;
  if (options.expiresIn !== undefined && expiresAt !== undefined) throw givenTwice("exp");
  const life = readDuration(expiresIn, "expiresIn");
  const until = expiresAt === undefined ? undefined : readNumericDate(expiresAt, "expiresAt");
  const longest = readDuration(maxLifetime, "maxLifetime");
  const delay = typeof notBefore === "string" ? readDuration(notBefore, "notBefore") : undefined;
  // A number would be read as a date by some and as a span by others.
  if (typeof notBefore === "number") throw wrongArgument("notBefore", 'a Date, or a text that counts from now such as "5m"', notBefore);
  const start = notBefore === undefined || delay !== undefined ? undefined : readNumericDate(notBefore, "notBefore");

  return (claims, given, now) => {
    const [hasExp, hasNbf, hasIat] = [given.includes("exp"), given.includes("nbf"), given.includes("iat")];
    if (hasExp && expires) throw givenTwice("exp");
    if (hasNbf && notBefore !== undefined) throw givenTwice("nbf");
    const timed: { iat?: number; nbf?: number; exp?: number } = {};
    const iat = hasIat ? Number(claims.iat) : (timed.iat = now);
    let nbf = hasNbf ? claims.nbf : undefined;
    if (notBefore !== undefined) nbf = timed.nbf = delay === undefined ? start ?? NaN : now + delay;
    const exp = hasExp ? Number(claims.exp) : (timed.exp = until ?? now + life);
    // Written so that a NaN refuses.
    if (!(exp > now && exp > iat && (nbf === undefined || nbf < exp))) throw argumentError(`exp: ${exp} is not after now, iat and nbf: the token would never be good`);
    if (!(exp - Math.min(now, iat) <= longest)) throw argumentError(`exp: a life of ${exp - Math.min(now, iat)} s, more than maxLifetime (${longest} s)`);
    return timed;
  };
}

/**
 * Checks the caller's claims: JSON writes them as they are, registered ones have their types, nothing is sensitive.
 * Returns them, and the names of the registered ones that are there.
 */
function claimsCheck(sensitive: SensitiveClaims): (claims: unknown) => { own: JsonObject; given: readonly string[] } {
  const search = sensitiveSearch(sensitive);
  return (claims) => {
    if (!isObject(claims) || typeof claims["toJSON"] === "function" || (Object.getPrototypeOf(claims) !== Object.prototype && jsonKind(claims) !== "Object")) throw wrongArgument("claims", "a plain object", claims);
    const given: string[] = [];
    let own = claims;
    for (const name of Object.keys(claims)) {
      let value = claims[name];
      if (!isPlainJson(value, 1)) {
        value = jsonCopy(value, quote(name, 24), 1);
        if (own === claims) own = { ...claims };
        // Not an assignment: a claim may be called __proto__.
        Object.defineProperty(own, name, { value, enumerable: true, configurable: true, writable: true });
      }
      if (!isWellFormed(name)) throw argumentError(`claim ${quote(name)}: half of a surrogate pair in its name`);
      refuseSensitive(search(name, value));
      const checkType = registered.get(name);
      if (checkType === undefined) continue;
      checkType(value, name);
      given.push(name);
    }
    return { own, given };
  };
}

/** Throws for what a sensitive search found. */
export function refuseSensitive(found: string | undefined): void {
  if (found !== undefined) throw argumentError(`${quote(found, 24)} is readable by anyone who holds the token: leave it out, or list it in sensitiveClaims`);
}

function checkDate(value: unknown, name: string): void {
  if (typeof value !== "number") throw wrongArgument(name, "seconds since 1970 as a number", value);
  readNumericDate(value, name);
}

const registered: ReadonlyMap<string, (value: unknown, name: string) => unknown> = /* @__PURE__ */ new Map([
  ["iss", checkText],
  ["sub", checkText],
  ["jti", checkText],
  ["aud", checkTexts],
  ["exp", checkDate],
  ["nbf", checkDate],
  ["iat", checkDate],
] as const);

function givenTwice(name: string): TypeError {
  return argumentError(`${name}: given twice`);
}
