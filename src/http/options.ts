/** What an application asks of a request and of a caller. Compiled once. */

import { checkBoolean, checkOptions, wrongArgument, type Names } from "../base/options.ts";
import { argumentError } from "../errors.ts";
import { unchecked } from "../base/unchecked.ts";
import type { RequestView } from "./bearer.ts";
import { challenger, checkRealm, checkResourceMetadata, type Challenger } from "./challenge.ts";
import { checkScopes } from "./scope.ts";
import { compileTokenPlaces, type TokenPlaces } from "./token.ts";

/** What `authenticate` asks of a request and of a caller, beside what the verifier asks of the token. */
export interface AuthenticateOptions<Request = RequestView> {
  /** What the token must allow, all of it: names that its `scope` (or `scp`) has to have. */
  readonly scopes?: string | readonly string[];
  /** Names the protected area to the client. Default `"api"`. */
  readonly realm?: string | undefined;
  /** Where the resource's metadata are (RFC 9728 §5.1): an https URL. */
  readonly resourceMetadata?: string | URL | undefined;
  /** Tells the client the code of what is wrong, as `error_description`. Default `false`. */
  readonly describe?: boolean | undefined;
  /**
   * Header that holds the token, such as `"cf-access-jwt-assertion"`, instead of Authorization, which is then not read. `Bearer` may
   * stand before the token, and need not: `"authorization"` takes a bare token there. Default: Authorization with `Bearer` (RFC 6750 §2.1).
   */
  readonly header?: string | undefined;
  /** Takes the token from this cookie too. `__Host-` and `__Secure-` names need https, or loopback. */
  readonly cookie?: string | undefined;
  /**
   * Whose pages may use the cookie in requests that change something: origins such as `https://app.example`, `capacitor://localhost`,
   * `chrome-extension://ID`. Default: those of the origin that the request was sent to.
   */
  readonly origins?: string | readonly string[];
  /**
   * Takes the token from the subprotocols of a WebSocket handshake too (RFC 6455 §4.1). `"bearer"`: the subprotocol after it, for
   * `new WebSocket(url, ["bearer", token])`. A name that ends with `-` or `.` has the token behind it: `["jwt-" + token]`.
   */
  readonly webSocketProtocol?: string | undefined;
  /**
   * Finds the token anywhere else, instead of in a header or a cookie: in a message, in a body. Returns the token alone, or nothing where
   * there is none. What it throws is thrown, unless it is an error of this library. A cookie read here is not checked against forgery.
   */
  token?(request: Request): string | null | undefined | Promise<string | null | undefined>;
  /** `"allow"` makes these options `AllowAnonymous`. Default: a request without a token is refused. */
  readonly anonymous?: undefined;
  /**
   * `unchecked`: a token that is bound to a key (`cnf`, RFC 7800) is taken from whoever sends it, as `Bearer` or `DPoP` (RFC 9449 §7.1): for
   * applications that check the proof themselves. Default: refused.
   */
  readonly cnf?: typeof unchecked | undefined;
}

/** Options that let anonymous callers in, and whose result may hold no claims. */
export type AllowAnonymous<Options> = Omit<Options, "anonymous" | "scopes"> & {
  /** Lets a request without a token through, with `anonymous: true` and no claims. A token that came is checked all the same. */
  readonly anonymous: "allow";
  /** Cannot stand beside: a request without a token has none. */
  readonly scopes?: never;
};

/** `AuthenticateOptions`, checked and compiled. */
export interface RequestPolicy {
  readonly scopes: readonly string[];
  readonly places: TokenPlaces;
  /** Whether a request without a token is let through. */
  readonly mayBeAnonymous: boolean;
  /** Whether a token with a `cnf` will do. */
  readonly mayBeBound: boolean;
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
} satisfies Names<AuthenticateOptions>);

export function compileRequestPolicy(options: unknown, names: readonly string[] = authenticateNames): RequestPolicy {
  const given = checkOptions(options, names);
  const { realm = "api", resourceMetadata, describe = false, anonymous, cnf } = given;
  const scopes = "scopes" in given ? checkScopes(given["scopes"]) : [];
  if (cnf !== undefined && cnf !== unchecked) throw wrongArgument("cnf", "`unchecked`", cnf);
  if (anonymous !== undefined && anonymous !== "allow") throw wrongArgument("anonymous", '"allow"', anonymous);
  if (anonymous !== undefined && scopes.length > 0)
    throw argumentError("anonymous: expected without scopes: a request without a token has none");
  return {
    scopes,
    places: compileTokenPlaces(given, cnf === unchecked),
    mayBeAnonymous: anonymous === "allow",
    mayBeBound: cnf === unchecked,
    challenge: challenger({
      realm: checkRealm(realm),
      scopes,
      resourceMetadata: resourceMetadata === undefined ? undefined : checkResourceMetadata(resourceMetadata),
      describe: checkBoolean(describe, "describe"),
    }),
  };
}
