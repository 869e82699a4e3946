/** What the adapters share: an authenticator, and someone who is told of refusals. */

import { checkOptions, wrongArgument } from "../../base/options.ts";
import type { JwtClaims } from "../../claims/build.ts";
import type { Verifier } from "../../jwt/verify.ts";
import { authenticatorOf, type Authentication } from "../authenticate.ts";
import type { RequestView } from "../bearer.ts";
import { authenticateNames, compileRequestPolicy, type AuthenticateOptions } from "../options.ts";
import type { Refusal } from "../refusal.ts";

/** What `requireAuth` of an adapter asks: as `AuthenticateOptions`, and who is told of refusals. */
export interface RequireAuthOptions<Request> extends AuthenticateOptions {
  /** Is told of every refusal before it is answered: for a log. What it throws goes to the framework's error handler. */
  onRefusal?(refusal: Refusal, request: Request): void | Promise<void>;
}

/** What `authenticate` says of a request, once a refusal is told. */
export type Guard<Claims, Request> = (view: RequestView, request: Request) => Promise<Authentication<Claims>>;

const guardNames = [...authenticateNames, "onRefusal"];

/** `Claims extends JwtClaims`: the frameworks have one type for every `request.auth`. */
export function createGuard<Claims extends JwtClaims, Request>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: RequireAuthOptions<Request>,
): Guard<Claims, Request> {
  const { onRefusal } = checkOptions(options, guardNames);
  if (onRefusal !== undefined && typeof onRefusal !== "function")
    throw wrongArgument("onRefusal", "a function", onRefusal);
  const told = onRefusal as RequireAuthOptions<Request>["onRefusal"]; // a function, and that is all one can see of it
  const authenticator = authenticatorOf(verifier, compileRequestPolicy(options, guardNames));
  return async (view, request) => {
    const result = await authenticator.authenticate(view);
    if (!result.ok) await told?.(result, request);
    return result;
  };
}
