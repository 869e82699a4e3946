// What a real oidc-provider signs, with every algorithm that it offers, verified through its metadata and through its key set.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  discoverJwks,
  ES256,
  importSecret,
  remoteJwks,
  type AsymmetricAlgorithm,
  type VerificationKeys,
} from "../../../../src/index.ts";
import { node24, noRuntime } from "../servers/runtimes.ts";
import { hmacAlgorithms } from "../../../spec/algorithms.ts";
import { asymmetricAlgorithms, runJson } from "./algorithms.ts";
import {
  algorithmNames,
  asymmetricNames,
  clientOf,
  makeJwk,
  resource,
  startProvider,
  tokensOf as tokensAt,
  type Client,
  type Provider,
} from "./provider.ts";

const clients = new Map(algorithmNames.map((alg) => [alg, clientOf(alg)]));
const keys = asymmetricNames.map((alg) => makeJwk(alg));
let provider: Provider;
beforeAll(async () => {
  provider = await startProvider([...clients.values()], keys);
});
afterAll(() => provider.close());

const clientFor = (alg: string): Client => clients.get(alg)!;
const algorithmOf = (alg: string): AsymmetricAlgorithm => asymmetricAlgorithms.find(({ name }) => name === alg)!;

const tokensOf = (alg: string): ReturnType<typeof tokensAt> => tokensAt(provider, clientFor(alg));

/** Keys of an algorithm: for HS* the client's secret or that of the resource server, otherwise those that are published. */
async function keysFor(alg: string, secret: string | Uint8Array): Promise<readonly VerificationKeys[]> {
  const hmac = hmacAlgorithms.find(({ name }) => name === alg);
  if (hmac !== undefined) return [await importSecret(secret, hmac)];
  const algorithms = [algorithmOf(alg)];
  return [
    discoverJwks(provider.issuer, { algorithms }),
    remoteJwks(`${provider.issuer}/jwks`, { algorithms, issuer: provider.issuer }),
  ];
}

const noNode24 = noRuntime(node24, "Node.js 24");

describe.each(algorithmNames)("%s", (alg) => {
  const client = clientFor(alg);

  it("ID tokens of the authorization code flow are verified, and another issuer, client or user refused", async () => {
    const { id_token } = await tokensOf(alg);
    for (const source of await keysFor(alg, client.client_secret!)) {
      const policy = { issuer: provider.issuer, audience: client.client_id };
      const { claims, header } = await createVerifier(source, policy).verify(id_token);
      expect(header.alg).toBe(alg);
      expect(claims).toMatchObject({ sub: "user_123", nonce: "n-0S6_WzA2Mj" });
      const refusals = [
        [{ ...policy, issuer: "https://other.example" }, "issuer_mismatch"],
        [{ ...policy, issuer: `${provider.issuer}/` }, "issuer_mismatch"],
        [{ ...policy, audience: "client-of-another" }, "audience_mismatch"],
        [{ ...policy, audience: resource }, "audience_mismatch"],
        [{ ...policy, subject: "user_124" }, "subject_mismatch"],
        [{ ...policy, typ: "at+jwt" }, "typ_mismatch"],
      ] as const;
      for (const [other, code] of refusals)
        await expect(createVerifier(source, other).verify(id_token)).rejects.toMatchObject({ code });
    }
  });

  it("access tokens of the code flow and of client_credentials are verified as RFC 9068 writes them", async () => {
    const { access_token: byCode } = await tokensOf(alg);
    const grant = { grant_type: "client_credentials", scope: "read", resource };
    const { access_token: byClient = "" } = await provider.token(client, grant);
    for (const source of await keysFor(alg, provider.resourceSecret)) {
      const policy = { issuer: provider.issuer, audience: resource, typ: "at+jwt" };
      const verifier = createVerifier(source, policy);
      const shared = { client_id: client.client_id, scope: "read" };
      expect((await verifier.verify(byCode)).claims).toMatchObject({ sub: "user_123", ...shared });
      expect((await verifier.verify(byClient)).claims).toMatchObject({ sub: client.client_id, ...shared });
      const another = { code: "claim_mismatch", claim: "client_id" };
      await expect(
        createVerifier(source, { ...policy, match: { client_id: "another" } }).verify(byCode),
      ).rejects.toMatchObject(another);
      const forClient = createVerifier(source, { ...policy, audience: client.client_id });
      await expect(forClient.verify(byCode)).rejects.toMatchObject({ code: "audience_mismatch" });
    }
  });

  it("what userinfo and introspection sign is verified", async () => {
    const callback = await provider.signIn(client);
    const { access_token = "" } = await provider.exchange(client, callback.get("code"));
    const headers = { authorization: `Bearer ${access_token}` };
    const userinfo = await (await fetch(`${provider.issuer}/me`, { headers })).text();
    const introspection = await fetch(`${provider.issuer}/token/introspection`, {
      method: "POST",
      headers: { accept: "application/token-introspection+jwt" },
      body: new URLSearchParams({
        client_id: client.client_id,
        client_secret: client.client_secret!,
        token: access_token,
      }),
    });
    const answer = await introspection.text();
    for (const source of await keysFor(alg, client.client_secret!)) {
      const policy = { issuer: provider.issuer, audience: client.client_id };
      // Neither has an `exp`: each is an answer to a request, and read at once.
      const about = createVerifier(source, { ...policy, optional: ["exp", "iat"] });
      expect((await about.verify(userinfo)).claims).toMatchObject({ sub: "user_123" });
      const state = createVerifier(source, { ...policy, optional: ["exp"], typ: "token-introspection+jwt" });
      expect((await state.verify(answer)).payload.token_introspection).toMatchObject({ active: true });
      await expect(state.verify(userinfo)).rejects.toMatchObject({ code: "typ_mismatch" });
    }
  });
});

