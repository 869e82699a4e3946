/** Bearer credentials (RFC 6750 §2.1): the syntax of a token, and the header that carries it. */

import { checkText, wrongArgument } from "../base/options.ts";
import { RequestError } from "./request-error.ts";

/** The part of a request that is read. A Fetch `Request` has it; adapters build it from other requests. */
export interface RequestView {
  /** HTTP method, such as `GET`. */
  readonly method: string;
  /**
   * Absolute URL. Its origin is compared with that of a cookie's sender, and all of it but the query with the `htu` of a DPoP proof. Empty if
   * unknown: then nothing matches. An origin without a path: then no `htu` matches.
   */
  readonly url: string;
  /** Joins several headers of one name with `, `. */
  readonly headers: { get(name: string): string | null };
}

/** A header that carries a token, and its syntax there. */
export interface HeaderPolicy {
  readonly name: string;
  /** Matches a value with credentials of our scheme, well-formed or not. */
  readonly presence: RegExp;
  /** Matches well-formed credentials, and captures the token. */
  readonly credentials: RegExp;
  readonly expected: string;
}

const b64token = "[\\w.~+/-]+=*";
const wholeToken = /^[\w.~+/-]+=*$/;
const fieldName = /^[\w!#$%&'*+\-.^`|~]+$/;

/** Headers with their own option, whose rules `header` would bypass. */
const otherOptions: Readonly<Record<string, string>> = {
  cookie: "cookie",
  "sec-websocket-protocol": "webSocketProtocol",
};

/**
 * Compiles the option `header`. `mayBeDpop`: the scheme may also be `DPoP` (RFC 9449 §7.1).
 * The scheme is case-insensitive; spaces and exactly one unquoted token follow it.
 */
export function compileHeader(header: unknown, mayBeDpop: boolean): HeaderPolicy {
  const scheme = mayBeDpop ? "(?:bearer|dpop)" : "bearer";
  const schemeName = mayBeDpop ? "Bearer or DPoP" : "Bearer";
  if (header === undefined) {
    return {
      name: "authorization",
      // Fetch joins repeated headers: `Basic x, Bearer y` is two credentials, not none.
      presence: new RegExp(`(?:^|,)[\\t ]*${scheme}(?![^\\t ,])`, "i"),
      credentials: new RegExp(`^${scheme} +(${b64token})$`, "i"),
      expected: `Authorization: expected one header with ${schemeName} and a token`,
    };
  }
  const name = checkText(header, "header").toLowerCase();
  if (!fieldName.test(name)) throw wrongArgument("header", "the name of a header", header);
  const option = Object.hasOwn(otherOptions, name) ? otherOptions[name] : undefined;
  if (option !== undefined)
    throw wrongArgument("header", `another header (for this one, set the option ${option})`, header);
  return {
    name,
    presence: /./s,
    credentials: new RegExp(`^(?:${scheme} +|(?!${scheme}$))(${b64token})$`, "i"),
    expected: `${name}: expected one header with a token, with or without ${schemeName} before it`,
  };
}

/** Reads the token from its header. Returns `undefined` if the header is absent or has another scheme. */
export function readHeader({ headers }: RequestView, policy: HeaderPolicy): string | undefined {
  const header = headers.get(policy.name);
  if (header === null || !policy.presence.test(header)) return undefined;
  const [, token] = policy.credentials.exec(header) ?? [];
  if (token === undefined) throw new RequestError("request_invalid", policy.expected);
  return token;
}

/** Reports whether a string has the syntax of a token (b64token). */
export function isTokenText(text: string): boolean {
  return wholeToken.test(text);
}
