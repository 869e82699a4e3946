/** What an application asks of a request and of a caller. Compiled once. */

import { checkOptions, wrongArgument } from "../base/options.ts";
import { argumentError } from "../errors.ts";
import { unchecked } from "../base/unchecked.ts";
import { challenger, checkRealm, checkResourceMetadata, type Challenger } from "./challenge.ts";
import { compileCookie, type CookiePolicy } from "./cookie.ts";
import { checkScopes } from "./scope.ts";

/** What `authenticate` asks of a request and of a caller, beside what the verifier asks of the token. */
export interface AuthenticateOptions {
  /** What the token must allow, all of it: names that its `scope` (or `scp`) has to have. */
  readonly scopes?: string | readonly string[];
  /** Names the protected area to the client. Default `"api"`. */
  readonly realm?: string | undefined;
  /** Where the resource's metadata are (RFC 9728 §5.1): an https URL. */
  readonly resourceMetadata?: string | URL | undefined;
  /** Tells the client the code of what is wrong, as `error_description`. Default `false`. */
  readonly describe?: boolean | undefined;
  /** Takes the token from this cookie too. `__Host-` and `__Secure-` names need https, or loopback. */
  readonly cookie?: string | undefined;
  /** Whose pages may use the cookie in requests that change something. Default: those of the origin that the request was sent to. */
  readonly origins?: string | readonly string[];
  /** `unchecked`: a token that is bound to a key (`cnf`, RFC 7800) is taken from whoever sends it. Default: refused. */
  readonly cnf?: typeof unchecked | undefined;
}

/** `AuthenticateOptions`, checked and compiled. */
export interface RequestPolicy {
  readonly scopes: readonly string[];
  /** Where a token may stand, beside the Authorization header. */
  readonly cookie: CookiePolicy | undefined;
  /** Whether a token with a `cnf` will do. */
  readonly mayBeBound: boolean;
  readonly challenge: Challenger;
}

export const authenticateNames: readonly string[] = [
  "scopes",
  "realm",
  "resourceMetadata",
  "describe",
  "cookie",
  "origins",
  "cnf",
];

export function compileRequestPolicy(options: unknown, names: readonly string[] = authenticateNames): RequestPolicy {
  const given = checkOptions(options, names);
  const { realm = "api", resourceMetadata, describe = false, cookie, cnf } = given;
  const scopes = "scopes" in given ? checkScopes(given["scopes"]) : [];
  if (typeof describe !== "boolean") throw wrongArgument("describe", "true or false", describe);
  if (cnf !== undefined && cnf !== unchecked) throw wrongArgument("cnf", "`unchecked`", cnf);
  if ("origins" in given && (given["origins"] === undefined || cookie === undefined))
    throw argumentError("origins: expected origins, and the name of a cookie beside them");
  return {
    scopes,
    cookie: cookie === undefined ? undefined : compileCookie(cookie, given["origins"]),
    mayBeBound: cnf === unchecked,
    challenge: challenger({
      realm: checkRealm(realm),
      scopes,
      resourceMetadata: resourceMetadata === undefined ? undefined : checkResourceMetadata(resourceMetadata),
      describe,
    }),
  };
}
