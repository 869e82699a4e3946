// remoteJwks on the real workerd: many requests in one isolate, requests that go away, and the guide's recipes for KV and the
// Cache API. Under the flags of today, and as it was when awaiting another request's promise hung.
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ES256, generateKeyPair, publicJwks, sign } from "../../../../src/index.ts";
import type { SigningKey } from "../../../../src/index.ts";
import { startProgram, type Server } from "../servers/program.ts";
import { noRuntime, workerd } from "../servers/runtimes.ts";
import { startCache, startKv, type EdgeStore } from "./edge-stores.ts";
import { recipe, root } from "./guide.ts";

const missing = noRuntime(workerd, "workerd");
const [issuer, audience] = ["https://issuer.example", "web"];

let keys: readonly [SigningKey, SigningKey];
let tokens: readonly [string, string];
/** What the issuer publishes, and how long it takes to. */
let published: readonly SigningKey[];
let delay = 0;
const asked: string[] = [];
let origin: HttpServer;
let [kv, cache]: [EdgeStore, EdgeStore] = [] as never;
const url = (path: string): string => `http://127.0.0.1:${(origin.address() as AddressInfo).port}${path}`;
const requestsFor = (path: string): number => asked.filter((one) => one === path).length;

beforeAll(async () => {
  const pairs = [await generateKeyPair(ES256), await generateKeyPair(ES256)] as const;
  keys = [pairs[0].privateKey, pairs[1].privateKey];
  const tokenBy = (key: SigningKey): Promise<string> => sign({ sub: "user_123" }, key, { issuer, audience });
  tokens = [await tokenBy(keys[0]), await tokenBy(keys[1])];
  origin = createServer((request, response) => {
    asked.push(request.url ?? "");
    void Promise.all([publicJwks(published), pause(delay)]).then(([set]) => response.end(JSON.stringify(set)));
  });
  await new Promise<void>((resolve) => {
    origin.listen(0, "127.0.0.1", resolve);
  });
  [kv, cache] = [await startKv(), await startCache()];
});
afterAll(async () => {
  origin.closeAllConnections();
  await Promise.all([new Promise((resolve) => origin.close(resolve)), kv.close(), cache.close()]);
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
  published = [keys[0]];
  delay = 0;
});

/** One set per path, made by the first request for it and used by all that follow. Its options are in the query. */
const entry = `
import { waitUntil } from "cloudflare:workers";
import { ES256, remoteJwks, verify } from "./dist/index.js";
import recipe from "./recipe.js";
import { onCacheApi } from "./cache-api.js";
const sets = new Map();
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/recipe") return recipe.fetch(request, env);
    if (!sets.has(pathname)) sets.set(pathname, remoteJwks(env.ORIGIN + pathname, {
      algorithms: [ES256],
      ...(searchParams.has("maxAge") && { maxAge: Number(searchParams.get("maxAge")) }),
      ...(searchParams.has("waitUntil") && { waitUntil, cooldown: 1 }),
      ...(searchParams.has("cache") && { cache: onCacheApi("jwks") }),
    }));
    try {
      await verify(await request.text(), sets.get(pathname), { issuer: "${issuer}", audience: "${audience}" });
      return new Response("accepted");
    } catch (error) {
      return new Response(String(error.code ?? error));
    }
  },
};
`;

async function startWorker(flags: readonly string[]): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "mintmark-jwks-"));
  cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true });
  const own = {
    "entry.js": entry,
    "recipe.js": `${recipe("kv")}\n${recipe("workerd").replace('"mintmark"', '"./dist/index.js"')}`,
    "cache-api.js": `${recipe("cache-api")}\nexport { onCacheApi };`,
  };
  for (const [name, text] of Object.entries(own)) writeFileSync(join(folder, name), text);
  const modules = [
    ...Object.keys(own),
    ...readdirSync(join(folder, "dist"))
      .filter((name) => name.endsWith(".js"))
      .map((name) => `dist/${name}`),
  ];
  writeFileSync(join(folder, "config.capnp"), configuration(modules, flags));
  return startProgram({
    folder,
    command: (port) => [workerd!, "serve", "config.capnp", `--socket-addr=http=127.0.0.1:${port}`, "--control-fd=1"],
    ready: /"event":"listen"/,
    url: (port) => `http://127.0.0.1:${port}`,
  });
}

