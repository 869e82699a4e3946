// remoteJwks in the real Chromium, against a real server whose key set may be cached for an hour and which has set a cookie: a
// reload asks the server, and tells it nothing of the user.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ES256, exportJwk, generateKeyPair } from "../../../../src/index.ts";
import { launchChromium, noChromium } from "../servers/chromium.ts";
import { root } from "./guide.ts";

beforeEach((context) => {
  context.skip(noChromium !== undefined, noChromium);
});

interface Asked {
  readonly path: string;
  readonly cookie: string | undefined;
}

const asked: Asked[] = [];
const sets: string[] = [];
let server: Server;
let report: (result: unknown) => void = () => undefined;

const page = `<!doctype html><script type="module">
import { ES256, remoteJwks } from "/dist/index.js";
const kids = async (keys) => (await keys.select({ alg: "ES256" })).map(({ kid }) => kid);
const result = { seen: [] };
try {
  // What a plain fetch does here: the second is answered by the cache, and both have the cookie.
  for (const _ of [1, 2]) await (await fetch("/plain.json")).text();
  const keys = remoteJwks(location.origin + "/jwks.json", { algorithms: [ES256] });
  for (const _ of [1, 2]) {
    await keys.reload();
    result.seen.push(await kids(keys));
  }
} catch (error) {
  result.error = String(error);
}
await fetch("/report", { method: "POST", body: JSON.stringify(result) });
</script>`;

beforeAll(async () => {
  for (const kid of ["first", "second"]) {
    const { publicKey } = await generateKeyPair(ES256, { kid });
    sets.push(JSON.stringify({ keys: [await exportJwk(publicKey)] }));
  }
  server = createServer((request, response) => {
    const path = request.url ?? "";
    const before = asked.filter((one) => one.path === path).length;
    asked.push({ path, cookie: request.headers.cookie });
    if (path === "/") {
      response.writeHead(200, { "content-type": "text/html", "set-cookie": "session=secret; Path=/" }).end(page);
    } else if (path.startsWith("/dist/")) {
      const text = readFileSync(join(root, path));
      response.writeHead(200, { "content-type": "text/javascript" }).end(text);
    } else if (path.endsWith(".json")) {
      const headers = { "content-type": "application/json", "cache-control": "public, max-age=3600" };
      response.writeHead(200, headers).end(sets[before] ?? sets[1]);
    } else if (path === "/report") {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        response.end();
        report(JSON.parse(body));
      });
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it("reload() is not answered by the HTTP cache, and sends no cookies", async () => {
  const { port } = server.address() as AddressInfo;
  const result = new Promise((resolve) => {
    report = resolve;
  });
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${port}/`);
    expect(await result).toEqual({ seen: [["first"], ["second"]] });
  } finally {
    await browser.close();
  }
  const cookies = (path: string): unknown => asked.filter((one) => one.path === path).map(({ cookie }) => cookie);
  expect(cookies("/plain.json")).toEqual(["session=secret"]);
  expect(cookies("/jwks.json")).toEqual([undefined, undefined]);
});
