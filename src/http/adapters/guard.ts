/** The common part of the adapters: an authenticator that remembers its callers, and the adapters' own options. */

import { checkOptions, checkText, refusePolluted, wrongArgument } from "../../base/options.ts";
import { argumentError } from "../../errors.ts";
import type { Verified, Verifier } from "../../jwt/verify.ts";
import { compileAuthenticator, type Anonymous, type Authentication } from "../authenticate.ts";
import type { RequestView } from "../bearer.ts";
import { authenticateNames, compileRequestPolicy, type AllowAnonymous, type AuthenticateOptions } from "../options.ts";
import type { Refusal } from "../refusal.ts";

/** Options of an adapter's `requireAuth`: those of `authenticate`, the property for the caller, and a function for refusals. */
export interface RequireAuthOptions<Request, Response = unknown> extends AuthenticateOptions<Request> {
  /** Property of the request (in Hono: name of the variable) that holds the verified caller. Default `"auth"`. */
  readonly property?: string | undefined;
  /**
   * Called with every refusal before it is answered, and awaited; for logging, or to send a body. In Express and Fastify, status and
   * challenge are already set, and it may send the response; in Hono, it may return a `Response`. What it throws goes to the framework's
   * error handler.
   */
  onRefusal?(refusal: Refusal, request: Request, response: Response): unknown;
}

/** The compiled options of an adapter, and its check of requests. */
export interface Guard<Claims, Request extends object, Response> {
  /** Authenticates a request, and remembers its caller. */
  check(view: RequestView, request: Request): Promise<Authentication<Claims> | Anonymous>;
  /** Property of the request that holds the caller. */
  readonly property: string;
  readonly onRefusal: RequireAuthOptions<Request, Response>["onRefusal"];
  /** Returns the caller of a request that `check` let through; `undefined` for an anonymous one. */
  readonly callerOf: (request: object) => Verified<Claims> | undefined;
}

const guardNames = [...authenticateNames, "property", "onRefusal"];

export function createGuard<Claims, Request extends object, Response>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: RequireAuthOptions<Request, Response> | AllowAnonymous<RequireAuthOptions<Request, Response>>,
): Guard<Claims, Request, Response> {
  const { onRefusal, property: given = "auth" } = checkOptions(options, guardNames);
  if (onRefusal !== undefined && typeof onRefusal !== "function")
    throw wrongArgument("onRefusal", "a function", onRefusal);
  const property = checkText(given, "property");
  refusePolluted([property]);
  const authenticate = compileAuthenticator(verifier, compileRequestPolicy(options, guardNames));
  const callers = new WeakMap<object, Verified<Claims> | undefined>();
  return {
    property,
    onRefusal: onRefusal as RequireAuthOptions<Request, Response>["onRefusal"], // a function; its type cannot be checked
    async check(view, request) {
      const result = await authenticate(view, request);
      if (result.ok) callers.set(request, "anonymous" in result ? undefined : result);
      return result;
    },
    callerOf(request) {
      if (!callers.has(request)) throw argumentError("callerOf: expected a request that this guard let through");
      return callers.get(request);
    },
  };
}
