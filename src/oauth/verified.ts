/** Results of the verifiers of this room, and the parts that these verifiers share. */

import type { JwtClaims } from "../claims/build.ts";
import { missingClaim, wrongClaim } from "../claims/validate.ts";
import { own } from "../encoding/json.ts";
import type { JwtError, UnavailableError } from "../errors.ts";
import { toResult, type ResultOk } from "../jwt/verifier.ts";
import type { Verified } from "../jwt/verify.ts";

/** Field of a form, as `FormData` and `URLSearchParams` return it. A file, or no field at all, is refused like any other malformed token. */
export type FormField = string | { readonly size: number } | null;

/** A verified token of one kind. */
export interface VerifiedKind<Payload extends JwtClaims, Claims = Payload> extends Verified<Claims> {
  /** All claims of the token. */
  readonly payload: Payload;
}

/** A verified token of one kind, or the error that says why there is none. */
export type KindResult<Payload extends JwtClaims, Claims = Payload> =
  | (ResultOk & VerifiedKind<Payload, Claims>)
  | { readonly ok: false; readonly error: JwtError | UnavailableError };

/** Returns `safeVerify` for a `verify`: a refusal as a value. The caller's own mistakes still throw. */
export function safely<Given extends readonly unknown[], Found extends object>(
  verify: (...given: Given) => Promise<Found>,
): (
  ...given: Given
) => Promise<(ResultOk & Found) | { readonly ok: false; readonly error: JwtError | UnavailableError }> {
  return async (...given) => {
    try {
      return { ok: true, ...(await verify(...given)) };
    } catch (error) {
      return toResult(error);
    }
  };
}

/** Returns a claim that has to be there, as a string that is not empty. */
export function textClaim(payload: JwtClaims, claim: string): string {
  const value = own(payload, claim);
  if (value === undefined) throw missingClaim(claim);
  if (typeof value !== "string" || value === "") throw wrongClaim(claim, "a non-empty string", value);
  return value;
}
