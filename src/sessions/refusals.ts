/** Errors of sessions. */

import { JwtError, UnavailableError } from "../errors.ts";
import type { JwtClaims } from "../claims/build.ts";

/** Refusal of a refresh token that was used before, or whose session has ended. */
export interface SessionRefusal extends JwtError {
  /** `sub` of the token. */
  readonly subject: string;
  /** ID of the session. */
  readonly session: string;
}

/** Builds a refusal that names the subject and the session, for a log or a warning to the user. */
export function refusal(code: "replayed" | "revoked", message: string, payload: JwtClaims): SessionRefusal {
  const error = new JwtError(code, message, { claim: "sid" });
  const hidden = { claims: payload, subject: payload.sub, session: payload["sid"] };
  for (const [name, value] of Object.entries(hidden)) Object.defineProperty(error, name, { value, configurable: true });
  return error as SessionRefusal;
}

/** Builds the error of a store that failed: nothing is decided. */
export function storeFailed(): UnavailableError {
  return new UnavailableError("store_unavailable", "the session store failed");
}
