/**
 * The claims of a new token (RFC 7519 §4.1). `iat` and `exp` are always set; what JSON would drop or change,
 * what is sensitive, and what is said twice is refused.
 */

import { checkNow, checkOptions, checkText, checkTexts } from "../arguments.ts";
import { isObject, jsonFault, type JsonObject } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";
import { randomUuid } from "../platform/native.ts";
import { readDuration, readNumericDate, type Duration, type DurationText } from "./duration.ts";
import { sensitiveCheck, type SensitiveCheck, type SensitiveClaims } from "./sensitive.ts";

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
  /** Checks the caller's claims and returns those that differ from token to token. */
  issue(claims: object): TimedClaims;
}

export interface TimedClaims {
  readonly jti?: string;
  readonly iat?: number;
  readonly nbf?: number;
  readonly exp?: number;
}

const defaultLifetime: Duration = "15m";
const defaultMaxLifetime: Duration = "366d";

/** What `sign` puts into the token: the caller's claims, then those that the options say. */
export function buildClaims<C extends object>(claims: C & RegisteredClaims, options: ClaimOptions = {}): IssuedClaims<C> {
  checkOptions(options, claimOptionNames);
  const plan = planClaims(options);
  const timed = plan.issue(claims);
  return { ...claims, ...plan.fixed, ...timed } as unknown as IssuedClaims<C>;
}

/** Checks and compiles the options. */
export function planClaims(options: ClaimOptions): ClaimPlan {
  const { issuer, subject, audience, jwtId, now } = options;
  const fixed: JsonObject = {
    ...(issuer !== undefined && { iss: checkText(issuer, "issuer") }),
    ...(subject !== undefined && { sub: checkText(subject, "subject") }),
    ...(audience !== undefined && { aud: Array.isArray(audience) ? checkTexts(audience, "audience") : checkText(audience, "audience") }),
  };
  for (const [name, value] of Object.entries(fixed)) refuse(jsonFault(value, name));
  if (jwtId !== undefined && jwtId !== true) refuse(jsonFault(checkText(jwtId, "jwtId"), "jwtId"));
  const lifetime = planLifetime(options);
  const checkSensitive = sensitiveCheck(options.sensitiveClaims ?? "reject");
  const taken = Object.keys(fixed);
  if (jwtId !== undefined) taken.push("jti");

  return {
    fixed,
    issue(claims) {
      checkClaims(claims, checkSensitive);
      const twice = taken.find((name) => Object.hasOwn(claims, name));
      if (twice !== undefined) throw argumentError(`${twice}: given both as a claim and as an option`);
      const timed = lifetime(claims, Math.floor(checkNow(now)));
      return jwtId === undefined ? timed : { jti: jwtId === true ? randomUuid() : jwtId, ...timed };
    },
  };
}

/** The times of a token, from the options and from the claims that the caller set. */
function planLifetime({ expiresIn, expiresAt, maxLifetime, notBefore }: ClaimOptions): (claims: RegisteredClaims, now: number) => TimedClaims {
  if (expiresIn !== undefined && expiresAt !== undefined) throw argumentError("expiresIn and expiresAt: give one of them");
  const life = readDuration(expiresIn ?? defaultLifetime, "expiresIn");
  const until = expiresAt === undefined ? undefined : readNumericDate(expiresAt, "expiresAt");
  const longest = readDuration(maxLifetime ?? defaultMaxLifetime, "maxLifetime");
  if (typeof notBefore === "number") throw argumentError('notBefore: expected a Date, or a text that counts from now, such as "5m"');
  const delay = typeof notBefore === "string" ? readDuration(notBefore, "notBefore") : undefined;
  const start = notBefore === undefined || delay !== undefined ? undefined : readNumericDate(notBefore, "notBefore");

  return (claims, now) => {
    const ownIat = Object.hasOwn(claims, "iat");
    const ownExp = Object.hasOwn(claims, "exp");
    const ownNbf = Object.hasOwn(claims, "nbf");
    if (ownExp && (expiresIn ?? expiresAt) !== undefined) throw argumentError("exp: given both as a claim and as an option");
    if (ownNbf && notBefore !== undefined) throw argumentError("nbf: given both as a claim and as an option");
    const iat = (ownIat ? claims.iat : undefined) ?? now;
    const exp = (ownExp ? claims.exp : until) ?? now + life;
    const nbf = ownNbf ? claims.nbf : delay === undefined ? start : now + delay;
    // Written so that a NaN refuses.
    if (!(exp > now && exp > iat)) throw argumentError(`exp: ${exp} is not later than ${Math.max(now, iat)}: the token would never be good`);
    if (!(exp - Math.min(now, iat) <= longest)) throw argumentError(`exp: a life of ${exp - Math.min(now, iat)} s, at most ${longest} s: say maxLifetime if it is meant`);
    if (nbf !== undefined && !(nbf < exp)) throw argumentError(`nbf: ${nbf} is not before exp ${exp}: the token would never be good`);
    return { ...(!ownIat && { iat }), ...(!ownNbf && nbf !== undefined && { nbf }), ...(!ownExp && { exp }) };
  };
}

/** The caller's claims: an object that JSON writes as it is, its registered claims of the registered types. */
function checkClaims(claims: unknown, checkSensitive: SensitiveCheck): asserts claims is JsonObject {
  if (!isObject(claims)) throw argumentError("claims: expected an object");
  if (typeof claims["toJSON"] === "function") throw argumentError("claims: expected a plain object, found one with toJSON()");
  for (const name of Object.keys(claims)) {
    const value = claims[name];
    refuse(jsonFault(name, "claims"));
    if (typeof value !== "boolean" && value !== null) refuse(jsonFault(value, name));
    registered[name]?.(value, name);
    checkSensitive(name, value);
  }
}

function checkDate(value: unknown, name: string): void {
  if (typeof value !== "number") throw argumentError(`${name}: expected seconds since 1970 as a number, found ${quote(value)}`);
  readNumericDate(value, name);
}

const registered: Readonly<Record<string, ((value: unknown, name: string) => unknown) | undefined>> = {
  __proto__: null as never,
  iss: checkText,
  sub: checkText,
  jti: checkText,
  aud: checkTexts,
  exp: checkDate,
  nbf: checkDate,
  iat: checkDate,
};

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw argumentError(fault);
}
