/**
 * `mintmark/hono`: bearer authentication for Hono, on every runtime.
 *
 * @module mintmark/hono
 */

// Brings in the types that are added to below, and leaves nothing at run time.
/// <reference types="hono" />

import type { JwtClaims } from "../../claims/build.ts";
import type { Verified, Verifier } from "../../jwt/verify.ts";
import type { RequestView } from "../bearer.ts";
import type { Refusal } from "../refusal.ts";
import { createGuard, type RequireAuthOptions } from "./guard.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** The verified caller, behind `requireAuth`. */
    auth?: Verified;
  }
}

/** What is used of Hono's context. */
export interface HonoContext {
  /** `raw` is the Fetch `Request`. */
  readonly req: { readonly raw: RequestView };
  /** Keeps the verified caller. */
  set(name: "auth", caller: Verified): void;
  /** A response with the headers that were set before. */
  body(data: null, status: Refusal["status"], headers: Record<string, string>): Response;
}

/**
 * A middleware that lets a request through only with a verified caller, who is then `context.get("auth")`. Refusals are answered here,
 * without a body; what is no refusal (a wrong call, a failing `onRefusal`) goes to `app.onError`.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the verifier is none.
 * @example
 * import { requireAuth } from "mintmark/hono";
 *
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const mayRead = requireAuth(verifier, { scopes: "orders:read" });
 * // app.get("/orders", mayRead, (context) => context.json(ordersOf(context.get("auth").claims.sub)));
 */
export function requireAuth<Claims extends JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: RequireAuthOptions<HonoContext> = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const guard = createGuard(verifier, options);
  return async (context, next) => {
    const result = await guard(context.req.raw, context);
    if (!result.ok) return context.body(null, result.status, Object.fromEntries(result.headers));
    context.set("auth", result);
    await next();
    return undefined;
  };
}
