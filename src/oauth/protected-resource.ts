/** Protected resources (RFC 9728, RFC 8707, RFC 6750, RFC 9068): APIs that accept access tokens, and publish who issues them. */

import type { AsymmetricAlgorithm } from "../algorithms/algorithm.ts";
import { checkFunction, checkOptions, checkText, refuseCallback, wrongArgument, type Names } from "../base/options.ts";
import { isObject, own } from "../encoding/json.ts";
import { argumentError, JwtError, quote } from "../errors.ts";
import { compileAuthenticator, withoutBinding, type Anonymous, type Authenticated } from "../http/authenticate.ts";
import type { RequestView } from "../http/bearer.ts";
import {
  authenticateNames,
  compileRequestPolicy,
  type AllowAnonymous,
  type AuthenticateOptions,
} from "../http/options.ts";
import { isSecure, parseUrl } from "../http/origin.ts";
import type { Refusal } from "../http/refusal.ts";
import { checkScopes } from "../http/scope.ts";
import type { Expected } from "../jwt/expected.ts";
import { createVerifierForIssuers, type IssuerPolicy } from "../jwt/issuers.ts";
import type { StandardSchemaV1 } from "../jwt/schema.ts";
import type { ClaimsOf } from "../jwt/typed-claims.ts";
import type { ResultOk, Verifier } from "../jwt/verifier.ts";
import type { Verified, VerifierCallOptions } from "../jwt/verify.ts";
import { checkAccessToken } from "./access-token.ts";
import { compileIssuers, type CompiledIssuer, type IssuerOptions } from "./issuers.ts";
import { compileMetadata, exposedHeaders, metadataUrlOf, type MetadataRequest } from "./metadata.ts";
import { pick } from "./options.ts";

/** Options of a verifier that hold for the tokens of every issuer. */
type SharedExpectations<Schema extends StandardSchemaV1> = Pick<
  Expected<Schema>,
  | "required"
  | "match"
  | "clockTolerance"
  | "maxTokenAge"
  | "maxTokenLength"
  | "denylist"
  | "storeTimeout"
  | "onStoreError"
  | "cache"
  | "now"
>;

/** Options of `protectedResource`. */
export interface ProtectedResourceOptions<Schema extends StandardSchemaV1 = never> extends SharedExpectations<Schema> {
  /**
   * Identifier of this resource, which is the audience of its tokens (RFC 8707 §2): its https URL without a fragment, or http on loopback.
   * Tokens may write it with or without a slash at the end; the metadata has it exactly as it is here.
   */
  readonly resource: string;
  /** Issuers whose access tokens are accepted. A string is an issuer without options of its own. */
  readonly issuers: readonly (string | IssuerOptions)[];
  /** Algorithms that access tokens may use, unless their issuer has its own. */
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** Scopes that clients may ask for, in the metadata. A request needs those that `authenticate` is given. */
  readonly scopesSupported?: readonly string[];
  /** Further members of the metadata (RFC 9728 §2), such as `resource_name` and `resource_documentation`. */
  readonly furtherMetadata?: Readonly<Record<string, unknown>> | undefined;
  /** A Standard Schema (zod, valibot, arktype…) of the payload: its output is the type and the value of `claims`. */
  readonly schema?: Schema;
}

/** A verified access token, and the resource that it is for. */
export interface ResourceCaller<Claims> extends Verified<Claims> {
  /** The option `resource`. */
  readonly resource: string;
}

/** Options of `authenticate` of a protected resource, which knows the URL of its metadata. */
export type ResourceAuthenticateOptions = Omit<AuthenticateOptions, "resourceMetadata">;

/** `ResourceAuthenticateOptions` that let anonymous callers in. */
export type ResourceAnonymousOptions = AllowAnonymous<ResourceAuthenticateOptions>;

/** Verifies access tokens for one resource. */
export interface ResourceVerifier<Claims> extends Verifier<Claims> {
  /** Verifies an access token, and refuses one that is bound to a key. */
  readonly verify: (token: string, options?: VerifierCallOptions<Claims>) => Promise<ResourceCaller<Claims>>;
  /** Verifies at once, like `verifySync`. Keys that are fetched have no synchronous form. */
  readonly verifySync: (token: string, options?: VerifierCallOptions<Claims>) => ResourceCaller<Claims>;
  /** Verifies like `verify`, and returns the refusal as a value. */
  readonly safeVerify: (token: string, options?: VerifierCallOptions<Claims>) => Promise<ResourceResult<Claims>>;
  /** Verifies like `verifySync`, and returns the refusal as a value. */
  readonly safeVerifySync: (token: string, options?: VerifierCallOptions<Claims>) => ResourceResult<Claims>;
}

/** A verified access token, or the error that says why there is none. */
export type ResourceResult<Claims> =
  | (ResultOk & ResourceCaller<Claims>)
  | Exclude<Awaited<ReturnType<Verifier<Claims>["safeVerify"]>>, { readonly ok: true }>;

