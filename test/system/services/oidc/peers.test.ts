// openid-client and oauth4webapi at an issuer made of mintmark: its metadata, keys, ID tokens, and its check of their assertions.
import type { webcrypto } from "node:crypto";
import * as oauth4webapi from "oauth4webapi";
import * as openidClient from "openid-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { discoverJwks, ES256, importSigningKey, importVerifyingKey } from "../../../../src/index.ts";
import { clientAssertion, clientAssertionType, createIdTokenVerifier } from "../../../../src/oauth/index.ts";
import { startOwnIssuer, type OwnIssuer } from "./own-issuer.ts";

const clientId = "web";
const redirectUri = "https://app.example/callback";
const nonce = "n-0S6_WzA2Mj";

let own: OwnIssuer;
let pair: webcrypto.CryptoKeyPair;
beforeAll(async () => {
  pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  own = await startOwnIssuer(new Map([[clientId, await importVerifyingKey(pair.publicKey, ES256)]]));
});
afterAll(() => own.close());

/** Asks the authorization endpoint as a browser does, and returns where it leads. */
async function follow(url: URL): Promise<URL> {
  const { headers } = await fetch(url, { redirect: "manual" });
  return new URL(headers.get("location")!);
}

/** The ID token that a peer took is one for our own verifier, and the reverse of what it refuses. */
async function checkIdToken(idToken: string, accessToken: string): Promise<void> {
  const { issuer } = own;
  const verifier = createIdTokenVerifier(discoverJwks(issuer, { algorithms: [ES256] }), { issuer, clientId });
  const { payload } = await verifier.verify(idToken, { nonce, accessToken, maxAge: "5m" });
  expect(payload.sub).toBe("user_123");
  await expect(verifier.verify(idToken, { nonce: "another" })).rejects.toMatchObject({ code: "claim_mismatch" });
}

it("openid-client", async () => {
  const config = await openidClient.discovery(
    new URL(own.issuer),
    clientId,
    undefined,
    openidClient.PrivateKeyJwt(pair.privateKey),
    { execute: [openidClient.allowInsecureRequests] },
  );
  const verifier = openidClient.randomPKCECodeVerifier();
  const callback = await follow(
    openidClient.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: "openid",
      nonce,
      code_challenge: await openidClient.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }),
  );
  const tokens = await openidClient.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    maxAge: 300,
    idTokenExpected: true,
  });
  expect(tokens.claims()).toMatchObject({ iss: own.issuer, sub: "user_123", aud: clientId });
  await checkIdToken(tokens.id_token!, tokens.access_token);
  expect(own.refused).toEqual([]);
});

it("oauth4webapi, with its own assertion and with ours; one that is sent again is refused", async () => {
  const insecure = { [oauth4webapi.allowInsecureRequests]: true };
  const issuerUrl = new URL(own.issuer);
  const server = await oauth4webapi.processDiscoveryResponse(
    issuerUrl,
    await oauth4webapi.discoveryRequest(issuerUrl, insecure),
  );
  const client: oauth4webapi.Client = { client_id: clientId };
  const ours = await importSigningKey(pair.privateKey, ES256);
  const sent: string[] = [];
  const byUs: oauth4webapi.ClientAuth = async (as, { client_id }, body) => {
    const assertion = sent.at(-1) ?? (await clientAssertion(ours, { clientId: client_id, issuer: as.issuer }));
    sent.push(assertion);
    body.set("client_assertion_type", clientAssertionType);
    body.set("client_assertion", assertion);
  };

  async function login(authentication: oauth4webapi.ClientAuth): Promise<oauth4webapi.TokenEndpointResponse> {
    const verifier = oauth4webapi.generateRandomCodeVerifier();
    const url = new URL(server.authorization_endpoint!);
    url.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid",
      nonce,
      code_challenge: await oauth4webapi.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }).toString();
    const parameters = oauth4webapi.validateAuthResponse(server, client, await follow(url), oauth4webapi.expectNoState);
    const response = await oauth4webapi.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      parameters,
      redirectUri,
      verifier,
      insecure,
    );
    return oauth4webapi.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
  }
  for (const authentication of [oauth4webapi.PrivateKeyJwt(pair.privateKey), byUs]) {
    const tokens = await login(authentication);
    expect(oauth4webapi.getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: "user_123", aud: clientId });
    await checkIdToken(tokens.id_token!, tokens.access_token);
  }
  expect(own.refused).toEqual([]);
  await expect(login(byUs)).rejects.toMatchObject({ error: "invalid_client" });
  expect(own.refused).toEqual(["replayed"]);
});
