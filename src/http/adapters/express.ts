/**
 * `mintmark/express`: bearer authentication for Express, and for everything else that speaks `(request, response, next)` over Node's http.
 *
 * @module mintmark/express
 */

import type { JwtClaims } from "../../claims/build.ts";
import type { Verified, Verifier } from "../../jwt/verify.ts";
import { createGuard, type RequireAuthOptions } from "./guard.ts";
import { viewOf, type NodeRequest } from "./node.ts";

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- where Express looks for what others add to its request
  namespace Express {
    interface Request {
      /** The verified caller, behind `requireAuth`. */
      auth?: Verified;
    }
  }
}

/** What is used of Express's request: any of Node's will do. */
export interface ExpressRequest extends NodeRequest {
  /** Express's, which knows of `trust proxy`. */
  readonly protocol?: string | undefined;
  /** Where there is no `protocol`: whether it is encrypted. */
  readonly socket?: object | undefined;
  /** The verified caller, behind `requireAuth`. */
  auth?: Verified;
}

/** What is used of Express's response. */
export interface ExpressResponse {
  /** Set for a refusal. */
  statusCode: number;
  /** Writes the challenge. */
  setHeader(name: string, value: string): unknown;
  /** Answers, without a body. */
  end(): unknown;
}

/**
 * Lets a request through only with a verified caller, who is then `request.auth`. Refusals are answered here, without a body; what is no
 * refusal (a wrong call, a failing `onRefusal`) goes to `next`.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the verifier is none.
 * @example
 * import { requireAuth } from "mintmark/express";
 *
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const mayRead = requireAuth(verifier, { scopes: "orders:read" });
 * // app.get("/orders", mayRead, (request, response) => response.json(ordersOf(request.auth.claims.sub)));
 */
export function requireAuth<Claims extends JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: RequireAuthOptions<ExpressRequest> = {},
): (request: ExpressRequest, response: ExpressResponse, next: (error?: unknown) => void) => Promise<void> {
  const guard = createGuard(verifier, options);
  return async (request, response, next) => {
    try {
      const result = await guard(viewOf(request, originOf(request)), request);
      if (!result.ok) {
        response.statusCode = result.status;
        result.headers.forEach((value, name) => response.setHeader(name, value));
        response.end();
        return;
      }
      request.auth = result;
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
}

function originOf({ protocol, socket, headers }: ExpressRequest): string {
  const encrypted = socket !== undefined && "encrypted" in socket && socket.encrypted === true;
  return `${protocol ?? (encrypted ? "https" : "http")}://${String(headers["host"])}`;
}
