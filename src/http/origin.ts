/** Origins (RFC 6454, RFC 9110 §4.3.1): where a request was sent to, and from whose page. */

/** A URL, or `undefined` where the text is none. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Whether nobody on the network can come between: https, or http on loopback, where browsers take `Secure` cookies too. */
export function isSecure(url: URL | undefined): boolean {
  return url?.protocol === "https:" || (url?.protocol === "http:" && loopback.test(url.hostname));
}

const loopback = /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;
