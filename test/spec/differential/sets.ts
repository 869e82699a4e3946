// Key sets with good and bad keys in them, and a token for which one of them is the right one.
import type fc from "fast-check";
import { attackerOf } from "../hostile/keys.ts";
import { anyOf, one, type Kinds } from "../hostile/arbitrary.ts";
import { hostileKeysLike } from "../hostile/key-mutations.ts";
import { base64url } from "../threats/forge.ts";
import type { TestKey } from "../threats/keys.ts";

export interface SetCase {
  readonly jwks: unknown;
  /** Members of the token's header. */
  readonly header?: object;
}

/** Most of them, and a token of the good kid. */
const holding = (lists: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<SetCase> =>
  lists.map((keys) => ({ jwks: { keys }, header: { kid: "good" } }));

function setKinds(key: TestKey): Kinds<SetCase> {
  const named = ({ publicJwk }: TestKey, kid: string, more: object = {}): object => ({ ...publicJwk, kid, ...more });
  const [good, other] = [named(key, "good"), named(attackerOf(key), "other")];
  const bad = hostileKeysLike(key)
    .filter(
      ({ use, fate, key: made }) =>
        use === "verifying" && fate === "refused" && typeof made === "object" && !Array.isArray(made),
    )
    .map(({ key: made }): object => ({ kid: "good", ...(made as object) }));
  const list = (...members: readonly unknown[]): fc.Arbitrary<SetCase> => holding(one(members));
  return {
    "one key": list(named(key, "good", { alg: key.alg })),
    "keys without alg": list(other, good),
    "a token without kid, one key": one({ jwks: { keys: [good] } }),
    "a token without kid, two keys": one({ jwks: { keys: [other, good] } }),
    "two keys of one kid": list({ ...other, kid: "good" }, good),
    "a kid that no key has": one({ jwks: { keys: [good] }, header: { kid: "other" } }),
    "a kid, and a key without one": list(key.publicJwk),
    "a kid in another case": one({ jwks: { keys: [good] }, header: { kid: "Good" } }),
    "a key for encryption": list({ ...good, use: "enc" }),
    "a key of another alg": list({ ...good, alg: "RSA-OAEP" }),
    "a private key": list({ ...key.jwk, kid: "good" }),
    "a bad key beside the good one": holding(bad.map((made) => [made, good])),
    "nothing but a bad key": holding(bad.map((made) => [made])),
    "what is no key beside the good one": holding(
      one<unknown>(null, 5, "x", [], {}, { kty: 5 }, { kid: "good" }).map((made) => [made, good]),
    ),
    "no list of keys": one<unknown>(null, [], {}, { keys: {} }, { keys: null }, { keys: "x" }, good, [good]).map(
      (jwks) => ({ jwks, header: { kid: "good" } }),
    ),
    "the attacker's key": list({ ...other, kid: "good" }),
    "a secret of the same kid": list({ kty: "oct", k: base64url("x".repeat(64)), kid: "good" }, good),
  };
}

export const setsLike = (key: TestKey): fc.Arbitrary<readonly [name: string, made: SetCase]> => anyOf(setKinds(key));
