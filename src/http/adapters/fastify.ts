/**
 * `mintmark/fastify`: bearer authentication for Fastify.
 *
 * @module mintmark/fastify
 */

// Brings in the types that are added to below, and leaves nothing at run time.
/// <reference types="fastify" />

import type { JwtClaims } from "../../claims/build.ts";
import type { Verified, Verifier } from "../../jwt/verify.ts";
import { createGuard, type RequireAuthOptions } from "./guard.ts";
import { viewOf, type NodeRequest } from "./node.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The verified caller, behind `requireAuth`. */
    auth?: Verified;
  }
}

/** What is used of Fastify's request. */
export interface FastifyRequestLike {
  /** Node's own. */
  readonly raw: NodeRequest;
  /** Fastify's, which know of `trustProxy`. */
  readonly protocol: string;
  /** As `protocol`. */
  readonly hostname: string;
  /** With the port; in Fastify 4 `hostname` has it. */
  readonly host?: string | undefined;
  /** The verified caller, behind `requireAuth`. */
  auth?: Verified;
}

/** What is used of Fastify's reply. */
export interface FastifyReplyLike {
  /** Sets the status of a refusal. */
  code(status: number): unknown;
  /** Writes the challenge. */
  header(name: string, value: string): unknown;
  /** Answers, without a body. */
  send(): unknown;
}

/**
 * An `onRequest` hook, for a server, a plugin or a route: lets a request through only with a verified caller, who is then `request.auth`.
 * Refusals are answered here, without a body; what is no refusal (a wrong call, a failing `onRefusal`) goes to the error handler.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the verifier is none.
 * @example
 * import { requireAuth } from "mintmark/fastify";
 *
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const mayRead = requireAuth(verifier, { scopes: "orders:read" });
 * // app.get("/orders", { onRequest: mayRead }, (request) => ordersOf(request.auth.claims.sub));
 */
export function requireAuth<Claims extends JwtClaims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: RequireAuthOptions<FastifyRequestLike> = {},
): (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown> {
  const guard = createGuard(verifier, options);
  return async (request, reply) => {
    const result = await guard(
      viewOf(request.raw, `${request.protocol}://${request.host ?? request.hostname}`),
      request,
    );
    if (!result.ok) {
      reply.code(result.status);
      result.headers.forEach((value, name) => reply.header(name, value));
      return reply.send();
    }
    request.auth = result;
    return undefined;
  };
}
