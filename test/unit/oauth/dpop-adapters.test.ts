// DPoP through the adapters: over real connections of Node, in Fastify and in Hono. The URL is that before routing, and a nonce is renewed.
import { createServer, request as send, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { requireAuth as express } from "../../../src/http/adapters/express.ts";
import { requireAuth as fastify } from "../../../src/http/adapters/fastify.ts";
import { requireAuth as hono } from "../../../src/http/adapters/hono.ts";
import { createVerifier, ES256, generateSecret, HS256, memoryReplayStore, viewOf } from "../../../src/index.ts";
import { createDpopVerifier, type DpopVerifierOptions } from "../../../src/oauth/index.ts";
import { audience, forge, goodClaims, issuer, key } from "../jwt/forge.ts";
import { answer, client, proofWith, token as pastToken } from "./proofs.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const now = (): number => Math.floor(Date.now() / 1000);
const accessToken = forge({ ...goodClaims, iat: now(), exp: now() + 900, cnf: { jkt: client.jkt } });
const verifier = createVerifier(key, { issuer, audience });
const nonce = await generateSecret(HS256);
const options = (more: object = {}): DpopVerifierOptions => ({
  algorithms: [ES256],
  replay: memoryReplayStore(),
  ...more,
});
const proofFor = (htu: string, claims: object = {}): Promise<string> =>
  proofWith({ accessToken, claims: { htu, iat: now(), ...claims } });
const authorization = `DPoP ${accessToken}`;

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A server of Node's, whose router takes a prefix off `url` before the guard sees it, as Express does. */
async function serve(guard: ReturnType<typeof express>, mount = ""): Promise<string> {
  const server = createServer((request: IncomingMessage & { originalUrl?: string }, response) => {
    if (mount !== "") request.originalUrl = request.url!;
    request.url = request.url!.replace(mount, "") || "/";
    void guard(request, response, (error) => {
      response.statusCode = error === undefined ? 200 : 500;
      response.end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(origin: string, path: string, headers: Record<string, string | string[]>): Promise<Answer> {
  const { hostname: host, port } = new URL(origin);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send({ host, port, path, headers: { authorization, ...headers } }, resolve)
      .on("error", reject)
      .end();
  });
  response.resume();
  return { status: response.statusCode, headers: response.headers };
}

describe("Express, and everything on Node's http", () => {
  it("compares htu with the URL that was asked for, not with what a router left of it", async () => {
    const origin = await serve(express(verifier, { dpop: createDpopVerifier(options()) }), "/v1");
    const status = async (htu: string, path: string): Promise<unknown> =>
      (await ask(origin, path, { dpop: await proofFor(htu) })).status;
    expect(await status(`${origin}/v1/orders`, "/v1/orders?page=2")).toBe(200);
    expect(await status(`${origin}/orders`, "/v1/orders")).toBe(401);
    expect(await status(`${origin}/`, "/v1")).toBe(401);
    expect(await status(`${origin}/v1`, "/v1")).toBe(200);
  });

  it("takes neither scheme nor host from forwarded headers, unless the application says the origin", async () => {
    const forwarded = { "x-forwarded-proto": "https", "x-forwarded-host": "api.example" };
    const htu = "https://api.example/orders";
    const plain = await serve(express(verifier, { dpop: createDpopVerifier(options()) }));
    expect((await ask(plain, "/orders", { dpop: await proofFor(htu), ...forwarded })).status).toBe(401);
    expect((await ask(plain, "/orders", { dpop: await proofFor(`${plain}/orders`), ...forwarded })).status).toBe(200);
    const told = await serve(
      express(verifier, { dpop: createDpopVerifier(options({ origin: "https://api.example" })) }),
    );
    expect((await ask(told, "/orders", { dpop: await proofFor(htu) })).status).toBe(200);
    expect((await ask(told, "/orders", { dpop: await proofFor(`${told}/orders`) })).status).toBe(401);
  });

  it("refuses a request target that is no path", async () => {
    const dpop = createDpopVerifier(options({ origin: "https://api.example" }));
    const origin = await serve(express(verifier, { dpop }));
    for (const path of ["*", "https://api.example/", `${origin}/orders`])
      for (const htu of ["https://api.example/", "https://api.example/orders"])
        expect((await ask(origin, path, { dpop: await proofFor(htu) })).status, path).toBe(401);
  });

  it("refuses two DPoP headers, and two of Authorization", async () => {
    const origin = await serve(express(verifier, { dpop: createDpopVerifier(options()) }));
    const [one, other] = [await proofFor(`${origin}/`), await proofFor(`${origin}/`)];
    expect((await ask(origin, "/", { dpop: [one, other] })).status).toBe(401);
    expect((await ask(origin, "/", { dpop: [one, one] })).status).toBe(401);
    expect((await ask(origin, "/", { dpop: one, authorization: [authorization, authorization] })).status).toBe(400);
    expect((await ask(origin, "/", { dpop: one, authorization: [authorization, "Bearer a.b.c"] })).status).toBe(400);
    expect((await ask(origin, "/", { dpop: one })).status).toBe(200);
  });

  it("hands out a nonce with a refusal, and a new one with a success", async () => {
    const origin = await serve(express(verifier, { dpop: createDpopVerifier(options({ nonce })) }));
    const refused = await ask(origin, "/", { dpop: await proofFor(`${origin}/`) });
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toContain('error="use_dpop_nonce"');
    const given = refused.headers["dpop-nonce"];
    const accepted = await ask(origin, "/", { dpop: await proofFor(`${origin}/`, { nonce: given }) });
    expect(accepted.status).toBe(200);
    expect(accepted.headers["dpop-nonce"]).toMatch(/^[\w-]{43}$/);
    expect(accepted.headers["cache-control"]).toBe("no-store");
  });
});

describe("Fastify", () => {
  const app = (more: object = {}): ReturnType<typeof Fastify> =>
    Fastify().get(
      "/orders",
      { onRequest: fastify(verifier, { dpop: createDpopVerifier(options(more)) }) },
      () => "done",
    );
  const inject = async (server: ReturnType<typeof Fastify>, dpop: string): Promise<Answer> => {
    const { statusCode, headers } = await server.inject({
      url: "/orders?page=2",
      headers: { authorization, dpop, host: "api.example" },
    });
    return { status: statusCode, headers };
  };

  it("accepts a proof, once, and renews a nonce", async () => {
    const [server, proof] = [app(), await proofFor("http://api.example/orders")];
    expect((await inject(server, proof)).status).toBe(200);
    expect((await inject(server, proof)).status).toBe(401);
    const guarded = app({ nonce });
    const given = (await inject(guarded, await proofFor("http://api.example/orders"))).headers["dpop-nonce"];
    const accepted = await inject(guarded, await proofFor("http://api.example/orders", { nonce: given }));
    expect([accepted.status, accepted.headers["dpop-nonce"]]).toEqual([200, given]);
  });
});

describe("Hono", () => {
  it("accepts a proof, once, and renews a nonce", async () => {
    const app = new Hono()
      .basePath("/v1")
      .get("/orders", hono(verifier, { dpop: createDpopVerifier(options({ nonce })) }), (c) => c.text("done"));
    const ask = async (dpop: string): Promise<Response> =>
      app.request("https://api.example/v1/orders?page=2", { headers: { authorization, dpop } });
    const htu = "https://api.example/v1/orders";
    const refused = await ask(await proofFor(htu));
    const proof = await proofFor(htu, { nonce: refused.headers.get("dpop-nonce") });
    const accepted = await ask(proof);
    expect([accepted.status, await accepted.text(), accepted.headers.has("dpop-nonce")]).toEqual([200, "done", true]);
    expect((await ask(proof)).status).toBe(401);
  });
});

describe("viewOf", () => {
  const request = (more: object = {}) => ({ method: "GET", headers: { host: "api.example" }, ...more });

  it("has the path of the URL before routing", () => {
    expect(viewOf(request({ url: "/orders?x=1" })).url).toBe("http://api.example/orders?x=1");
    expect(viewOf(request({ url: "/", originalUrl: "/v1/orders" }), "https://api.example").url).toBe(
      "https://api.example/v1/orders",
    );
  });

  it("has no path where the target is none, and no URL without a host", () => {
    for (const url of [undefined, "", "*", "http://evil.example/orders", "evil.example:443", "orders"])
      expect(viewOf(request({ url })).url).toBe("http://api.example");
    for (const url of ["/orders", "http://evil.example/orders", "//evil.example/orders"])
      expect(viewOf({ method: "GET", url, headers: {} }).url).toBe("");
    expect(viewOf(request({ url: "//evil.example/orders" })).url).toBe("http://api.example//evil.example/orders");
  });

  it("gives authenticate what it needs", async () => {
    const headers = { host: "api.example", authorization: `DPoP ${pastToken}`, dpop: await proofWith() };
    const view = viewOf({ method: "GET", url: "/orders", headers }, "https://api.example");
    expect(await answer(view as Parameters<typeof answer>[0])).toBe("200");
  });
});