describe("a change of keys on the server", () => {
  it.each(["RS256", "PS256", "ES256", "Ed25519"])(
    "%s: a new key is found, and the old one no longer accepted",
    async (alg) => {
      const others = keys.filter((key) => key.alg !== alg);
      const before = keys.find((key) => key.alg === alg)!;
      const after = makeJwk(alg, `${alg}-2`);
      let now = Date.now();
      const options = { algorithms: [algorithmOf(alg)], now: () => new Date(now) };
      const policy = { issuer: provider.issuer, audience: clientFor(alg).client_id, now: options.now };
      const verifiers = [
        discoverJwks(provider.issuer, options),
        remoteJwks(`${provider.issuer}/jwks`, { ...options, issuer: provider.issuer }),
      ].map((source) => createVerifier(source, policy));
      const outcomes = (token: string): Promise<unknown[]> =>
        Promise.all(
          verifiers.map(async ({ safeVerify }) => {
            const result = await safeVerify(token);
            return result.ok ? result.header.kid : result.error.code;
          }),
        );

      const { id_token: byOld } = await tokensOf(alg);
      expect(await outcomes(byOld)).toEqual([before.kid, before.kid]);

      // Beside the old one, and used first.
      provider.useKeys([after, before, ...others]);
      now += 31_000; // over the cooldown
      const { id_token: byNew } = await tokensOf(alg);
      expect(await outcomes(byNew)).toEqual([after.kid, after.kid]);
      expect(await outcomes(byOld)).toEqual([before.kid, before.kid]);

      provider.useKeys([after, ...others]);
      now += 601_000; // over maxAge
      expect(await outcomes(byNew)).toEqual([after.kid, after.kid]);
      await vi.waitFor(async () => {
        expect(await outcomes(byOld)).toEqual(["key_not_found", "key_not_found"]);
      });
      provider.useKeys(keys);
    },
  );

  it("a key of the same name is not the same key", async () => {
    const source = discoverJwks(provider.issuer, { algorithms: [ES256] });
    const verifier = createVerifier(source, { issuer: provider.issuer, audience: clientFor("ES256").client_id });
    const { id_token: byOld } = await tokensOf("ES256");
    await verifier.verify(byOld);
    provider.useKeys([makeJwk("ES256"), ...keys.filter(({ alg }) => alg !== "ES256")]);
    const { id_token: byNew } = await tokensOf("ES256");
    await expect(verifier.verify(byNew)).rejects.toMatchObject({ code: "signature_invalid" });
    await source.reload();
    await verifier.verify(byNew);
    await expect(verifier.verify(byOld)).rejects.toMatchObject({ code: "signature_invalid" });
    provider.useKeys(keys);
  });
});

it.skipIf(noNode24 !== undefined)("ML-DSA, on a Node.js that has it", async () => {
  const found = await runJson(node24!, "ml-dsa.ts");
  expect(found).toEqual(
    ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"].map((alg) => ({
      alg,
      idToken: "user_123",
      accessToken: "user_123",
      anotherClient: "audience_mismatch",
      anotherIssuer: "issuer_mismatch",
    })),
  );
});

it("an issuer in another spelling is another issuer to discovery", async () => {
  const { id_token } = await tokensOf("ES256");
  const issuer = provider.issuer.replace("127.0.0.1", "localhost");
  const verifier = createVerifier(discoverJwks(issuer, { algorithms: [ES256] }), { issuer, audience: "client-ES256" });
  await expect(verifier.verify(id_token)).rejects.toMatchObject({ code: "jwks_invalid" });
});
