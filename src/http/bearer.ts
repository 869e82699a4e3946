/** Bearer credentials (RFC 6750 §2.1): which texts are a token, and the one place in a request where they stand. */

import { RequestError } from "./request-error.ts";

/** What is read of a request: a Fetch `Request` has it, and an adapter can show it of any other. */
export interface RequestView {
  /** Such as `GET`. */
  readonly method: string;
  /** Absolute: its origin is what a cookie's origin is compared with. */
  readonly url: string;
  /** Gives the values of several headers of one name as one text, joined with `, `. */
  readonly headers: { get(name: string): string | null };
}

/** The scheme in any case, then spaces, then one b64token; neither quoted nor followed by anything. */
const credentials = /^bearer +([\w.~+/-]+=*)$/i;

/** Any of several headers that Fetch has joined. `Basic x, Bearer y` is two, not none. */
const anyBearer = /(?:^|,)[\t ]*bearer(?![^\t ,])/i;

const b64token = /^[\w.~+/-]+=*$/;

/** The token of the one Authorization header; `undefined`: none came, or another scheme. */
export function readAuthorization({ headers }: RequestView): string | undefined {
  const header = headers.get("authorization");
  if (header === null || !anyBearer.test(header)) return undefined;
  const [, token] = credentials.exec(header) ?? [];
  if (token === undefined)
    throw new RequestError("request_invalid", "Authorization: expected one header, Bearer and a token");
  return token;
}

/** Whether a text could be a token at all. */
export function isTokenText(text: string): boolean {
  return b64token.test(text);
}
