// Key sets with good and bad keys in them, and a token for which one of them is the right one.
import { base64url } from "../threats/forge.ts";
import type { TestKey } from "../threats/keys.ts";
import { now, policy, signed } from "../hostile/generator.ts";
import { mutateKey } from "../hostile/key-mutations.ts";
import type { Random } from "../hostile/random.ts";

interface SetCase {
  readonly jwks: unknown;
  readonly header?: object;
}
type Mutation = (key: TestKey, attacker: TestKey, random: Random) => SetCase;

const named = ({ publicJwk }: TestKey, kid: string, more: object = {}): object => ({ ...publicJwk, kid, ...more });
const badKey = (key: TestKey, random: Random): unknown => {
  for (;;) {
    const { use, fate, key: bad } = mutateKey(key, random);
    if (use === "verifying" && fate === "refused" && typeof bad === "object" && !Array.isArray(bad))
      return { kid: "good", ...bad! };
  }
};

const mutations: Readonly<Record<string, Mutation>> = {
  "one key": (key) => ({ jwks: { keys: [named(key, "good", { alg: key.alg })] }, header: { kid: "good" } }),
  "keys without alg": (key, attacker) => ({
    jwks: { keys: [named(attacker, "other"), named(key, "good")] },
    header: { kid: "good" },
  }),
  "a token without kid, one key": (key) => ({ jwks: { keys: [named(key, "good")] } }),
  "a token without kid, two keys": (key, attacker) => ({
    jwks: { keys: [named(attacker, "other"), named(key, "good")] },
  }),
  "two keys of one kid": (key, attacker) => ({
    jwks: { keys: [named(attacker, "good"), named(key, "good")] },
    header: { kid: "good" },
  }),
  "a kid that no key has": (key) => ({ jwks: { keys: [named(key, "good")] }, header: { kid: "other" } }),
  "a kid, and a key without one": (key) => ({ jwks: { keys: [key.publicJwk] }, header: { kid: "good" } }),
  "a kid in another case": (key) => ({ jwks: { keys: [named(key, "good")] }, header: { kid: "Good" } }),
  "a key for encryption": (key) => ({ jwks: { keys: [named(key, "good", { use: "enc" })] }, header: { kid: "good" } }),
  "a key of another alg": (key) => ({
    jwks: { keys: [named(key, "good", { alg: "RSA-OAEP" })] },
    header: { kid: "good" },
  }),
  "a private key": (key) => ({ jwks: { keys: [{ ...key.jwk, kid: "good" }] }, header: { kid: "good" } }),
  "a bad key beside the good one": (key, _attacker, random) => ({
    jwks: { keys: [badKey(key, random), named(key, "good")] },
    header: { kid: "good" },
  }),
  "nothing but a bad key": (key, _attacker, random) => ({
    jwks: { keys: [badKey(key, random)] },
    header: { kid: "good" },
  }),
  "what is no key beside the good one": (key, _attacker, random) => ({
    jwks: { keys: [random.pick<unknown>([null, 5, "x", [], {}, { kty: 5 }, { kid: "good" }]), named(key, "good")] },
    header: { kid: "good" },
  }),
  "no list of keys": (key, _attacker, random) => ({
    jwks: random.pick<unknown>([
      null,
      [],
      {},
      { keys: {} },
      { keys: null },
      { keys: "x" },
      named(key, "good"),
      [named(key, "good")],
    ]),
    header: { kid: "good" },
  }),
  "the attacker's key": (_key, attacker) => ({ jwks: { keys: [named(attacker, "good")] }, header: { kid: "good" } }),
  "a secret of the same kid": (key) => ({
    jwks: { keys: [{ kty: "oct", k: base64url("x".repeat(64)), kid: "good" }, named(key, "good")] },
    header: { kid: "good" },
  }),
};

export async function mutateSet(
  key: TestKey,
  attacker: TestKey,
  random: Random,
): Promise<{ readonly name: string; readonly jwks: unknown; readonly token: string }> {
  const name = random.pick(Object.keys(mutations));
  const { jwks, header } = mutations[name]!(key, attacker, random);
  const claims = { iss: policy.issuer, aud: policy.audience, iat: now, exp: now + 100 };
  return { name, jwks, token: await signed(key, JSON.stringify({ alg: key.alg, ...header }), JSON.stringify(claims)) };
}
