// Run by a Node.js that has ML-DSA, with which oidc-provider then signs. Prints what became of the tokens, as JSON.
import {
  createVerifier,
  discoverJwks,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
  remoteJwks,
  type Verifier,
} from "../../../../src/index.ts";
import { clientOf, makeJwk, resource, startProvider, tokensOf } from "./provider.ts";

const algorithms = [ML_DSA_44, ML_DSA_65, ML_DSA_87];
const clients = algorithms.map(({ name }) => clientOf(name));
const provider = await startProvider(
  clients,
  // oidc-provider looks for a default algorithm too.
  ["RS256", ...algorithms.map(({ name }) => name)].map((alg) => makeJwk(alg)),
);
const { issuer } = provider;

async function outcome(verifier: Verifier, token: string): Promise<unknown> {
  const result = await verifier.safeVerify(token);
  return result.ok ? result.payload.sub : result.error.code;
}

const found: object[] = [];
for (const [at, algorithm] of algorithms.entries()) {
  const client = clients[at]!;
  const { id_token: idToken, access_token: accessToken } = await tokensOf(provider, client);
  const discovered = discoverJwks(issuer, { algorithms: [algorithm] });
  const remote = remoteJwks(`${issuer}/jwks`, { algorithms: [algorithm], issuer });
  const audience = client.client_id;
  found.push({
    alg: algorithm.name,
    idToken: await outcome(createVerifier(discovered, { issuer, audience }), idToken),
    accessToken: await outcome(createVerifier(remote, { issuer, audience: resource, typ: "at+jwt" }), accessToken),
    anotherClient: await outcome(createVerifier(discovered, { issuer, audience: "another" }), idToken),
    anotherIssuer: await outcome(createVerifier(remote, { issuer: "https://other.example", audience }), idToken),
  });
}
console.log(`\n${JSON.stringify(found)}`);
await provider.close();
