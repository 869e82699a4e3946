// private_key_jwt and client_secret_jwt at a real oidc-provider, by clientAssertion.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  exportJwk,
  generateKeyPair,
  importSecret,
  publicKeyOf,
  type AsymmetricAlgorithm,
  type SigningKey,
} from "../../../../src/index.ts";
import { clientAssertion, clientAssertionType } from "../../../../src/oauth/index.ts";
import { hmacAlgorithms } from "../../../spec/algorithms.ts";
import { asymmetricAlgorithms } from "./algorithms.ts";
import {
  clientOf,
  makeJwk,
  resource,
  startProvider,
  type Client,
  type Provider,
  type TokenResponse,
} from "./provider.ts";

let provider: Provider;
const keys = new Map<string, SigningKey>();
const clients = new Map<string, Client>();
const idOf = (alg: string): string => `service-${alg}`;
beforeAll(async () => {
  const shared = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] };
  for (const algorithm of asymmetricAlgorithms) {
    const key = await makeKey(algorithm);
    keys.set(algorithm.name, key);
    clients.set(algorithm.name, {
      ...shared,
      client_id: idOf(algorithm.name),
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: algorithm.name,
      jwks: { keys: [{ ...(await exportJwk(await publicKeyOf(key))), use: "sig" }] },
    });
  }
  for (const algorithm of hmacAlgorithms) {
    const { client_secret = "" } = clientOf(algorithm.name);
    keys.set(algorithm.name, await importSecret(client_secret, algorithm));
    clients.set(algorithm.name, {
      ...shared,
      client_id: idOf(algorithm.name),
      client_secret,
      token_endpoint_auth_method: "client_secret_jwt",
      token_endpoint_auth_signing_alg: algorithm.name,
    });
  }
  provider = await startProvider([...clients.values()], [makeJwk("RS256")]);
});
afterAll(() => provider.close());

async function makeKey(algorithm: AsymmetricAlgorithm): Promise<SigningKey> {
  return (await generateKeyPair(algorithm)).privateKey;
}

const askWith = (alg: string, client_assertion: string): Promise<TokenResponse> =>
  provider.token(clients.get(alg)!, {
    grant_type: "client_credentials",
    scope: "read",
    resource,
    client_assertion_type: clientAssertionType,
    client_assertion,
  });

describe.each([...asymmetricAlgorithms, ...hmacAlgorithms].map(({ name }) => name))("%s", (alg) => {
  const assertion = (options: object = {}): Promise<string> =>
    clientAssertion(keys.get(alg)!, { clientId: idOf(alg), issuer: provider.issuer, ...options });

  it("is accepted, and its replay refused", async () => {
    const first = await assertion();
    expect(await askWith(alg, first)).toMatchObject({ access_token: expect.any(String) as unknown });
    expect(await askWith(alg, first)).toMatchObject({ error: "invalid_client" });
    expect(await askWith(alg, await assertion())).toMatchObject({ access_token: expect.any(String) as unknown });
  });

  it("is refused by another issuer, for another client, and by another key", async () => {
    const refused = [
      await assertion({ issuer: "https://other.example" }),
      await assertion({ clientId: "service-of-another" }),
      await clientAssertion(keys.get(alg === "ES256" ? "ES384" : "ES256")!, {
        clientId: idOf(alg),
        issuer: provider.issuer,
      }),
    ];
    for (const one of refused) expect((await askWith(alg, one)).error).toMatch(/^invalid_(client|request)$/);
  });

  it("the old form is what an old server takes: the token endpoint as audience", async () => {
    const old = await assertion({ legacyAudience: `${provider.issuer}/token` });
    expect(await askWith(alg, old)).toMatchObject({ access_token: expect.any(String) as unknown });
  });
});
