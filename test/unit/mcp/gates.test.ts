// Gates for Fetch, Express and Hono: the same answers from each.
import { Hono } from "hono";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { expressGate, fetchGate, honoGate, type AuthInfo, type McpGateOptions } from "../../../src/mcp/index.ts";
import { unchecked, type Refusal } from "../../../src/index.ts";
import { codeOf } from "../jwt/outcome.ts";
import { apiWith, resource, tokenWith, tokenWithoutAudience } from "../oauth/resource.ts";

type Options = McpGateOptions<never, never>;
type Serve = (path: string, init?: RequestInit) => Promise<Response>;

const api = apiWith();
const tell = ({ clientId, scopes }: AuthInfo): Response => Response.json({ clientId, scopes });

const gates: Record<string, (options: Options) => Serve> = {
  Fetch(options) {
    const serve = fetchGate(api, (_, authInfo) => tell(authInfo), options);
    return (path, init) => serve(new Request(`https://api.example${path}`, init));
  },
  Express(options) {
    const gate = expressGate(api, options);
    type Auth = IncomingMessage & { auth?: AuthInfo };
    const server = createServer((request: Auth, response: ServerResponse) => {
      void gate(request, response, (error) => {
        response.statusCode = error === undefined ? 200 : 500;
        response.end(JSON.stringify({ clientId: request.auth?.clientId, scopes: request.auth?.scopes }));
      });
    });
    onTestFinished(() => void server.close());
    return async (path, init) => {
      if (!server.listening) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init);
    };
  },
  Hono(options) {
    const app = new Hono<{ Variables: { auth: AuthInfo } }>();
    app.all("*", honoGate(api, options), (context) => tell(context.get("auth")));
    return async (path, init) => app.request(`https://api.example${path}`, init);
  },
};

describe.each(Object.entries(gates))("the gate for %s", (_, make) => {
  const withToken = (token: string): RequestInit => ({ method: "POST", headers: { authorization: `Bearer ${token}` } });

  it("lets a verified caller through, and says who it is", async () => {
    const response = await make({ scopes: "mcp:read" })("/mcp", withToken(await tokenWith()));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ clientId: "web", scopes: ["mcp:read"] });
  });

  it("answers requests for the metadata, without a token", async () => {
    const serve = make({});
    for (const path of ["", "/mcp"]) {
      const response = await serve(`/.well-known/oauth-protected-resource${path}`);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await response.json()).toMatchObject({ resource });
    }
    const head = await serve("/.well-known/oauth-protected-resource", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await serve("/.well-known/oauth-protected-resource", { method: "DELETE" })).status).toBe(405);
  });

  it("challenges a request without a token, and pages can read the challenge", async () => {
    const { status, headers } = await make({ scopes: ["mcp:read", "mcp:write"] })("/mcp", { method: "POST" });
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe(
      'Bearer realm="api", scope="mcp:read mcp:write", resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp"',
    );
    expect(headers.get("access-control-expose-headers")).toBe("WWW-Authenticate, DPoP-Nonce");
  });

  it.each<[string, () => Promise<string>, number]>([
    ["of another resource", () => tokenWith({}, { audience: "https://other.example/mcp" }), 401],
    ["of another issuer", () => tokenWith({}, { issuer: "https://other.example" }), 401],
    ["without aud", () => tokenWithoutAudience(), 401],
    ["that is an ID token", () => tokenWith({ nonce: "x" }, { typ: "JWT" }), 401],
    ["bound to a key", () => tokenWith({ cnf: { jkt: "x" } }), 401],
    ["without the scope", () => tokenWith({ scope: "" }), 403],
  ])("refuses a token %s", async (__, token, status) => {
    expect((await make({ scopes: "mcp:read" })("/mcp", withToken(await token()))).status).toBe(status);
  });

  it("does not see a token in the query", async () => {
    expect((await make({})(`/mcp?access_token=${await tokenWith()}`)).status).toBe(401);
  });

  it("accepts a key-bound token where that is waived in writing", async () => {
    const token = await tokenWith({ cnf: { jkt: "x" } });
    expect((await make({ cnf: unchecked })("/mcp", withToken(token))).status).toBe(200);
  });

  it("tells onRefusal why", async () => {
    const codes: string[] = [];
    const onRefusal = ({ error }: Refusal): void => void codes.push(error.code);
    await make({ onRefusal })("/mcp", withToken(await tokenWith({ cnf: {} })));
    await make({ onRefusal })("/mcp");
    expect(codes).toEqual(["token_bound", "token_missing"]);
  });
});

