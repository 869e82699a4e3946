// The prover in the real Chromium: a key pair that cannot be exported lives in IndexedDB, and proves itself again after the page was loaded
// anew. The resource is on another origin, with nonces, behind CORS.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  createAuthenticator,
  createSigner,
  createVerifier,
  ES256,
  generateSecret,
  HS256,
  memoryReplayStore,
  viewOf,
} from "../../../../src/index.ts";
import { createDpopVerifier } from "../../../../src/oauth/index.ts";
import { root } from "../jwks/guide.ts";
import { launchChromium, noChromium } from "../servers/chromium.ts";

beforeEach((context) => {
  context.skip(noChromium !== undefined, noChromium);
});

/** The page, with what a client does: the key is made once, and never leaves the browser. */
const page = (api: string, script: string): string => `<!doctype html><script type="module">
${script}
const { createDpopProver } = oauth;
const database = await new Promise((resolve, reject) => {
  const opening = indexedDB.open("keys", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const store = (mode) => database.transaction("keys", mode).objectStore("keys");
const result = { statuses: [] };
try {
  let keys = await done(store("readonly").get("dpop"));
  result.found = keys !== undefined;
  if (keys === undefined) {
    keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    await done(store("readwrite").put(keys, "dpop"));
  }
  result.exported = await crypto.subtle.exportKey("jwk", keys.privateKey).then(() => "yes", (error) => error.name);
  const prover = createDpopProver(keys);
  result.jkt = await prover.thumbprint();
  const accessToken = await (await fetch("/token", { method: "POST", body: result.jkt })).text();
  const url = ${JSON.stringify(api)} + "/orders?page=2";
  const send = async () => fetch(url, {
    headers: { authorization: "DPoP " + accessToken, dpop: await prover.proof({ method: "get", url, accessToken }) },
  });
  for (let tries = 0; tries < 3; tries++) {
    const response = await send();
    result.statuses.push(response.status);
    result.again = prover.remember(response);
    result.body = await response.text();
  }
} catch (error) {
  result.error = String(error);
}
await fetch("/report", { method: "POST", body: JSON.stringify(result) });
if (!result.found) location.reload();
</script>`;

interface Report {
  readonly found: boolean;
  readonly exported: string;
  readonly jkt: string;
  readonly statuses: readonly number[];
  readonly again: boolean;
  readonly body: string;
  readonly error?: string;
}

const reports: Report[] = [];
let finished: () => void = () => undefined;
const servers: Server[] = [];
async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let origin: string;
beforeAll(async () => {
  const key = await generateSecret(HS256);
  const policy = { issuer: "https://id.example", audience: "orders" };
  const dpop = createDpopVerifier({
    algorithms: [ES256],
    replay: memoryReplayStore(),
    nonce: await generateSecret(HS256),
    required: true,
  });
  const { authenticate } = createAuthenticator(createVerifier(key, policy), { dpop });
  const api = await listen((request, response) => {
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-headers", "authorization, dpop");
    response.setHeader("access-control-expose-headers", "DPoP-Nonce, WWW-Authenticate");
    if (request.method === "OPTIONS") {
      response.end();
      return;
    }
    void authenticate(viewOf(request)).then((caller) => {
      caller.headers?.forEach((value, name) => response.setHeader(name, value));
      response.writeHead(caller.ok ? 200 : caller.status).end(caller.ok ? caller.claims.sub : caller.error.code);
    });
  });
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "./src/oauth/index.ts"', resolveDir: root },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "oauth",
    target: "es2022",
    platform: "browser",
  });
  const html = page(api, outputFiles[0]!.text.replaceAll("</script", "<\\/script"));
  const signer = createSigner(key, policy);
  origin = await listen((request, response) => {
    void text(request).then(async (body) => {
      if (request.url === "/token") response.end(await signer.sign({ sub: "user_123", cnf: { jkt: body } }));
      else if (request.url === "/report") {
        reports.push(JSON.parse(body) as Report);
        response.end();
        if (reports.length === 2) finished();
      } else response.writeHead(200, { "content-type": "text/html" }).end(request.url === "/" ? html : "");
    });
  });
});
afterAll(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

it("proves a key of IndexedDB that nobody can export, before and after the page is loaded anew", async () => {
  const both = new Promise<void>((resolve) => (finished = resolve));
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(`${origin}/`);
    await both;
  } finally {
    await browser.close();
  }
  const expected = { exported: "InvalidAccessError", again: false, statuses: [401, 200, 200], body: "user_123" };
  expect(reports).toEqual([
    { ...expected, found: false, jkt: expect.any(String) as string },
    { ...expected, found: true, jkt: reports[0]!.jkt },
  ]);
});
