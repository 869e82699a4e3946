// Ports of loopback for programs that have to be told theirs.
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Returns a port that was free a moment ago.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  server.close();
  await once(server, "close");
  return address.port;
}
