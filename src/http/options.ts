/** Options of `authenticate`, compiled once. */

import { checkBoolean, checkOptions, wrongArgument, type Names } from "../base/options.ts";
import { argumentError } from "../errors.ts";
import { unchecked } from "../base/unchecked.ts";
import type { RequestView } from "./bearer.ts";
import { challenger, checkRealm, checkResourceMetadata, type Challenger } from "./challenge.ts";
import { readProofVerifier, type ProofVerifier } from "./proof.ts";
import { checkScopes } from "./scope.ts";
import { compileTokenPlaces, type TokenPlaces } from "./token.ts";

/** Options of `authenticate`: requirements of the request and the caller, beyond those of the verifier. */
export interface AuthenticateOptions<Request = RequestView> {
  /** Scopes that the token must have, all of them, in `scope` (or `scp`). */
  readonly scopes?: string | readonly string[];
  /** Name of the protected area, for the client. Default `"api"`. */
  readonly realm?: string | undefined;
  /** URL of the resource's metadata (RFC 9728 §5.1), https. */
  readonly resourceMetadata?: string | URL | undefined;
  /** Sends the error code to the client, as `error_description`. Default `false`. */
  readonly describe?: boolean | undefined;
  /**
   * Header that carries the token, such as `"cf-access-jwt-assertion"`, instead of Authorization, which is then ignored. `Bearer` before
   * the token is optional there: `"authorization"` accepts a bare token. Default: Authorization with `Bearer` (RFC 6750 §2.1).
   */
  readonly header?: string | undefined;
  /** Cookie that may carry the token too. `__Host-` and `__Secure-` names need https, or loopback. */
  readonly cookie?: string | undefined;
  /**
   * Origins whose pages may use the cookie in unsafe requests, such as `https://app.example`, `capacitor://localhost`,
   * `chrome-extension://ID`. Default: the origin that the request was sent to.
   */
  readonly origins?: string | readonly string[];
  /**
   * Subprotocol of a WebSocket handshake (RFC 6455 §4.1) that may carry the token too. `"bearer"`: the token is the next subprotocol, as
   * in `new WebSocket(url, ["bearer", token])`. A name that ends with `-` or `.` is a prefix of the token: `["jwt-" + token]`.
   */
  readonly webSocketProtocol?: string | undefined;
  /**
   * Returns the token from anywhere else, such as a message or a body, without a scheme; or nothing if there is none. Replaces the header
   * and the cookie. What it throws is rethrown, unless it is an error of this library. A cookie read here is not checked for forgery.
   */
  token?(request: Request): string | null | undefined | Promise<string | null | undefined>;
  /** `"allow"` makes these options `AllowAnonymous`. Default: a request without a token is refused. */
  readonly anonymous?: undefined;
  /**
   * `unchecked`: accepts a token bound to a key (`cnf`, RFC 7800) without proof of the key, as `Bearer` or `DPoP` (RFC 9449 §7.1): for
   * applications that check the proof themselves. Default: refused.
   */
  readonly cnf?: typeof unchecked | undefined;
  /**
   * Accepts tokens that are bound to a key with `Authorization: DPoP`, if a proof of the key comes with them (RFC 9449 §7): what
   * `createDpopVerifier` of `mintmark/oauth` returns. Bound tokens that come as `Bearer` are refused. Default: every bound token is.
   */
  readonly dpop?: ProofVerifier | undefined;
}

/** Options that let anonymous callers in: the result may have no claims. */
export type AllowAnonymous<Options> = Omit<Options, "anonymous" | "scopes"> & {
  /** Lets a request without a token through, with `anonymous: true` and no claims. A token, if sent, is still checked. */
  readonly anonymous: "allow";
  /** Not allowed here: a request without a token has no scopes. */
  readonly scopes?: never;
};

/** `AuthenticateOptions`, checked and compiled. */
export interface RequestPolicy {
  readonly scopes: readonly string[];
  readonly places: TokenPlaces;
  /** A request without a token is let through. */
  readonly mayBeAnonymous: boolean;
  /** A token with `cnf` is accepted, or `proof` decides about it. */
  readonly mayBeBound: boolean;
  /** Checks proofs of the keys that tokens are bound to. */
  readonly proof: ProofVerifier | undefined;
  readonly challenge: Challenger;
}

export const authenticateNames: readonly string[] = /* @__PURE__ */ Object.keys({
  scopes: 1,
  realm: 1,
  resourceMetadata: 1,
  describe: 1,
  header: 1,
  cookie: 1,
  origins: 1,
  webSocketProtocol: 1,
  token: 1,
  anonymous: 1,
  cnf: 1,
  dpop: 1,
} satisfies Names<AuthenticateOptions>);

export function compileRequestPolicy(options: unknown, names: readonly string[] = authenticateNames): RequestPolicy {
  const given = checkOptions(options, names);
  const { realm = "api", resourceMetadata, describe = false, anonymous, cnf, dpop } = given;
  const scopes = "scopes" in given ? checkScopes(given["scopes"]) : [];
  if (cnf !== undefined && (cnf !== unchecked || dpop !== undefined))
    throw wrongArgument("cnf", "`unchecked`, without dpop", cnf);
  const proof = dpop === undefined ? undefined : readProofVerifier(dpop);
  if (anonymous !== undefined && anonymous !== "allow") throw wrongArgument("anonymous", '"allow"', anonymous);
  if (anonymous !== undefined && scopes.length > 0)
    throw argumentError("anonymous: expected no scopes beside it: a request without a token has none");
  const mayBeBound = cnf === unchecked || proof !== undefined;
  return {
    scopes,
    places: compileTokenPlaces(given, mayBeBound),
    mayBeAnonymous: anonymous === "allow",
    mayBeBound,
    proof,
    challenge: challenger({
      realm: checkRealm(realm),
      scopes,
      resourceMetadata: resourceMetadata === undefined ? undefined : checkResourceMetadata(resourceMetadata),
      describe: checkBoolean(describe, "describe"),
    }),
  };
}
