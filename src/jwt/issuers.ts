/** One verifier for several issuers, each with its own keys and policy (RFC 8725 §3.8). */

import { wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import { isObject, own } from "../encoding/json.ts";
import { argumentError, JwtError, quote } from "../errors.ts";
import { splitCompact } from "../jws/verify.ts";
import type { Steps } from "../base/steps.ts";
import type { VerificationKeys } from "../keys/key.ts";
import { compileExpected, expectedNames, type Expected } from "./expected.ts";
import { parsePayload } from "./payload.ts";
import type { SchemaOutput, StandardSchemaV1 } from "./schema.ts";
import type { PolicyClaims, Waivers } from "./typed-claims.ts";
import { createMemory } from "./memory.ts";
import { compile, verifierOf, type Check, type Verifier } from "./verifier.ts";
import { checkLength, type Verified, type VerifierCallOptions } from "./verify.ts";

/** Expectations of one issuer's tokens, and the keys of that issuer alone. */
export type IssuerPolicy<Schema extends StandardSchemaV1 = StandardSchemaV1<unknown, JwtClaims>> = Expected<Schema> & {
  readonly keys: VerificationKeys;
};

/** The claims of one policy: of its schema; if it may lack one, of the payload too. */
type PolicyOutput<Policy> = Policy extends { readonly schema: infer Schema extends StandardSchemaV1 }
  ? SchemaOutput<Schema>
  : Policy extends { readonly issuer: unknown; readonly schema?: infer Schema extends StandardSchemaV1 }
    ? "schema" extends keyof Policy
      ? SchemaOutput<Schema> | JwtClaims
      : PolicyClaims<ListOf<Policy, "required">, WaivedBy<ListOf<Policy, "optional">[number]>>
    : never;

/** Claims that a list waives; of a list that the compiler does not know, all that can be waived. */
type WaivedBy<Name extends string> = string extends Name ? Waivers : Extract<Name, Waivers>;

/** An option's list; of a policy without the option, an empty one. */
type ListOf<Policy, Name extends string> =
  Policy extends Readonly<Record<Name, infer List extends readonly string[]>>
    ? List
    : Name extends keyof Policy
      ? readonly string[]
      : readonly [];

/** Refuses members that no policy has. */
type KnownMembers<Policies> = {
  readonly [I in keyof Policies]: Readonly<Record<Exclude<keyof Policies[I], keyof IssuerPolicy>, never>>;
};

/**
 * Returns one verifier for the tokens of several issuers. The unverified `iss` picks the policy, which then checks all of the
 * token with its own keys: no issuer can speak for another.
 *
 * @throws TypeError `invalid_argument`: no policy, an issuer with two, or one that is `unchecked`.
 * @example
 * const [ours, theirs] = [await generateSecret(HS256), await generateSecret(HS256)];
 * const verifier = createVerifierForIssuers([
 *   { issuer: "https://ours.example", audience: "web", keys: ours },
 *   { issuer: "https://theirs.example", audience: "web", keys: theirs, maxTokenAge: "1h" },
 * ]);
 */
export function createVerifierForIssuers<const Policies extends readonly IssuerPolicy<StandardSchemaV1>[]>(
  policies: Policies & KnownMembers<Policies>,
): Verifier<PolicyOutput<Policies[number]>> {
  type Claims = PolicyOutput<Policies[number]>;
  const byIssuer = new Map<string, Check<Claims>>();
  let maxTokenLength = 0;
  if (!Array.isArray(policies) || policies.length === 0)
    throw argumentError("policies: expected a list of at least one");
  for (const entry of policies as readonly unknown[]) {
    if (!isObject(entry)) throw wrongArgument("policies", "objects", entry);
    const policy = compileExpected(entry, [...expectedNames, "cache", "keys"]);
    const compiled = compile<Claims>(entry["keys"] as VerificationKeys, policy, createMemory(policy.cacheSize));
    maxTokenLength = Math.max(maxTokenLength, policy.maxTokenLength);
    if (policy.issuers === undefined)
      throw argumentError(
        "issuer: expected a string or a list of strings, found unchecked: the issuer selects the policy",
      );
    const { issuer: names } = entry;
    if (Array.isArray(names) && names.length !== policy.issuers.size)
      throw argumentError("issuer: expected each name once");
    for (const issuer of policy.issuers) {
      if (byIssuer.has(issuer)) throw argumentError(`issuer: ${quote(issuer, 10)} has two policies`);
      byIssuer.set(issuer, compiled);
    }
  }

  function* check(token: string, options?: VerifierCallOptions<Claims>): Steps<Verified<Claims>> {
    checkLength(token, maxTokenLength);
    // Not verified yet: good for picking the policy, which then checks all of it.
    const iss = own(parsePayload(splitCompact(token)[1]), "iss");
    if (iss === undefined) throw new JwtError("claim_missing", '"iss" is missing', { claim: "iss" });
    const found = typeof iss === "string" ? byIssuer.get(iss) : undefined;
    if (found === undefined)
      throw new JwtError("issuer_mismatch", `iss: no policy for ${quote(iss)}`, { claim: "iss" });
    return yield* found.check(token, options);
  }
  return verifierOf({ check, parts: Array.from(byIssuer.values(), ({ parts }) => parts).flat() });
}
