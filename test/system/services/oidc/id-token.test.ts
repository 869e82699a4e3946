// A client of a real oidc-provider, with the verifiers of mintmark/oauth: code and hybrid flow, and back-channel logout.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  discoverJwks,
  generateSecret,
  HS256,
  importSecret,
  memoryReplayStore,
  unchecked,
  type VerificationKeys,
} from "../../../../src/index.ts";
import { createIdTokenVerifier, createLogoutTokenVerifier, type IdTokenVerifier } from "../../../../src/oauth/index.ts";
import { createSessions } from "../../../../src/sessions/index.ts";
import { hmacAlgorithms } from "../../../spec/algorithms.ts";
import { asymmetricAlgorithms, runJson } from "./algorithms.ts";
import { node24, noRuntime } from "../servers/runtimes.ts";
import {
  algorithmNames,
  asymmetricNames,
  Browser,
  clientOf,
  makeJwk,
  resource,
  startProvider,
  type Client,
  type Provider,
} from "./provider.ts";

/** The client's side of back-channel logout: what it is sent, and what it answers. */
const received: string[] = [];
let answerLogout: (token: string | null) => Promise<number> = () => Promise.resolve(501);
const receiver = createServer((request, response) => {
  void text(request).then(async (body) => {
    const token = new URLSearchParams(body).get("logout_token");
    received.push(String(token));
    response.writeHead(await answerLogout(token)).end();
  });
});

