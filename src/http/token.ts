/** Finds the token of a request. Tokens in two places are refused: it would be unclear which one counts. */

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
  /** Replaces the others. */
  readonly token: ((request: unknown) => unknown) | undefined;
}

/** Compiles the options. `mayBeDpop`: the header's scheme may also be `DPoP`. */
export function compileTokenPlaces(given: Readonly<Record<string, unknown>>, mayBeDpop: boolean): TokenPlaces {
  const { header, cookie, origins, webSocketProtocol, token, dpop } = given;
  if ("origins" in given && (origins === undefined || cookie === undefined))
    throw argumentError("origins: expected a list of origins together with the option cookie");
  if (token !== undefined) {
    if (typeof token !== "function") throw wrongArgument("token", "a function that returns a token", token);
    if ((header ?? cookie ?? webSocketProtocol ?? dpop) !== undefined)
      throw argumentError(
        "token: expected no header, cookie, webSocketProtocol or dpop beside it: the function finds the token",
      );
  }
  return {
    header: compileHeader(header, mayBeDpop),
    cookie: cookie === undefined ? undefined : compileCookie(cookie, origins),
    webSocketProtocol: webSocketProtocol === undefined ? undefined : checkWebSocketProtocol(webSocketProtocol),
    token: token as TokenPlaces["token"], // a function; its type cannot be checked
  };
}

/** Reads the token of a request. Returns `undefined` if there is none. */
export function readToken(request: RequestView, places: TokenPlaces): string | undefined {
  const { cookie, webSocketProtocol } = places;
  const fromHeader = readHeader(request, places.header);
  if (cookie === undefined && webSocketProtocol === undefined) return fromHeader;
  const fromCookie = cookie && readCookie(request, cookie);
  const fromProtocol = webSocketProtocol === undefined ? undefined : readWebSocketProtocol(request, webSocketProtocol);
  const [token, ...others] = [fromHeader, fromCookie, fromProtocol].filter((found) => found !== undefined);
  if (others.length > 0)
    throw new RequestError("request_invalid", "expected one token, found several in different places");
  if (cookie !== undefined && fromCookie !== undefined) checkCookieUse(request, cookie);
  return token;
}

/** Checks the result of the option `token`. It comes from the request, so a malformed one is the client's fault, not the application's. */
export function checkFoundToken(found: unknown): string | undefined {
  if (found === undefined || found === null || found === "") return undefined;
  if (typeof found !== "string" || !isTokenText(found))
    throw new RequestError("request_invalid", "token: expected one token without a scheme before it");
  return found;
}
