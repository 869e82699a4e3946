// A protected resource with DPoP: the option is handed down whole, and with a proof key-bound tokens come in by every gate.
import { expect, it } from "vitest";
import { ES256, generateKeyPair, thumbprint, unchecked } from "../../../src/index.ts";
import { fetchGate } from "../../../src/mcp/index.ts";
import { createDpopProver, createDpopVerifier } from "../../../src/oauth/index.ts";
import { apiWith, resource, tokenWith } from "./resource.ts";

const pair = await generateKeyPair(ES256, { extractable: true });
const prover = createDpopProver(pair);
const dpop = createDpopVerifier({ algorithms: [ES256], replay: unchecked });
const api = apiWith();

async function proven(token: string): Promise<Request> {
  const proof = await prover.proof({ method: "GET", url: resource, accessToken: token });
  return new Request(resource, { headers: { authorization: `DPoP ${token}`, dpop: proof } });
}

it("a key-bound token comes in with its proof, and only so", async () => {
  const token = await tokenWith({ cnf: { jkt: await thumbprint(pair.publicKey) } });
  expect((await api.authenticate(await proven(token), { dpop })).ok).toBe(true);
  expect((await api.authenticate(await proven(token))).ok).toBe(false);
  const bare = new Request(resource, { headers: { authorization: `DPoP ${token}` } });
  expect(await api.authenticate(bare, { dpop })).toMatchObject({ ok: false, status: 401 });
  await expect(api.verifier.verify(token)).rejects.toMatchObject({ claim: "cnf" });
});

it("the gate for MCP servers takes the option too", async () => {
  const token = await tokenWith({ cnf: { jkt: await thumbprint(pair.publicKey) } });
  const serve = fetchGate(api, (_, authInfo) => Response.json(authInfo.token === token), { dpop });
  const response = await serve(await proven(token));
  expect([response.status, await response.json()]).toEqual([200, true]);
  expect((await serve(new Request(resource, { headers: { authorization: `DPoP ${token}` } }))).status).toBe(401);
});
