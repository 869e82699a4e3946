// Protected resources and gates for MCP servers, wherever JavaScript runs.

import { equal, refused, type Case, type Mintmark } from "./case.ts";

const resource = "https://api.example/mcp";
const issuer = "https://id.example";

export function resources(mintmark: Mintmark): Case[] {
  const { createSigner, ES256, generateKeyPair, oauth, mcp, unchecked } = mintmark;
  const setUp = async (more: object = {}) => {
    const { privateKey, publicKey } = await generateKeyPair(ES256);
    const api = oauth.protectedResource({
      resource,
      issuers: [{ issuer, keys: publicKey, ...more }],
      algorithms: [ES256],
    });
    const token = (claims: object = {}, options: object = {}): Promise<string> =>
      createSigner(privateKey, { typ: "at+jwt", issuer, audience: resource, ...options }).sign({
        sub: "user_1",
        client_id: "web",
        scope: "mcp:read",
        ...claims,
      });
    const bearing = (text: string): Request => new Request(resource, { headers: { authorization: `Bearer ${text}` } });
    return { api, token, bearing };
  };
  return [
    [
      "resource: takes its access tokens, and no token of another kind, issuer or resource",
      async () => {
        const { api, token, bearing } = await setUp();
        const statusOf = async (text: string, scopes = "mcp:read"): Promise<number> => {
          const caller = await api.authenticate(bearing(text), { scopes });
          return caller.ok ? 200 : caller.status;
        };
        equal(await statusOf(await token()), 200);
        equal(await statusOf(await token({}, { audience: `${resource}/` })), 200);
        equal(await statusOf(await token(), "mcp:write"), 403);
        for (const options of [
          { typ: "JWT" },
          { audience: "https://other.example" },
          { issuer: "https://other.example" },
        ])
          equal(await statusOf(await token({}, options)), 401);
        equal(await statusOf(await token({ cnf: { jkt: "x" } })), 401);
        await refused("claim_mismatch", async () => api.verifier.verify(await token({ cnf: { jkt: "x" } })));
        const waiving = await setUp({ typ: unchecked });
        await refused("typ_mismatch", async () =>
          waiving.api.verifier.verify(await waiving.token({ nonce: "x" }, { typ: "JWT" })),
        );
      },
    ],
    [
      "resource: publishes its metadata, and names it in challenges",
      async () => {
        const { api } = await setUp();
        const response = api.metadata(new Request(`${api.metadataUrl}?x=1`));
        equal(await response?.json(), {
          resource,
          authorization_servers: [issuer],
          bearer_methods_supported: ["header"],
        });
        equal(api.metadata(new Request(resource)) === undefined, true);
        const caller = await api.authenticate(new Request(resource));
        equal(
          caller.headers?.get("www-authenticate"),
          'Bearer realm="api", resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp"',
        );
      },
    ],
    [
      "mcp: a gate hands its caller on, and the SDK's verifier refuses with the SDK's class",
      async () => {
        const { api, token, bearing } = await setUp();
        const serve = mcp.fetchGate(api, (_, { clientId, scopes }) => Response.json({ clientId, scopes }));
        const response = await serve(bearing(await token()));
        equal([response.status, await response.json()], [200, { clientId: "web", scopes: ["mcp:read"] }]);
        equal((await serve(new Request(resource))).status, 401);
        equal((await serve(new Request(api.metadataUrl))).status, 200);
        class InvalidTokenError extends Error {
          readonly errorCode = "invalid_token";
          readonly code = "from_the_sdk";
        }
        const verifier = mcp.tokenVerifier(api, InvalidTokenError);
        equal((await verifier.verifyAccessToken(await token())).resource?.href, resource);
        await refused("from_the_sdk", () => verifier.verifyAccessToken("nonsense"));
      },
    ],
  ];
}
