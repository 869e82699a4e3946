// Tokens minted on one runtime and verified on another.

import type { Jwk } from "mintmark";
import { askRuntime } from "./algorithms.ts";
import { equal, refused, runCases, type Case, type Failure, type Mintmark } from "./case.ts";
import { base64url, flipBit, octets } from "./text.ts";

export interface Minted {
  readonly alg: string;
  readonly token: string;
  /** The public key; of an HMAC, the secret. */
  readonly jwk: Jwk;
}

const policy = { issuer: "conformance", audience: "everywhere" };
const claims = { sub: "Zoë 🪙", nested: { list: [1, 2.5, null, true] } };

/** One token of every algorithm that is here. */
export async function mint(mintmark: Mintmark): Promise<Minted[]> {
  const { asymmetric, hmac } = await askRuntime(mintmark);
  const minted: Minted[] = [];
  for (const { alg, length } of hmac) {
    const key = await mintmark.importSecret(octets(length), alg, { kid: alg.name });
    minted.push({
      alg: alg.name,
      token: await mintmark.sign(claims, key, { ...policy, expiresIn: "1h" }),
      jwk: { kty: "oct", k: base64url(octets(length)), kid: alg.name },
    });
  }
  for (const { alg, present } of asymmetric) {
    if (!present) continue;
    const { privateKey, publicKey } = await mintmark.generateKeyPair(alg);
    minted.push({
      alg: alg.name,
      token: await mintmark.sign(claims, privateKey, { ...policy, expiresIn: "1h" }),
      jwk: await mintmark.exportJwk(publicKey),
    });
  }
  return minted;
}

/** Every token verifies here, or its algorithm is refused. */
export async function check(
  mintmark: Mintmark,
  minted: readonly Minted[],
): Promise<{ readonly cases: number; readonly failures: readonly Failure[] }> {
  const { asymmetric, hmac } = await askRuntime(mintmark);
  const cases = minted.map(
    ({ alg, token, jwk }): Case => [
      `verifies ${alg}`,
      async () => {
        const pair = asymmetric.find((one) => one.alg.name === alg);
        const load = () =>
          pair === undefined
            ? mintmark.importSecret(jwk, hmac.find((one) => one.alg.name === alg)!.alg)
            : mintmark.importVerifyingKey(jwk, pair.alg);
        if (pair?.present === false) {
          await refused("unsupported_algorithm", load);
          return;
        }
        const key = await load();
        const verified = await mintmark.verify(token, key, policy);
        equal([verified.claims.sub, verified.claims.nested], [claims.sub, claims.nested]);
        await refused("signature_invalid", () => mintmark.verify(flipBit(token, 2), key, policy));
      },
    ],
  );
  return { cases: cases.length, failures: await runCases(cases) };
}
