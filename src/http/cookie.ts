/**
 * A token from a cookie. Browsers send cookies on their own, with requests that any page makes them send: a cookie counts
 * only where the request does no harm, or where the browser says that it comes from the application's own pages
 * (Fetch Metadata, RFC 6454 §7).
 */

import { checkText, checkTexts, wrongArgument } from "../base/options.ts";
import { isTokenText, type RequestView } from "./bearer.ts";
import { isAppOrigin, isSecure, parseUrl } from "./origin.ts";
import { RequestError } from "./request-error.ts";

/** Which cookie, and whose pages may use it. */
export interface CookiePolicy {
  readonly name: string;
  /** `undefined`: those of the origin that the request was sent to. */
  readonly origins: readonly string[] | undefined;
  /** Browsers keep the promise of the name's prefix (RFC 6265bis §4.1.3) only where nobody on the network can come between. */
  readonly prefixed: boolean;
}

/** Checks the options about cookies. */
export function compileCookie(name: unknown, origins: unknown): CookiePolicy {
  // RFC 6265 §4.1.1: a token, as in RFC 9110 §5.6.2.
  if (!/^[\w!#$%&'*+\-.^`|~]+$/.test(checkText(name, "cookie"))) throw wrongArgument("cookie", "a cookie's name", name);
  const policy = { name: String(name), prefixed: /^__(?:host|secure)-/i.test(String(name)) };
  return {
    ...policy,
    origins:
      origins === undefined ? undefined : checkTexts(origins, "origins").map((origin) => checkOrigin(origin, policy)),
  };
}

/** An origin as browsers write it in `Origin` (RFC 6454 §6.2), of a web page or of an application's own pages. */
function checkOrigin(origin: string, { name, prefixed }: Pick<CookiePolicy, "name" | "prefixed">): string {
  if (isAppOrigin(origin)) return origin;
  const url = parseUrl(origin);
  if (url?.origin !== origin || origin.includes("*"))
    throw wrongArgument("origins", "origins such as https://app.example or capacitor://localhost", origin);
  if (prefixed && !isSecure(url)) throw wrongArgument("origins", `https, because of ${name}`, origin);
  return origin;
}

/**
 * The token in the cookie; `undefined`: it is not there, or empty. A name is compared as it came: browsers do not take a name that
 * begins with some other white space for `__Host-`, so whoever trims that off believes what any page could set.
 */
export function readCookie({ headers }: RequestView, { name }: CookiePolicy): string | undefined {
  const pairs = (headers.get("cookie") ?? "").split(/;[\t ]*/).filter((pair) => pair.startsWith(`${name}=`));
  const value = pairs[0]?.slice(name.length + 1) ?? "";
  if (pairs.length > 1) throw new RequestError("request_invalid", `Cookie: more than one ${name}`);
  if (value === "") return undefined;
  if (!isTokenText(value)) throw new RequestError("request_invalid", `Cookie: ${name} is no token`);
  return value;
}

/** Refuses what a page of another origin may have made the browser send, but for requests that do no harm. */
export function checkCookieUse(request: RequestView, policy: CookiePolicy): void {
  if (isHarmless(request)) checkTransport(request, policy);
  else checkOriginOf(request, policy);
}

/** Refuses what a page of another origin may have made the browser send, whatever the method. */
export function checkOriginOf(request: RequestView, policy: CookiePolicy): void {
  const { name, origins } = policy;
  const own = checkTransport(request, policy);
  if (request.headers.get("sec-fetch-site") === "same-origin") return;
  const origin = request.headers.get("origin") ?? "null";
  // "null" is the origin of whatever has none: no two of them are the same.
  if (origin === "null" || !(origins ?? [own?.origin]).includes(origin)) {
    throw new RequestError("origin_mismatch", `a request with ${name} from another origin`);
  }
}

/** The URL of a request that may carry the cookie. */
function checkTransport({ url }: RequestView, { name, origins, prefixed }: CookiePolicy): URL | undefined {
  const own = parseUrl(url);
  // An origin of an application says nothing of how its requests travel; one of the web is https here.
  if (prefixed && !isSecure(own) && (origins ?? []).every(isAppOrigin)) {
    throw new RequestError(
      "request_invalid",
      `Cookie: ${name} over http; behind a proxy that speaks https, say so with origins`,
    );
  }
  return own;
}

/** Safe methods (RFC 9110 §9.2.1), unless they open a WebSocket: no browser keeps those to their origin. */
function isHarmless({ method, headers }: RequestView): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method) && !/websocket/i.test(headers.get("upgrade") ?? "");
}
