/**
 * `mintmark/hono`: bearer authentication for Hono, on every runtime.
 *
 * @module mintmark/hono
 */

import type { JwtClaims } from "../../claims/build.ts";
import type { Verifier } from "../../jwt/verifier.ts";
import type { Verified } from "../../jwt/verify.ts";
import type { AllowAnonymous } from "../options.ts";
import type { RequestView } from "../bearer.ts";
import type { Refusal } from "../refusal.ts";
import { createGuard, type RequireAuthOptions } from "./guard.ts";

/** The used part of Hono's context. */
export interface HonoContext {
  /** `raw` is the Fetch `Request`. */
  readonly req: { readonly raw: RequestView };
  /** Stores the verified caller. */
  set(name: string, caller: unknown): void;
  /** Sets a header of the response: a new `DPoP-Nonce`. */
  header?(name: string, value: string): void;
  /** Creates a response with the headers that were set before. */
  body(data: null, status: Refusal["status"], headers: Record<string, string>): Response;
}

/** Middleware that lets a request through only with a verified caller, of the type `Caller`. */
export interface HonoGuard<Caller = Verified> {
  (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined>;
  /**
   * Returns the caller of a request that this guard let through, typed by the verifier's schema; `undefined` for an anonymous one.
   *
   * @throws TypeError `invalid_argument`: this guard did not let the request through.
   */
  readonly callerOf: (context: object) => Caller;
}

/**
 * Creates middleware that lets a request through only with a verified caller, and sets `context.get("auth")`; `guard.callerOf(context)`
 * returns the same, typed by the verifier's schema. Answers refusals, without a body unless `onRefusal` returns a `Response`. Other errors
 * (a wrong call, a failing `onRefusal`) go to `app.onError`.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `verifier` is not a verifier.
 * @example
 * import { requireAuth } from "mintmark/hono";
 *
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const mayRead = requireAuth(verifier, { scopes: "orders:read" });
 * // app.get("/orders", mayRead, (context) => context.json(ordersOf(mayRead.callerOf(context).claims.sub)));
 */
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options?: RequireAuthOptions<HonoContext, undefined>,
): HonoGuard<Verified<Claims>>;
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AllowAnonymous<RequireAuthOptions<HonoContext, undefined>>,
): HonoGuard<Verified<Claims> | undefined>;
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: RequireAuthOptions<HonoContext, undefined> | AllowAnonymous<RequireAuthOptions<HonoContext, undefined>> = {},
): HonoGuard<Verified<Claims> | undefined> {
  const guard = createGuard(verifier, options);
  const middleware = async (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined> => {
    const result = await guard.check(context.req.raw, context);
    if (!result.ok) {
      const answer: unknown = await guard.onRefusal?.(result, context, undefined);
      if (isResponse(answer)) return answer;
      return context.body(null, result.status, Object.fromEntries(result.headers));
    }
    if (!("anonymous" in result)) context.set(guard.property, result);
    result.headers?.forEach((value, name) => context.header?.(name, value));
    await next();
    return undefined;
  };
  return Object.assign(middleware, { callerOf: guard.callerOf });
}

/** Reports whether a value is a `Response`. Not by `instanceof`: some servers have their own class. */
export function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && "status" in value && "headers" in value && "body" in value;
}
