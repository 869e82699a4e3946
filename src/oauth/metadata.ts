/** Metadata of a protected resource (RFC 9728): the document, its places, and the response that carries it. */

import { wrongArgument } from "../base/options.ts";
import { isObject } from "../encoding/json.ts";
import { parseUrl } from "../http/origin.ts";

/** The part of a request that `metadata` reads: of a Fetch `Request`, or of Node's and Express's, which have a path as their URL. */
export interface MetadataRequest {
  /** HTTP method, such as `GET`. */
  readonly method?: string | undefined;
  /** Absolute URL, or a path with a query. Its host is not looked at. */
  readonly url?: string | undefined;
  /** Path before a router of Express cut its own off. Takes precedence over `url`. */
  readonly originalUrl?: string | undefined;
}

/** Response headers that pages of other origins may read, if the response has them. */
export const exposedHeaders = "WWW-Authenticate, DPoP-Nonce";

const wellKnown = "/.well-known/oauth-protected-resource";

/** Returns the URL of a resource's metadata (RFC 9728 §3.1): the well-known path goes between its host and its path. */
export function metadataUrlOf({ origin, pathname, search }: URL): string {
  return `${origin}${wellKnown}${pathname === "/" ? "" : pathname}${search}`;
}

/** Compiles `metadata`. The document does not depend on the request, so neither Host nor anything else can change it. */
export function compileMetadata(
  resource: URL,
  document: Readonly<Record<string, unknown>>,
): (request: MetadataRequest) => Response | undefined {
  const body = JSON.stringify(document);
  const { pathname, search } = new URL(metadataUrlOf(resource));
  const own = trimSlash(pathname);
  return (request) => {
    const { method, path, query } = readRequest(request);
    if (path !== wellKnown && !(path === own && (search === "" || search === query))) return undefined;
    return respond(method, body);
  };
}

function respond(method: string, body: string): Response {
  // Any page may read what is public anyway: clients in browsers start here.
  const headers = { "access-control-allow-origin": "*", "access-control-expose-headers": exposedHeaders };
  if (method === "OPTIONS") {
    const allowed = { "access-control-allow-methods": "GET, HEAD", "access-control-allow-headers": "*" };
    return new Response(null, { status: 204, headers: { ...headers, ...allowed, "access-control-max-age": "86400" } });
  }
  if (method !== "GET" && method !== "HEAD")
    return new Response(null, { status: 405, headers: { ...headers, allow: "GET, HEAD, OPTIONS" } });
  return new Response(method === "GET" ? body : null, {
    headers: { ...headers, "content-type": "application/json", "cache-control": "public, max-age=300" },
  });
}

function readRequest(request: unknown): { readonly method: string; readonly path: string; readonly query: string } {
  const { method, url, originalUrl } = (isObject(request) ? request : {}) as MetadataRequest;
  if (typeof method !== "string" || typeof url !== "string")
    throw wrongArgument("request", "a request, with method and url", request);
  const target = originalUrl ?? url;
  const { pathname, search } = parseUrl(target.startsWith("/") ? `http://localhost${target}` : target) ?? {};
  return { method, path: trimSlash(pathname ?? ""), query: search ?? "" };
}

/** Cuts off a slash at the end, which makes no other place. */
function trimSlash(path: string): string {
  return path.replace(/\/$/, "");
}
