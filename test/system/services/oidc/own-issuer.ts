// An OpenID Provider made of mintmark alone, as small as one can be: codes, PKCE, client assertions, ID tokens and access tokens.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  createSigner,
  ES256,
  generateKeyPair,
  isJwtError,
  jwksResponse,
  memoryReplayStore,
  type VerifyingKey,
} from "../../../../src/index.ts";
import { createClientAssertionVerifier } from "../../../../src/oauth/index.ts";

export interface OwnIssuer {
  readonly issuer: string;
  /** Codes of the refusals of client assertions, in order. */
  readonly refused: string[];
  close(): Promise<void>;
}

const half = (token: string): string =>
  createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");

/** Starts the issuer. `clients`: their public keys by ID. */
export async function startOwnIssuer(clients: ReadonlyMap<string, VerifyingKey>): Promise<OwnIssuer> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair(ES256);
  const idTokens = createSigner(privateKey, { issuer, expiresIn: "10m" });
  const accessTokens = createSigner(privateKey, { issuer, audience: `${issuer}/api`, typ: "at+jwt", jwtId: true });
  const assertions = createClientAssertionVerifier({
    issuer,
    keysOf: (id) => clients.get(id),
    replay: memoryReplayStore(),
    optional: ["typ"], // openid-client and oauth4webapi write none
  });
  const codes = new Map<string, URLSearchParams>();
  const refused: string[] = [];

  async function token(form: URLSearchParams): Promise<readonly [status: number, body: object]> {
    const result = await assertions.safeVerify(form.get("client_assertion"), { clientId: form.get("client_id") });
    if (!result.ok) {
      refused.push(result.error.code);
      return [isJwtError(result.error) ? 401 : 503, { error: "invalid_client" }];
    }
    const { sub: client } = result.claims;
    const request = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (request?.get("client_id") !== client || request.get("code_challenge") !== challenge)
      return [400, { error: "invalid_grant" }];
    const access_token = await accessTokens.sign({ sub: "user_123", client_id: client, scope: "openid" });
    const id_token = await idTokens.sign(
      {
        sub: "user_123",
        nonce: request.get("nonce"),
        at_hash: half(access_token),
        auth_time: Math.floor(Date.now() / 1000),
      },
      { audience: client },
    );
    return [200, { access_token, id_token, token_type: "Bearer", expires_in: 900 }];
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(String(request.url), issuer);
    const json = (status: number, body: object): unknown =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (pathname === "/.well-known/openid-configuration") {
      json(200, {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["ES256"],
        code_challenge_methods_supported: ["S256"],
      });
    } else if (pathname === "/jwks") {
      const found = await jwksResponse(new Request(`${issuer}/jwks`), [privateKey]);
      response.writeHead(found.status, Object.fromEntries(found.headers)).end(await found.text());
    } else if (pathname === "/authorize") {
      const code = randomBytes(16).toString("base64url");
      codes.set(code, searchParams);
      const back = new URL(String(searchParams.get("redirect_uri")));
      back.searchParams.set("code", code);
      for (const [name, value] of [
        ["state", searchParams.get("state")],
        ["iss", issuer],
      ] as const)
        if (value !== null) back.searchParams.set(name, value);
      response.writeHead(303, { location: back.href }).end();
    } else if (pathname === "/token") {
      json(...(await token(new URLSearchParams(await text(request)))));
    } else {
      response.writeHead(404).end();
    }
  }
  server.on("request", (request, response) => {
    void answer(request, response);
  });
  return {
    issuer,
    refused,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
