/** The target URI of a request and the `htu` of a proof, in the one form in which they are compared (RFC 9449 §4.3, RFC 3986 §6.2). */

import { wrongArgument } from "../base/options.ts";
import type { RequestView } from "../http/bearer.ts";
import { parseUrl } from "../http/origin.ts";

/** The option `origin`: the public origin, or a function that finds it, or the whole public URL. */
export type OriginOption = string | ((request: RequestView) => string);

/** Reads the option `origin`. */
export function readOrigin(value: unknown, name: string): OriginOption {
  if (typeof value === "function") return value as (request: RequestView) => string; // its result is checked where it is called
  if (typeof value !== "string" || !isOrigin(value))
    throw wrongArgument(name, "an origin such as https://api.example, or a function that returns one", value);
  return value;
}

function isOrigin(text: string): boolean {
  return parseUrl(text)?.origin === text && text.startsWith("http");
}

/** Returns the URL that the client sent the request to, as `comparableUri` does. `undefined`: it is not known. */
export function targetUriOf(request: RequestView, origin: OriginOption | undefined): string | undefined {
  const stated: unknown = typeof origin === "function" ? origin(request) : origin;
  if (stated === undefined && origin === undefined)
    return hasPath.test(request.url) ? comparableUri(request.url) : undefined;
  if (typeof stated !== "string") throw wrongArgument("origin", "a function that returns an origin or a URL", stated);
  if (!isOrigin(stated)) return comparableUri(stated);
  // Only the path: Host, from which the rest of the request's URL may come, is the sender's choice.
  const path = hasPath.test(request.url) && isPlain.test(request.url) ? parseUrl(request.url)?.pathname : undefined;
  return path === undefined ? undefined : comparableUri(stated + path);
}

/** Matches an absolute URL with a path. Without one the resource is not known, although a parser reads `/`. */
const hasPath = /^https?:\/\/[^/?#]+\//i;

/** Matches the characters that a URI may have, and a few more: none that a parser drops, or reads as another one (`\`). */
const isPlain = /^[!-[\]-~]+$/;

/**
 * Returns a URL without query and fragment, in its one form: scheme and host in lower case, no default port, no dot segments, `/` for an
 * empty path, percent-encoded only what has to be, in upper case. `undefined`: not an http or https URL.
 */
export function comparableUri(text: string): string | undefined {
  const url = isPlain.test(text) ? parseUrl(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  url.search = "";
  url.hash = "";
  return url.href.replace(/%[\da-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(parseInt(encoded.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
  });
}
