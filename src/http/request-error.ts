/** What is wrong with a request, or with how a good token is used in it. What is wrong with the token itself is a `JwtError`. */

import type { JwtClaims } from "../claims/build.ts";

/** What can be wrong with a request. */
export type RequestErrorCode = "token_missing" | "request_invalid" | "origin_mismatch" | "token_bound" | "scope_missing";

/** The request is refused, whatever its token says: `authenticate` gives the status to answer with. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: RequestErrorCode;
  /** Everything the token says, when it was verified. Not enumerable: loggers print errors. */
  declare readonly claims?: JwtClaims;

  constructor(code: RequestErrorCode, message: string, claims?: JwtClaims) {
    super(message);
    this.code = code;
    if (claims !== undefined) Object.defineProperty(this, "claims", { value: claims });
  }
}
