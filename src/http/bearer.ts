/** Bearer credentials (RFC 6750 §2.1): which strings are a token, and the one header of a request that holds it. */

import { checkText, wrongArgument } from "../base/options.ts";
import { RequestError } from "./request-error.ts";

/** What is read of a request: a Fetch `Request` has it, and an adapter can show it of any other. */
export interface RequestView {
  /** Such as `GET`. */
  readonly method: string;
  /** Absolute: its origin is what a cookie's origin is compared with. Empty: not known, and no origin is its own. */
  readonly url: string;
  /** Gives the values of several headers of one name as one string, joined with `, `. */
  readonly headers: { get(name: string): string | null };
}

/** A header that holds a token, and the form it has there. */
export interface HeaderPolicy {
  readonly name: string;
  /** Matches the header's value where it is credentials of ours, well-formed or not. */
  readonly presence: RegExp;
  /** Matches well-formed credentials, and captures the token. */
  readonly credentials: RegExp;
  readonly expected: string;
}

const b64token = "[\\w.~+/-]+=*";
const wholeToken = /^[\w.~+/-]+=*$/;
const fieldName = /^[\w!#$%&'*+\-.^`|~]+$/;

/** Headers with an option of their own, whose rules `header` would pass over. */
const otherOptions: Readonly<Record<string, string>> = {
  cookie: "cookie",
  "sec-websocket-protocol": "webSocketProtocol",
};

/**
 * Compiles the option `header`. `mayBeDpop`: the scheme may also be `DPoP` (RFC 9449 §7.1).
 * Schemes are in any case and followed by spaces and one token, neither quoted nor followed by anything.
 */
export function compileHeader(header: unknown, mayBeDpop: boolean): HeaderPolicy {
  const scheme = mayBeDpop ? "(?:bearer|dpop)" : "bearer";
  const schemeName = mayBeDpop ? "Bearer or DPoP" : "Bearer";
  if (header === undefined) {
    return {
      name: "authorization",
      // Any of several headers that Fetch has joined. `Basic x, Bearer y` is two, not none.
      presence: new RegExp(`(?:^|,)[\\t ]*${scheme}(?![^\\t ,])`, "i"),
      credentials: new RegExp(`^${scheme} +(${b64token})$`, "i"),
      expected: `Authorization: expected one header, ${schemeName} and a token`,
    };
  }
  const name = checkText(header, "header").toLowerCase();
  if (!fieldName.test(name)) throw wrongArgument("header", "a header's name", header);
  const option = Object.hasOwn(otherOptions, name) ? otherOptions[name] : undefined;
  if (option !== undefined) throw wrongArgument("header", `another header: this one has the option ${option}`, header);
  return {
    name,
    presence: /./s,
    credentials: new RegExp(`^(?:${scheme} +|(?!${scheme}$))(${b64token})$`, "i"),
    expected: `${name}: expected one header, a token with or without ${schemeName} before it`,
  };
}

/** Reads the token of the one header; `undefined`: the header is absent, or holds credentials of another scheme. */
export function readHeader({ headers }: RequestView, policy: HeaderPolicy): string | undefined {
  const header = headers.get(policy.name);
  if (header === null || !policy.presence.test(header)) return undefined;
  const [, token] = policy.credentials.exec(header) ?? [];
  if (token === undefined) throw new RequestError("request_invalid", policy.expected);
  return token;
}

/** Whether a string could be a token at all. */
export function isTokenText(text: string): boolean {
  return wholeToken.test(text);
}
