/**
 * A token among the subprotocols of a WebSocket handshake (RFC 6455 §4.1): the one header that browsers let a page choose.
 * A page of another origin cannot know the token, so the handshake needs no check of its origin.
 */

import { checkText, wrongArgument } from "../base/options.ts";
import { isTokenText, type RequestView } from "./bearer.ts";
import { RequestError } from "./request-error.ts";

/** Checks the option `webSocketProtocol`: a token (RFC 9110 §5.6.2), as every subprotocol is. */
export function checkWebSocketProtocol(value: unknown): string {
  const name = checkText(value, "webSocketProtocol");
  if (!/^[\w!#$%&'*+\-.^`|~]+$/.test(name)) throw wrongArgument("webSocketProtocol", "a subprotocol's name", value);
  return name;
}

/** Reads the token after the subprotocol `name`, or in it where the name ends with `-` or `.`; `undefined`: it is not offered. */
export function readWebSocketProtocol({ headers }: RequestView, name: string): string | undefined {
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(/[\t ]*,[\t ]*/);
  const tokens = /[-.]$/.test(name)
    ? offered.filter((protocol) => protocol.startsWith(name)).map((protocol) => protocol.slice(name.length))
    : offered.flatMap((protocol, at) => (protocol === name ? [offered[at + 1] ?? ""] : []));
  const [token, ...others] = tokens;
  if (token === undefined) return undefined;
  if (others.length > 0 || !isTokenText(token))
    throw new RequestError("request_invalid", `Sec-WebSocket-Protocol: expected one ${name} and a token`);
  return token;
}
