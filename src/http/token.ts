/** Where in a request the token is: one place holds it, or nobody knows which token counts. */

import { argumentError } from "../errors.ts";
import { wrongArgument } from "../base/options.ts";
import { compileHeader, isTokenText, readHeader, type HeaderPolicy, type RequestView } from "./bearer.ts";
import { checkCookieUse, compileCookie, readCookie, type CookiePolicy } from "./cookie.ts";
import { RequestError } from "./request-error.ts";
import { checkWebSocketProtocol, readWebSocketProtocol } from "./websocket-protocol.ts";

/** The options `header`, `cookie`, `origins`, `webSocketProtocol` and `token`, compiled. */
export interface TokenPlaces {
  readonly header: HeaderPolicy;
  readonly cookie: CookiePolicy | undefined;
  readonly webSocketProtocol: string | undefined;
  /** Replaces all of them. */
  readonly token: ((request: unknown) => unknown) | undefined;
}

/** Compiles the options. `mayBeDpop`: the header's scheme may also be `DPoP`. */
export function compileTokenPlaces(given: Readonly<Record<string, unknown>>, mayBeDpop: boolean): TokenPlaces {
  const { header, cookie, origins, webSocketProtocol, token } = given;
  if ("origins" in given && (origins === undefined || cookie === undefined))
    throw argumentError("origins: expected origins, and the name of a cookie beside them");
  if (token !== undefined) {
    if (typeof token !== "function") throw wrongArgument("token", "a function that returns a token", token);
    if ((header ?? cookie ?? webSocketProtocol) !== undefined)
      throw argumentError("token: expected without header, cookie and webSocketProtocol: the function finds the token");
  }
  return {
    header: compileHeader(header, mayBeDpop),
    cookie: cookie === undefined ? undefined : compileCookie(cookie, origins),
    webSocketProtocol: webSocketProtocol === undefined ? undefined : checkWebSocketProtocol(webSocketProtocol),
    token: token as TokenPlaces["token"], // a function, and no more can be seen of it
  };
}

/** Reads the one token of a request; `undefined`: there is none. */
export function readToken(request: RequestView, places: TokenPlaces): string | undefined {
  const { cookie, webSocketProtocol } = places;
  const fromHeader = readHeader(request, places.header);
  if (cookie === undefined && webSocketProtocol === undefined) return fromHeader;
  const fromCookie = cookie && readCookie(request, cookie);
  const fromProtocol = webSocketProtocol === undefined ? undefined : readWebSocketProtocol(request, webSocketProtocol);
  const [token, ...others] = [fromHeader, fromCookie, fromProtocol].filter((found) => found !== undefined);
  if (others.length > 0) throw new RequestError("request_invalid", "expected one token, found two in different places");
  if (cookie !== undefined && fromCookie !== undefined) checkCookieUse(request, cookie);
  return token;
}

/** Checks what the application's own function found: it may come from anywhere in a request, so no form of it is a mistake of the application. */
export function checkFoundToken(found: unknown): string | undefined {
  if (found === undefined || found === null || found === "") return undefined;
  if (typeof found !== "string" || !isTokenText(found))
    throw new RequestError("request_invalid", "token: expected one token, without a scheme before it");
  return found;
}