let provider: Provider;
let clients: ReadonlyMap<string, Client>;
beforeAll(async () => {
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  const backchannel_logout_uri = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/logout`;
  const logout = { backchannel_logout_uri, backchannel_logout_session_required: true };
  clients = new Map(algorithmNames.map((alg) => [alg, clientOf(alg, logout)]));
  provider = await startProvider(
    [...clients.values()],
    asymmetricNames.map((alg) => makeJwk(alg)),
  );
});
afterAll(async () => {
  await provider.close();
  receiver.closeAllConnections();
  receiver.close();
});

async function keysFor(alg: string, client: Client): Promise<VerificationKeys> {
  const hmac = hmacAlgorithms.find(({ name }) => name === alg);
  if (hmac !== undefined) return importSecret(client.client_secret!, hmac);
  return discoverJwks(provider.issuer, { algorithms: asymmetricAlgorithms.filter(({ name }) => name === alg) });
}
async function verifierFor(alg: string): Promise<{ readonly client: Client; readonly verifier: IdTokenVerifier }> {
  const client = clients.get(alg)!;
  const options = { issuer: provider.issuer, clientId: client.client_id };
  return { client, verifier: createIdTokenVerifier(await keysFor(alg, client), options) };
}
const nonce = "n-0S6_WzA2Mj";

describe.each(algorithmNames)("%s", (alg) => {
  it("code flow: nonce, acr and auth_time", async () => {
    const { client, verifier } = await verifierFor(alg);
    const acr = "urn:example:password";
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: [acr] } } });
    const callback = await provider.signIn(client, { max_age: "300", claims });
    const tokens = await provider.exchange(client, callback.get("code"));
    const idToken = tokens.id_token!;
    const { payload } = await verifier.verify(idToken, { nonce, maxAge: "5m", acr });
    expect(payload).toMatchObject({ iss: provider.issuer, sub: "user_123", aud: client.client_id });

    const refusals = [
      [{ nonce: "of another login" }, { code: "claim_mismatch", claim: "nonce" }],
      [
        { nonce, accessToken: tokens.access_token! },
        { code: "claim_missing", claim: "at_hash" },
      ],
      [
        { nonce, code: callback.get("code")! },
        { code: "claim_missing", claim: "c_hash" },
      ],
      [
        { nonce, acr: "urn:example:otp" },
        { code: "claim_mismatch", claim: "acr" },
      ],
    ] as const;
    for (const [call, error] of refusals) await expect(verifier.verify(idToken, call)).rejects.toMatchObject(error);
    const another = { issuer: provider.issuer, clientId: "another" };
    const others = createIdTokenVerifier(await keysFor(alg, client), another);
    await expect(others.verify(idToken, { nonce })).rejects.toMatchObject({ code: "audience_mismatch" });
  });

  it.each(["code id_token", "code id_token token"])("hybrid flow: %s", async (response_type) => {
    const { client, verifier } = await verifierFor(alg);
    const callback = await provider.signIn(client, { response_type });
    const [code, idToken] = [callback.get("code")!, callback.get("id_token")!];
    const accessToken = callback.get("access_token");
    const beside = accessToken === null ? { code } : { code, accessToken };
    const front = await verifier.verify(idToken, { nonce, ...beside });
    const back = await verifier.verify((await provider.exchange(client, code)).id_token!, { nonce });
    expect([front.payload.iss, front.payload.sub]).toEqual([back.payload.iss, back.payload.sub]);
    for (const [name, claim] of [
      ["code", "c_hash"],
      ["accessToken", "at_hash"],
    ] as const)
      if (name in beside)
        await expect(verifier.verify(idToken, { nonce, ...beside, [name]: "injected" })).rejects.toMatchObject({
          code: "claim_mismatch",
          claim,
        });
  });

  it("access tokens and logout tokens are no ID tokens", async () => {
    const { client, verifier } = await verifierFor(alg);
    const callback = await provider.signIn(client, { scope: "openid read", resource });
    const { access_token } = await provider.exchange(client, callback.get("code"));
    if (!alg.startsWith("HS"))
      await expect(verifier.verify(access_token!, { nonce: unchecked })).rejects.toMatchObject({
        code: "typ_mismatch",
      });
  });

  it("back-channel logout ends the session, once, and is sent again where that failed", async () => {
    const { client, verifier } = await verifierFor(alg);
    const browser = new Browser();
    const callback = await provider.signIn(client, {}, browser);
    const tokens = await provider.exchange(client, callback.get("code"));
    const { payload } = await verifier.verify(tokens.id_token!, { nonce });

    const sessions = createSessions(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
    const session = await sessions.begin(
      `${payload.iss} ${payload.sub}`,
      {},
      { upstream: [payload.iss, String(payload.sid)] },
    );
    await sessions.liveVerifier.verify(session.accessToken);

    const logouts = createLogoutTokenVerifier(await keysFor(alg, client), {
      issuer: provider.issuer,
      clientId: client.client_id,
      replay: memoryReplayStore(),
      required: ["sid"],
    });
    let isDown = true;
    answerLogout = async (token) => {
      try {
        await logouts.verify(token, {
          async beforeReplay({ payload: found }) {
            if (isDown) throw new Error("the database is down");
            await sessions.endUpstream(found.iss, found.sid);
          },
        });
        return 200;
      } catch {
        return 400;
      }
    };
    received.length = 0;
    await provider.signOut(browser);
    expect(received).toHaveLength(1);
    await sessions.liveVerifier.verify(session.accessToken); // ending it failed

    const [token = ""] = received;
    isDown = false;
    expect(await answerLogout(token)).toBe(200);
    await expect(sessions.liveVerifier.verify(session.accessToken)).rejects.toMatchObject({ code: "revoked" });
    await expect(logouts.verify(token)).rejects.toMatchObject({ code: "replayed" });
    for (const one of [{ nonce }, { nonce: unchecked }] as const)
      await expect(verifier.verify(token, one)).rejects.toMatchObject({ code: "typ_mismatch" });
    await expect(logouts.verify(tokens.id_token!)).rejects.toMatchObject({ code: "claim_missing" });
  });
});

const noNode24 = noRuntime(node24, "Node.js 24");
it.skipIf(noNode24 !== undefined)("ML-DSA, on a Node.js that has it: at_hash and c_hash by SHAKE256", async () => {
  const found = await runJson(node24!, "ml-dsa-id-tokens.ts");
  expect(found).toEqual(
    ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"].map((alg) => ({
      alg,
      code: "user_123",
      hybrid: "user_123",
      injectedCode: "c_hash",
      injectedToken: "at_hash",
    })),
  );
});