it.each<[string, unknown, string]>([
  ["the verifier of a resource", api.verifier, "object"],
  ["undefined", undefined, "undefined"],
  ["null", null, "object"],
])("each gate refuses %s in the place of the resource", (_what, given, found) => {
  const resource = given as typeof api;
  for (const make of [
    () => fetchGate(resource, () => new Response()),
    () => expressGate(resource),
    () => honoGate(resource),
  ])
    expect(make).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        message: `resource: expected what protectedResource returns, found ${found}`,
      }) as Error,
    );
});

describe("in Fetch and Hono", () => {
  it.each(["Fetch", "Hono"])("%s: onRefusal may answer itself", async (name) => {
    const onRefusal = (): Response => new Response("no", { status: 418 });
    expect((await gates[name]!({ onRefusal })("/mcp")).status).toBe(418);
  });

  it("the handler's other arguments are handed on", async () => {
    const serve = fetchGate(api, (_, __, environment: { name: string }) => new Response(environment.name));
    const request = new Request(resource, { headers: { authorization: `Bearer ${await tokenWith()}` } });
    expect(await (await serve(request, { name: "worker" })).text()).toBe("worker");
  });
});

describe("metadata alone", () => {
  it("in Express passes every other request on", async () => {
    const { metadata } = expressGate(api);
    const seen: unknown[] = [];
    const response = { statusCode: 0, setHeader: () => undefined, end: (body?: string) => void seen.push(body) };
    await metadata({ method: "GET", url: "/other", headers: {} }, response, () => seen.push("next"));
    await metadata({ method: "GET", url: "/.well-known/oauth-protected-resource", headers: {} }, response, () =>
      seen.push("next"),
    );
    expect(seen).toEqual(["next", expect.stringContaining(resource)]);
  });

  it("in Hono passes every other request on", async () => {
    const gate = honoGate(api);
    const app = new Hono().use(gate.metadata).get("/other", (context) => context.text("other"));
    expect(await (await app.request("https://api.example/other")).text()).toBe("other");
    const response = await app.request("https://api.example/.well-known/oauth-protected-resource/mcp");
    expect(await response.json()).toMatchObject({ resource });
  });

  it("in Express keeps the headers that the application lets pages read already", async () => {
    const headers = new Map<string, string>([["access-control-expose-headers", "Mcp-Session-Id"]]);
    const response = {
      statusCode: 0,
      setHeader: (name: string, value: string) => headers.set(name, value),
      getHeader: (name: string) => headers.get(name),
      end: () => undefined,
    };
    await expressGate(api)({ method: "POST", url: "/mcp", headers: {} }, response, () => undefined);
    expect(headers.get("access-control-expose-headers")).toBe("Mcp-Session-Id, WWW-Authenticate, DPoP-Nonce");
  });
});

it.each<[string, object]>([
  ["scopes: undefined", { scopes: undefined }],
  ["scope", { scope: "mcp:read" }],
  ["cookie", { cookie: "session" }],
  ["header", { header: "x-token" }],
  ["token", { token: () => "x" }],
  ["anonymous", { anonymous: "allow" }],
  ["resourceMetadata", { resourceMetadata: "https://other.example" }],
  ["onRefusal: a string", { onRefusal: "x" }],
])("the option %s is refused when the gate is made", async (_, options) => {
  const handler = (): Response => new Response();
  for (const make of [
    () => fetchGate(api, handler, options),
    () => expressGate(api, options),
    () => honoGate(api, options),
  ])
    expect(await codeOf(make)).toBe("invalid_argument");
  expect(await codeOf(() => fetchGate(api, "handler" as never))).toBe("invalid_argument");
});
