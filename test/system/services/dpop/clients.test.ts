// DPoP among others: our resource (Express, a real Redis) for npm dpop and oauth4webapi as clients, our prover for oidc-provider and for
// oauth4webapi as a resource. Tokens are bound by a real oidc-provider, which asks for nonces of its own.
import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { calculateThumbprint, generateKeyPair as generateDpopKeyPair, generateProof } from "dpop";
import express from "express";
import { Redis } from "ioredis";
import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requireAuth } from "../../../../src/http/adapters/express.ts";
import {
  createVerifier,
  discoverJwks,
  Ed25519,
  ES256,
  generateKeyPair,
  generateSecret,
  HS256,
  redisReplayStore,
  type Refusal,
} from "../../../../src/index.ts";
import { createDpopProver, createDpopVerifier, type DpopProver } from "../../../../src/oauth/index.ts";
import type { Server } from "../servers/program.ts";
import { noRedis, startRedis } from "../servers/redis.ts";
import { audience, client, startProvider, type Provider } from "./provider.ts";

let redisServer: Server;
let redis: Redis;
let provider: Provider;
const open: HttpServer[] = [];
const refusals: string[] = [];
/** With nonces, and without. */
const resources = { strict: "", plain: "" };

/** Starts an instance of the resource. All have one store. */
async function startResource(nonce?: Parameters<typeof createDpopVerifier>[0]["nonce"]): Promise<string> {
  const verifier = createVerifier(discoverJwks(provider.issuer, { algorithms: [ES256] }), {
    issuer: provider.issuer,
    audience,
    typ: "at+jwt",
  });
  const dpop = createDpopVerifier({
    algorithms: [ES256, Ed25519],
    replay: redisReplayStore(redis),
    required: true,
    ...(nonce !== undefined && { nonce }),
  });
  const guard = requireAuth(verifier, {
    dpop,
    scopes: "orders:read",
    onRefusal: ({ error }: Refusal) => refusals.push(`${error.code} ${error.message}`),
  });
  const router = express.Router().get("/orders", guard, (_request, response) => {
    response.json(["order 1"]);
  });
  const server = express().use("/v1", router).listen(0, "127.0.0.1");
  open.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/orders`;
}

beforeAll(async () => {
  if (noRedis !== undefined) return;
  [redisServer, provider] = await Promise.all([startRedis(), startProvider()]);
  redis = new Redis(redisServer.url);
  resources.strict = await startResource(await generateSecret(HS256));
  resources.plain = await startResource();
});
afterAll(async () => {
  if (noRedis !== undefined) return;
  for (const server of open) server.closeAllConnections();
  await Promise.all(open.map((server) => new Promise((resolve) => server.close(resolve))));
  redis.disconnect();
  await Promise.all([redisServer.stop(), provider.close()]);
});
beforeEach((context) => {
  context.skip(noRedis !== undefined, noRedis);
  refusals.length = 0;
});

const basic = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64")}`;

/** Sends a request with a proof, and again if the server wants its nonce in it. */
async function send(prover: DpopProver, url: string, init: RequestInit, accessToken?: string): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const headers = new Headers(init.headers);
    headers.set("dpop", await prover.proof({ method: init.method ?? "GET", url, accessToken }));
    if (accessToken !== undefined) headers.set("authorization", `DPoP ${accessToken}`);
    const response = await fetch(url, { ...init, headers });
    if (!prover.remember(response) || tries === 2) return response;
  }
}

async function tokenFor(prover: DpopProver): Promise<string> {
  const response = await send(prover, `${provider.issuer}/token`, {
    method: "POST",
    headers: { authorization: basic },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "orders:read" }),
  });
  const answer = (await response.json()) as { access_token: string; token_type: string };
  expect(answer, JSON.stringify(answer)).toMatchObject({ token_type: "DPoP" });
  return answer.access_token;
}

describe("our prover", () => {
  it.each([
    ["a key of ours", () => generateKeyPair(ES256)],
    ["Ed25519", () => generateKeyPair(Ed25519)],
    [
      "a CryptoKeyPair",
      () => crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]),
    ],
  ])("with %s gets a token from oidc-provider, and what it is for from our resource", async (_what, keys) => {
    const prover = createDpopProver(await keys());
    const accessToken = await tokenFor(prover);
    for (const url of [resources.strict, resources.plain]) {
      const response = await send(prover, `${url}?page=2`, {}, accessToken);
      expect([response.status, await response.json()], refusals.join()).toEqual([200, ["order 1"]]);
    }
    expect(refusals.map((one) => one.split(" ")[0])).toEqual(["proof_nonce"]);
  });

  it("is taken by oauth4webapi as a resource, once and three times", async () => {
    const prover = createDpopProver(await generateKeyPair(ES256));
    const accessToken = await tokenFor(prover);
    const issuer = new URL(provider.issuer);
    const found = await oauth.discoveryRequest(issuer, { [oauth.allowInsecureRequests]: true });
    const server = await oauth.processDiscoveryResponse(issuer, found);
    const url = "https://orders.example/orders";
    const headers = {
      authorization: `DPoP ${accessToken}`,
      dpop: await prover.proof({ method: "GET", url, accessToken }),
    };
    // It has no memory: what it says of a proof it says again.
    for (let i = 0; i < 3; i++) {
      const claims = await oauth.validateJwtAccessToken(server, new Request(url, { headers }), audience, {
        requireDPoP: true,
        [oauth.allowInsecureRequests]: true,
      });
      expect(claims.client_id).toBe(client.client_id);
    }
    const other = new Request(`${url}/1`, { headers });
    await expect(
      oauth.validateJwtAccessToken(server, other, audience, { [oauth.allowInsecureRequests]: true }),
    ).rejects.toThrow();
  });
});

