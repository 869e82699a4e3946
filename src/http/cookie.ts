/**
 * Tokens in cookies. A browser attaches cookies to requests that any page causes, so a cookie is accepted only if the method
 * is safe, or if the browser states that the request comes from the application's own pages (Fetch Metadata, RFC 6454 §7).
 */

import { checkText, checkTexts, wrongArgument } from "../base/options.ts";
import { quote } from "../errors.ts";
import { isTokenText, type RequestView } from "./bearer.ts";
import { isAppOrigin, isSecure, parseUrl } from "./origin.ts";
import { RequestError } from "./request-error.ts";

/** The options `cookie` and `origins`, compiled. */
export interface CookiePolicy {
  readonly name: string;
  /** Origins whose pages may use the cookie. `undefined`: the origin that the request was sent to. */
  readonly origins: readonly string[] | undefined;
  /** The name has a prefix (RFC 6265bis §4.1.3), whose guarantees hold only on a secure connection. */
  readonly prefixed: boolean;
}

/** Compiles the options `cookie` and `origins`. */
export function compileCookie(name: unknown, origins: unknown): CookiePolicy {
  // RFC 6265 §4.1.1: a token, as in RFC 9110 §5.6.2.
  if (!/^[\w!#$%&'*+\-.^`|~]+$/.test(checkText(name, "cookie")))
    throw wrongArgument("cookie", "the name of a cookie", name);
  const policy = { name: String(name), prefixed: /^__(?:host|secure)-/i.test(String(name)) };
  return {
    ...policy,
    origins:
      origins === undefined ? undefined : checkTexts(origins, "origins").map((origin) => checkOrigin(origin, policy)),
  };
}

/** Checks an origin: the form in which browsers send it (RFC 6454 §6.2), of a web page or of an app's own pages. */
function checkOrigin(origin: string, { name, prefixed }: Pick<CookiePolicy, "name" | "prefixed">): string {
  if (isAppOrigin(origin)) return origin;
  const url = parseUrl(origin);
  if (url?.origin !== origin || origin.includes("*"))
    throw wrongArgument("origins", "origins such as https://app.example or capacitor://localhost", origin);
  if (prefixed && !isSecure(url))
    throw wrongArgument("origins", `https origins, because the cookie is ${name}`, origin);
  return origin;
}

/**
 * Returns the token in the cookie, or `undefined` if the cookie is absent or empty. The name is compared without trimming other
 * white space: browsers do not apply the rules of `__Host-` to such a name, so trimming it would let any page set the cookie.
 */
export function readCookie({ headers }: RequestView, { name }: CookiePolicy): string | undefined {
  const pairs = (headers.get("cookie") ?? "").split(/;[\t ]*/).filter((pair) => pair.startsWith(`${name}=`));
  const value = pairs[0]?.slice(name.length + 1) ?? "";
  if (pairs.length > 1)
    throw new RequestError("request_invalid", `Cookie: expected one ${name}, found ${pairs.length}`);
  if (value === "") return undefined;
  if (!isTokenText(value)) throw new RequestError("request_invalid", `Cookie: ${name} is not a token`);
  return value;
}

/** Refuses an unsafe request that a page of another origin may have caused. */
export function checkCookieUse(request: RequestView, policy: CookiePolicy): void {
  if (isHarmless(request)) checkTransport(request, policy);
  else checkOriginOf(request, policy);
}

/** Refuses a request that a page of another origin may have caused, for every method. */
export function checkOriginOf(request: RequestView, policy: CookiePolicy): void {
  const { origins } = policy;
  const own = checkTransport(request, policy);
  if (request.headers.get("sec-fetch-site") === "same-origin") return;
  const origin = request.headers.get("origin");
  const allowed = origins ?? (own ? [own.origin] : []);
  // "null" is sent for every opaque origin, so two of them are never the same.
  if (!origin || origin === "null" || !allowed.includes(origin)) {
    const found = origin ? quote(origin) : "none: clients that are not browsers have to send one";
    const advice = origin && origin !== "null" ? ": if it is yours, list it in the option origins" : "";
    throw new RequestError(
      "origin_mismatch",
      `Origin: expected ${quote(allowed.join(" or "), 80)}, found ${found}${advice}`,
    );
  }
}

/** Returns the URL of the request. Refuses a prefixed cookie over http. */
function checkTransport({ url }: RequestView, { name, origins, prefixed }: CookiePolicy): URL | undefined {
  const own = parseUrl(url);
  // An app's origin does not tell how its requests travel; a web origin is https here.
  if (prefixed && !isSecure(own) && (origins ?? []).every(isAppOrigin)) {
    throw new RequestError(
      "request_invalid",
      `the request came over http, which the cookie ${name} does not allow: behind a proxy that ends TLS, name the https origin in the option origins`,
    );
  }
  return own;
}

/** Reports whether the method is safe (RFC 9110 §9.2.1). Opening a WebSocket is not: browsers allow it across origins. */
function isHarmless({ method, headers }: RequestView): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method) && !/websocket/i.test(headers.get("upgrade") ?? "");
}
