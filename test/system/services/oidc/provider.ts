// A real oidc-provider on loopback, whose keys can change while it runs, and a browser that signs in at it: cookies and redirects,
// no more. Nobody is asked anything: the login page signs everybody in.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// @ts-expect-error -- oidc-provider has no types of its own
const { Provider: OidcProvider } = (await import("oidc-provider")) as { Provider: OidcProviderConstructor };

/** What is used of oidc-provider here. */
type OidcProviderConstructor = new (
  issuer: string,
  configuration: object,
) => {
  callback(): RequestListener;
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<object>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  on(event: string, listener: (...found: never[]) => void): void;
};

export type PrivateJwk = Readonly<Record<string, unknown>> & { readonly kid: string; readonly alg: string };
export type Client = Readonly<Record<string, unknown>> & {
  readonly client_id: string;
  readonly client_secret?: string;
};
export type TokenResponse = Readonly<
  Partial<Record<"access_token" | "id_token" | "error" | "error_description", string>>
>;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
export const hmacNames = ["HS256", "HS384", "HS512"];
/** oidc-provider 9 offers ML-DSA from Node 24.7 on. */
export const asymmetricNames = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"],
  ...(major > 24 || (major === 24 && minor >= 7) ? ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] : []),
];
export const algorithmNames = [...asymmetricNames, ...hmacNames];

const curves: Readonly<Record<string, string>> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };

/** A new private key for the algorithm. */
export function makeJwk(alg: string, kid = `${alg}-1`): PrivateJwk {
  const namedCurve = curves[alg];
  let privateKey;
  if (/^[RP]S/.test(alg)) ({ privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 }));
  else if (namedCurve !== undefined) ({ privateKey } = generateKeyPairSync("ec", { namedCurve }));
  // @types/node of Node 20 does not know ML-DSA.
  else ({ privateKey } = generateKeyPairSync(alg.startsWith("ML") ? (alg.toLowerCase() as "ed25519") : "ed25519"));
  return { ...privateKey.export({ format: "jwk" }), kid, alg, use: "sig" };
}

/** The resource server that access tokens are for, and where they are opaque without it. */
export const resource = "https://orders.example";
export const redirectUri = "https://app.example/callback";

const responseTypes = ["code", "code id_token", "code id_token token", "id_token"];

/** A confidential client whose tokens are signed with the algorithm. */
export const clientOf = (alg: string, more: object = {}): Client => ({
  client_id: `client-${alg}`,
  client_secret: randomBytes(64).toString("base64url"),
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code", "client_credentials", "implicit"],
  response_types: responseTypes,
  id_token_signed_response_alg: alg,
  userinfo_signed_response_alg: alg,
  introspection_signed_response_alg: alg,
  authorization_signed_response_alg: alg,
  ...more,
});

export interface Provider {
  readonly issuer: string;
  /** From now on the server has these keys: a new one, the old one withdrawn. */
  useKeys(keys: readonly PrivateJwk[]): void;
  /** The secret of HS* access tokens, which the resource server shares. */
  readonly resourceSecret: Uint8Array;
  /** Signs in in a new browser, and returns the parameters that the client gets. */
  signIn(client: Client, parameters?: Readonly<Record<string, string>>, browser?: Browser): Promise<URLSearchParams>;
  /** Signs out in a browser: of every client of its session. */
  signOut(browser: Browser): Promise<void>;
  /** Asks the token endpoint, with the client's secret unless the form has an assertion. */
  token(client: Client, form: Readonly<Record<string, string>>): Promise<TokenResponse>;
  /** Exchanges a code. */
  exchange(client: Client, code: string | null): Promise<TokenResponse>;
  close(): Promise<void>;
}

/** A browser: it keeps cookies, and follows redirects as long as they stay at the issuer. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, form?: URLSearchParams): Promise<{ readonly location: string; readonly page: string }> {
    const { origin } = new URL(url);
    let [location, body] = [url, form];
    for (let hop = 0; hop < 10; hop++) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response: Response = await fetch(location, {
        redirect: "manual",
        headers: { cookie },
        ...(body !== undefined && { method: "POST", body }),
      });
      body = undefined;
      for (const set of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(set) ?? [];
        if (value === "") this.#cookies.delete(name);
        else this.#cookies.set(name, value);
      }
      const page = await response.text();
      const next = response.headers.get("location");
      if (next === null) return { location, page };
      location = new URL(next, location).href;
      if (new URL(location).origin !== origin) return { location, page };
    }
    throw new Error("redirected in a circle");
  }
}

/** Tokens of a client by a real authorization code flow, the access token for the resource server. */
export async function tokensOf(
  provider: Provider,
  client: Client,
): Promise<{ readonly access_token: string; readonly id_token: string }> {
  const callback = await provider.signIn(client, { scope: "openid read", resource });
  const { access_token, id_token } = await provider.exchange(client, callback.get("code"));
  if (access_token === undefined || id_token === undefined) throw new Error("no tokens");
  return { access_token, id_token };
}

