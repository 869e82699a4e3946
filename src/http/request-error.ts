/** What is wrong with a request, or with how a good token is used in it. What is wrong with the token itself is a `JwtError`. */

import type { JwtClaims } from "../claims/build.ts";
import { setStatus } from "../errors.ts";

/** What can be wrong with a request. */
export type RequestErrorCode =
  | "token_missing"
  | "request_invalid"
  | "origin_mismatch"
  | "token_bound"
  | "scope_missing";

/** RFC 6750 §3.1. */
const statuses = {
  token_missing: 401,
  request_invalid: 400,
  origin_mismatch: 403,
  token_bound: 401,
  scope_missing: 403,
} as const satisfies Record<RequestErrorCode, number>;

/**
 * The request is refused, whatever its token says: `authenticate` gives the status to answer with. It is given as `Refusal.error`,
 * not thrown.
 *
 * @example
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const caller = await authenticate(new Request("https://api.example/orders"), verifier);
 * if (!caller.ok) console.log(caller.status, caller.error.code); // 401 token_missing
 */
export class RequestError extends Error {
  /** The same in every copy of the package. */
  override readonly name = "RequestError";
  /** What is wrong. */
  readonly code: RequestErrorCode;
  /** Everything the token says, when it was verified. Not enumerable: loggers print errors. */
  declare readonly claims?: JwtClaims;

  /** HTTP status to answer with, where Express and Koa look for it. Not enumerable. */
  declare readonly status: 400 | 401 | 403;
  /** The same as `status`, where Fastify looks for it. */
  declare readonly statusCode: 400 | 401 | 403;

  constructor(code: RequestErrorCode, message: string, claims?: JwtClaims) {
    super(message);
    this.code = code;
    setStatus(this, statuses[code]);
    if (claims !== undefined) Object.defineProperty(this, "claims", { value: claims });
  }
}
