/** What the caller says of a key beyond its material: its name, its issuer, whether it may leave. */

import { checkOptions, checkText } from "../base/options.ts";
import { argumentError } from "../errors.ts";
import { kidOf, type Reading } from "./jwk.ts";

export interface KeyTraits {
  readonly kid?: string | undefined;
  readonly issuer?: string | undefined;
  readonly extractable?: boolean | undefined;
  /** How a JWK may be written. */
  readonly reading?: Reading;
}

/** The options that describe a key, checked. */
export function readTraits(options: unknown, known: readonly string[]): KeyTraits {
  const given = checkOptions(options, known);
  const { kid, issuer, extractable = false, lenient = false } = given;
  if (typeof extractable !== "boolean") throw argumentError("extractable: expected true or false");
  if (typeof lenient !== "boolean") throw argumentError("lenient: expected true or false");
  return {
    extractable,
    reading: lenient ? "lenient" : "strict",
    ...(kid !== undefined && { kid: checkText(kid, "kid") }),
    ...("issuer" in given && { issuer: checkText(issuer, "issuer") }),
  };
}

/** A JWK's own `kid` names the key unless the caller does. */
export function withKidOf(jwk: object, traits: KeyTraits): KeyTraits {
  const kid = kidOf(jwk);
  return { ...traits, kid: traits.kid ?? kid };
}

/** The members of a key object that say what it is: `alg`, and `kid` and `issuer` where they are given. */
export function statedMembers(
  { name }: { readonly name: string },
  { kid, issuer }: KeyTraits,
): { alg: string; kid?: string; issuer?: string } {
  return { alg: name, ...(kid !== undefined && { kid }), ...(issuer !== undefined && { issuer }) };
}
