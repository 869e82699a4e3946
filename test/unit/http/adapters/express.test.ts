// mintmark/express needs nothing of Express: here it stands before Node's own server.
import { createServer, request as send, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { requireAuth } from "../../../../src/http/adapters/express.ts";
import type { Refusal, Verified } from "../../../../src/index.ts";
import { codeOf } from "../../jwt/outcome.ts";
import { tokenWith, verifierFor } from "../callers.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Guard = ReturnType<typeof requireAuth>;

async function serve(guard: Guard): Promise<number> {
  const server = createServer((request: IncomingMessage & { auth?: Verified }, response) => {
    void guard(request, response, (error) => {
      if (error !== undefined) response.statusCode = 500;
      response.end(error === undefined ? request.auth?.claims.sub : (error as { code?: string }).code);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function ask(
  port: number,
  headers: Record<string, string | string[]>,
  method = "GET",
): Promise<{ status: number | undefined; challenge: string | undefined; body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send({ host: "127.0.0.1", port, method, headers }, resolve).on("error", reject).end();
  });
  return { status: response.statusCode, challenge: response.headers["www-authenticate"], body: await text(response) };
}

const authorization = (...tokens: readonly string[]): { authorization: string[] } => ({
  authorization: tokens.map((token) => `Bearer ${token}`),
});

describe("requireAuth", () => {
  it("lets a verified caller through, as request.auth", async () => {
    const port = await serve(requireAuth(verifierFor()));
    expect(await ask(port, authorization(tokenWith()))).toEqual({
      status: 200,
      challenge: undefined,
      body: "user_123",
    });
  });

  it("answers a refusal itself: status, challenge, no body", async () => {
    const port = await serve(requireAuth(verifierFor(), { scopes: "a" }));
    expect(await ask(port, {})).toEqual({ status: 401, challenge: 'Bearer realm="api", scope="a"', body: "" });
    expect(await ask(port, authorization(tokenWith()))).toEqual({
      status: 403,
      challenge: 'Bearer realm="api", scope="a", error="insufficient_scope"',
      body: "",
    });
  });

  it("sees a second Authorization header, which Node's headers drop", async () => {
    const port = await serve(requireAuth(verifierFor()));
    expect(await ask(port, authorization(tokenWith(), tokenWith()))).toEqual({
      status: 400,
      challenge: 'Bearer realm="api", error="invalid_request"',
      body: "",
    });
  });

  it("tells onRefusal, and waits for it", async () => {
    const told: unknown[] = [];
    const onRefusal = async ({ status, error }: Refusal, request: object): Promise<void> => {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      told.push(status, error.code, (request as IncomingMessage).method);
    };
    const port = await serve(requireAuth(verifierFor(), { onRefusal }));
    await ask(port, {}, "DELETE");
    expect(told).toEqual([401, "token_missing", "DELETE"]);
    await ask(port, authorization(tokenWith()));
    expect(told).toHaveLength(3);
  });

  it("hands on what is no refusal", async () => {
    const lost = await serve(requireAuth(verifierFor({ now: () => new Date(NaN) })));
    expect(await ask(lost, authorization(tokenWith()))).toEqual({
      status: 500,
      challenge: undefined,
      body: "invalid_argument",
    });
    const failing = await serve(
      requireAuth(verifierFor(), {
        onRefusal: () => Promise.reject(Object.assign(new Error("log"), { code: "log_failed" })),
      }),
    );
    expect(await ask(failing, {})).toEqual({ status: 500, challenge: undefined, body: "log_failed" });
  });

  it("knows the origin that the request was sent to", async () => {
    const port = await serve(requireAuth(verifierFor(), { cookie: "session" }));
    const headers = { cookie: `session=${tokenWith()}`, host: "api.example:3000" };
    expect((await ask(port, { ...headers, origin: "http://api.example:3000" }, "POST")).status).toBe(200);
    expect((await ask(port, { ...headers, origin: "https://api.example:3000" }, "POST")).status).toBe(403);
    expect((await ask(port, { ...headers, origin: "null", host: "not a host" }, "POST")).status).toBe(403);
  });

  it.each([
    [{ protocol: "https" }, 200],
    [{ socket: { encrypted: true } }, 200],
    [{ socket: { encrypted: false } }, 403],
    [{ protocol: "http", socket: { encrypted: true } }, 403],
    [{}, 403],
  ])("%j: the origin's scheme", async (members, status) => {
    const headers = { host: "api.example", origin: "https://api.example", cookie: `session=${tokenWith()}` };
    const response = { statusCode: 200, setHeader: () => undefined, end: () => undefined };
    await requireAuth(verifierFor(), { cookie: "session" })(
      { method: "POST", headers, ...members },
      response,
      () => undefined,
    );
    expect(response.statusCode).toBe(status);
  });

  const byPeer = (address: unknown): boolean => address === "10.0.0.1";
  const app = (isTrusted: unknown): { get(name: string): unknown } => ({
    get: (name) => (name === "trust proxy fn" ? isTrusted : undefined),
  });
  it.each<[string, object, string | undefined, number]>([
    ["a trusted peer names the host", { app: app(byPeer), socket: { remoteAddress: "10.0.0.1" } }, "api.example", 200],
    ["the first of several", { app: app(byPeer), socket: { remoteAddress: "10.0.0.1" } }, "api.example, b", 200],
    ["another peer does not", { app: app(byPeer), socket: { remoteAddress: "10.0.0.2" } }, "api.example", 403],
    ["a peer without an address does not", { app: app(byPeer), socket: {} }, "api.example", 403],
    ["nor one without a socket", { app: app(byPeer) }, "api.example", 403],
    ["nobody is trusted", { app: app(undefined), socket: { remoteAddress: "10.0.0.1" } }, "api.example", 403],
    ["no header", { app: app(byPeer), socket: { remoteAddress: "10.0.0.1" } }, undefined, 403],
    ["an empty header", { app: app(byPeer), socket: { remoteAddress: "10.0.0.1" } }, " ,api.example", 403],
  ])("X-Forwarded-Host: %s", async (_what, members, forwarded, status) => {
    const headers = {
      host: "internal:3000",
      origin: "https://api.example",
      cookie: `session=${tokenWith()}`,
      ...(forwarded !== undefined && { "x-forwarded-host": forwarded }),
    };
    const response = { statusCode: 200, setHeader: () => undefined, end: () => undefined };
    await requireAuth(verifierFor(), { cookie: "session" })(
      { method: "POST", headers, protocol: "https", ...members },
      response,
      () => undefined,
    );
    expect(response.statusCode).toBe(status);
  });

  it("leaves a response alone that onRefusal has sent, and lets a caller without a token through where that is allowed", async () => {
    let ended = 0;
    const response = {
      statusCode: 200,
      headersSent: false,
      setHeader: () => undefined,
      end: () => {
        ended++;
      },
    };
    const request = { method: "GET", headers: {} };
    const sent = requireAuth(verifierFor(), {
      onRefusal() {
        response.headersSent = true;
      },
    });
    await sent(request, response, () => undefined);
    expect([response.statusCode, ended]).toEqual([401, 0]);

    let passed = false;
    const open = requireAuth(verifierFor(), { anonymous: "allow" });
    await open(request, response, () => {
      passed = true;
    });
    expect([passed, open.callerOf(request)]).toEqual([true, undefined]);
  });

  it.each([
    null,
    [],
    { scope: "a" },
    { scopes: [] },
    { onRefusal: "log" },
    { onRefusal: null },
    { onrefusal: () => undefined },
  ])("options: %j is invalid_argument, at once", async (options) => {
    expect(await codeOf(() => requireAuth(verifierFor(), options as object))).toBe("invalid_argument");
    expect(await codeOf(() => requireAuth({} as ReturnType<typeof verifierFor>))).toBe("invalid_argument");
  });
});
