/** Origins of requests and of pages (RFC 6454, RFC 9110 §4.3.1). */

/** Parses a URL. Returns `undefined` if the string is not one. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Reports whether a URL is https, or http on loopback, where browsers accept `Secure` cookies too. */
export function isSecure(url: URL | undefined): boolean {
  return url?.protocol === "https:" || (url?.protocol === "http:" && loopback.test(url.hostname));
}

const loopback = /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * Reports whether an origin is that of an app's own pages, with a scheme that no server has: `capacitor://localhost`,
 * `tauri://localhost`, `chrome-extension://ID`. Not `file:`, which all local files share, nor a scheme whose pages have no origin.
 */
export function isAppOrigin(origin: string): boolean {
  return appOrigin.test(origin);
}

const appOrigin =
  /^(?!(?:https?|wss?|ftp|file|data|blob|about|javascript|null):)[a-z][a-z\d+.-]*:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/;

/**
 * Builds the origin that a request was sent to from its scheme and its Host (RFC 9110 §7.2: a host and an optional port). Returns an
 * empty string if Host is missing or malformed: then no origin matches.
 */
export function originOfHost(scheme: string, host: string | null | undefined): string {
  return host && hostAndPort.test(host) ? `${scheme}://${host}` : "";
}

const hostAndPort = /^(?:[\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;
