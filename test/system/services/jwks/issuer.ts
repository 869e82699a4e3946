// An issuer: a real HTTP server that publishes a list of keys, which changes, through jwksResponse.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { jwksResponse } from "../../../../src/index.ts";
import type { SigningKey } from "../../../../src/index.ts";

export interface Publisher {
  readonly url: string;
  /** What is published from now on. */
  keys: readonly SigningKey[];
  /** How often it was asked. */
  requests: number;
  close(): Promise<void>;
}

export async function publish(keys: readonly SigningKey[]): Promise<Publisher> {
  const server = createServer(({ method = "", headers, url = "" }, response) => {
    publisher.requests++;
    const request = new Request(`http://localhost${url}`, { method, headers: headers as Record<string, string> });
    void jwksResponse(request, publisher.keys).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const publisher: Publisher = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    keys,
    requests: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return publisher;
}
