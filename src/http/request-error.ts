/** Errors of a request, or of the use of a good token in it. Errors of the token itself are `JwtError`s. */

import type { JwtClaims } from "../claims/build.ts";
import { setStatus } from "../errors.ts";

/** Reason why a request is refused. */
export type RequestErrorCode =
  | "token_missing"
  | "request_invalid"
  | "origin_mismatch"
  | "token_bound"
  | "proof_invalid"
  | "proof_nonce"
  | "scope_missing";

/** Statuses by RFC 6750 §3.1 and RFC 9449 §7.1, §9. */
const statuses = {
  token_missing: 401,
  request_invalid: 400,
  origin_mismatch: 403,
  token_bound: 401,
  proof_invalid: 401,
  proof_nonce: 401,
  scope_missing: 403,
} as const satisfies Record<RequestErrorCode, number>;

/**
 * A request that is refused for a reason outside of its token. `authenticate` returns it as `Refusal.error`, and never throws it.
 *
 * @example
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const caller = await authenticate(new Request("https://api.example/orders"), verifier);
 * if (!caller.ok) console.log(caller.status, caller.error.code); // 401 token_missing
 */
export class RequestError extends Error {
  /** The same in every copy of the package. */
  override readonly name = "RequestError";
  /** Stable code of the error. */
  readonly code: RequestErrorCode;
  /** Claims of the token, if it was verified. Not enumerable: loggers print errors. */
  declare readonly claims?: JwtClaims;
  /** Headers that belong in the response, such as `DPoP-Nonce`. Not enumerable. */
  declare readonly headers?: Headers;

  /** HTTP status to answer with, under the name that Express and Koa read. Not enumerable. */
  declare readonly status: 400 | 401 | 403;
  /** Same as `status`, under the name that Fastify reads. */
  declare readonly statusCode: 400 | 401 | 403;

  constructor(code: RequestErrorCode, message: string, claims?: JwtClaims, headers?: Headers) {
    super(message);
    this.code = code;
    setStatus(this, statuses[code]);
    if (claims !== undefined) Object.defineProperty(this, "claims", { value: claims });
    if (headers !== undefined) Object.defineProperty(this, "headers", { value: headers });
  }
}
