/** Which claims a verified token must have, and what they must say (RFC 7519 §4.1, §7.2; RFC 8725 §3.8–3.10). */

import { own, type JsonObject } from "../encoding/json.ts";
import { JwtError, quote } from "../errors.ts";
import type { JwtClaims } from "./build.ts";

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
export function validateClaims(payload: JsonObject, policy: ClaimPolicy, keyIssuer: string | undefined, now: number): asserts payload is JsonObject & JwtClaims {
  checkTypes(payload);
  for (const name of policy.required) if (!Object.hasOwn(payload, name)) throw missing(name);
  if (policy.issuers !== undefined) checkOneOf(payload, "iss", policy.issuers, "issuer_mismatch");
  // A key that belongs to an issuer speaks for that issuer alone.
  if (keyIssuer !== undefined) checkOneOf(payload, "iss", [keyIssuer], "issuer_mismatch");
  if (policy.audiences !== undefined) checkAudience(payload, policy.audiences);
  if (policy.subject !== undefined) checkOneOf(payload, "sub", [policy.subject], "subject_mismatch");
  for (const [name, value] of policy.match) checkOneOf(payload, name, [value], "claim_mismatch");
  checkLifetime(payload, policy, now);
}

function checkTypes(payload: JsonObject): void {
  for (const name of ["iss", "sub", "jti"]) {
    const value = own(payload, name);
    if (value !== undefined && typeof value !== "string") throw invalid(name, "a string", value);
  }
  for (const name of ["exp", "nbf", "iat"]) {
    const value = own(payload, name);
    // JSON can spell a number that is not finite: 1e400.
    if (value !== undefined && !Number.isFinite(value)) throw invalid(name, "a finite number", value);
  }
  const aud = own(payload, "aud");
  if (aud === undefined || typeof aud === "string") return;
  if (!Array.isArray(aud) || aud.length === 0 || !aud.every((item) => typeof item === "string")) throw invalid("aud", "a string or a list of strings", aud);
}

function checkOneOf(payload: JsonObject, name: string, allowed: readonly unknown[], code: "issuer_mismatch" | "subject_mismatch" | "claim_mismatch"): void {
  if (!Object.hasOwn(payload, name)) throw missing(name);
  const value = payload[name];
  if (!allowed.includes(value)) throw new JwtError(code, `${name}: expected ${allowed.map(quote).join(" or ")}, found ${quote(value)}`, { claim: name });
}

function checkAudience(payload: JsonObject, expected: readonly string[]): void {
  const aud = own(payload, "aud") as string | readonly string[] | undefined;
  if (aud === undefined) throw missing("aud");
  const found = typeof aud === "string" ? [aud] : aud;
  if (!expected.some((audience) => found.includes(audience))) {
    throw new JwtError("audience_mismatch", `aud: expected ${expected.map(quote).join(" or ")}, found ${found.slice(0, 4).map(quote).join(", ")}`, { claim: "aud" });
  }
}

/** Every comparison is written so that NaN refuses. */
function checkLifetime(payload: JsonObject, { tolerance, maxTokenAge }: ClaimPolicy, now: number): void {
  const date = (name: string): number | undefined => own(payload, name) as number | undefined;
  const [exp, nbf, iat] = [date("exp"), date("nbf"), date("iat")];
  if (nbf !== undefined && !(now + tolerance >= nbf)) throw untimely("not_yet_valid", "nbf", nbf, now);
  if (maxTokenAge !== undefined) {
    if (iat === undefined) throw missing("iat");
    if (!(now + tolerance >= iat)) throw untimely("not_yet_valid", "iat", iat, now);
    if (!(now - tolerance - iat <= maxTokenAge)) throw untimely("too_old", "iat", iat, now);
  }
  if (exp !== undefined && !(now - tolerance < exp)) throw untimely("expired", "exp", exp, now);
}

function missing(claim: string): JwtError {
  return new JwtError("claim_missing", `${quote(claim)} is missing`, { claim });
}

function invalid(claim: string, expected: string, value: unknown): JwtError {
  return new JwtError("claim_invalid", `${claim}: expected ${expected}, found ${quote(value)}`, { claim });
}

function untimely(code: "expired" | "not_yet_valid" | "too_old", claim: string, value: number, now: number): JwtError {
  return new JwtError(code, `${claim}: ${value}, now ${Math.floor(now)}`, { claim });
}
