/** Issuers of a protected resource: for each one the keys, the audience and the type of its access tokens. */

import { asymmetricDefinition, type AsymmetricAlgorithm } from "../algorithms/algorithm.ts";
import { checkOptions, checkText, checkTexts, wrongArgument, type Names } from "../base/options.ts";
import { unchecked } from "../base/unchecked.ts";
import { isObject } from "../encoding/json.ts";
import { argumentError, quote } from "../errors.ts";
import { parseUrl } from "../http/origin.ts";
import { discoverJwks } from "../jwks/discover.ts";
import type { IssuerPolicy } from "../jwt/issuers.ts";
import type { VerificationKeys } from "../keys/key.ts";
import { compileKeys } from "../keys/select.ts";
import { accessTokenType } from "./access-token.ts";

/** One issuer of access tokens, with everything in which it differs from the others. */
export interface IssuerOptions {
  /**
   * Issuer, exactly as its tokens write it: `iss`. Microsoft Entra's, for several tenants, has `{tenantid}` in it, as in
   * `https://login.microsoftonline.com/{tenantid}/v2.0`; `tenants` lists them.
   */
  readonly issuer: string;
  /** Keys of this issuer. Default: those that its metadata leads to, by `discoverJwks`. */
  readonly keys?: VerificationKeys;
  /** Algorithms that this issuer's tokens may use. Default: those of the resource. */
  readonly algorithms?: readonly AsymmetricAlgorithm[];
  /**
   * `typ` of this issuer's access tokens. Default `"at+jwt"` (RFC 9068). `unchecked`: any, or none, as Microsoft Entra, Okta and Keycloak
   * issue them. A token of any type but `at+jwt` is refused if it looks like another kind: if it has `nonce`, `at_hash`,
   * `c_hash` or `events`, or none of `scope`, `scp` and `roles`.
   */
  readonly typ?: string | readonly string[] | typeof unchecked;
  /**
   * Audience that this issuer writes in place of the resource, such as `api://…` at Microsoft Entra. `unchecked`: its tokens may lack `aud`,
   * for the time of a migration; one that has it must still name the resource. Default: the resource.
   */
  readonly audience?: string | readonly string[] | typeof unchecked;
  /** IDs of the tenants whose tokens are accepted, if the issuer has `{tenantid}`. The claim `tid` must be the same one, so `match` cannot name it. */
  readonly tenants?: readonly string[];
}

/** An issuer, with `{tenantid}` replaced. */
export interface CompiledIssuer {
  /** Options for the verifier of several issuers. */
  readonly policy: IssuerPolicy;
  readonly issuer: string;
  /** Audiences that a token must name if it has any, although it may lack `aud`. */
  readonly audiencesIfAny: ReadonlySet<string> | undefined;
}

const issuerNames: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: 1,
  keys: 1,
  algorithms: 1,
  typ: 1,
  audience: 1,
  tenants: 1,
} satisfies Names<IssuerOptions>);

const template = "{tenantid}";

/** Compiles the option `issuers`. `audiences`: the spellings of the resource; `algorithms`: those of the resource. */
export function compileIssuers(
  issuers: unknown,
  audiences: readonly string[],
  algorithms: unknown,
): readonly CompiledIssuer[] {
  if (!Array.isArray(issuers) || issuers.length === 0)
    throw wrongArgument("issuers", "a list of at least one issuer", issuers);
  // Array.from(): flatMap() passes over the holes of a sparse list.
  return Array.from(issuers as readonly unknown[]).flatMap((one) =>
    compileIssuer(typeof one === "string" ? { issuer: one } : one, audiences, algorithms),
  );
}

function compileIssuer(options: unknown, audiences: readonly string[], shared: unknown): readonly CompiledIssuer[] {
  if (!isObject(options)) throw wrongArgument("issuers", "issuers, or objects with issuer", options);
  const given = checkOptions(options, issuerNames);
  const issuer = checkIssuer(given["issuer"]);
  const algorithms = readAlgorithms("algorithms" in given ? given["algorithms"] : shared);
  const keys = "keys" in given ? checkKeys(given["keys"], algorithms) : undefined;
  const audience = "audience" in given ? given["audience"] : audiences;
  const names = audience === unchecked ? undefined : checkTexts(audience, "audience");
  const typ = "typ" in given ? given["typ"] : accessTokenType;
  const compile = (name: string, tenant?: string): CompiledIssuer => ({
    issuer: name,
    audiencesIfAny: names === undefined ? new Set(audiences) : undefined,
    policy: {
      issuer: name,
      audience: names ?? unchecked,
      keys: keys ?? discoverJwks(name, { algorithms }),
      typ: typ as NonNullable<IssuerOptions["typ"]>, // the verifier checks it, undefined included
      ...(tenant === undefined ? {} : { match: { tid: tenant } }),
    },
  });
  if (!issuer.includes(template)) {
    if ("tenants" in given) throw argumentError(`tenants: expected ${template} in the issuer ${quote(issuer, 64)}`);
    return [compile(issuer)];
  }
  if (!("tenants" in given))
    throw argumentError(`tenants: expected the IDs of the tenants to accept, for ${template} in the issuer`);
  const tenants = checkTexts(given["tenants"], "tenants");
  for (const tenant of tenants) if (!/^[\w.-]+$/.test(tenant)) throw wrongArgument("tenants", "IDs of tenants", tenant);
  return tenants.map((tenant) => compile(issuer.replace(template, tenant), tenant));
}

/** Checks an issuer (RFC 8414 §2): a URL without query and fragment. `discoverJwks` is stricter where it has to fetch. */
function checkIssuer(value: unknown): string {
  const issuer = checkText(value, "issuer");
  if (!/^https?:$/.test(parseUrl(issuer)?.protocol ?? "") || /[?#]/.test(issuer))
    throw wrongArgument("issuer", "an https URL without query and fragment", issuer);
  return issuer;
}

function readAlgorithms(value: unknown): readonly AsymmetricAlgorithm[] {
  if (!Array.isArray(value) || value.length === 0) throw wrongArgument("algorithms", "a list such as [RS256]", value);
  const algorithms = Array.from(value as readonly AsymmetricAlgorithm[]); // asymmetricDefinition() refuses what is none
  algorithms.forEach(asymmetricDefinition);
  return algorithms;
}

/** Checks keys of the application's own: they verify no other algorithm than those listed. */
function checkKeys(value: unknown, algorithms: readonly AsymmetricAlgorithm[]): VerificationKeys {
  const keys = value as VerificationKeys; // compileKeys() refuses what is none
  const names: readonly string[] = algorithms.map(({ name }) => name);
  const other = [...compileKeys(keys).algorithms].find((alg) => !names.includes(alg));
  if (other !== undefined)
    throw argumentError(`keys: expected keys for ${names.join(", ")} (algorithms), found one for ${quote(other)}`);
  return keys;
}
