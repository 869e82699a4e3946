// The services of docs/guides/service-to-service.md: who is trusted, and what an exchange sends.
import assert from "node:assert/strict";
import {
  createVerifier,
  ES256,
  generateKeyPair,
  type SigningKey,
  type TokenSource,
  type Verifier,
} from "../../../../src/index.ts";
import type { Cases } from "../cases.ts";

const cases: Cases = (load) => [
  [
    "own keys: the callee knows the caller by its key",
    async () => {
      const { orders, headers, callers } = (await load("own-keys.ts")) as {
        orders: TokenSource;
        headers: () => Promise<{ authorization: string }>;
        callers: Verifier;
      };
      const { claims } = await callers.verify(await orders.token());
      assert.deepEqual([claims.sub, claims.scope], ["https://billing.internal", "orders:read"]);
      assert.equal((await headers()).authorization, `Bearer ${await orders.token()}`);
    },
  ],
  [
    "client credentials: one request for all who wait",
    async () => {
      const sent: string[] = [];
      const original = globalThis.fetch;
      process.env.CLIENT_SECRET = "a secret";
      globalThis.fetch = async (_url, options) => {
        sent.push((options?.body as URLSearchParams).toString());
        return Response.json({ access_token: "an access token", expires_in: 600 });
      };
      try {
        const { orders } = (await load("client-credentials.ts")) as { orders: TokenSource };
        assert.deepEqual(await Promise.all([orders.token(), orders.token()]), ["an access token", "an access token"]);
      } finally {
        globalThis.fetch = original;
      }
      assert.equal(sent.length, 1);
      assert.equal(new URLSearchParams(sent[0]).get("client_secret"), "a secret");
    },
  ],
  [
    "on behalf of a user: the subject is the user's, the actor the service",
    async () => {
      const { actingFor } = (await load("on-behalf.ts")) as {
        actingFor: (key: SigningKey) => (caller: object) => Promise<string>;
      };
      const { privateKey, publicKey } = await generateKeyPair(ES256);
      const verifier = createVerifier(publicKey, {
        issuer: "https://billing.internal",
        audience: "https://orders.internal",
      });
      const { claims } = await verifier.verify(await actingFor(privateKey)({ sub: "user_123" }));
      assert.equal(claims.sub, "user_123");
      assert.deepEqual(claims.act, JSON.parse('{ "sub": "https://billing.internal" }'));
    },
  ],
];

export default cases;
