// What stands behind workerd's KV and Cache API: two HTTP servers that keep texts in memory, and forget them on time.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface EdgeStore {
  readonly port: number;
  /** What is in it: each text by its key, with its life in seconds. */
  readonly entries: Map<string, { readonly text: string; readonly ttl: number }>;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, body: string, entries: EdgeStore["entries"], response: ServerResponse) => void;

async function startStore(answer: Answer): Promise<EdgeStore> {
  const entries: EdgeStore["entries"] = new Map();
  const server: Server = createServer((request, response) => {
    let body = "";
    request
      .setEncoding("utf8")
      .on("data", (text: string) => {
        body += text;
      })
      .on("end", () => {
        answer(request, body, entries, response);
      });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    entries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** A KV namespace: GET and PUT of a key in the path. */
export const startKv = (): Promise<EdgeStore> =>
  startStore(({ method, url = "" }, body, entries, response) => {
    const { pathname, searchParams } = new URL(url, "http://kv");
    const key = decodeURIComponent(pathname.slice(1));
    if (method === "PUT") {
      entries.set(key, { text: body, ttl: Number(searchParams.get("expiration_ttl")) });
      response.end();
    } else {
      const entry = entries.get(key);
      response.writeHead(entry === undefined ? 404 : 200).end(entry?.text);
    }
  });

/** A cache: the request's own URL is the key, what is put is a whole response as HTTP/1.1 writes it. */
export const startCache = (): Promise<EdgeStore> =>
  startStore(({ method, url = "", headers }, body, entries, response) => {
    const key = `${String(headers["cf-cache-namespace"])} http://${headers.host ?? ""}${url}`;
    if (method === "PUT") {
      const [head = "", ...text] = body.split("\r\n\r\n");
      entries.set(key, { text: text.join("\r\n\r\n"), ttl: Number(/max-age=(\d+)/.exec(head)?.[1]) });
      response.writeHead(204).end();
    } else {
      const entry = entries.get(key);
      response.writeHead(200, { "cf-cache-status": entry === undefined ? "MISS" : "HIT" }).end(entry?.text);
    }
  });
