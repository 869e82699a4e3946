// The page over HTTP on loopback, by a server that is also the browsers' proxy: it answers for every host name and remembers who
// asked for what, so that whatever a page gets out is seen here, and nothing leaves the machine.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** Where a page that could connect would be heard. */
export const listener = "http://listener.test";

/** A host from which browsers give a page no cryptography. */
const insecure = "insecure.test";

export type Served = Awaited<ReturnType<typeof serve>>;

export async function serve(page: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { hostname, pathname } = new URL(request.url!, `http://${request.headers.host!}`);
    asked.push(`${request.method!} ${hostname}${pathname}`);
    const found = ["127.0.0.1", insecure].includes(hostname) && pathname === "/index.html";
    response
      .writeHead(found ? 200 : 404, {
        "content-type": "text/html",
        "cache-control": "no-store",
        "access-control-allow-origin": "*",
      })
      .end(found ? page : "");
  });
  const refuse = (kind: string) => (request: IncomingMessage, socket: Duplex) => {
    asked.push(`${kind} ${request.headers.host!}${request.url!}`);
    socket.destroy();
  };
  server.on("connect", refuse("CONNECT"));
  server.on("upgrade", refuse("UPGRADE"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/index.html`,
    insecureUrl: `http://${insecure}/index.html`,
    /** What was asked for since the last time, each as `METHOD host/path`. */
    takeAsked: () => asked.splice(0),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
