// An HTTP client that sends what it is told: Node's own, which takes several values for one header and sends several lines.
import { request, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Question {
  readonly method?: string;
  readonly path?: string;
  /** Several values are several header lines. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export function ask(port: number, { method = "GET", path = "/orders", headers = {} }: Question = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      }, reject);
    })
      .on("error", reject)
      .end();
  });
}

export const bearer = (...tokens: readonly string[]): Question => ({
  headers: { authorization: tokens.map((token) => `Bearer ${token}`) },
});
