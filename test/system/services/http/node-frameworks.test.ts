// What has no adapter: Koa, hapi, ws and Node's http2, each as a real server, by viewOf or mintmark/express. And what a framework
// answers to an error that nobody caught.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server, type IncomingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import Hapi from "@hapi/hapi";
import express from "express";
import Fastify, { type FastifyReply } from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { requireAuth as requireExpressAuth } from "../../../../src/http/adapters/express.ts";
import { requireAuth as requireFastifyAuth } from "../../../../src/http/adapters/fastify.ts";
import { requireAuth as requireHonoAuth } from "../../../../src/http/adapters/hono.ts";
import {
  createAuthenticator,
  createVerifier,
  HS256,
  importSecret,
  JwtError,
  sign,
  UnavailableError,
  viewOf,
} from "../../../../src/index.ts";
import { frameworks } from "./application.ts";
import { ask, bearer } from "./client.ts";

// @ts-expect-error -- @types/express is of Express 5, and Express has none of its own
const { default: express4 } = (await import("express4")) as { default: typeof express };
const { default: fastify4 } = (await import("fastify4")) as unknown as { default: typeof Fastify };

const policy = { issuer: "https://id.example", audience: "orders" };
const key = await importSecret("a text of more than 32 bytes, made for these tests", HS256);
const verifier = createVerifier(key, policy);
const mint = (): Promise<string> => sign({ sub: "user_123" }, key, policy);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listening(server: Server): Promise<number> {
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function serverOf(app: Koa): Server {
  const answer = app.callback();
  return createServer((request, response) => {
    void answer(request, response);
  });
}

describe("viewOf", () => {
  const { authenticate } = createAuthenticator(verifier, { cookie: "session" });

  it("Koa: context.req, and protocol and host behind a proxy", async () => {
    const app = new Koa({ proxy: true });
    app.use(async (context) => {
      const caller = await authenticate(viewOf(context.req, `${context.protocol}://${context.host}`));
      if (caller.ok) {
        context.body = caller.claims.sub;
        return;
      }
      context.status = caller.status;
      context.set(Object.fromEntries(caller.headers));
    });
    const port = await listening(serverOf(app));
    expect((await ask(port, bearer(await mint()))).body).toBe("user_123");
    expect(await ask(port)).toMatchObject({ status: 401, headers: { "www-authenticate": 'Bearer realm="api"' } });
    expect((await ask(port, bearer(await mint(), await mint()))).status).toBe(400);
    const cookie = {
      cookie: `session=${await mint()}`,
      "x-forwarded-proto": "https",
      "x-forwarded-host": "app.example",
    };
    expect((await ask(port, { method: "POST", headers: { ...cookie, origin: "https://app.example" } })).status).toBe(
      200,
    );
    expect((await ask(port, { method: "POST", headers: { ...cookie, origin: "https://evil.example" } })).status).toBe(
      403,
    );
  });

  it("hapi: request.raw.req, in an authentication scheme", async () => {
    const server = Hapi.server({ port: 0, host: "127.0.0.1" });
    server.auth.scheme("bearer", () => ({
      authenticate: async (request, h) => {
        const caller = await authenticate(viewOf(request.raw.req));
        if (caller.ok) return h.authenticated({ credentials: { user: { ...caller } } });
        const response = h.response().code(caller.status);
        caller.headers.forEach((value, name) => response.header(name, value));
        return response.takeover();
      },
    }));
    server.auth.strategy("orders", "bearer");
    server.route({ method: "GET", path: "/orders", options: { auth: "orders" }, handler: () => "in" });
    await server.start();
    closing.push(() => server.stop());
    const port = Number(server.info.port);
    expect((await ask(port, bearer(await mint()))).body).toBe("in");
    expect(await ask(port)).toMatchObject({ status: 401, headers: { "www-authenticate": 'Bearer realm="api"' } });
    expect((await ask(port, bearer(await mint(), await mint()))).status).toBe(400);
  });

  it("ws: a token among the subprotocols, which is not the one that is answered", async () => {
    const sockets = new WebSocketServer({ noServer: true });
    const guard = createAuthenticator(verifier, { webSocketProtocol: "bearer" });
    const server = createServer();
    server.on("upgrade", (request, socket, head) => {
      void guard.authenticate(viewOf(request)).then((caller) => {
        if (!caller.ok) {
          socket.end(`HTTP/1.1 ${caller.status} Refused\r\nConnection: close\r\n\r\n`);
          return;
        }
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.send(String(caller.claims.sub));
        });
      });
    });
    const port = await listening(server);
    const open = async (protocols: string[], headers = {}): Promise<string> => {
      const client = new WebSocket(`ws://127.0.0.1:${port}`, protocols, { headers });
      const greeting = once(client, "message").then(([message]) => `${String(message)} ${client.protocol}`.trim());
      const answer = await greeting.catch(String); // the error
      client.terminate();
      return answer;
    };
    expect(await open(["bearer", await mint()])).toBe("user_123 bearer");
    expect(await open([], { authorization: `Bearer ${await mint()}` })).toBe("user_123");
    expect(await open(["bearer", "x"])).toContain("401");
    expect(await open(["bearer"])).toContain("400");
    expect(await open([])).toContain("401");
  });
});

