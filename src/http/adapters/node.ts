/** A request of Node's http or http2, shown as a Fetch `Request` shows itself. */

import type { RequestView } from "../bearer.ts";

/** What is used of Node's `IncomingMessage`, of `Http2ServerRequest`, and of what stands in for them in tests and on serverless platforms. */
export interface NodeRequest {
  /** Such as `GET`. */
  readonly method?: string | undefined;
  /** What is read of them where there are no `rawHeaders`. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names and values in turn, as they came. */
  readonly rawHeaders?: readonly string[] | undefined;
}

/** Of the URL only the origin matters. */
export function viewOf(request: NodeRequest, origin: string): RequestView {
  return { method: request.method ?? "", url: origin, headers: { get: (name) => headerOf(request, name) } };
}

/**
 * `headers` silently drops a second Authorization header. `headersDistinct` does not, but http2 has none: both come from
 * `rawHeaders`, which every request has that came over a connection.
 */
function headerOf(request: NodeRequest, name: string): string | null {
  const { rawHeaders = [] } = request;
  const values: string[] = rawHeaders.length > 0 ? [] : [request.headers[name] ?? []].flat();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [header = "", value = ""] = [rawHeaders[at], rawHeaders[at + 1]];
    if (header.length === name.length && header.toLowerCase() === name) values.push(value);
  }
  return values.length === 0 ? null : values.join(name === "cookie" ? "; " : ", ");
}
