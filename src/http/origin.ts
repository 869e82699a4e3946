/** Origins (RFC 6454, RFC 9110 §4.3.1): where a request was sent to, and from whose page. */

import { isBrowserLoopback } from "../base/loopback.ts";

/** A URL, or `undefined` where the text is none. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Returns whether nobody on the network can come between: https, or http on what browsers take for loopback. */
export function isSecure(url: URL | undefined): boolean {
  return url?.protocol === "https:" || (url?.protocol === "http:" && isBrowserLoopback(url));
}

/**
 * Tells the origin of an application's own pages, of a scheme that no server has: `capacitor://localhost`, `tauri://localhost`,
 * `chrome-extension://ID`. Not `file:`, where any file may be anybody's, nor a scheme whose pages have no origin.
 */
export function isAppOrigin(origin: string): boolean {
  return appOrigin.test(origin);
}

const appOrigin =
  /^(?!(?:https?|wss?|ftp|file|data|blob|about|javascript|null):)[a-z][a-z\d+.-]*:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/;

/**
 * Makes the origin that a request was sent to, of its scheme and of its Host (RFC 9110 §7.2: a host and perhaps a port, and nothing
 * beside). Empty: there is no Host, or it is none, and no origin is its own.
 */
export function originOfHost(scheme: string, host: string | null | undefined): string {
  return host && hostAndPort.test(host) ? `${scheme}://${host}` : "";
}

const hostAndPort = /^(?:[\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;
