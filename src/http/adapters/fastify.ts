/**
 * `mintmark/fastify`: bearer authentication for Fastify.
 *
 * @module mintmark/fastify
 */

import type { JwtClaims } from "../../claims/build.ts";
import type { Verifier } from "../../jwt/verifier.ts";
import type { Verified } from "../../jwt/verify.ts";
import type { AllowAnonymous } from "../options.ts";
import { originOfHost } from "../origin.ts";
import type { Refusal } from "../refusal.ts";
import { createGuard, type RequireAuthOptions } from "./guard.ts";
import { lazyViewOf, put, type NodeRequest } from "./node.ts";

/** The used part of Fastify's request. */
export interface FastifyRequestLike {
  /** Request of Node's http. */
  readonly raw: NodeRequest;
  /** Scheme by Fastify, which observes `trustProxy`. */
  readonly protocol: string;
  /** Host by Fastify, which observes `trustProxy`. */
  readonly hostname: string;
  /** Host with the port. In Fastify 4, `hostname` has the port. */
  readonly host?: string | undefined;
}

/** The used part of Fastify's reply. */
export interface FastifyReplyLike {
  /** True once `onRefusal` has answered. */
  readonly sent?: boolean | undefined;
  /** Sets the status of a refusal. */
  code(status: number): unknown;
  /** Writes the challenge, or a new `DPoP-Nonce`. */
  header(name: string, value: string): unknown;
  /** Removes the challenge if `onRefusal` fails. */
  removeHeader?(name: string): unknown;
  /** Sends the response without a body. */
  send(): unknown;
}

/** An `onRequest` hook that lets a request through only with a verified caller, of the type `Caller`. */
export interface FastifyGuard<Caller = Verified> {
  (request: FastifyRequestLike, reply: FastifyReplyLike): Promise<unknown>;
  /**
   * Returns the caller of a request that this guard let through, typed by the verifier's schema; `undefined` for an anonymous one.
   *
   * @throws TypeError `invalid_argument`: this guard did not let the request through.
   */
  readonly callerOf: (request: object) => Caller;
}

/**
 * Creates an `onRequest` hook for a server, a plugin or a route. It lets a request through only with a verified caller, and sets
 * `request.auth`; `guard.callerOf(request)` returns the same, typed by the verifier's schema. Answers refusals, without a body unless
 * `onRefusal` sends one. Other errors (a wrong call, a failing `onRefusal`) go to the error handler.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `verifier` is not a verifier.
 * @example
 * import { requireAuth } from "mintmark/fastify";
 *
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const mayRead = requireAuth(verifier, { scopes: "orders:read" });
 * // app.get("/orders", { onRequest: mayRead }, (request) => ordersOf(mayRead.callerOf(request).claims.sub));
 */
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options?: RequireAuthOptions<FastifyRequestLike, FastifyReplyLike>,
): FastifyGuard<Verified<Claims>>;
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AllowAnonymous<RequireAuthOptions<FastifyRequestLike, FastifyReplyLike>>,
): FastifyGuard<Verified<Claims> | undefined>;
export function requireAuth<Claims = JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options:
    | RequireAuthOptions<FastifyRequestLike, FastifyReplyLike>
    | AllowAnonymous<RequireAuthOptions<FastifyRequestLike, FastifyReplyLike>> = {},
): FastifyGuard<Verified<Claims> | undefined> {
  const guard = createGuard(verifier, options);
  const hook = async (request: FastifyRequestLike, reply: FastifyReplyLike): Promise<unknown> => {
    const result = await guard.check(
      lazyViewOf(request.raw, () => originOfHost(request.protocol, request.host ?? request.hostname)),
      request,
    );
    if (!result.ok) return answer(result, request, reply, guard.onRefusal);
    if (!("anonymous" in result)) put(request, guard.property, result);
    result.headers?.forEach((value, name) => reply.header(name, value));
    return undefined;
  };
  return Object.assign(hook, { callerOf: guard.callerOf });
}

/** Answers a refusal, unless `onRefusal` does. */
async function answer(
  refusal: Refusal,
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  onRefusal: RequireAuthOptions<FastifyRequestLike, FastifyReplyLike>["onRefusal"],
): Promise<unknown> {
  reply.code(refusal.status);
  refusal.headers.forEach((value, name) => reply.header(name, value));
  try {
    await onRefusal?.(refusal, request, reply);
  } catch (error) {
    // The error handler must not send parts of the refusal. It changes 200 to 500.
    if (reply.sent !== true) {
      reply.code(200);
      refusal.headers.forEach((_value, name) => reply.removeHeader?.(name));
    }
    throw error;
  }
  return reply.sent === true ? reply : reply.send();
}
