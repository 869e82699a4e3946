/** Local key sets: from a file, a configuration, a test. */

import { readable } from "../base/inspect.ts";
import type { AsymmetricAlgorithm } from "../algorithms/algorithm.ts";
import { checkOptions, wrongArgument, type Names } from "../base/options.ts";
import { isObject, own } from "../encoding/json.ts";
import type { JwkInput } from "../keys/jwk.ts";
import type { KeySource } from "../keys/key.ts";
import { reasonForNone } from "../keys/material.ts";
import { copyKeySet, type CorrectedKey, type KeySet, type PassedOverKey } from "./key-set.ts";
import { readRules } from "./rules.ts";

/** A JWK Set (RFC 7517 §5). Its keys are checked, whatever their types. */
export interface JwksInput {
  /** The keys. Those that cannot be used are passed over. */
  readonly keys: readonly JwkInput[];
}

/** Options of `localJwks`. */
export interface LocalJwksOptions {
  /** The algorithms that tokens may use. A key without `alg` is used with each algorithm that it fits. */
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** The keys then accept only tokens of this `iss`. Default: the `issuer` that a key states itself, if it does. */
  readonly issuer?: string;
  /** Lets an RSA key without `alg` be used for RS* and PS* alike. Default `false`. */
  readonly allowSharedKeys?: boolean | undefined;
  /**
   * Takes keys whose members are written in ways that RFC 7518 forbids: padded base64url, the plain base64 alphabet, EC coordinates
   * shorter or longer than the field. Each is brought into its one canonical form before it is checked. Default `false`.
   */
  readonly lenient?: boolean | undefined;
}

/** Names of the options that every source of key sets has. */
export const localNames: readonly string[] = /* @__PURE__ */ Object.keys({
  algorithms: 1,
  issuer: 1,
  allowSharedKeys: 1,
  lenient: 1,
} satisfies Names<LocalJwksOptions>);

/** A local key set: it answers at once. */
export interface LocalJwks extends KeySource {
  /** Returns the keys for a token, at once. */
  readonly selectSync: KeySet["selectSync"];
  /** The number of its keys that are used. */
  readonly size: number;
  /** Its other keys, and the reasons why they are not used. */
  readonly passedOver: readonly PassedOverKey[];
  /** Keys that are used although they are not written as RFC 7518 says; `undefined` where there are none. */
  readonly corrected: readonly CorrectedKey[] | undefined;
}

/**
 * Returns the keys of a JWK Set, ready to verify with. Keys that are not for signatures, of other algorithms, malformed, symmetric
 * or private are passed over, each with a reason in `passedOver`.
 *
 * A token's `kid` selects the keys that carry it, else those without one; without a `kid` every key that fits is tried, 32 at
 * most. The runtime imports a key when it is first tried. A key's own `issuer` (Microsoft Entra) binds it to that issuer; one for another issuer than `options.issuer` is
 * passed over.
 *
 * @throws TypeError `invalid_argument`: `jwks` has no list `keys`; no algorithm, or an HMAC one; an RSA key without `alg`
 * fits RS* and PS* algorithms and `allowSharedKeys` is not set (RFC 8017 §5 advises against one key for two schemes).
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const keys = await localJwks({ keys: [await exportJwk(publicKey)] }, { algorithms: [ES256] });
 * const token = await sign({ sub: "user_123" }, privateKey, { issuer: "my-api", audience: "web" });
 * await verify(token, keys, { issuer: "my-api", audience: "web" });
 */
// eslint-disable-next-line @typescript-eslint/require-await -- what is wrong with an argument is a rejection, as it always was
export async function localJwks(jwks: JwksInput, options: LocalJwksOptions): Promise<LocalJwks> {
  const rules = readRules(checkOptions(options, localNames));
  const keys = isObject(jwks) ? own(jwks, "keys") : undefined;
  if (!Array.isArray(keys)) throw wrongArgument("jwks", "an object with a list `keys`", jwks);
  return new LocalKeySet(
    rules.definitions.map(({ name }) => name),
    copyKeySet(keys, rules),
  );
}

/** Key set that the caller holds. Its getters stand in a class, for the reason that `LazyKey` gives in keys/bind.ts. */
class LocalKeySet implements LocalJwks {
  readonly algorithms: readonly string[];
  readonly select: KeySet["select"];
  readonly selectSync: KeySet["selectSync"];
  readonly #set: KeySet;

  constructor(algorithms: readonly string[], set: KeySet) {
    this.algorithms = algorithms;
    this.select = set.select;
    this.selectSync = set.selectSync;
    this.#set = set;
    // Assigned, since bundlers keep a class with a computed member name even where nothing uses it.
    Object.assign(this, { [reasonForNone]: set.explain });
    readable<LocalJwks>(this, ["algorithms", "size", "passedOver", "corrected", "select", "selectSync"]);
  }

  get size(): number {
    return this.#set.size();
  }

  get passedOver(): readonly PassedOverKey[] {
    return this.#set.passedOver();
  }

  get corrected(): readonly CorrectedKey[] | undefined {
    return this.#set.corrected();
  }
}
