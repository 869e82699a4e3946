// Run by a Node.js that has ML-DSA, with which oidc-provider then signs. Prints what became of the ID tokens, as JSON.
import { discoverJwks, ML_DSA_44, ML_DSA_65, ML_DSA_87 } from "../../../../src/index.ts";
import { createIdTokenVerifier, type IdTokenVerifyOptions } from "../../../../src/oauth/index.ts";
import { clientOf, makeJwk, startProvider } from "./provider.ts";

const algorithms = [ML_DSA_44, ML_DSA_65, ML_DSA_87];
const clients = algorithms.map(({ name }) => clientOf(name));
const provider = await startProvider(
  clients,
  // oidc-provider looks for a default algorithm too.
  ["RS256", ...algorithms.map(({ name }) => name)].map((alg) => makeJwk(alg)),
);
const nonce = "n-0S6_WzA2Mj";

const found: object[] = [];
for (const [at, algorithm] of algorithms.entries()) {
  const client = clients[at]!;
  const keys = discoverJwks(provider.issuer, { algorithms: [algorithm] });
  const verifier = createIdTokenVerifier(keys, { issuer: provider.issuer, clientId: client.client_id });
  const outcome = async (token: string, call: Partial<IdTokenVerifyOptions>): Promise<unknown> => {
    const result = await verifier.safeVerify(token, { nonce, ...call });
    if (result.ok) return result.payload.sub;
    return "claim" in result.error ? result.error.claim : result.error.code;
  };
  const callback = await provider.signIn(client, { response_type: "code id_token token" });
  const [code, front] = [callback.get("code")!, callback.get("id_token")!];
  const accessToken = callback.get("access_token")!;
  const { id_token: back } = await provider.exchange(client, code);
  found.push({
    alg: algorithm.name,
    code: await outcome(back!, {}),
    hybrid: await outcome(front, { code, accessToken }),
    injectedCode: await outcome(front, { code: "another" }),
    injectedToken: await outcome(front, { code, accessToken: "another" }),
  });
}
console.log(`\n${JSON.stringify(found)}`);
await provider.close();
