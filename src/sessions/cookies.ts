/**
 * Cookies of a session. Browsers enforce the prefixes `__Host-` and `__Secure-` (RFC 6265bis §4.1.3). They never send a cookie with
 * `SameSite=Strict` in a request from another site, and one with `SameSite=Lax` only when a link is followed.
 */

import { checkOptions, checkText, refusePromise, wrongArgument, type Names } from "../base/options.ts";
import { isObject } from "../encoding/json.ts";
import { argumentError } from "../errors.ts";
import { isTokenText, type RequestView } from "../http/bearer.ts";
import { checkOriginOf, compileCookie, readCookie } from "../http/cookie.ts";
import type { SessionTokens } from "./sessions.ts";

/** Options of `sessionCookies`. */
export interface SessionCookieOptions {
  /** Name after the prefix. Default `"session"`: `__Host-session` and `__Host-session-refresh`. */
  readonly name?: string | undefined;
  /** Path of the requests that refresh and log out, such as `"/auth"`. The refresh cookie is then `__Secure-`, and sent only there. */
  readonly refreshPath?: string | undefined;
}

/** Options of `refreshTokenOf`. */
export interface RefreshTokenOptions extends SessionCookieOptions {
  /** Origins whose pages may refresh. Default: the origin that the request was sent to. */
  readonly origins?: string | readonly string[] | undefined;
}

interface CookieNames {
  readonly access: string;
  readonly refresh: string;
  readonly refreshPath: string;
}

/**
 * Returns the values of two `Set-Cookie` headers: `HttpOnly`, `Secure`, the access token `SameSite=Lax`, the refresh token
 * `SameSite=Strict`, each with the lifetime of its token. `null` instead of tokens deletes both cookies.
 *
 * @throws TypeError `invalid_argument`: no tokens, a token that is too long for a cookie, or an unknown or wrong option.
 * @example
 * const sessions = createSessions(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const tokens = await sessions.begin("user_123", {});
 * const headers = new Headers();
 * for (const cookie of sessionCookies(tokens, { refreshPath: "/auth" })) headers.append("set-cookie", cookie);
 */
export function sessionCookies(tokens: SessionTokens | null, options: SessionCookieOptions = {}): readonly string[] {
  const { access, refresh, refreshPath } = readNames<SessionCookieOptions>(options, { name: 1, refreshPath: 1 });
  if (tokens !== null && !areTokens(tokens))
    throw wrongArgument("tokens", "what begin or refresh returns, or null", tokens);
  const { accessToken = "", refreshToken = "", issuedAt = 0, expiresAt = 0, refreshExpiresAt = 0 } = tokens ?? {};
  const write = (name: string, value: string, path: string, until: number, site: string): string => {
    if (name.length + value.length > maxCookie)
      throw argumentError(
        `${name}: expected ${maxCookie} characters at most, found ${name.length + value.length}: browsers drop longer cookies`,
      );
    return `${name}=${value}; Path=${path}; Max-Age=${until - issuedAt}; HttpOnly; Secure; SameSite=${site}`;
  };
  return [
    write(access, accessToken, "/", expiresAt, "Lax"),
    write(refresh, refreshToken, refreshPath, refreshExpiresAt, "Strict"),
  ];
}

/**
 * Returns the refresh token in a request's cookie, or `undefined` if there is none. The origin is checked for every method, because a
 * refresh, a login and a logout change state even as a GET.
 *
 * @throws RequestError `origin_mismatch` 403: a page of another origin sent it; `request_invalid` 400: two cookies with the name, or one
 * that is not a token.
 * @throws TypeError `invalid_argument`: an unknown or wrong option, or a request that is not a Fetch `Request`: `viewOf` converts a
 * Node.js request.
 * @example
 * const request = new Request("https://app.example/auth/refresh", {
 *   method: "POST",
 *   headers: { origin: "https://app.example", cookie: "__Secure-session-refresh=eyJ0eXAi" },
 * });
 * const refreshToken = refreshTokenOf(request, { refreshPath: "/auth" });
 */
export function refreshTokenOf(request: RequestView, options: RefreshTokenOptions = {}): string | undefined {
  const { refresh } = readNames<RefreshTokenOptions>(options, { name: 1, refreshPath: 1, origins: 1 });
  const policy = compileCookie(refresh, options.origins);
  if (typeof (request as Partial<RequestView> | null | undefined)?.headers?.get !== "function")
    throw wrongArgument("request", "a Fetch Request, or viewOf(request) for a Node.js request", request);
  checkOriginOf(request, policy);
  return readCookie(request, policy);
}

/** Octets of a name and its value that browsers keep (RFC 6265bis §5.6). */
const maxCookie = 4096;

/** Reports whether these are tokens: what is given becomes a header. */
function areTokens(given: SessionTokens): boolean {
  refusePromise("tokens", given);
  if (!isObject(given)) return false;
  const { accessToken, refreshToken, issuedAt, expiresAt, refreshExpiresAt }: Record<string, unknown> = given;
  const isToken = (value: unknown): boolean => typeof value === "string" && isTokenText(value);
  return (
    isToken(accessToken) && isToken(refreshToken) && [issuedAt, expiresAt, refreshExpiresAt].every(Number.isSafeInteger)
  );
}

function readNames<Options extends SessionCookieOptions>(options: Options, names: Names<Options>): CookieNames {
  checkOptions<Options>(options, names);
  const { name = "session", refreshPath } = options;
  if (!/^[\w!#$%&'*+\-.^`|~]+$/.test(checkText(name, "name")) || name.startsWith("__"))
    throw wrongArgument("name", "a cookie's name, without a prefix", name);
  if (refreshPath === undefined)
    return { access: `__Host-${name}`, refresh: `__Host-${name}-refresh`, refreshPath: "/" };
  if (!/^\/[\w!$%&'()*+,\-./:=@~]*$/.test(checkText(refreshPath, "refreshPath")))
    throw wrongArgument("refreshPath", 'a path such as "/auth"', refreshPath);
  return { access: `__Host-${name}`, refresh: `__Secure-${name}-refresh`, refreshPath };
}