describe("our resource", () => {
  it("is used by oauth4webapi, which gets its token and the nonces by itself", async () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(provider.issuer);
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    const keys = await oauth.generateKeyPair("ES256");
    const DPoP = oauth.DPoP({}, keys);
    const again = async <T>(request: () => Promise<T>): Promise<T> =>
      request().catch((error: unknown) => {
        if (!oauth.isDPoPNonceError(error)) throw error;
        return request();
      });
    const { access_token } = await again(async () => {
      const form = new URLSearchParams({ scope: "orders:read" });
      const authentication = oauth.ClientSecretBasic(client.client_secret);
      const options = { DPoP, ...insecure };
      const answered = await oauth.clientCredentialsGrantRequest(server, client, authentication, form, options);
      return oauth.processClientCredentialsResponse(server, client, answered);
    });
    const ask = async (): Promise<Response> =>
      oauth.protectedResourceRequest(access_token, "GET", new URL(resources.strict), undefined, undefined, {
        DPoP,
        ...insecure,
      });
    const response = await again(ask);
    expect(await response.json()).toEqual(["order 1"]);
    expect(refusals.map((one) => one.split(" ")[0])).toEqual(["proof_nonce"]);
    // It has the nonce now.
    expect((await ask()).status).toBe(200);
    // As Bearer, the same token is worth nothing.
    await expect(
      oauth.protectedResourceRequest(access_token, "GET", new URL(resources.strict), undefined, undefined, insecure),
    ).rejects.toMatchObject({ status: 401 });
    expect(refusals.at(-1)).toMatch(/^token_bound /);
  });

  it.each(["ES256", "Ed25519"] as const)("is used by npm dpop, with %s", async (alg) => {
    const keys = await generateDpopKeyPair(alg, { extractable: false });
    // The token comes from our prover, with the same keys: they are of Web Crypto, and so are ours.
    const prover = createDpopProver(keys);
    expect(await prover.thumbprint()).toBe(await calculateThumbprint(keys.publicKey));
    const accessToken = await tokenFor(prover);
    const ask = async (nonce?: string): Promise<Response> => {
      const dpop = await generateProof(keys, resources.strict, "GET", nonce, accessToken);
      return fetch(resources.strict, { headers: { authorization: `DPoP ${accessToken}`, dpop } });
    };
    const refused = await ask();
    expect(refused.headers.get("www-authenticate")).toBe(
      'DPoP realm="api", scope="orders:read", algs="ES256 Ed25519", error="use_dpop_nonce"',
    );
    const response = await ask(refused.headers.get("dpop-nonce")!);
    expect([response.status, await response.json()]).toEqual([200, ["order 1"]]);
    expect(response.headers.get("dpop-nonce")).not.toBeNull();
  });

  it("takes one proof once: three times in a row, and 50 times at the same time, with a real Redis", async () => {
    const prover = createDpopProver(await generateKeyPair(ES256));
    const accessToken = await tokenFor(prover);
    const again = await startResource();
    const use = async (url: string, dpop: string): Promise<number> =>
      (await fetch(url, { headers: { authorization: `DPoP ${accessToken}`, dpop } })).status;
    const proof = (): Promise<string> => prover.proof({ method: "GET", url: resources.plain, accessToken });
    const once = await proof();
    expect([
      await use(resources.plain, once),
      await use(resources.plain, once),
      await use(resources.plain, once),
    ]).toEqual([200, 401, 401]);
    const raced = await proof();
    const statuses = await Promise.all(Array.from({ length: 50 }, () => use(resources.plain, raced)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(49);
    // Another instance has another port, so another URL: the proof is not for it.
    expect(await use(again, await proof())).toBe(401);
    const keys = await redis.keys("mintmark:*dpop*");
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const key of keys) {
      const ttl = await redis.ttl(key);
      expect(ttl > 60 && ttl <= 130, String(ttl)).toBe(true);
    }
  });

  it("decides nothing while Redis is away", async () => {
    const prover = createDpopProver(await generateKeyPair(ES256));
    const accessToken = await tokenFor(prover);
    const gone = new Redis(redisServer.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    gone.on("error", () => undefined);
    await gone.ping();
    gone.disconnect();
    const dpop = createDpopVerifier({ algorithms: [ES256], replay: redisReplayStore(gone) });
    const request = new Request("https://orders.example/", {
      headers: { dpop: await prover.proof({ method: "GET", url: "https://orders.example/", accessToken }) },
    });
    const result = await dpop.safeVerify(request, { accessToken, jkt: await prover.thumbprint() });
    expect(result.ok ? "accepted" : result.error.code).toBe("store_unavailable");
  });
});
