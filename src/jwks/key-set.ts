/**
 * What a JWK Set (RFC 7517 §5) says of the keys that may verify: each is bound to one algorithm and, where one is named, to
 * its issuer. A key that is of no use is passed over, and the reason kept: one bad key never kills the set.
 */

import { asymmetricDefinition, type AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { checkText, wrongArgument } from "../base/options.ts";
import { isObject, own } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";
import { bindPublicKey } from "../keys/bind.ts";
import type { KeySource, VerifyingKey } from "../keys/key.ts";
import { checkPublicJwk, invalidKey, kidOf } from "../keys/jwk.ts";
import { indexKeys } from "../keys/select.ts";

/** A key of a set that is not used, and why: not for signatures, of another algorithm, private, malformed… */
export interface PassedOverKey {
  /** Its place in the set's `keys`, from 0. */
  readonly index: number;
  /** Its `kid`, as it stands in the set. */
  readonly kid: string | undefined;
  /** In a few words, for a log. */
  readonly reason: string;
}

/** The keys of a document, ready to be selected from. */
export interface KeySet {
  /** How many keys of the set are used. */
  readonly size: number;
  readonly passedOver: readonly PassedOverKey[];
  readonly select: (wanted: Parameters<KeySource["select"]>[0]) => readonly VerifyingKey[];
}

/** What the caller says about the keys of a set. */
export interface KeySetRules {
  readonly definitions: readonly AsymmetricDefinition[];
  readonly issuer: string | undefined;
  readonly allowSharedKeys: boolean;
}

export const ruleNames: readonly string[] = ["algorithms", "issuer", "allowSharedKeys"];

/** Checks the options that every source of key sets has. */
export function readRules(given: Readonly<Record<string, unknown>>): KeySetRules {
  const { algorithms, allowSharedKeys = false } = given;
  if (!Array.isArray(algorithms) || algorithms.length === 0)
    throw wrongArgument("algorithms", "a list such as [RS256]", algorithms);
  if (typeof allowSharedKeys !== "boolean") throw wrongArgument("allowSharedKeys", "true or false", allowSharedKeys);
  return {
    definitions: [...new Set(Array.from(algorithms, asymmetricDefinition))],
    issuer: "issuer" in given ? checkText(given["issuer"], "issuer") : undefined,
    allowSharedKeys,
  };
}

/**
 * The keys of a set's `keys`, all read before anything is awaited. `refusesShared`: whether a key that could be used under two
 * signature schemes is an error, instead of being passed over.
 */
export async function readKeySet(
  jwks: readonly unknown[],
  rules: KeySetRules,
  refusesShared: boolean,
): Promise<KeySet> {
  const passedOver: PassedOverKey[] = [];
  const found = await Promise.all(
    Array.from(jwks, async (jwk, index) => {
      try {
        return await readJwk(jwk, rules);
      } catch (error) {
        const { code, message = "unreadable" } = Object(error) as { code?: unknown; message?: string };
        if (refusesShared && code === "invalid_argument") throw error;
        const kid = isObject(jwk) ? own(jwk, "kid") : undefined;
        passedOver[index] = { index, kid: typeof kid === "string" ? kid : undefined, reason: message };
        return [];
      }
    }),
  );
  const select = indexKeys(found.flat());
  return {
    size: found.filter((keys) => keys.length > 0).length,
    passedOver: passedOver.filter(Boolean),
    select: ({ alg, kid }) => select(alg, kid),
  };
}

/** A key that says no `alg` (Entra's) is bound to every algorithm that it fits. */
async function readJwk(
  jwk: unknown,
  { definitions, issuer, allowSharedKeys }: KeySetRules,
): Promise<readonly VerifyingKey[]> {
  if (!isObject(jwk)) throw invalidKey("not an object");
  const [alg, kty, crv] = ["alg", "kty", "crv"].map((name) => own(jwk, name));
  const fitting = definitions.filter((one) =>
    alg === undefined ? one.kty === kty && one.crv === crv && one.statesAlg !== true : one.name === alg,
  );
  if (fitting.length === 0) throw invalidKey(`alg ${quote(alg)}, kty ${quote(kty)}: for none of the algorithms`);
  if (!allowSharedKeys && new Set(fitting.map(({ keyParams }) => keyParams.name)).size > 1) {
    throw argumentError(
      `a key without alg fits ${fitting.map(({ name }) => name).join(" and ")}: list one kind of algorithm, or allowSharedKeys`,
    );
  }
  const traits = { kid: kidOf(jwk), issuer: issuerOf(jwk, issuer) };
  return Promise.all(fitting.map((one) => bindPublicKey(checkPublicJwk(jwk, one), one, traits)));
}

/** Whom a key speaks for. A set for many tenants (Entra's) says so per key, with `{tenantid}` for the token's `tid`. */
function issuerOf(jwk: object, expected: string | undefined): string | undefined {
  const stated = own(jwk, "issuer");
  if (stated === undefined) return expected;
  if (typeof stated !== "string" || stated === "") throw invalidKey("issuer: expected a non-empty string");
  if (expected === undefined) return stated;
  const [before = "", after] = stated.split("{tenantid}");
  const fits = after === undefined ? stated === expected : expected.startsWith(before) && expected.endsWith(after);
  if (!fits) throw invalidKey(`the key is issuer ${quote(stated)}'s`);
  return expected;
}
