// The keys of the hunt: one of every algorithm, and another of each that is the attacker's.
import { Ed25519, EdDSA, exportJwk, generateKeyPair, generateSecret } from "../../../src/index.ts";
import { asymmetric, everyKey, hmac, publicPart } from "../threats/keys.ts";
import type { TestKey } from "../threats/keys.ts";

export async function huntingKeys(): Promise<{
  readonly keys: readonly TestKey[];
  readonly attackers: ReadonlyMap<string, TestKey>;
}> {
  const keys = await everyKey();
  const attackers = await Promise.all(
    keys.map(async ({ alg }): Promise<TestKey> => {
      const secretAlg = hmac.find(({ name }) => name === alg);
      if (secretAlg !== undefined) {
        const secret = await generateSecret(secretAlg, { extractable: true });
        const jwk = await exportJwk(secret);
        return { alg, signing: secret, verifying: secret, jwk, publicJwk: jwk };
      }
      const { privateKey, publicKey } = await generateKeyPair(
        [...asymmetric, Ed25519, EdDSA].find(({ name }) => name === alg)!,
        { extractable: true },
      );
      const jwk = await exportJwk(privateKey);
      return {
        alg,
        signing: withoutKid(privateKey),
        verifying: withoutKid(publicKey),
        jwk,
        publicJwk: publicPart(jwk),
      };
    }),
  );
  return { keys, attackers: new Map(attackers.map((key) => [key.alg, key])) };
}

/** A token without kid is tried with it as with any other. */
function withoutKid<Key extends { readonly kid?: string }>(key: Key): Key {
  const { kid, ...rest } = key;
  return kid === undefined ? key : (rest as Key);
}