/** A protected resource: an API that takes access tokens. */
export interface ProtectedResource<Claims = ClaimsOf<never, readonly [], never>> {
  /** The option `resource`. */
  readonly resource: string;
  /** URL of the metadata, as challenges name it. For frameworks' own adapters: their option `resourceMetadata`. */
  readonly metadataUrl: string;
  /** Answers requests for the metadata, by their path; returns `undefined` for all others. */
  readonly metadata: (request: MetadataRequest) => Response | undefined;
  /** Authenticates the caller of a request, like `authenticate` of `mintmark`. Options are checked per call, or once if there are none. */
  readonly authenticate: {
    (request: RequestView, options?: ResourceAuthenticateOptions): Promise<ResourceAuthentication<Claims>>;
    (request: RequestView, options: ResourceAnonymousOptions): Promise<ResourceAuthentication<Claims> | Anonymous>;
  };
  /**
   * Verifies tokens that other code has read from a request. By itself it refuses every token that is bound to a key (`cnf`): the token
   * alone proves nothing about the key. `authenticate` and the adapters check the key, if they are told how.
   */
  readonly verifier: ResourceVerifier<Claims>;
}

/** A verified caller, or a refusal. */
export type ResourceAuthentication<Claims> = (Authenticated & ResourceCaller<Claims>) | Refusal;

const sharedNames: readonly (keyof SharedExpectations<never> | "schema")[] = /* @__PURE__ */ Object.keys({
  required: 1,
  match: 1,
  clockTolerance: 1,
  maxTokenAge: 1,
  maxTokenLength: 1,
  denylist: 1,
  storeTimeout: 1,
  onStoreError: 1,
  cache: 1,
  now: 1,
  schema: 1,
} satisfies Names<SharedExpectations<never> & { schema: 1 }>) as (keyof SharedExpectations<never> | "schema")[]; // Names has those alone

const ownNames: readonly string[] = /* @__PURE__ */ Object.keys({
  resource: 1,
  issuers: 1,
  algorithms: 1,
  scopesSupported: 1,
  furtherMetadata: 1,
} satisfies Names<Omit<ProtectedResourceOptions, keyof SharedExpectations<never> | "schema">>);

const requirementNames: readonly string[] = /* @__PURE__ */ authenticateNames.filter(
  (name) => name !== "resourceMetadata",
);

/**
 * Protects an API that takes access tokens of authorization servers (RFC 9728, RFC 8707, RFC 6750, RFC 9068), such as an MCP server:
 * publishes its metadata, and authenticates its callers.
 *
 * A token is accepted if one of `issuers` issued it, with that issuer's keys, for this resource (`aud`), as an access token (`typ` is
 * `at+jwt`). Each issuer's waivers are its own. The keys are found by `discoverJwks`, when the first token needs them.
 *
 * @throws TypeError `invalid_argument`: an option is unknown, `undefined`, empty or wrong.
 * @example
 * import { protectedResource } from "mintmark/oauth";
 *
 * const api = protectedResource({
 *   resource: "https://api.example/mcp",
 *   issuers: ["https://id.example"],
 *   algorithms: [RS256],
 *   scopesSupported: ["mcp:read"],
 * });
 * async function serve(request: Request): Promise<Response> {
 *   const metadata = api.metadata(request);
 *   if (metadata) return metadata;
 *   const caller = await api.authenticate(request, { scopes: "mcp:read" });
 *   if (!caller.ok) return new Response(null, caller);
 *   return Response.json({ hello: caller.claims.sub });
 * }
 */
export function protectedResource<Schema extends StandardSchemaV1 = never>(
  options: ProtectedResourceOptions<Schema>,
): ProtectedResource<ClaimsOf<Schema, readonly [], never>> {
  type Claims = ClaimsOf<Schema, readonly [], never>;
  const given = checkOptions(options, [...ownNames, ...sharedNames]);
  const url = checkResource(given["resource"]);
  const { resource } = options;
  const issuers = compileIssuers(given["issuers"], spellingsOf(resource), given["algorithms"]);
  const shared = pick(given, sharedNames);
  // Its claims are the output of the schema that every policy has, if any.
  const every = createVerifierForIssuers(
    issuers.map(({ policy }) => ({ ...shared, ...withSharedMatch(policy, shared["match"]) })),
  ) as unknown as Verifier<Claims>;
  const check = compileCheck(issuers);
  const mayBeBound = wrap(every, resource, check);
  const verifier = wrap(every, resource, (verified) => {
    check(verified);
    refuseBound(verified);
  });
  const metadataUrl = metadataUrlOf(url);
  const compileFor = (requirements: object): ReturnType<typeof compileAuthenticator<Claims>> =>
    compileAuthenticator(mayBeBound, compileRequestPolicy({ ...requirements, resourceMetadata: metadataUrl }));
  const authenticateAny = compileFor({});
  return {
    resource,
    metadataUrl,
    metadata: compileMetadata(url, describe(resource, issuers, given)),
    verifier: Object.assign(verifier, { [withoutBinding]: mayBeBound }),
    async authenticate(request: RequestView, requirements?: ResourceAuthenticateOptions | ResourceAnonymousOptions) {
      // Requirements are compiled anew: they may differ from request to request, and an object that was seen before may have changed since.
      const check =
        requirements === undefined ? authenticateAny : compileFor(checkOptions(requirements, requirementNames));
      const result = await check(request, request);
      if ("headers" in result) result.headers?.set("access-control-expose-headers", exposedHeaders);
      return result as ResourceAuthentication<Claims>; // it has the members of what `mayBeBound` returned
    },
  };
}