it("Node's http2 with mintmark/express: the own origin is :authority", async () => {
  const guard = requireExpressAuth(verifier, { cookie: "session" });
  const server = createHttp2Server((request, response) => {
    void guard(request, response, (error) => {
      response.statusCode = error === undefined ? 200 : 500;
      response.end(error === undefined ? String(guard.callerOf(request).claims.sub) : "");
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  closing.push(() => server.close());
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const session = connectHttp2(authority);
  closing.push(() => {
    session.close();
  });
  const cookie = `session=${await mint()}`;
  const post = async (headers: Record<string, string | string[]>): Promise<unknown[]> => {
    const stream = session.request({ ":method": "POST", ":path": "/orders", ...headers });
    const [answer] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status"?: number }];
    return [answer[":status"], await text(stream)];
  };
  expect(await post({ cookie, origin: authority })).toEqual([200, "user_123"]);
  expect(await post({ cookie, origin: "http://undefined" })).toEqual([403, ""]);
  expect(await post({ cookie, origin: "http://127.0.0.1" })).toEqual([403, ""]);
  const twice = { ":authority": authority.slice("http://".length), host: "evil.example" };
  expect(await post({ cookie, origin: authority, ...twice })).toEqual([403, ""]);
  expect(await post({ cookie, origin: "http://evil.example", ...twice })).toEqual([403, ""]);
  expect(await post({ authorization: `Bearer ${await mint()}` })).toEqual([200, "user_123"]);
});

describe("Express", () => {
  it.each([express, express4])("%#: trust proxy says whether X-Forwarded-Host counts", async (framework) => {
    const post = async (trust: unknown, host: string, origin: string): Promise<number | undefined> => {
      const app = framework();
      app.set("trust proxy", trust);
      app.post("/orders", requireExpressAuth(verifier, { cookie: "session" }), (_request, response) => {
        response.end();
      });
      const port = await listening(app.listen(0, "127.0.0.1") as Server);
      const forwarded = { "x-forwarded-proto": "https", "x-forwarded-host": host };
      const headers = { ...forwarded, host: "10.0.0.7:3000", cookie: `session=${await mint()}`, origin };
      return (await ask(port, { method: "POST", headers })).status;
    };
    for (const trust of [true, 1, "loopback", () => true]) {
      expect(await post(trust, "app.example", "https://app.example")).toBe(200);
      expect(await post(trust, "app.example:8443", "https://app.example:8443")).toBe(200);
      expect(await post(trust, "app.example, inner.example", "https://app.example")).toBe(200);
      expect(await post(trust, "app.example", "https://10.0.0.7:3000")).toBe(403);
      expect(await post(trust, "", "https://10.0.0.7:3000")).toBe(200);
    }
    for (const trust of [false, 0, "10.0.0.1", () => false]) {
      expect(await post(trust, "app.example", "https://app.example")).toBe(403);
      expect(await post(trust, "app.example", "http://app.example")).toBe(403);
    }
  });

  it("a middleware that deletes Authorization is heard, and two headers are still two", async () => {
    const app = express();
    const guard = requireExpressAuth(verifier);
    const answer: express.RequestHandler = (request, response) => {
      response.end(guard.callerOf(request).claims.sub);
    };
    app.get("/stripped", (request, _response, next) => {
      delete request.headers.authorization;
      next();
    });
    app.get("/written", (request, _response, next) => {
      const { token } = request.query as { token: string };
      request.headers.authorization = `Bearer ${token}`;
      next();
    });
    app.use(guard, answer);
    const port = await listening(app.listen(0, "127.0.0.1") as Server);
    expect((await ask(port, { path: "/stripped", ...bearer(await mint()) })).status).toBe(401);
    expect((await ask(port, { path: "/stripped", ...bearer(await mint(), await mint()) })).status).toBe(401);
    expect((await ask(port, { path: "/", ...bearer(await mint(), await mint()) })).status).toBe(400);
    expect((await ask(port, { path: "/", ...bearer(await mint()) })).status).toBe(200);
    expect((await ask(port, { path: `/written?token=${await mint()}`, ...bearer("x", "y") })).status).toBe(200);
    expect((await ask(port, { path: "/written?token=x", ...bearer(await mint()) })).status).toBe(401);
  });
});

describe("an onRefusal that answers", () => {
  const body = { error: "who are you?" };
  const expectBody = async (port: number): Promise<void> => {
    const { status, headers, body: sent } = await ask(port);
    expect([status, headers["www-authenticate"], JSON.parse(sent)]).toEqual([401, 'Bearer realm="api"', body]);
  };

  it.each([express, express4])("Express %#", async (framework) => {
    const errors: unknown[] = [];
    const app = framework();
    app.use(
      requireExpressAuth(verifier, {
        onRefusal: (_refusal, _request, response: express.Response) => response.json(body),
      }),
    );
    app.use(((error, _request, _response, next) => {
      errors.push(error);
      next(error);
    }) satisfies express.ErrorRequestHandler);
    await expectBody(await listening(app.listen(0, "127.0.0.1") as Server));
    expect(errors).toEqual([]);
  });

  it.each([Fastify, fastify4])("Fastify %#", async (framework) => {
    const app = framework();
    app.addHook(
      "onRequest",
      requireFastifyAuth(verifier, { onRefusal: (_refusal, _request, reply: FastifyReply) => reply.send(body) }),
    );
    app.get("/orders", () => "in");
    await app.listen({ port: 0, host: "127.0.0.1" });
    closing.push(() => app.close());
    await expectBody((app.server.address() as AddressInfo).port);
  });

  it("Hono", async () => {
    const app = new Hono().use(
      requireHonoAuth(verifier, {
        onRefusal: (refusal) => Response.json(body, refusal),
      }),
    );
    const response = await app.request("/orders");
    expect([response.status, response.headers.get("www-authenticate"), await response.json()]).toEqual([
      401,
      'Bearer realm="api"',
      body,
    ]);
  });

  it.each(Object.keys(frameworks))("%s: one that fails leaves no trace of the refusal", async (name) => {
    const onRefusal = (): never => {
      throw new Error("disk full");
    };
    const app = await frameworks[name]!({ verifier, options: { onRefusal } });
    closing.push(() => app.close());
    const { status, headers } = await ask(app.port);
    expect([status, headers["www-authenticate"]]).toEqual([500, undefined]);
  });
});

it.each(["Express 5", "Fastify 5", "Hono 4"])("%s: the property has the name that was chosen", async (name) => {
  let seen: unknown;
  const token = await mint();
  const options = { property: "caller" };
  if (name === "Express 5") {
    const app = express().use(requireExpressAuth(verifier, options), (request, response) => {
      seen = [(request as { caller?: unknown }).caller, "auth" in request];
      response.end();
    });
    await ask(await listening(app.listen(0, "127.0.0.1") as Server), bearer(token));
  } else if (name === "Fastify 5") {
    const app = Fastify().addHook("onRequest", requireFastifyAuth(verifier, options));
    app.get("/", (request) => {
      seen = [(request as { caller?: unknown }).caller, "auth" in request];
      return "";
    });
    await app.inject({ url: "/", headers: { authorization: `Bearer ${token}` } });
  } else {
    const app = new Hono<{ Variables: { caller?: unknown; auth?: unknown } }>();
    app.use(requireHonoAuth(verifier, options)).get("/", (context) => {
      seen = [context.get("caller"), context.get("auth") !== undefined];
      return context.text("");
    });
    await app.request("/", { headers: { authorization: `Bearer ${token}` } });
  }
  expect(seen).toMatchObject([{ claims: { sub: "user_123" } }, false]);
});

it.each(["Express 5", "Express 4", "Fastify 5", "Fastify 4", "Koa"])(
  "%s: an error nobody caught is 401 or 503",
  async (name) => {
    const thrown = (path: string | undefined): Error =>
      path === "/token" ? new JwtError("expired", "exp") : new UnavailableError("store_unavailable", "no store");
    let port: number;
    if (name === "Koa") {
      const app = new Koa();
      app.silent = true;
      app.use((context) => {
        throw thrown(context.path);
      });
      port = await listening(serverOf(app));
    } else if (name.startsWith("Express")) {
      const app = (name === "Express 5" ? express : express4)();
      app.set("env", "test");
      app.use((request) => {
        throw thrown(request.path);
      });
      port = await listening(app.listen(0, "127.0.0.1") as Server);
    } else {
      const app = (name === "Fastify 5" ? Fastify : fastify4)();
      app.get("/*", (request) => Promise.reject(thrown(request.url)));
      await app.listen({ port: 0, host: "127.0.0.1" });
      closing.push(() => app.close());
      port = (app.server.address() as AddressInfo).port;
    }
    expect((await ask(port, { path: "/token" })).status).toBe(401);
    expect((await ask(port, { path: "/store" })).status).toBe(503);
  },
);
