/** What to answer where there is no verified caller: status and challenge by RFC 6750 §3.1, and 503 where nothing was decided. */

import { isJwtError, isUnavailableError, type JwtError, type UnavailableError } from "../errors.ts";
import type { Challenger } from "./challenge.ts";
import { RequestError, type RequestErrorCode } from "./request-error.ts";

/** Why there is no verified caller, and what to answer: `new Response(null, refusal)`. */
export interface Refusal {
  /** Tells it from a verified caller. */
  readonly ok: false;
  /** What to answer with (RFC 6750 §3.1). */
  readonly status: 400 | 401 | 403 | 503;
  /** `WWW-Authenticate`, where another token would help. */
  readonly headers: Headers;
  /** Why, for the application: the client is told no more than `headers` say. */
  readonly error: JwtError | UnavailableError | RequestError;
}

interface Answer {
  readonly status: Refusal["status"];
  readonly challenge: boolean;
  readonly error?: "invalid_request" | "invalid_token" | "insufficient_scope";
}

const requestAnswers: Readonly<Record<RequestErrorCode, Answer>> = {
  // No error for a client that may not have known that a token is needed.
  token_missing: { status: 401, challenge: true },
  request_invalid: { status: 400, challenge: true, error: "invalid_request" },
  token_bound: { status: 401, challenge: true, error: "invalid_token" },
  scope_missing: { status: 403, challenge: true, error: "insufficient_scope" },
  origin_mismatch: { status: 403, challenge: false },
};
const tokenRefused: Answer = { status: 401, challenge: true, error: "invalid_token" };
const nothingDecided: Answer = { status: 503, challenge: false };

/** The refusal that an error stands for. What stands for none is thrown on. */
export function refuse(error: unknown, challenge: Challenger): Refusal {
  const answer =
    error instanceof RequestError
      ? requestAnswers[error.code]
      : isJwtError(error)
        ? tokenRefused
        : isUnavailableError(error)
          ? nothingDecided
          : undefined;
  if (answer === undefined) throw error;
  const known = error as Refusal["error"]; // one of the three just looked for
  const headers = new Headers(answer.challenge ? { "WWW-Authenticate": challenge(answer.error, known.code) } : {});
  return { ok: false, status: answer.status, headers, error: known };
}