/** Makes a verifier that runs a check of ours before the caller's own, and adds the resource to what it returns. */
function wrap<Claims>(
  inner: Verifier<Claims>,
  resource: string,
  check: (verified: Verified<Claims>) => void,
): ResourceVerifier<Claims> {
  const withCheck = (given: readonly unknown[]): VerifierCallOptions<Claims> => {
    refuseCallback(given);
    const { beforeReplay } = given[1] === undefined ? {} : checkOptions(given[1], ["beforeReplay"]);
    const hook: VerifierCallOptions<Claims>["beforeReplay"] =
      beforeReplay === undefined ? undefined : checkFunction(beforeReplay, "beforeReplay");
    return {
      beforeReplay(verified) {
        check(verified);
        return hook?.({ ...verified, resource } as Verified<Claims>);
      },
    };
  };
  return {
    verify: async (...given) => ({ ...(await inner.verify(given[0], withCheck(given))), resource }),
    verifySync: (...given) => ({ ...inner.verifySync(given[0], withCheck(given)), resource }),
    async safeVerify(...given) {
      const result = await inner.safeVerify(given[0], withCheck(given));
      return result.ok ? { ...result, resource } : result;
    },
    safeVerifySync(...given) {
      const result = inner.safeVerifySync(given[0], withCheck(given));
      return result.ok ? { ...result, resource } : result;
    },
  };
}

/** Returns the check of a verified token that the policies do not have: its kind, and `aud` where it may be missing. */
function compileCheck(issuers: readonly CompiledIssuer[]): (verified: Verified<unknown>) => void {
  const audiencesIfAny = new Map(issuers.map((one) => [one.issuer, one.audiencesIfAny]));
  return ({ payload, header }) => {
    checkAccessToken(payload, header);
    const audiences = audiencesIfAny.get(own(payload, "iss") as string); // its policy was found by it
    const aud = own(payload, "aud");
    if (audiences === undefined || aud === undefined) return;
    const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
    if (!list.some((one) => audiences.has(one as string)))
      throw new JwtError("audience_mismatch", `aud: expected this resource or no aud, found ${quote(list[0])}`, {
        claim: "aud",
      });
  };
}

function refuseBound({ payload }: Verified<unknown>): void {
  if (Object.hasOwn(payload, "cnf"))
    throw new JwtError(
      "claim_mismatch",
      "cnf: the token is bound to a key, and possession of the key was not proved (use authenticate)",
      { claim: "cnf" },
    );
}

/** Adds a match that holds for all issuers to that of one, the tenant. */
function withSharedMatch(policy: IssuerPolicy, match: unknown): IssuerPolicy {
  if (match === undefined || policy.match === undefined) return policy;
  if (!isObject(match)) throw wrongArgument("match", "claims and their values", match);
  const twice = Object.keys(policy.match).find((claim) => Object.hasOwn(match, claim));
  if (twice !== undefined) throw argumentError(`match: ${twice} comes from tenants, list those to accept there`);
  return { ...policy, match: { ...(match as Expected["match"]), ...policy.match } }; // the verifier checks its values
}

function checkResource(value: unknown): URL {
  const resource = checkText(value, "resource");
  const url = parseUrl(resource);
  if (url === undefined || !isSecure(url) || /[#\s]/.test(resource) || url.username !== "" || url.password !== "")
    throw wrongArgument("resource", "an https URL without a fragment, such as https://api.example/mcp", value);
  return url;
}

/** Returns a resource with and without a slash at the end: authorization servers write either. */
function spellingsOf(resource: string): readonly string[] {
  if (resource.includes("?")) return [resource];
  return [resource, resource.endsWith("/") ? resource.slice(0, -1) : `${resource}/`];
}

/** Returns the metadata document (RFC 9728 §2). */
function describe(
  resource: string,
  issuers: readonly CompiledIssuer[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { furtherMetadata = {} } = given;
  const document = {
    resource,
    authorization_servers: issuers.map(({ issuer }) => issuer),
    ...("scopesSupported" in given
      ? { scopes_supported: checkScopes(given["scopesSupported"], "scopesSupported") }
      : {}),
    bearer_methods_supported: ["header"],
  };
  if (!isObject(furtherMetadata)) throw wrongArgument("furtherMetadata", "an object", furtherMetadata);
  const ours = Object.keys(furtherMetadata).find(
    (name) => Object.hasOwn(document, name) || name === "scopes_supported",
  );
  if (ours !== undefined) throw argumentError(`furtherMetadata: ${quote(ours)} comes from the other options`);
  return { ...document, ...furtherMetadata };
}
