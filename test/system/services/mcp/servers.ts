// One MCP server with one tool, whoami, of both versions of the SDK, behind each gate: ours, and the SDK's own with our verifier.
import { serve } from "@hono/node-server";
import { requireBearerAuth as requireBearerAuth2Express } from "@modelcontextprotocol/express";
import { requireBearerAuth as requireBearerAuth1 } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createMcpHandler, McpServer as McpServer2, OAuthError, requireBearerAuth } from "@modelcontextprotocol/server";
import { toNodeHandler } from "@modelcontextprotocol/node";
import express, { type Express, type RequestHandler } from "express";
import { Hono } from "hono";
import { createServer, type RequestListener, type Server } from "node:http";
import { expressGate, fetchGate, honoGate, tokenVerifier, type AuthInfo } from "../../../../src/mcp/index.ts";
import type { ProtectedResource } from "../../../../src/oauth/index.ts";

/** What the tool says of its caller. */
const describe = (info: Partial<AuthInfo> | undefined): { content: [{ type: "text"; text: string }] } => {
  const { clientId, scopes, resource, extra, expiresAt } = info ?? {};
  const told = { clientId, scopes, resource, subject: extra?.claims.sub, expires: typeof expiresAt };
  return { content: [{ type: "text", text: JSON.stringify(told) }] };
};
const options = { description: "Says who is calling." };

function version1(app: Express, gate: RequestHandler): void {
  app.post("/mcp", gate, express.json(), async (request, response) => {
    const server = new McpServer1({ name: "test", version: "1.0.0" });
    server.registerTool("whoami", options, ({ authInfo }) => describe(authInfo as AuthInfo | undefined));
    const transport = new StreamableHTTPServerTransport({});
    await server.connect(transport as never);
    await transport.handleRequest(request, response, request.body);
  });
}

const version2 = createMcpHandler(() => {
  const server = new McpServer2({ name: "test", version: "1.0.0" });
  server.registerTool("whoami", options, ({ http }) => describe(http?.authInfo as AuthInfo | undefined));
  return server;
});

export type Application = RequestListener | { readonly fetch: (request: Request) => Promise<Response> };
type Build = (api: ProtectedResource) => Application;

export const servers: Readonly<Record<string, Build>> = {
  "version 1 behind expressGate"(api) {
    const app = express();
    const gate = expressGate(api, { scopes: "mcp:read" });
    app.use(gate.metadata);
    version1(app, gate);
    return app;
  },
  "version 1 behind its own gate"(api) {
    const app = express();
    const { metadataUrl: resourceMetadataUrl } = api;
    app.use(expressGate(api).metadata);
    const verifier = tokenVerifier(api, InvalidTokenError);
    version1(app, requireBearerAuth1({ verifier, resourceMetadataUrl, requiredScopes: ["mcp:read"] }));
    return app;
  },
  "version 2 behind fetchGate": (api) => ({
    fetch: fetchGate(api, (request, authInfo) => version2.fetch(request, { authInfo }), { scopes: "mcp:read" }),
  }),
  "version 2 behind honoGate"(api) {
    const app = new Hono<{ Variables: { auth: AuthInfo } }>();
    const gate = honoGate(api, { scopes: "mcp:read" });
    app.use(gate.metadata);
    app.all("/mcp", gate, (context) => version2.fetch(context.req.raw, { authInfo: context.get("auth") }));
    return { fetch: async (request) => app.fetch(request) };
  },
  "version 2 behind expressGate"(api) {
    const app = express();
    const gate = expressGate(api, { scopes: "mcp:read" });
    app.use(gate.metadata);
    app.all("/mcp", gate, toNodeHandler(version2) as never);
    return app;
  },
  "version 2 behind its own gate for Fetch"(api) {
    const { metadataUrl: resourceMetadataUrl, resource } = api;
    const verifier = tokenVerifier(api, OAuthError);
    const gate = requireBearerAuth({
      verifier,
      resourceMetadataUrl,
      requiredScopes: ["mcp:read"],
      expectedResource: new URL(resource),
    });
    return {
      async fetch(request) {
        const metadata = api.metadata(request);
        if (metadata !== undefined) return metadata;
        const authInfo = await gate(request);
        return authInfo instanceof Response ? authInfo : version2.fetch(request, { authInfo });
      },
    };
  },
  "version 2 behind its own gate for Express"(api) {
    const app = express();
    const { metadataUrl: resourceMetadataUrl } = api;
    const verifier = tokenVerifier(api, OAuthError);
    app.use(expressGate(api).metadata);
    app.all(
      "/mcp",
      requireBearerAuth2Express({ verifier, resourceMetadataUrl, requiredScopes: ["mcp:read"] }) as never,
      toNodeHandler(version2) as never,
    );
    return app;
  },
};

export interface Running {
  readonly url: string;
  close(): void;
}

/** Starts a server on a port that is known before, because the resource is named by it. */
export async function start(port: number, built: Application): Promise<Running> {
  const server =
    typeof built === "function"
      ? createServer(built).listen(port, "127.0.0.1")
      : (serve({ fetch: built.fetch, port, hostname: "127.0.0.1" }) as Server);
  if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
