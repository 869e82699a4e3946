// The site over HTTP on loopback, as hosts serve it: `/guides/http` is guides/http.html, and what is not there is 404.html. It is also the
// browser's proxy, so that a request to anywhere else is seen, and answered by nobody.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export const dist = fileURLToPath(new URL("../../../docs/site/dist/", import.meta.url));

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".txt": "text/plain",
};

/** The file that a path is answered with. */
export function fileOf(path) {
  const name = path === "/" ? "index.html" : decodeURIComponent(path.slice(1));
  return [name, `${name}.html`].find((one) => existsSync(dist + one) && statSync(dist + one).isFile());
}

export async function serveSite() {
  const strangers = [];
  let sent = 0;
  const server = createServer((request, response) => {
    const { hostname, pathname } = new URL(request.url ?? "", `http://${request.headers.host}`);
    if (hostname !== "127.0.0.1") strangers.push(hostname + pathname);
    const file = hostname === "127.0.0.1" ? fileOf(pathname) : undefined;
    const body = gzipSync(readFileSync(join(dist, file ?? "404.html")));
    sent += body.length;
    response
      .writeHead(file === undefined ? 404 : 200, {
        "content-type": types[extname(file ?? "404.html")] ?? "application/octet-stream",
        "content-encoding": "gzip",
        "cache-control": "no-store",
      })
      .end(body);
  });
  const refuse = (request, socket) => {
    strangers.push(request.url);
    socket.destroy();
  };
  server.on("connect", refuse);
  server.on("upgrade", refuse);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    strangers,
    /** Bytes sent since the last time, compressed. */
    takeSent: () => {
      const bytes = sent;
      sent = 0;
      return bytes;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
