/** Responses for requests without a verified caller: status and challenge by RFC 6750 §3.1 and RFC 9449 §7.1, or 503 if nothing was decided. */

import { isJwtError, isUnavailableError, type JwtError, type UnavailableError } from "../errors.ts";
import type { Challenger } from "./challenge.ts";
import type { ProofCheck } from "./proof.ts";
import { RequestError, type RequestErrorCode } from "./request-error.ts";

/** A refused request: the reason, and the response to send: `new Response(null, refusal)`. */
export interface Refusal {
  /** Distinguishes it from a verified caller. */
  readonly ok: false;
  /** Status of the response (RFC 6750 §3.1). */
  readonly status: 400 | 401 | 403 | 503;
  /** `WWW-Authenticate`, if another token would help, and the headers of `error`. */
  readonly headers: Headers;
  /** Reason, for the application. The client learns only what is in `headers`. */
  readonly error: JwtError | UnavailableError | RequestError;
}

/** Error code of RFC 6750 §3.1 or RFC 9449 §7.1 in the challenge; `undefined`: a challenge without one; `false`: no challenge. */
type Challenge =
  | "invalid_request"
  | "invalid_token"
  | "insufficient_scope"
  | "invalid_dpop_proof"
  | "use_dpop_nonce"
  | undefined
  | false;

const challenges: Readonly<Record<RequestErrorCode, Challenge>> = {
  // No error code for a client that may not know that a token is needed.
  token_missing: undefined,
  request_invalid: "invalid_request",
  token_bound: "invalid_token",
  proof_invalid: "invalid_dpop_proof",
  proof_nonce: "use_dpop_nonce",
  scope_missing: "insufficient_scope",
  origin_mismatch: false,
};

/** Converts an error of this library to a refusal. Rethrows any other. */
export function refuse(error: unknown, challenge: Challenger, proof?: ProofCheck): Refusal {
  const refusal = (refused: Refusal["error"], status: Refusal["status"], code: Challenge): Refusal => {
    const headers = new Headers("headers" in refused ? refused.headers : {});
    if (code !== false) headers.set("WWW-Authenticate", challenge(code, refused.code, proof));
    return { ok: false, status, headers, error: refused };
  };
  if (error instanceof RequestError) return refusal(error, error.status, challenges[error.code]);
  if (isJwtError(error)) return refusal(error, 401, "invalid_token");
  if (isUnavailableError(error)) return refusal(error, 503, false);
  throw error;
}
