/**
 * Tokens among the subprotocols of a WebSocket handshake (RFC 6455 §4.1), the only header of it that a page can set.
 * A page of another origin cannot know the token, so the origin need not be checked.
 */

import { checkText, wrongArgument } from "../base/options.ts";
import { isTokenText, type RequestView } from "./bearer.ts";
import { RequestError } from "./request-error.ts";

/** Checks the option `webSocketProtocol`: the name of a subprotocol, a token by RFC 9110 §5.6.2. */
export function checkWebSocketProtocol(value: unknown): string {
  const name = checkText(value, "webSocketProtocol");
  if (!/^[\w!#$%&'*+\-.^`|~]+$/.test(name))
    throw wrongArgument("webSocketProtocol", "the name of a subprotocol", value);
  return name;
}

/** Reads the token after the subprotocol `name`, or in it if the name ends with `-` or `.`. Returns `undefined` if it is not offered. */
export function readWebSocketProtocol({ headers }: RequestView, name: string): string | undefined {
  // No pattern for the spaces: before a comma that is missing, it would take quadratic time.
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(",").map((protocol) => protocol.trim());
  const tokens = /[-.]$/.test(name)
    ? offered.filter((protocol) => protocol.startsWith(name)).map((protocol) => protocol.slice(name.length))
    : offered.flatMap((protocol, at) => (protocol === name ? [offered[at + 1] ?? ""] : []));
  const [token, ...others] = tokens;
  if (token === undefined) return undefined;
  if (others.length > 0 || !isTokenText(token))
    throw new RequestError("request_invalid", `Sec-WebSocket-Protocol: expected one ${name} with a token`);
  return token;
}
