// The process under load: an application that signs and verifies with every family, rotates its keys, and loses its Redis now and then.
// Its last line on stdout says what it has left behind. It has to end by itself.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { findings, sample } from "./watch.mjs";

const [, , seconds, redisUrl, plant = ""] = process.argv;
const { openClient } = await import("./client.mjs");
const { createOperations } = await import("./operations.mjs");
const mintmark = createRequire(import.meta.url)("../../../dist/index.cjs");

const lifetime = new AbortController();
const { redis, close: closeRedis } = await openClient(redisUrl);
const ring = mintmark.createKeyRing({
  algorithm: mintmark.ES256,
  rotateEvery: 8,
  publishAhead: 8,
  retainFor: 10,
  refreshEvery: 1,
  storeTimeout: 1,
  clockTolerance: 1,
  store: mintmark.redisKeyRingStore(redis),
});
const issuer = await serveKeySet(ring);
const operations = await createOperations(mintmark, { ring, redis, url: issuer.url, signal: lifetime.signal });

const counts = {};
const kids = new Set();
const retained = [];
let running = true;

/** One operation after the other; what each ends in is counted by its code, whatever it is. */
async function work(first) {
  for (let at = first; running; at++) {
    const [name, run] = operations[at % operations.length] ?? [];
    const outcome = await run().then(
      () => "ok",
      (error) => error?.code ?? `without a code: ${error}`,
    );
    (counts[name] ??= {})[outcome] = (counts[name][outcome] ?? 0) + 1;
    plantAt(at);
    if (at % 20 === 0) await sleep(5);
  }
}

/** What goes wrong in the planted runs. */
function plantAt(at) {
  if (plant === "retained tokens") retained.push(Buffer.alloc(65_536, at).toString("latin1"));
  if (plant === "a listener for each call") lifetime.signal.addEventListener("abort", () => {});
  if (at !== 100) return;
  if (plant === "an interval") setInterval(() => {}, 1000);
  if (plant === "an interval that is unref'ed") setInterval(() => {}, 1000).unref();
  if (plant === "an unhandled rejection") void Promise.reject(new Error("planted"));
  if (plant === "a server that listens") createServer().listen(0, "127.0.0.1");
}

console.log("ready");
const workers = [0, 3, 7, 11].map(work);
for (const end = Date.now() + Number(seconds) * 1000; Date.now() < end; await sleep(1000)) {
  sample();
  const key = await Promise.resolve()
    .then(() => ring.current())
    .catch(() => undefined);
  if (key !== undefined) kids.add(key.kid);
}
running = false;
await Promise.all(workers);
await issuer.close();
await closeRedis();
await sleep(1500); // sockets are closed by both sides
console.log(JSON.stringify({ counts, rotations: kids.size - 1, ...findings(lifetime.signal) }));

/** The key set, by a server that fails in turn in every way a server can. */
async function serveKeySet(keys) {
  const failures = [
    (response) => {
      response.writeHead(500).end();
    },
    (response) => {
      response.end("<html>");
    },
    (response) => {
      response.end('{"keys":{}}');
    },
    (response) => {
      response.writeHead(302, { location: "/elsewhere" }).end();
    },
    (response) => {
      response.socket.destroy();
    },
    () => {}, // never answers
    (response) => {
      response.writeHead(200, { "content-length": "1000" }).write("{");
    },
  ];
  let asked = 0;
  const server = createServer(async (request, response) => {
    asked++;
    if (asked % 3 === 2) return failures[Math.floor(asked / 3) % failures.length]?.(response);
    try {
      const answer = await mintmark.jwksResponse(new Request(`http://localhost${request.url}`), keys);
      response
        .writeHead(answer.status, Object.fromEntries(answer.headers))
        .end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.writeHead(503).end();
    }
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(undefined));
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
