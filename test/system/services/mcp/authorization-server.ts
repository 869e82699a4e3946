// A real oidc-provider on loopback that registers clients, signs everybody in and issues JWTs for whatever resource is asked for; and a
// browser for it: cookies and redirects, no more.
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What is used of oidc-provider here. */
interface OidcProvider {
  callback(): RequestListener;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  readonly Grant: new (
    of: object,
  ) => {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  };
}
interface Context {
  readonly oidc: {
    readonly provider: OidcProvider;
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly params: { readonly resource?: string };
  };
}
// @ts-expect-error -- oidc-provider has no types of its own
const { Provider } = (await import("oidc-provider")) as {
  Provider: new (issuer: string, configuration: object) => OidcProvider;
};

export const redirectUri = "http://localhost/callback";
const scope = "mcp:read mcp:write";

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

export interface AuthorizationServer {
  readonly issuer: string;
  /** Signs in and gets tokens for the resource, an ID token too: what a client without the SDK does. */
  tokensFor(resource: string): Promise<Tokens>;
  close(): void;
}

export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    scopes: ["openid", ...scope.split(" ")],
    findAccount: (_: Context, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    clients: [{ client_id: "direct", redirect_uris: [redirectUri], token_endpoint_auth_method: "none" }],
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: Context, audience: string) => ({
          scope,
          audience,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    interactions: { url: () => "/sign-in" },
    async loadExistingGrant({ oidc: { provider: of, client, session, params } }: Context) {
      const grant = new of.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(`openid ${scope}`);
      if (params.resource !== undefined) grant.addResourceScope(params.resource, scope);
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url !== "/sign-in") answer(request, response);
    else void provider.interactionFinished(request, response, { login: { accountId: "user_123" }, consent: {} });
  });

  return {
    issuer,
    async tokensFor(resource) {
      const verifier = randomBytes(32).toString("base64url");
      const url = new URL(`${issuer}/auth`);
      url.search = new URLSearchParams({
        client_id: "direct",
        response_type: "code",
        redirect_uri: redirectUri,
        scope: `openid ${scope}`,
        resource,
        code_challenge_method: "S256",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      }).toString();
      const form = {
        grant_type: "authorization_code",
        client_id: "direct",
        redirect_uri: redirectUri,
        code: (await signIn(url)).get("code") ?? "",
        code_verifier: verifier,
      };
      const response = await fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams(form) });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as Tokens;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Follows an authorization URL as a browser does, and returns the parameters that the client gets. */
export async function signIn(authorizationUrl: URL): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let at = authorizationUrl;
  for (let hop = 0; hop < 10; hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response: Response = await fetch(at, { redirect: "manual", headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(set) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`${at.href}: ${response.status} ${await response.text()}`);
    at = new URL(location, at);
    if (at.href.startsWith(redirectUri)) return at.searchParams;
  }
  throw new Error("redirected in a circle");
}
