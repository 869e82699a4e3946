/** Presents a request of Node's http or http2 as a Fetch `Request`. */

import { wrongArgument } from "../../base/options.ts";
import { isObject } from "../../encoding/json.ts";
import type { RequestView } from "../bearer.ts";
import { originOfHost, parseUrl } from "../origin.ts";

/** The used part of Node's `IncomingMessage`, `Http2ServerRequest`, and their stand-ins in tests and on serverless platforms. */
export interface NodeRequest {
  /** HTTP method, such as `GET`. */
  readonly method?: string | undefined;
  /** Request target, as received: a path and a query. Frameworks shorten it while they route. */
  readonly url?: string | undefined;
  /** Request target before that, where a framework keeps it (Express, Connect, Fastify). */
  readonly originalUrl?: string | undefined;
  /** Headers as Node combines them, with the application's changes. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names and values in turn, as received. Without them, a second Authorization header is not noticed. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** Connection; `encrypted: true` means https. */
  readonly socket?: object | undefined;
}

/**
 * Converts a Node.js request for `authenticate`: of `http`, `http2`, Koa (`context.req`), Nest, hapi (`request.raw.req`) or `ws`. A second
 * Authorization header is noticed, which `request.headers` drops; a header that the application deleted is absent.
 *
 * `origin`: the public origin, if a proxy ends TLS; used for tokens in cookies and for DPoP. Default: the scheme of the connection with
 * `:authority` or Host. If that is missing or malformed, no origin matches. The path is that of `originalUrl`, or else of `url`.
 *
 * @throws TypeError `invalid_argument`: not a request, or not an origin.
 * @example
 * const verifier = createVerifier(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const request = { method: "GET", headers: { host: "api.example" } }; // node:http's
 *
 * const caller = await authenticate(viewOf(request), verifier);
 * console.log(caller.ok ? caller.claims.sub : caller.status); // 401
 */
export function viewOf(request: NodeRequest, origin?: string): RequestView {
  if (!isObject(request) || !isObject(request.headers)) throw wrongArgument("request", "a Node.js request", request);
  if (origin !== undefined && parseUrl(origin)?.origin !== origin)
    throw wrongArgument("origin", "an origin such as https://app.example", origin);
  return lazyViewOf(request, () => origin ?? originOfHost(schemeOf(request), hostOf(request)));
}

/** Returns the view of a request, like `viewOf`, and computes the origin only when it is read. */
export function lazyViewOf(request: NodeRequest, origin: () => string): RequestView {
  return {
    method: request.method ?? "",
    get url() {
      const own = origin();
      return own === "" ? "" : own + pathOf(request);
    },
    headers: { get: (name) => headerOf(request, name.toLowerCase()) },
  };
}

/**
 * Returns the request target if it is a path (RFC 9112 §3.2.1), before a framework shortened it. The other forms do not say which resource of
 * this origin is meant: an empty string, so that no `htu` matches.
 */
function pathOf({ originalUrl, url }: NodeRequest): string {
  const target = originalUrl ?? url;
  return target?.startsWith("/") === true ? target : "";
}

/** Returns the scheme of the request's connection. */
export function schemeOf({ socket }: NodeRequest): string {
  return socket !== undefined && "encrypted" in socket && socket.encrypted === true ? "https" : "http";
}

/** Returns the host and port that the request was sent to: `:authority`, which Host must equal if present (RFC 9113 §8.3.1), or Host. */
export function hostOf(request: NodeRequest): string | null {
  const host = headerOf(request, "host");
  const authority = headerOf(request, ":authority");
  if (authority !== null && host !== null && authority !== host) return null;
  return authority ?? host;
}

/**
 * Reads the header of a name. `headers` takes precedence, because the application may have changed or deleted a header; but Node drops a
 * second Authorization header from it. So `rawHeaders` is used if it has several of the name and `headers` has what Node makes of them.
 * (`headersDistinct` would do too, but http2 lacks it.)
 */
export function headerOf({ headers, rawHeaders = [] }: NodeRequest, name: string): string | null {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (value === undefined) return null;
  const separator = name === "cookie" ? "; " : ", ";
  const made = typeof value === "string" ? value : value.join(separator);
  const came: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const header = rawHeaders[at] ?? "";
    if (header.length === name.length && header.toLowerCase() === name) came.push(rawHeaders[at + 1] ?? "");
  }
  if (came.length < 2) return made;
  const joined = came.join(separator);
  return made === came[0] || made === joined ? joined : made;
}

/** Sets a property of a framework's request to the caller. */
export function put(request: object, property: string, caller: object): void {
  (request as Record<string, unknown>)[property] = caller; // the application chose the name, which no type of ours has
}
