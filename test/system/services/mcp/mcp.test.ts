// MCP servers of both versions of the SDK, behind our gates and behind their own, with the SDK's clients and a real authorization server.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createSigner, decode, generateKeyPair, RS256 } from "../../../../src/index.ts";
import { protectedResource, type ProtectedResource } from "../../../../src/oauth/index.ts";
import { startAuthorizationServer, type AuthorizationServer } from "./authorization-server.ts";
import { clients } from "./clients.ts";
import { freePort } from "../../ports.mjs";
import { servers, start, type Running } from "./servers.ts";

let authorizationServer: AuthorizationServer;
let running: Running | undefined;
beforeAll(async () => {
  authorizationServer = await startAuthorizationServer();
});
afterEach(() => {
  running?.close();
});
afterAll(() => {
  authorizationServer.close();
});

async function run(name: string, more: object = {}): Promise<{ url: string; api: ProtectedResource }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const { issuer } = authorizationServer;
  const api = protectedResource({
    resource: url,
    issuers: [issuer],
    algorithms: [RS256],
    scopesSupported: ["mcp:read"],
    ...more,
  });
  running = await start(port, servers[name]!(api));
  return { url, api };
}

const ask = (url: string, token?: string): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });

describe.each(Object.keys(servers))("a server of %s", (name) => {
  it.each(Object.keys(clients))("a client of %s discovers, logs in and calls a tool", async (client) => {
    const { url } = await run(name);
    const { said, authorizationUrl } = await clients[client]!(url);
    expect(JSON.parse(said)).toEqual({
      clientId: authorizationUrl.searchParams.get("client_id"),
      scopes: ["mcp:read"],
      resource: url,
      subject: "user_123",
      expires: "number",
    });
    expect(authorizationUrl.origin).toBe(authorizationServer.issuer);
    expect(authorizationUrl.searchParams.get("resource")).toBe(url);
    expect(authorizationUrl.searchParams.get("scope")).toBe("mcp:read");
  });

  it("refuses what is no access token for it, and names its metadata", async () => {
    const { url, api } = await run(name);
    const { issuer } = authorizationServer;
    const good = await authorizationServer.tokensFor(url);
    const elsewhere = await authorizationServer.tokensFor("https://other.example/mcp");
    const { privateKey } = await generateKeyPair(RS256);
    const claims = { sub: "user_123", client_id: "x", scope: "mcp:read" };
    const strangers = createSigner(privateKey, { issuer: "https://other.example", audience: url, typ: "at+jwt" });
    const forged = createSigner(privateKey, { issuer, audience: url, typ: "at+jwt" });
    expect(decode(good.access_token).header.typ).toBe("at+jwt");
    expect((await ask(url, good.access_token)).status).not.toBe(401);

    for (const [what, token] of Object.entries({
      none: undefined,
      "an ID token": good.id_token,
      "another server's": elsewhere.access_token,
      "another issuer's": await strangers.sign(claims),
      "a forged one": await forged.sign(claims),
      nonsense: "nonsense",
    })) {
      const response = await ask(url, token);
      expect([what, response.status]).toEqual([what, 401]);
      expect(response.headers.get("www-authenticate")).toContain(`resource_metadata="${api.metadataUrl}"`);
    }
    expect((await ask(`${url}?access_token=${good.access_token}`)).status).toBe(401);
  });

  it("refuses tokens without aud, and those that are bound to a key", async () => {
    const { privateKey, publicKey } = await generateKeyPair(RS256);
    const issuer = "https://id.example";
    const { url } = await run(name, { issuers: [{ issuer, keys: publicKey }] });
    const claims = { sub: "user_123", client_id: "x", scope: "mcp:read" };
    const sign = (more: object, options: object): Promise<string> =>
      createSigner(privateKey, { issuer, typ: "at+jwt", ...options }).sign({ ...claims, ...more });
    expect((await ask(url, await sign({}, { audience: url }))).status).not.toBe(401);
    expect((await ask(url, await sign({}, {}))).status).toBe(401);
    expect((await ask(url, await sign({ cnf: { jkt: "x" } }, { audience: url }))).status).toBe(401);
    expect((await ask(url, await sign({ scope: "mcp:write" }, { audience: url }))).status).toBe(403);
  });

  it("answers 503 if keys cannot be fetched; the SDK's own gates know only 500", async () => {
    const issuer = "https://localhost:1";
    const { privateKey } = await generateKeyPair(RS256);
    const { url } = await run(name, { issuers: [issuer] });
    const token = await createSigner(privateKey, { issuer, audience: url, typ: "at+jwt" }).sign({ scope: "mcp:read" });
    expect((await ask(url, token)).status).toBe(name.includes("own gate") ? 500 : 503);
  });
});
