// The project's files over HTTP on loopback. The server is also the browsers' proxy: it answers for every host name,
// so that a page can come from an insecure origin, and nothing a browser asks for on its own leaves the machine.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
};

/** What `ask` wants of a page: its origin decides whether it has `crypto.subtle`. */
export const pageFor = (call, port) =>
  call === "insecure" ? "http://insecure.test/index.html" : `http://127.0.0.1:${port}/index.html`;

export async function servePages(project) {
  const server = createServer(async (request, response) => {
    const { hostname, pathname } = new URL(request.url ?? "", "http://127.0.0.1");
    const type = types[extname(pathname)];
    try {
      if (type === undefined || !["127.0.0.1", "insecure.test"].includes(hostname))
        throw new Error("not a file of the project");
      const body = await readFile(join(project, pathname)); // a URL's path cannot climb out
      response.writeHead(200, { "content-type": type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.on("connect", (_, socket) => socket.destroy());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
