// Each adapter in its real framework, over a real connection: status, headers and body.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectHttp2, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import express from "express";
import Fastify, { type FastifyRequest } from "fastify";
import { Hono, type Context } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { requireAuth as requireExpressAuth } from "../../../../src/http/adapters/express.ts";
import { requireAuth } from "../../../../src/http/adapters/fastify.ts";
import { requireAuth as requireHonoAuth } from "../../../../src/http/adapters/hono.ts";
import {
  createVerifier,
  decode,
  HS256,
  importSecret,
  memoryDenylist,
  memoryReplayStore,
  revoke,
  sign,
} from "../../../../src/index.ts";
import type { Expected, JwtClaims, SignOptions } from "../../../../src/index.ts";
import { frameworks, type Application, type Behaviour } from "./application.ts";
import { ask, bearer, type Answer, type Question } from "./client.ts";

const key = await importSecret(Uint8Array.from(randomBytes(32)), HS256);
const policy = { issuer: "https://id.example", audience: "orders" };
const scopes = ["orders:read", "orders:write"];
const good = { sub: "user_123", scope: scopes.join(" ") };
const mint = (claims: object = good, options: SignOptions = {}): Promise<string> =>
  sign(claims, key, { ...policy, jwtId: true, ...options });
const verifierWith = (more: Partial<Expected> = {}): Behaviour["verifier"] =>
  createVerifier(key, { ...policy, ...more });

const challenge = 'Bearer realm="api", scope="orders:read orders:write"';

let app: Application | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

