// DPoP wherever JavaScript runs: a key that cannot be exported makes proofs, and a resource takes each once.

import type { Algorithms } from "./algorithms.ts";
import { assert, equal, type Case, type Mintmark } from "./case.ts";

const web = { issuer: "https://id.example", audience: "https://api.example" };
const url = "https://api.example/orders?page=2";

export function dpop(mintmark: Mintmark, { hmac, asymmetric }: Algorithms): Case[] {
  const [{ alg }] = hmac as [Algorithms["hmac"][number]];
  const { createDpopProver, createDpopVerifier } = mintmark.oauth;
  type Prover = ReturnType<typeof createDpopProver>;

  /** What a resource says of a request: `200`, or the code of the refusal. */
  const resourceFor = async (prover: Prover, options: object = {}) => {
    const key = await mintmark.generateSecret(alg);
    const cnf = { jkt: await prover.thumbprint() };
    const accessToken = await mintmark.sign({ sub: "user_1", cnf }, key, web);
    const algorithms = asymmetric.filter(({ present }) => present).map((one) => one.alg);
    const { authenticate } = mintmark.createAuthenticator(mintmark.createVerifier(key, web), {
      dpop: createDpopVerifier({ algorithms, replay: mintmark.memoryReplayStore(), ...options }),
    });
    const ask = async (proof: string, scheme = "DPoP"): Promise<string> => {
      const headers = new Headers({ authorization: `${scheme} ${accessToken}`, dpop: proof });
      const caller = await authenticate({ method: "GET", url, headers });
      if (!caller.ok) prover.remember(new Response(null, caller));
      return caller.ok ? "200" : caller.error.code;
    };
    const proof = (method = "GET"): Promise<string> => prover.proof({ method, url, accessToken });
    return { ask, proof };
  };

  return [
    ...asymmetric
      .filter(({ present }) => present)
      .map(
        ({ alg: signing }): Case => [
          `DPoP: ${signing.name} proves a key`,
          async () => {
            const { ask, proof } = await resourceFor(createDpopProver(await mintmark.generateKeyPair(signing)));
            equal(await ask(await proof()), "200");
            equal(await ask(await proof("POST")), "proof_invalid");
          },
        ],
      ),
    [
      "DPoP: a key of Web Crypto that cannot be exported, and of 20 uses of one proof at the same time one",
      async () => {
        const parameters = { name: "ECDSA", namedCurve: "P-256" };
        const keys = await crypto.subtle.generateKey(parameters, false, ["sign", "verify"]);
        const { ask, proof } = await resourceFor(createDpopProver(keys));
        const one = await proof();
        const answers = await Promise.all(Array.from({ length: 20 }, () => ask(one)));
        equal(answers.filter((answer) => answer === "200").length, 1);
        equal(answers.filter((answer) => answer === "proof_invalid").length, 19);
        equal(await ask(await proof(), "Bearer"), "token_bound");
      },
    ],
    [
      "DPoP: a nonce of a shared secret is asked for, remembered and good",
      async () => {
        const secret = "a secret that all of the processes share";
        const prover = createDpopProver(await mintmark.generateKeyPair(mintmark.ES256));
        const { ask, proof } = await resourceFor(prover, { nonce: secret });
        equal(await ask(await proof()), "proof_nonce");
        equal(await ask(await proof()), "200");
        const { ask: askOther, proof: otherProof } = await resourceFor(prover, { nonce: secret });
        equal(await askOther(await otherProof()), "200");
        assert((await proof()) !== (await proof()), "each proof is another one");
      },
    ],
  ];
}
