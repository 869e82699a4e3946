/** A request of Node's http or http2, shown as a Fetch `Request` shows itself. */

import { wrongArgument } from "../../base/options.ts";
import { isObject } from "../../encoding/json.ts";
import type { RequestView } from "../bearer.ts";
import { originOfHost, parseUrl } from "../origin.ts";

/** What is used of Node's `IncomingMessage`, of `Http2ServerRequest`, and of what stands in for them in tests and on serverless platforms. */
export interface NodeRequest {
  /** Such as `GET`. */
  readonly method?: string | undefined;
  /** As Node makes them, and as the application changed them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names and values in turn, as they came. Without them, a second Authorization header goes unseen. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** Whether it is encrypted tells the scheme. */
  readonly socket?: object | undefined;
}

/**
 * Shows a Node.js request to `authenticate`: of `http`, `http2`, Koa (`context.req`), Nest, hapi (`request.raw.req`), or the one that `ws`
 * hands over. A second Authorization header is seen, which `request.headers` drops; a header that the application deleted is absent.
 *
 * `origin`: the public one, where a proxy ends TLS; only a token from a cookie asks for it. Default: of the connection, and of the one
 * `:authority` or Host. Where that is missing or malformed, no origin is the request's own.
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

/** `viewOf`, with an origin that is found when it is asked for. */
export function lazyViewOf(request: NodeRequest, origin: () => string): RequestView {
  return {
    method: request.method ?? "",
    // Of the URL only the origin matters.
    get url() {
      return origin();
    },
    headers: { get: (name) => headerOf(request, name.toLowerCase()) },
  };
}

/** The scheme of the request's connection. */
export function schemeOf({ socket }: NodeRequest): string {
  return socket !== undefined && "encrypted" in socket && socket.encrypted === true ? "https" : "http";
}

/** The host and port that the request was sent to (RFC 9113 §8.3.1: `:authority`, beside which a Host may say nothing else). */
export function hostOf(request: NodeRequest): string | null {
  const host = headerOf(request, "host");
  const authority = headerOf(request, ":authority");
  if (authority !== null && host !== null && authority !== host) return null;
  return authority ?? host;
}

/**
 * Reads a header of one name. `headers` decides, as the application may have changed or deleted what came; but it silently drops a second
 * Authorization header. So `rawHeaders` are read where they hold several, and `headers` holds what Node makes of these.
 * (`headersDistinct` would tell too, but http2 has none.)
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

/** Puts the caller into a property of a framework's request. */
export function put(request: object, property: string, caller: object): void {
  (request as Record<string, unknown>)[property] = caller; // the application chose the name, and no type of ours has it
}