describe.each(Object.entries(frameworks))("%s", (_name, start) => {
  const started = async (behaviour: Partial<Behaviour> = {}): Promise<number> => {
    app = await start({ verifier: verifierWith(), options: { scopes }, ...behaviour });
    return app.port;
  };

  /** The answer to a request that is refused: the status, the challenge, and nothing else that the framework would not send anyway. */
  const refused = ({ status, headers, body }: Answer): unknown => ({
    status,
    challenge: headers["www-authenticate"],
    body,
    type: headers["content-type"],
  });

  it("a good token", async () => {
    const { status, headers, body } = await ask(await started(), bearer(await mint()));
    expect([status, JSON.parse(body), headers["www-authenticate"], headers["x-before"]]).toEqual([
      200,
      { ordersOf: "user_123" },
      undefined,
      "kept",
    ]);
  });

  it.each<[string, number, string | undefined, () => Promise<Question>, Partial<Expected>?]>([
    ["no token", 401, "", async () => ({})],
    ["two tokens", 400, ', error="invalid_request"', async () => bearer(await mint(), await mint())],
    [
      "the same token twice",
      400,
      ', error="invalid_request"',
      async () => mint().then((token) => bearer(token, token)),
    ],
    [
      "Basic, then a token",
      400,
      ', error="invalid_request"',
      async () => ({ headers: { authorization: ["Basic eDp5", `Bearer ${await mint()}`] } }),
    ],
    [
      "a token, then Basic",
      400,
      ', error="invalid_request"',
      async () => ({ headers: { authorization: [`Bearer ${await mint()}`, "Basic eDp5"] } }),
    ],
    ["Basic", 401, "", async () => ({ headers: { authorization: "Basic eDp5" } })],
    ["Bearer and nothing", 400, ', error="invalid_request"', async () => ({ headers: { authorization: "Bearer" } })],
    ["a token in the query", 401, "", async () => ({ path: `/orders?access_token=${await mint()}` })],
    ["no token at all", 401, ', error="invalid_token"', async () => bearer("abc")],
    ["expired", 401, ', error="invalid_token"', async () => bearer(await mint(good, { now: () => new Date(0) }))],
    ["wrong audience", 401, ', error="invalid_token"', async () => bearer(await mint(good, { audience: "web" }))],
    ["bound to a key", 401, ', error="invalid_token"', async () => bearer(await mint({ ...good, cnf: { jkt: "x" } }))],
    [
      "missing scope",
      403,
      ', error="insufficient_scope"',
      async () => bearer(await mint({ ...good, scope: "orders:read" })),
    ],
    [
      "a store that fails",
      503,
      undefined,
      async () => bearer(await mint()),
      { denylist: { has: () => Promise.reject(new Error("ECONNREFUSED")) } },
    ],
  ])("%s: %d", async (_what, status, error, question, more = {}) => {
    const answer = await ask(await started({ verifier: verifierWith(more) }), await question());
    expect(refused(answer)).toEqual({
      status,
      challenge: error === undefined ? undefined : challenge + error,
      body: "",
      type: undefined,
    });
    expect(answer.headers["x-before"]).toBe("kept");
  });

  it("revoked: good before, 401 afterwards", async () => {
    const denylist = memoryDenylist();
    const port = await started({ verifier: verifierWith({ denylist }) });
    const token = await mint();
    expect((await ask(port, bearer(token))).status).toBe(200);
    await revoke(denylist, decode(token).claims as JwtClaims);
    expect(refused(await ask(port, bearer(token)))).toEqual({
      status: 401,
      challenge: `${challenge}, error="invalid_token"`,
      body: "",
      type: undefined,
    });
  });

  it("replayed: good once, and not used up by a missing scope", async () => {
    const replay = memoryReplayStore();
    const token = await mint();
    const elsewhere = await start({ verifier: verifierWith({ replay }), options: { scopes: "orders:delete" } });
    expect((await ask(elsewhere.port, bearer(token))).status).toBe(403);
    await elsewhere.close();

    const port = await started({ verifier: verifierWith({ replay }) });
    expect((await ask(port, bearer(token))).status).toBe(200);
    expect(refused(await ask(port, bearer(token)))).toEqual({
      status: 401,
      challenge: `${challenge}, error="invalid_token"`,
      body: "",
      type: undefined,
    });
  });

  it("of 50 connections with one token, one gets through", async () => {
    const port = await started({ verifier: verifierWith({ replay: memoryReplayStore() }) });
    const token = await mint();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(port, bearer(token))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 49 }, () => 401)]);
  });

  it("HEAD is refused without a body, too", async () => {
    expect(refused(await ask(await started(), { method: "HEAD" }))).toEqual({
      status: 401,
      challenge,
      body: "",
      type: undefined,
    });
  });

  it("what is no refusal goes to the framework's error handler, and nobody gets in", async () => {
    const port = await started({ verifier: verifierWith({ now: () => new Date(NaN) }) });
    const { status, body } = await ask(port, bearer(await mint()));
    expect([status, JSON.parse(body)]).toEqual([500, { handled: "invalid_argument" }]);
  });

  it("so does an onRefusal that fails", async () => {
    const onRefusal = (): never => {
      throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
    };
    const { status, body } = await ask(await started({ options: { onRefusal } }));
    expect([status, JSON.parse(body)]).toEqual([500, { handled: "ENOSPC" }]);
  });

  it("onRefusal is told why, the client only what it asked to be told", async () => {
    const told: string[] = [];
    const port = await started({
      options: {
        describe: true,
        onRefusal: ({ error }) => {
          told.push(error.code);
        },
      },
    });
    const { headers } = await ask(port, bearer(await mint(good, { now: () => new Date(0) })));
    expect([told, headers["www-authenticate"]]).toEqual([
      ["expired"],
      'Bearer realm="api", error="invalid_token", error_description="expired"',
    ]);
  });

  it("a token from a cookie: one, on its own, and from the application's pages", async () => {
    const port = await started({ options: { cookie: "__Host-session" } });
    const host = `localhost:${port}`;
    const cookie = `__Host-session=${await mint()}`;
    const statusOf = async (headers: Record<string, string | string[]>, method = "POST"): Promise<number | undefined> =>
      (await ask(port, { method, headers: { host, ...headers } })).status;
    expect(await statusOf({ cookie }, "GET")).toBe(200);
    expect(await statusOf({ cookie })).toBe(403);
    expect(await statusOf({ cookie, "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await statusOf({ cookie, origin: `http://${host}` })).toBe(200);
    expect(await statusOf({ cookie, origin: "http://localhost" })).toBe(403);
    expect(await statusOf({ cookie, origin: `https://${host}` })).toBe(403);
    expect(await statusOf({ cookie: [cookie, cookie] }, "GET")).toBe(400);
    expect(await statusOf({ cookie: ["a=b", cookie] }, "GET")).toBe(200);
    expect(await statusOf({ cookie, authorization: `Bearer ${await mint()}` }, "GET")).toBe(400);
    expect(await statusOf({ cookie, host: "api.example" }, "GET")).toBe(400);
  });
});

describe("a request as bytes", () => {
  it.each(Object.entries(frameworks))(
    "%s: header names in any case, and a folded or empty header is no way in",
    async (_name, start) => {
      app = await start({ verifier: verifierWith(), options: { scopes } });
      const send = async (...lines: readonly string[]): Promise<string> => {
        const socket = connect(app!.port, "127.0.0.1");
        socket.end(["GET /orders HTTP/1.1", "Host: api.example", "Connection: close", ...lines, "", ""].join("\r\n"));
        return (await text(socket)).slice(9, 12);
      };
      const token = await mint();
      expect(await send(`AUTHORIZATION: bearer ${token}`)).toBe("200");
      expect(await send(`Authorization:Bearer ${token} `)).toBe("200");
      expect(await send(`authorization: Bearer ${token}`, `AUTHORIZATION: Bearer ${token}`)).toBe("400");
      expect(await send("Authorization:", `Authorization: Bearer ${token}`)).toBe("400");
      expect(await send("Authorization: Bearer", ` ${token}`)).toMatch(/400|200/);
      expect(await send(`Authorization : Bearer ${token}`)).toBe("400");
      expect(await send(`X-Authorization: Bearer ${token}`)).toBe("401");
    },
  );
});

it("Fastify over HTTP/2, where there is no Host, and cookies come in several lines", async () => {
  const server = Fastify({ http2: true });
  const guard = requireAuth(verifierWith(), { cookie: "session" });
  server.post("/orders", { onRequest: guard }, (request) => guard.callerOf(request).claims.sub);
  await server.listen({ port: 0, host: "127.0.0.1" });
  const authority = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const session = connectHttp2(authority);
  const post = async (headers: OutgoingHttpHeaders): Promise<unknown[]> => {
    const stream = session.request({ ":method": "POST", ":path": "/orders", ...headers });
    const [answer] = (await once(stream, "response")) as [IncomingHttpHeaders];
    return [answer[":status"], answer["www-authenticate"], await text(stream)];
  };
  try {
    const cookie = `session=${await mint()}`;
    expect(await post({ cookie: ["a=b", cookie], origin: authority })).toEqual([200, undefined, "user_123"]);
    expect(await post({ cookie: [cookie, cookie], origin: authority })).toEqual([
      400,
      'Bearer realm="api", error="invalid_request"',
      "",
    ]);
    expect(await post({ cookie, origin: "http://127.0.0.1" })).toEqual([403, undefined, ""]);
    expect(await post({ authorization: `Bearer ${await mint()}` })).toEqual([200, undefined, "user_123"]);
  } finally {
    session.close();
    await server.close();
  }
});

describe("onRefusal has the framework's own request", () => {
  const told: unknown[] = [];
  afterEach(() => {
    told.length = 0;
  });

  it("Express", async () => {
    const guard = requireExpressAuth(verifierWith(), {
      onRefusal: ({ status }, request: express.Request) => {
        told.push(status, request.ip, request.path);
      },
    });
    const server = express().use(guard).listen(0, "127.0.0.1");
    await once(server, "listening");
    await ask((server.address() as AddressInfo).port);
    server.close();
    expect(told).toEqual([401, "127.0.0.1", "/orders"]);
  });

  it("Fastify", async () => {
    const server = Fastify().addHook(
      "onRequest",
      requireAuth(verifierWith(), {
        onRefusal: ({ status }, request: FastifyRequest) => {
          told.push(status, request.ip, request.url);
        },
      }),
    );
    await server.inject("/orders");
    expect(told).toEqual([401, "127.0.0.1", "/orders"]);
  });

  it("Hono", async () => {
    const server = new Hono().use(
      requireHonoAuth(verifierWith(), {
        onRefusal: ({ status }, context: Context) => {
          told.push(status, context.req.path);
        },
      }),
    );
    await server.request("/orders");
    expect(told).toEqual([401, "/orders"]);
  });
});

describe("behind a proxy", () => {
  const cookie = async (): Promise<Record<string, string>> => ({
    cookie: `session=${await mint()}`,
    host: "api.example",
    "x-forwarded-proto": "https",
  });

  it.each(["Express 5", "Express 4", "Fastify 5", "Fastify 4"])(
    "%s: its own setting says whether the proxy's word on https counts",
    async (name) => {
      const behaviour = { verifier: verifierWith(), options: { cookie: "session" } };
      const post = async (port: number, origin: string): Promise<number | undefined> =>
        (await ask(port, { method: "POST", headers: { ...(await cookie()), origin } })).status;
      const alone = await frameworks[name]!(behaviour);
      expect([await post(alone.port, "https://api.example"), await post(alone.port, "http://api.example")]).toEqual([
        403, 200,
      ]);
      await alone.close();
      app = await frameworks[name]!({ ...behaviour, trustProxy: true });
      expect([await post(app.port, "https://api.example"), await post(app.port, "http://api.example")]).toEqual([
        200, 403,
      ]);
    },
  );

  it.each(Object.keys(frameworks))("%s: origins says it in every framework", async (name) => {
    app = await frameworks[name]!({
      verifier: verifierWith(),
      options: { cookie: "session", origins: "https://api.example" },
    });
    const post = async (origin: string): Promise<number | undefined> =>
      (await ask(app!.port, { method: "POST", headers: { ...(await cookie()), origin } })).status;
    expect([await post("https://api.example"), await post("http://api.example")]).toEqual([200, 403]);
  });
});