function configuration(modules: readonly string[], flags: readonly string[]): string {
  const { version } = JSON.parse(readFileSync(join(workerd!, "../../package.json"), "utf8")) as { version: string };
  const variables = { ORIGIN: url(""), JWKS_URL: url("/recipe"), ISSUER: issuer, AUDIENCE: audience };
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "api", worker = .worker),
    (name = "kv", external = (address = "127.0.0.1:${kv.port}", http = ())),
    (name = "cache", external = (address = "127.0.0.1:${cache.port}", http = ())),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", http = (), service = "api")],
);
const worker :Workerd.Worker = (
  modules = [${modules.map((name) => `(name = "${name}", esModule = embed "${name}")`).join(", ")}],
  compatibilityDate = "${version.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, "$1-$2-$3")}",
  compatibilityFlags = ${JSON.stringify(flags)},
  bindings = [(name = "KEYS", kvNamespace = "kv"), ${Object.entries(variables)
    .map(([name, text]) => `(name = "${name}", text = "${text}")`)
    .join(", ")}],
  cacheApiOutbound = "cache",
  globalOutbound = "internet",
);
`;
}

describe.each([
  ["today's flags", []],
  ["promises of other requests never settling", ["no_handle_cross_request_promise_resolution"]],
])("workerd with %s", (_name, flags) => {
  let server: Server;
  beforeAll(async () => {
    if (missing === undefined) server = await startWorker(flags);
  });
  afterAll(async () => {
    if (missing === undefined) await server.stop();
  });
  /** Paths of their own: the sets of one test are not those of another. */
  const path = (name: string): string => `/${name}-${flags.length}`;

  const ask = async (where: string, token = tokens[0], signal?: AbortSignal): Promise<string> =>
    (await fetch(`${server.url}${where}`, { method: "POST", body: token, signal: signal ?? null })).text();

  it("200 requests at once: one fetch, and every token is accepted", async () => {
    delay = 200;
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => ask(path("/at-once"))));
    expect(new Set(outcomes)).toEqual(new Set(["accepted"]));
    expect(requestsFor(path("/at-once"))).toBe(1);
    expect(await ask(path("/at-once"), tokens[1])).toBe("key_not_found");
  });

  it("a request that goes away in the middle of its fetch holds up nobody", async () => {
    delay = 3000;
    const controller = new AbortController();
    const gone = ask(path("/gone"), tokens[0], controller.signal).catch(() => "gone");
    await expect.poll(() => requestsFor(path("/gone"))).toBe(1);
    controller.abort();
    expect(await gone).toBe("gone");
    delay = 0;
    const started = performance.now();
    expect(await Promise.all([ask(path("/gone")), ask(path("/gone"))])).toEqual(["accepted", "accepted"]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("without waitUntil the request that finds the keys too old waits for the new ones", async () => {
    const where = `${path("/waits")}?maxAge=2`;
    expect(await ask(where)).toBe("accepted");
    published = [keys[1]];
    await pause(2100);
    delay = 200;
    const outcomes = await Promise.all([...Array.from({ length: 20 }, () => ask(where, tokens[1])), ask(where)]);
    expect(outcomes).toEqual([...Array<string>(20).fill("accepted"), "key_not_found"]);
    expect(requestsFor(path("/waits"))).toBe(2);
  });

  it("with waitUntil the keys are fetched before they are too old, and nobody waits", async () => {
    const where = `${path("/behind")}?maxAge=8&waitUntil`;
    expect(await ask(where)).toBe("accepted");
    published = keys;
    delay = 2000;
    await pause(6300);
    const started = performance.now();
    expect(await ask(where)).toBe("accepted");
    expect(performance.now() - started).toBeLessThan(1500);
    await expect.poll(() => requestsFor(path("/behind"))).toBe(2);
    await pause(2500);
    delay = 0;
    expect(await ask(where, tokens[1])).toBe("accepted");
    expect(requestsFor(path("/behind"))).toBe(2);
  });

  it("the recipe for the Cache API: an isolate that starts anew does not fetch", async () => {
    const where = `${path("/cached")}?cache`;
    expect(await ask(where)).toBe("accepted");
    expect(cache.entries.get(`jwks ${url(path("/cached"))}`)?.ttl).toBe(86_400);
    await server.kill();
    await server.restart();
    expect(await ask(where)).toBe("accepted");
    expect(requestsFor(path("/cached"))).toBe(1);
  });

  it("the recipe for KV, as a Worker: an isolate that starts anew does not fetch", async () => {
    const before = requestsFor("/recipe");
    kv.entries.clear();
    const call = async (token: string): Promise<string> => {
      const response = await fetch(`${server.url}/recipe`, { headers: { authorization: `Bearer ${token}` } });
      return `${response.status} ${await response.text()}`;
    };
    expect(await call(tokens[0])).toBe("200 user_123");
    await expect.poll(() => kv.entries.get(url("/recipe"))?.ttl).toBe(86_400);
    await server.kill();
    await server.restart();
    expect(await call(tokens[0])).toBe("200 user_123");
    expect(await call("not a token")).toBe("401 token_malformed");
    expect(requestsFor("/recipe") - before).toBe(1);
  });
});
