/** Authenticates requests: reads the token, verifies it, and checks that its holder may use it here (RFC 6750). */

import { wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import type { Verifier } from "../jwt/verifier.ts";
import type { Verified } from "../jwt/verify.ts";
import { wrongKey } from "../keys/found.ts";
import type { RequestView } from "./bearer.ts";
import { compileRequestPolicy, type AllowAnonymous, type AuthenticateOptions, type RequestPolicy } from "./options.ts";
import type { ProofCheck } from "./proof.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { RequestError } from "./request-error.ts";
import { missingScopes } from "./scope.ts";
import { checkFoundToken, readToken, type TokenPlaces } from "./token.ts";

/** Marks an `Authentication` with a verified caller. */
export interface Authenticated {
  /** Tells it from a refusal. */
  readonly ok: true;
  /** Absent, so that `caller.ok ? … : caller.status` compiles without `strictNullChecks` too. */
  readonly status?: undefined;
  /** Headers for the response, with the option `dpop`: a new `DPoP-Nonce` (RFC 9449 §8.2). Adapters set them. */
  readonly headers?: Headers | undefined;
  /** Absent. */
  readonly error?: undefined;
}

/** A verified caller, or a refusal. */
export type Authentication<Claims = JwtClaims> = (Authenticated & Verified<Claims>) | Refusal;

/** A request without a token, let through by `anonymous: "allow"`. The caller is unknown. */
export interface Anonymous {
  /** Distinguishes it from a refusal. */
  readonly ok: true;
  /** Distinguishes it from a verified caller. */
  readonly anonymous: true;
  /** Absent, so that `caller.claims?.sub` compiles for either. */
  readonly claims?: undefined;
  /** Absent. */
  readonly payload?: undefined;
  /** Absent. */
  readonly header?: undefined;
  /** Absent. */
  readonly key?: undefined;
  /** Absent. */
  readonly headers?: undefined;
}

/** Authenticates requests with one set of options. `Other` is `Anonymous` with `anonymous: "allow"`. */
export interface Authenticator<Claims = JwtClaims, Other = never> {
  /** Same as `authenticate`, with the verifier and the options given before. */
  readonly authenticate: (request: RequestView) => Promise<Authentication<Claims> | Other>;
}

/**
 * Authenticates the caller of a request. Reads the Bearer token of a Fetch `Request` (RFC 6750 §2.1: one Authorization header, never
 * the query), verifies it, and returns the verified caller or the response to send:
 *
 * - 400: more than one token, or a malformed one.
 * - 401: no token, a refused token, or a token bound to a key (`cnf`) without a proof of the key (`dpop`).
 * - 403: a scope is missing, or the cookie came from a page of another origin.
 * - 503: a key set, a remote key or a store failed, so nothing was decided.
 *
 * A missing scope, a `cnf` or a bad proof does not use up a single-use token (`replay`). `createAuthenticator` is faster for many requests. `viewOf`
 * converts a Node.js request.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the request is not a Fetch `Request`; otherwise the same as
 * `verify`. Answer 500.
 * @example
 * const key = await generateSecret(HS256);
 * const verifier = createVerifier(key, { issuer: "my-api", audience: "web" });
 * const token = await sign({ sub: "user_123", scope: "orders:read" }, key, { issuer: "my-api", audience: "web" });
 *
 * const request = new Request("https://api.example/orders", { headers: { authorization: `Bearer ${token}` } });
 * const caller = await authenticate(request, verifier, { scopes: "orders:read" });
 * const response = caller.ok ? Response.json({ hello: caller.claims.sub }) : new Response(null, caller);
 */
export function authenticate<Claims>(
  request: RequestView,
  verifier: Pick<Verifier<Claims>, "verify">,
  options?: AuthenticateOptions,
): Promise<Authentication<Claims>>;
export function authenticate<Claims>(
  request: RequestView,
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AllowAnonymous<AuthenticateOptions>,
): Promise<Authentication<Claims> | Anonymous>;
export async function authenticate<Claims>(
  request: RequestView,
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AuthenticateOptions | AllowAnonymous<AuthenticateOptions> = {},
): Promise<Authentication<Claims> | Anonymous> {
  return compileAuthenticator(verifier, compileRequestPolicy(options))(request, request);
}

/**
 * Creates an authenticator for many requests: the options are checked once.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `verifier` is not a verifier.
 * @example
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const authenticator = createAuthenticator(verifier, { cookie: "__Host-session", realm: "orders" });
 *
 * const caller = await authenticator.authenticate(new Request("https://api.example/orders"));
 * console.log(caller.ok ? caller.claims.sub : caller.error.code); // token_missing
 */
export function createAuthenticator<Claims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options?: AuthenticateOptions,
): Authenticator<Claims>;
export function createAuthenticator<Claims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AllowAnonymous<AuthenticateOptions>,
): Authenticator<Claims, Anonymous>;
export function createAuthenticator<Claims>(
  verifier: Pick<Verifier<Claims>, "verify">,
  options: AuthenticateOptions | AllowAnonymous<AuthenticateOptions> = {},
): Authenticator<Claims, Anonymous> {
  const check = compileAuthenticator(verifier, compileRequestPolicy(options));
  return { authenticate: async (request) => check(request, request) };
}

