/** Rules that the caller sets for the keys of a set, and the keys that fit them. */

import { asymmetricDefinition, type AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { checkText, wrongArgument } from "../base/options.ts";
import { own } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";
import { invalidKey, member, type Reading } from "../keys/jwk.ts";

/** The options that every source of key sets has, checked. */
export interface KeySetRules {
  readonly definitions: readonly AsymmetricDefinition[];
  readonly issuer: string | undefined;
  readonly allowSharedKeys: boolean;
  readonly reading: Reading;
}

/** Checks the options that every source of key sets has. */
export function readRules(given: Readonly<Record<string, unknown>>): KeySetRules {
  const { algorithms, allowSharedKeys = false, lenient = false } = given;
  if (!Array.isArray(algorithms) || algorithms.length === 0)
    throw wrongArgument("algorithms", "a list such as [RS256]", algorithms);
  if (typeof allowSharedKeys !== "boolean") throw wrongArgument("allowSharedKeys", "true or false", allowSharedKeys);
  if (typeof lenient !== "boolean") throw wrongArgument("lenient", "true or false", lenient);
  return {
    definitions: [...new Set(Array.from(algorithms, asymmetricDefinition))],
    issuer: "issuer" in given ? checkText(given["issuer"], "issuer") : undefined,
    allowSharedKeys,
    reading: lenient ? "lenient" : "published",
  };
}

/** Returns whether one key could fit two of the algorithms that are different signature schemes, as RS256 and PS256 are. */
export function mayShareKeys({ definitions, allowSharedKeys }: KeySetRules): boolean {
  const isShared = (a: AsymmetricDefinition, b: AsymmetricDefinition): boolean =>
    a.kty === b.kty && a.crv === b.crv && a.keyParams.name !== b.keyParams.name;
  return !allowSharedKeys && definitions.some((a) => definitions.some((b) => isShared(a, b)));
}

/** Returns the algorithms that a key fits. A key without `alg` (Microsoft Entra's) is bound to each of them. */
export function fittingAlgorithms(
  jwk: object,
  { definitions, allowSharedKeys }: KeySetRules,
): readonly AsymmetricDefinition[] {
  const [alg, kty, crv] = [member(jwk, "alg"), member(jwk, "kty"), member(jwk, "crv")];
  const fitting = definitions.filter((one) =>
    alg === undefined ? one.kty === kty && one.crv === crv && one.statesAlg !== true : one.name === alg,
  );
  if (fitting.length === 0) throw invalidKey(`alg ${quote(alg)}, kty ${quote(kty)}: for none of the algorithms`);
  if (!allowSharedKeys && new Set(fitting.map(({ keyParams }) => keyParams.name)).size > 1) {
    throw argumentError(
      `a key without alg fits ${fitting.map(({ name }) => name).join(" and ")}: list one kind of algorithm, or allowSharedKeys`,
    );
  }
  return fitting;
}

/**
 * Returns the issuer that a key is bound to. A set for many tenants (Microsoft Entra's) names it in each key, with `{tenantid}`
 * for the token's `tid`.
 */
export function issuerOf(jwk: object, expected: string | undefined): string | undefined {
  // Not member(): an empty issuer must not set the key free.
  const stated = own(jwk, "issuer") ?? undefined;
  if (stated === undefined) return expected;
  if (typeof stated !== "string" || stated === "") throw invalidKey("issuer: expected a non-empty string");
  if (expected === undefined) return stated;
  const [before = "", after] = stated.split("{tenantid}");
  const fits = after === undefined ? stated === expected : expected.startsWith(before) && expected.endsWith(after);
  if (!fits) throw invalidKey(`the key belongs to the issuer ${quote(stated)}`);
  return expected;
}
