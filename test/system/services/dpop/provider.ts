// A real oidc-provider on loopback that binds its access tokens to keys, asks for nonces, and writes JWTs for the resource.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

// @ts-expect-error -- oidc-provider has no types of its own
const { Provider: OidcProvider } = (await import("oidc-provider")) as {
  Provider: new (issuer: string, configuration: object) => { callback(): RequestListener };
};

export const audience = "https://orders.example";
export const client = { client_id: "orders-client", client_secret: randomBytes(32).toString("base64url") };

export interface Provider {
  readonly issuer: string;
  close(): Promise<void>;
}

export async function startProvider(): Promise<Provider> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const resourceServer = {
    scope: "orders:read",
    audience,
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: "ES256" } },
  };
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        ...client,
        id_token_signed_response_alg: "ES256",
        redirect_uris: [],
        response_types: [],
        grant_types: ["client_credentials"],
      },
    ],
    clientAuthMethods: ["client_secret_basic"],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "1", alg: "ES256", use: "sig" }] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => resourceServer,
      },
    },
  });
  server.on("request", provider.callback());
  return {
    issuer,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
