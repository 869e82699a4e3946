/** Which claims a verified token must have, and what they must say (RFC 7519 §4.1, §7.2; RFC 8725 §3.8–3.10). */

import { own, type JsonObject } from "../encoding/json.ts";
import { JwtError, quote, type JwtErrorCode } from "../errors.ts";

/** What is expected of the claims, compiled. `undefined` is the written "not checked". */
export interface ClaimPolicy {
  readonly issuers: readonly string[] | undefined;
  readonly audiences: readonly string[] | undefined;
  readonly subject: string | undefined;
  /** Claims that must be there, `exp` and `iat` included unless waived. */
  readonly required: readonly string[];
  readonly match: readonly (readonly [name: string, value: string | number | boolean])[];
  /** Seconds. */
  readonly tolerance: number;
  /** Seconds. */
  readonly maxTokenAge: number | undefined;
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
    expectOneOf("aud", aud.find((audience) => audiences.includes(audience)) ?? aud[0], audiences, "audience_mismatch");
  if (subject !== undefined) expectOneOf("sub", sub, [subject], "subject_mismatch");
  for (const [name, value] of policy.match) expectOneOf(name, own(payload, name), [value], "claim_mismatch");

  // Every comparison of times is written so that NaN refuses.
  if (nbf !== undefined && !(now + tolerance >= nbf)) throw untimely("not_yet_valid", "nbf", nbf, now);
  if (maxTokenAge !== undefined) {
    if (iat === undefined) throw missingClaim("iat");
    if (!(now + tolerance >= iat)) throw untimely("not_yet_valid", "iat", iat, now);
    if (!(now - tolerance - iat <= maxTokenAge)) throw untimely("too_old", "iat", iat, now);
  }
  if (exp !== undefined && !(now - tolerance < exp)) throw untimely("expired", "exp", exp, now);
}

/** What a token without a claim that is needed is refused with. */
export function missingClaim(claim: string): JwtError {
  return new JwtError("claim_missing", `${quote(claim)} is missing`, { claim });
}

function readText(payload: JsonObject, name: string): string | undefined {
  const value = own(payload, name);
  if (value !== undefined && typeof value !== "string") throw invalid(name, "a string", value);
  return value;
}

/** JSON can spell a number that is not finite: 1e400. */
function readDate(payload: JsonObject, name: string): number | undefined {
  const value = own(payload, name);
  if (value !== undefined && !(typeof value === "number" && Number.isFinite(value)))
    throw invalid(name, "a finite number", value);
  return value;
}

function readAudience(payload: JsonObject): readonly string[] {
  const aud = own(payload, "aud");
  if (aud === undefined) return [];
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (list.length === 0 || !list.every((item) => typeof item === "string"))
    throw invalid("aud", "a string or a list of strings", aud);
  return list;
}

function expectOneOf(name: string, value: unknown, allowed: readonly unknown[], code: JwtErrorCode): void {
  if (value === undefined) throw missingClaim(name);
  if (!allowed.includes(value)) {
    throw new JwtError(
      code,
      `${name}: expected ${allowed.map((one) => quote(one)).join(" or ")}, found ${quote(value)}`,
      { claim: name },
    );
  }
}

/** Microsoft Entra signs tokens of version 1 (`sts.windows.net`) with keys that it binds to its issuer of version 2. */
function keyOfAnother(iss: string | undefined, bound: string): JwtError {
  if (iss === undefined) return missingClaim("iss");
  return new JwtError(
    "issuer_mismatch",
    `iss: the key that signed is bound to the issuer ${quote(bound, 96)}, found ${quote(iss, 96)}`,
    { claim: "iss" },
  );
}

function invalid(claim: string, expected: string, value: unknown): JwtError {
  return new JwtError("claim_invalid", `${claim}: expected ${expected}, found ${quote(value)}`, { claim });
}

function untimely(code: JwtErrorCode, claim: string, value: number, now: number): JwtError {
  return new JwtError(code, `${claim}: ${value}, now ${Math.floor(now)}`, { claim });
}