/** Starts the server. Ports are its own, so that issuers differ. */
export async function startProvider(clients: readonly Client[], firstKeys: readonly PrivateJwk[]): Promise<Provider> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resourceSecret = randomBytes(64);
  const stored = new Map<string, Map<string, unknown>>();

  function handlerWith(keys: readonly PrivateJwk[]): RequestListener {
    const provider = new OidcProvider(issuer, configurationOf(clients, keys, resourceSecret, stored));
    provider.on("server_error", (_: unknown, error: Error) => {
      console.error(error);
    });
    const answer = provider.callback();
    return (request, response) => {
      if (request.url?.startsWith("/interaction/") !== true) {
        answer(request, response);
        return;
      }
      void provider
        .interactionFinished(request, response, { login: { accountId: "user_123", acr: "urn:example:password" } })
        .catch((error: unknown) => response.writeHead(500).end(String(error)));
    };
  }
  let handler = handlerWith(firstKeys);
  server.on("request", (request, response) => {
    handler(request, response);
  });

  const provider: Provider = {
    issuer,
    resourceSecret,
    useKeys(keys) {
      handler = handlerWith(keys);
    },
    async signIn(client, parameters = {}, browser = new Browser()) {
      const query = new URLSearchParams({
        client_id: client.client_id,
        response_type: "code",
        redirect_uri: redirectUri,
        scope: "openid",
        nonce: "n-0S6_WzA2Mj",
        state: "af0ifjsldkj",
        ...parameters,
      });
      const { location, page } = await browser.open(`${issuer}/auth?${query.toString()}`);
      if (!location.startsWith(redirectUri)) throw new Error(`not signed in: ${location} ${page}`);
      const { search, hash } = new URL(location);
      return new URLSearchParams(hash === "" ? search : hash.slice(1));
    },
    async signOut(browser) {
      const { page } = await browser.open(`${issuer}/session/end`);
      const xsrf = /name="xsrf" value="([^"]*)"/.exec(page)?.[1];
      if (xsrf === undefined) throw new Error(`no form to sign out: ${page}`);
      await browser.open(`${issuer}/session/end/confirm`, new URLSearchParams({ xsrf, logout: "yes" }));
    },
    async token(client, form) {
      const secret: Record<string, string> =
        "client_assertion" in form || client.client_secret === undefined ? {} : { client_secret: client.client_secret };
      const response = await fetch(`${issuer}/token`, {
        method: "POST",
        body: new URLSearchParams({ client_id: client.client_id, ...secret, ...form }),
      });
      return (await response.json()) as TokenResponse;
    },
    exchange: (client, code) =>
      provider.token(client, { grant_type: "authorization_code", code: String(code), redirect_uri: redirectUri }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

const storedKinds = ["AccessToken", "ClientCredentials", "Grant", "IdToken", "Interaction", "Session"];

function configurationOf(
  clients: readonly Client[],
  keys: readonly PrivateJwk[],
  resourceSecret: Uint8Array,
  stored: Map<string, Map<string, unknown>>,
): object {
  const all = Object.fromEntries(
    ["idToken", "userinfo", "introspection", "authorization", "clientAuth", "requestObject"].map((use) => [
      `${use}SigningAlgValues`,
      algorithmNames,
    ]),
  );
  return {
    clients: clients.map((client) => ({ token_endpoint_auth_method: "client_secret_post", ...client })),
    jwks: { keys },
    enabledJWA: all,
    responseTypes,
    // Signing in outlives a change of keys: what is stored belongs to the issuer.
    adapter: class {
      readonly #rows: Map<string, unknown>;
      constructor(kind: string) {
        this.#rows = stored.get(kind) ?? new Map<string, unknown>();
        stored.set(kind, this.#rows);
      }
      readonly upsert = (id: string, payload: unknown): Promise<unknown> =>
        Promise.resolve(this.#rows.set(id, payload));
      readonly find = (id: string): Promise<unknown> => Promise.resolve(this.#rows.get(id));
      readonly findByUid = (uid: string): Promise<unknown> =>
        Promise.resolve([...this.#rows.values()].find((row) => (row as { uid?: string }).uid === uid));
      readonly consume = (id: string): Promise<unknown> => {
        Object.assign(this.#rows.get(id) as object, { consumed: Math.floor(Date.now() / 1000) });
        return Promise.resolve();
      };
      readonly destroy = (id: string): Promise<unknown> => Promise.resolve(this.#rows.delete(id));
      readonly revokeByGrantId = (grantId: string): Promise<unknown> => {
        for (const [id, row] of this.#rows)
          if ((row as { grantId?: string }).grantId === grantId) this.#rows.delete(id);
        return Promise.resolve();
      };
    },
    ttl: Object.fromEntries(storedKinds.map((kind) => [kind, 3600])),
    cookies: { keys: ["made for these tests"] },
    pkce: { required: () => false },
    acrValues: ["urn:example:password"],
    claims: { openid: ["sub"], acr: null, auth_time: null, sid: null, iss: null },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }: GrantContext) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid");
      grant.addResourceScope(resource, "read");
      await grant.save();
      return grant;
    },
    // By its own dispatcher it asks no host on loopback.
    fetch(url: string, init: RequestInit & { dispatcher?: object }) {
      delete init.dispatcher;
      return fetch(url, init);
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      jwtUserinfo: { enabled: true },
      jwtResponseModes: { enabled: true },
      requestObjects: { enabled: true },
      claimsParameter: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, indicator: string, client: { idTokenSignedResponseAlg: string }) => ({
          audience: indicator,
          scope: "read",
          accessTokenFormat: "jwt",
          jwt: {
            sign: {
              alg: client.idTokenSignedResponseAlg,
              ...(client.idTokenSignedResponseAlg.startsWith("HS") && { key: resourceSecret }),
            },
          },
        }),
      },
    },
  };
}

interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (
        of: object,
      ) => {
        addOIDCScope(scope: string): void;
        addResourceScope(resource: string, scope: string): void;
        save(): Promise<string>;
      };
    };
  };
}
