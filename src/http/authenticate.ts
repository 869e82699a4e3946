/** From a request to a verified caller: the token out of the request, what the verifier says of it, and what its holder may do. */

import { wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import type { Verified, Verifier } from "../jwt/verify.ts";
import { wrongKey } from "../keys/found.ts";
import { readAuthorization, type RequestView } from "./bearer.ts";
import { checkCookieUse, readCookie, type CookiePolicy } from "./cookie.ts";
import { compileRequestPolicy, type AuthenticateOptions, type RequestPolicy } from "./options.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { RequestError } from "./request-error.ts";
import { missingScope } from "./scope.ts";

/** A verified caller, or why there is none. */
export type Authentication<Claims = JwtClaims> = ({ readonly ok: true } & Verified<Claims>) | Refusal;

/** Authenticates any number of requests with the same options. */
export interface Authenticator<Claims = JwtClaims> {
  /** As `authenticate`. */
  readonly authenticate: (request: RequestView) => Promise<Authentication<Claims>>;
}

/**
 * Whose request is this? Takes the Bearer token out of a Fetch `Request` (RFC 6750 §2.1: one Authorization header; never
 * the query), verifies it, and says what to answer where there is no good one:
 *
 * - 400: more than one token, or a text that is none.
 * - 401: no token, or one that is refused; or one bound to a key (`cnf`).
 * - 403: a scope is missing; or a cookie that a page of another origin sent.
 * - 503: a key set, a remote key or a store failed: nothing was decided.
 *
 * A missing scope and a `cnf` do not use up a token that is good once (`replay`). For many requests, `createAuthenticator` is faster.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, the request is no Fetch `Request`; else as `verify`. Answer 500.
 * @example
 * const key = await generateSecret(HS256);
 * const verifier = createVerifier(key, { issuer: "my-api", audience: "web" });
 * const token = await sign({ sub: "user_123", scope: "orders:read" }, key, { issuer: "my-api", audience: "web" });
 *
 * const request = new Request("https://api.example/orders", { headers: { authorization: `Bearer ${token}` } });
 * const caller = await authenticate(request, verifier, { scopes: "orders:read" });
 * const response = caller.ok ? Response.json({ hello: caller.claims.sub }) : new Response(null, caller);
 */
export async function authenticate<Claims>(
  request: RequestView,
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AuthenticateOptions = {},
): Promise<Authentication<Claims>> {
  return createAuthenticator(verifier, options).authenticate(request);
}

/**
 * `authenticate` for many requests: the options are checked once.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the verifier is none.
 * @example
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const authenticator = createAuthenticator(verifier, { cookie: "__Host-session", realm: "orders" });
 *
 * const caller = await authenticator.authenticate(new Request("https://api.example/orders"));
 * console.log(caller.ok ? caller.claims.sub : caller.error.code); // token_missing
 */
export function createAuthenticator<Claims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AuthenticateOptions = {},
): Authenticator<Claims> {
  return authenticatorOf(verifier, compileRequestPolicy(options));
}

export function authenticatorOf<Claims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  policy: RequestPolicy,
): Authenticator<Claims> {
  // A key has verify, too.
  if (typeof (verifier as Partial<Verifier> | null | undefined)?.verify !== "function" || "alg" in verifier) {
    const write = "pass createVerifier(key, …)";
    throw wrongKey("verifier", "what createVerifier gives", verifier, {
      "a promise": "await it",
      "a public key": write,
      "a private key": write,
    });
  }
  return {
    async authenticate(request) {
      try {
        const token = readToken(request, policy.cookie);
        return { ok: true, ...(await verifyBearer(token, verifier, policy)) };
      } catch (error) {
        return refuse(error, policy.challenge);
      }
    },
  };
}

/** The one token of a request. */
function readToken(request: RequestView, cookie: CookiePolicy | undefined): string {
  if (typeof (request as Partial<RequestView> | null | undefined)?.headers?.get !== "function")
    throw wrongArgument("request", "a Fetch Request", request);
  const fromHeader = readAuthorization(request);
  const fromCookie = cookie && readCookie(request, cookie);
  if (fromHeader !== undefined && fromCookie !== undefined)
    throw new RequestError("request_invalid", "a token in Authorization and one in a cookie");
  if (cookie !== undefined && fromCookie !== undefined) checkCookieUse(request, cookie);
  const token = fromHeader ?? fromCookie;
  if (token === undefined) throw new RequestError("token_missing", "no Bearer token came");
  return token;
}

async function verifyBearer<Claims>(
  token: string,
  verifier: Pick<Verifier<Claims>, "verify">,
  policy: RequestPolicy,
): Promise<Verified<Claims>> {
  const check = ({ payload }: { readonly payload: JwtClaims }): void => {
    checkBearer(payload, policy);
  };
  const verified = await verifier.verify(token, { beforeReplay: check });
  // Again, for a verifier that knows nothing of beforeReplay: a wrapper that passes on the token alone.
  check(verified);
  return verified;
}

/** Whether a good token may be used by whoever bears it, and for this. */
function checkBearer(payload: JwtClaims, { scopes, mayBeBound }: RequestPolicy): void {
  if (!mayBeBound && Object.hasOwn(payload, "cnf"))
    throw new RequestError("token_bound", "the token is bound to a key (cnf), of which no proof was asked", payload);
  const missing = missingScope(payload, scopes);
  if (missing !== undefined) throw new RequestError("scope_missing", `scope ${missing} is missing`, payload);
}
