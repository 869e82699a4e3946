/** Options that describe a key beyond its material: its name, its issuer, whether it may be exported. */

import { checkBoolean, checkOptions, checkText, type Names } from "../base/options.ts";
import { kidOf, type Reading } from "./jwk.ts";

export interface KeyTraits {
  readonly kid?: string | undefined;
  readonly issuer?: string | undefined;
  readonly extractable?: boolean | undefined;
  /** Spellings of a JWK that are accepted. */
  readonly reading?: Reading;
}

/** Checks the options that describe a key, among those of `names`. */
export function readTraits<Options>(options: unknown, names: Names<Options>): KeyTraits {
  const given: Readonly<Record<string, unknown>> = checkOptions<Options>(options, names);
  const { kid, issuer, extractable = false, lenient = false } = given;
  return {
    extractable: checkBoolean(extractable, "extractable"),
    reading: checkBoolean(lenient, "lenient") ? "lenient" : "strict",
    ...(kid !== undefined && { kid: checkText(kid, "kid") }),
    ...("issuer" in given && { issuer: checkText(issuer, "issuer") }),
  };
}

/** Adds a JWK's own `kid` unless the caller gave one. */
export function withJwkKid(jwk: object, traits: KeyTraits): KeyTraits {
  const kid = kidOf(jwk);
  return { ...traits, kid: traits.kid ?? kid };
}

/** Returns the members of a key object that describe it: `alg`, and `kid` and `issuer` where they are given. */
export function describeKey(
  { name }: { readonly name: string },
  { kid, issuer }: KeyTraits,
): { alg: string; kid?: string; issuer?: string } {
  return { alg: name, ...(kid !== undefined && { kid }), ...(issuer !== undefined && { issuer }) };
}
