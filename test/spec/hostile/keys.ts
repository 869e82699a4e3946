// The keys of the hunt: one of every algorithm, and another of each that is the attacker's.
import { exportJwk, generateKeyPair, generateSecret } from "../../../src/index.ts";
import { asymmetricAlgorithms, hmacAlgorithms } from "../algorithms.ts";
import { everyKey, publicPart } from "../threats/keys.ts";
import type { TestKey } from "../threats/keys.ts";

export const keys: readonly TestKey[] = await everyKey();

const attackers = new Map(await Promise.all(keys.map(async (key) => [key, await attackerLike(key)] as const)));
export const attackerOf = (key: TestKey): TestKey => attackers.get(key)!;

async function attackerLike({ alg }: TestKey): Promise<TestKey> {
  const secretAlg = hmacAlgorithms.find(({ name }) => name === alg);
  if (secretAlg !== undefined) {
    const secret = await generateSecret(secretAlg, { extractable: true });
    const jwk = await exportJwk(secret);
    return { alg, signing: secret, verifying: secret, jwk, publicJwk: jwk };
  }
  const { privateKey, publicKey } = await generateKeyPair(asymmetricAlgorithms.find(({ name }) => name === alg)!, {
    extractable: true,
  });
  const jwk = await exportJwk(privateKey);
  return {
    alg,
    signing: withoutKid(privateKey),
    verifying: withoutKid(publicKey),
    jwk,
    publicJwk: publicPart(jwk),
  };
}

/** A token without kid is tried with it as with any other. */
function withoutKid<Key extends { readonly kid?: string }>(key: Key): Key {
  const { kid, ...rest } = key;
  return kid === undefined ? key : (rest as Key);
}