/**
 * Member of a verifier that refuses key-bound tokens by itself (`cnf`): the same verifier without that check, for an authenticator, which
 * checks it. Registered, since ESM and CommonJS copies may meet.
 */
export const withoutBinding: unique symbol = /* @__PURE__ */ Symbol.for("mintmark.withoutBinding");

const anonymous: Anonymous = Object.freeze({ ok: true, anonymous: true });

/** Compiles `authenticate`. `source` is the framework's own request, which the option `token` receives. */
export function compileAuthenticator<Claims>(
  given: Pick<Verifier<Claims>, "verify">,
  policy: RequestPolicy,
): (request: RequestView, source: unknown) => Promise<Authentication<Claims> | Anonymous> {
  const verifier = (given as BindingVerifier<Claims> | undefined)?.[withoutBinding] ?? given;
  // A key has a verify method too.
  if (typeof (verifier as Partial<Verifier> | null | undefined)?.verify !== "function" || "alg" in verifier) {
    const write = "pass createVerifier(key, …)";
    throw wrongKey("verifier", "what createVerifier returns", verifier, {
      "a promise": "await it",
      "a public key": write,
      "a private key": write,
    });
  }
  const { places, mayBeAnonymous, challenge } = policy;
  const checkUse = ({ payload }: { readonly payload: JwtClaims }): void => {
    checkBearer(payload, policy);
  };
  const callOptions = Object.freeze({ beforeReplay: checkUse });
  return async (request, source) => {
    let proof: ProofCheck | undefined;
    let headers: Headers | undefined;
    try {
      if (typeof (request as Partial<RequestView> | null | undefined)?.headers?.get !== "function")
        throw wrongArgument("request", "a Fetch Request, or viewOf(request) for a Node.js request", request);
      proof = policy.proof?.begin(request, places.header.name);
      const token =
        places.token === undefined ? readToken(request, places) : checkFoundToken(await places.token(source));
      if (token === undefined) {
        if (mayBeAnonymous) return anonymous;
        throw missingToken(request, places);
      }
      const proveUse = async (good: Pick<Verified, "payload">): Promise<void> => {
        headers = await proof?.check(token, good.payload);
        checkUse(good);
      };
      const use: (good: Pick<Verified, "payload">) => void | Promise<void> = proof === undefined ? checkUse : proveUse;
      const verified = await verifier.verify(token, proof === undefined ? callOptions : { beforeReplay: proveUse });
      // Again, because a wrapper around a verifier may ignore beforeReplay.
      await use(verified);
      return { ok: true, ...verified, ...(headers && { headers }) };
    } catch (error) {
      return refuse(error, challenge, proof);
    }
  };
}

type BindingVerifier<Claims> = Pick<Verifier<Claims>, "verify"> & {
  readonly [withoutBinding]?: Pick<Verifier<Claims>, "verify">;
};

/** Builds the error for a request without a token. A header of another scheme is not shown: it may hold a token or a password. */
function missingToken(
  { headers }: RequestView,
  { header, cookie, webSocketProtocol, token }: TokenPlaces,
): RequestError {
  const given = (cookie ?? webSocketProtocol ?? token) === undefined && headers.get(header.name);
  return new RequestError(
    "token_missing",
    given
      ? `${header.expected}, found ${given.includes(" ") ? "another" : "no"} scheme`
      : "the request has no access token",
  );
}

/** Refuses a good token that is bound to a key, or that lacks a scope. */
function checkBearer(payload: JwtClaims, { scopes, mayBeBound }: RequestPolicy): void {
  if (!mayBeBound && Object.hasOwn(payload, "cnf"))
    throw new RequestError(
      "token_bound",
      "the token is bound to a key (cnf), and possession of the key was not proved",
      payload,
    );
  const missing = missingScopes(payload, scopes);
  if (missing.length > 0) throw new RequestError("scope_missing", `scope ${missing.join(", ")} is missing`, payload);
}
