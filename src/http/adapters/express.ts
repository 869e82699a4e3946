/**
 * `mintmark/express`: bearer authentication for Express, and for any other framework with `(request, response, next)` on Node's http.
 *
 * @module mintmark/express
 */

import type { JwtClaims } from "../../claims/build.ts";
import type { Verifier } from "../../jwt/verifier.ts";
import type { Verified } from "../../jwt/verify.ts";
import type { AllowAnonymous } from "../options.ts";
import { originOfHost } from "../origin.ts";
import type { Refusal } from "../refusal.ts";
import { createGuard, type RequireAuthOptions } from "./guard.ts";
import { headerOf, hostOf, lazyViewOf, put, schemeOf, type NodeRequest } from "./node.ts";

/** The used part of Express's request. Any request of Node's fits. */
export interface ExpressRequest extends NodeRequest {
  /** Scheme by Express, which observes `trust proxy`. */
  readonly protocol?: string | undefined;
  /** Express's application, whose `trust proxy` decides whether `X-Forwarded-Host` counts. */
  readonly app?: { get(name: string): unknown } | undefined;
}

/** The used part of Express's response. */
export interface ExpressResponse {
  /** Status, set for a refusal. */
  statusCode: number;
  /** True once `onRefusal` has answered. */
  readonly headersSent?: boolean | undefined;
  /** True once `onRefusal` has ended the response. */
  readonly writableEnded?: boolean | undefined;
  /** Writes the challenge, or a new `DPoP-Nonce`. */
  setHeader(name: string, value: string): unknown;
  /** Removes the challenge if `onRefusal` fails. */
  removeHeader?(name: string): unknown;
  /** Sends the response without a body. */
  end(): unknown;
}

/** Middleware that lets a request through only with a verified caller, of the type `Caller`. */
export interface ExpressGuard<Caller = Verified> {
  (request: ExpressRequest, response: ExpressResponse, next: (error?: unknown) => void): Promise<void>;
  /**
   * Returns the caller of a request that this guard let through, typed by the verifier's schema; `undefined` for an anonymous one.
   *
   * @throws TypeError `invalid_argument`: this guard did not let the request through.
   */
  readonly callerOf: (request: object) => Caller;
}

/**
 * Lets a request through only with a verified caller, and sets `request.auth`; `guard.callerOf(request)` returns the same, typed by the
 * verifier's schema. Answers refusals, without a body unless `onRefusal` sends one. Other errors (a wrong call, a failing `onRefusal`) go to
 * `next`.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `verifier` is not a verifier.
 * @example
 * import { requireAuth } from "mintmark/express";
 *
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const mayRead = requireAuth(verifier, { scopes: "orders:read" });
 * // app.get("/orders", mayRead, (request, response) => response.json(ordersOf(mayRead.callerOf(request).claims.sub)));
 */
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options?: RequireAuthOptions<ExpressRequest, ExpressResponse>,
): ExpressGuard<Verified<Claims>>;
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AllowAnonymous<RequireAuthOptions<ExpressRequest, ExpressResponse>>,
): ExpressGuard<Verified<Claims> | undefined>;
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options:
    | RequireAuthOptions<ExpressRequest, ExpressResponse>
    | AllowAnonymous<RequireAuthOptions<ExpressRequest, ExpressResponse>> = {},
): ExpressGuard<Verified<Claims> | undefined> {
  const guard = createGuard(verifier, options);
  const middleware: Middleware = async (request, response, next) => {
    try {
      const result = await guard.check(
        lazyViewOf(request, () => originOf(request)),
        request,
      );
      if (!result.ok) {
        await answer(result, request, response, guard.onRefusal);
        return;
      }
      if (!("anonymous" in result)) put(request, guard.property, result);
      result.headers?.forEach((value, name) => response.setHeader(name, value));
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
  return Object.assign(middleware, { callerOf: guard.callerOf });
}

type Middleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/** Answers a refusal, unless `onRefusal` does. */
async function answer(
  refusal: Refusal,
  request: ExpressRequest,
  response: ExpressResponse,
  onRefusal: RequireAuthOptions<ExpressRequest, ExpressResponse>["onRefusal"],
): Promise<void> {
  const { statusCode } = response;
  response.statusCode = refusal.status;
  refusal.headers.forEach((value, name) => response.setHeader(name, value));
  try {
    await onRefusal?.(refusal, request, response);
  } catch (error) {
    // The error handler must not send parts of the refusal.
    if (response.headersSent !== true) {
      response.statusCode = statusCode;
      refusal.headers.forEach((_value, name) => response.removeHeader?.(name));
    }
    throw error;
  }
  if (response.headersSent !== true && response.writableEnded !== true) response.end();
}

/** Returns the origin that the request was sent to, behind the proxies that Express trusts. */
function originOf(request: ExpressRequest): string {
  return originOfHost(request.protocol ?? schemeOf(request), forwardedHostOf(request) ?? hostOf(request));
}

/** Returns the first host of `X-Forwarded-Host` if `trust proxy` trusts the peer. Express's `hostname` does the same, but lacks the port. */
function forwardedHostOf(request: ExpressRequest): string | undefined {
  const { app, socket } = request;
  const isTrusted = app?.get("trust proxy fn");
  if (typeof isTrusted !== "function") return undefined;
  const peer = socket !== undefined && "remoteAddress" in socket ? socket.remoteAddress : undefined;
  // Express compiles every form of `trust proxy` to (address, hops) => boolean.
  if ((isTrusted as (address: unknown, hops: number) => unknown)(peer, 0) !== true) return undefined;
  const [first = ""] = headerOf(request, "x-forwarded-host")?.split(",") ?? [];
  return first.trim() === "" ? undefined : first.trim();
}
