/** ID tokens (OpenID Connect Core 1.0 §2), checked by the client that they were issued to (§3.1.3.7, §3.2.2.11, §3.3.2.12). */

import { describeSpan, readDuration, type Duration } from "../base/duration.ts";
import {
  checkClock,
  checkNow,
  checkOptions,
  checkText,
  checkTexts,
  wrongArgument,
  type Names,
} from "../base/options.ts";
import { unchecked } from "../base/unchecked.ts";
import type { JwtClaims } from "../claims/build.ts";
import { missingClaim, wrongClaim } from "../claims/validate.ts";
import { own } from "../encoding/json.ts";
import { JwtError, quote } from "../errors.ts";
import type { Expected } from "../jwt/expected.ts";
import type { SchemaOutput, StandardSchemaV1 } from "../jwt/schema.ts";
import { createVerifier } from "../jwt/verifier.ts";
import type { Verified } from "../jwt/verify.ts";
import type { VerificationKeys } from "../keys/key.ts";
import { pick, readWaivers } from "./options.ts";
import { tokenHash } from "./token-hash.ts";
import { safely, textClaim, type KindResult, type VerifiedKind } from "./verified.ts";

/** Claims of a verified ID token (OpenID Connect Core §2). A user is `iss` and `sub` together; `email` can change hands. */
export interface IdTokenClaims extends JwtClaims {
  /** Issuer. */
  readonly iss: string;
  /** Subject: the user, at this issuer. */
  readonly sub: string;
  /** Audience: the client, and others perhaps. */
  readonly aud: string | readonly string[];
  /** Expiration time: seconds since 1970. */
  readonly exp: number;
  /** Time of issue: seconds since 1970. */
  readonly iat: number;
}

/** Options of `createIdTokenVerifier`. */
export interface IdTokenVerifierOptions<Schema extends StandardSchemaV1 = never> {
  /**
   * `iss`, exactly (§3.1.3.7, 2); several are names of one issuer, or tenants with one key set. `unchecked`: any issuer whose key is bound to it, as
   * those of Microsoft Entra for all tenants are; tokens by keys without an issuer are refused.
   */
  readonly issuer: string | readonly string[] | typeof unchecked;
  /** ID of the client (§3.1.3.7, 3). Several: the clients of one application, such as its website and its Android app. */
  readonly clientId: string | readonly string[];
  /** Waives `azp` where a token has several audiences, as errata 2 of OpenID Connect Core does. */
  readonly optional?: readonly "azp"[] | undefined;
  /** Claims of its own that the token must have, as in `Expected`: `{ hd: "example.com" }`, `{ tid: … }`. */
  readonly match?: Expected["match"] | undefined;
  /** Standard Schema of the payload: its output is the type and the value of `claims`. */
  readonly schema?: Schema | undefined;
  /** Accepts a `sub` that is an integer, as in `Expected`. Default `false`. */
  readonly allowNumericSubject?: boolean | undefined;
  /** Tolerated difference between clocks: seconds, or a string such as `"30s"`. Default 5 s, at most 1 h. */
  readonly clockTolerance?: Duration | undefined;
  /** Longest time since `iat` (§3.1.3.7, 10): seconds, or a string such as `"1h"`. Default: any. */
  readonly maxTokenAge?: Duration | undefined;
  /** Longest token that is looked at, in characters. Default 16384. */
  readonly maxTokenLength?: number | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** Options of one ID token: what this login began with, and what came beside the token. */
export interface IdTokenVerifyOptions {
  /** Value of `nonce` in the authentication request, kept in the user's session (§3.1.3.7, 11). `unchecked`: none was sent. */
  readonly nonce: string | typeof unchecked;
  /** Access token that came with the ID token: `at_hash` has to be there, and right (§3.1.3.8, §3.2.2.9). */
  readonly accessToken?: string;
  /** Code that came with the ID token in the hybrid flow: `c_hash` has to be there, and right (§3.3.2.10). */
  readonly code?: string;
  /** Value of `max_age` in the request: `auth_time` has to be there, and no older (§3.1.3.7, 13). */
  readonly maxAge?: Duration;
  /** Values of `acr` that are good enough: it has to be there, and one of them (§3.1.3.7, 12). */
  readonly acr?: string | readonly string[];
}

/** Claims of a verifier: the output of its schema, or the payload. */
type Output<Schema extends StandardSchemaV1> = [Schema] extends [never] ? IdTokenClaims : SchemaOutput<Schema>;

/** Verifies ID tokens for one client. */
export interface IdTokenVerifier<Claims = IdTokenClaims> {
  /**
   * Verifies an ID token.
   *
   * @throws JwtError why the token is refused, as `code`; `typ_mismatch`: it is another kind of token.
   * @throws UnavailableError `jwks_unavailable`, `jwks_invalid`, `key_unavailable`: nothing was decided.
   * @throws TypeError `invalid_argument`: an option is unknown, `undefined` or empty; `unsupported_algorithm`: this runtime lacks the
   * digest of `at_hash`.
   */
  readonly verify: (token: string, options: IdTokenVerifyOptions) => Promise<VerifiedKind<IdTokenClaims, Claims>>;
  /** Verifies like `verify`, with a refusal as a value. */
  readonly safeVerify: (token: string, options: IdTokenVerifyOptions) => Promise<KindResult<IdTokenClaims, Claims>>;
}

const optionNames: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: 1,
  clientId: 1,
  optional: 1,
  match: 1,
  schema: 1,
  allowNumericSubject: 1,
  clockTolerance: 1,
  maxTokenAge: 1,
  maxTokenLength: 1,
  now: 1,
} satisfies Names<IdTokenVerifierOptions>);

/** Options that `createVerifier` reads as they are: all others. */
const passedOn: readonly string[] = /* @__PURE__ */ optionNames.filter(
  (name) => name !== "clientId" && name !== "optional",
);

const callNames: readonly string[] = /* @__PURE__ */ Object.keys({
  nonce: 1,
  accessToken: 1,
  code: 1,
  maxAge: 1,
  acr: 1,
} satisfies Names<IdTokenVerifyOptions>);

/**
 * Returns a verifier of ID tokens by the rules of OpenID Connect Core §3.1.3.7: signature, `iss`, `aud` and `azp`, the times, `nonce`, and
 * where they are asked for `at_hash`, `c_hash`, `auth_time` and `acr`. Access tokens, logout tokens and others are refused, although the same
 * key signed them.
 *
 * @param keys Keys of the issuer, such as `discoverJwks`; for HS256 the client's secret, by `importSecret` (§10.1).
 * @throws TypeError `invalid_argument`: an option is unknown, `undefined` or empty, or a key is not one.
 * @example
 * const issuer = "https://accounts.google.com";
 * const google = createIdTokenVerifier(discoverJwks(issuer, { algorithms: [RS256] }), { issuer, clientId: "my-client-id" });
 * const login = await google.safeVerify("not a token", { nonce: "kept-in-the-session" });
 * if (!login.ok) console.log(login.error.code); // token_malformed
 */
export function createIdTokenVerifier<Schema extends StandardSchemaV1 = never>(
  keys: VerificationKeys,
  options: IdTokenVerifierOptions<Schema>,
): IdTokenVerifier<Output<Schema>> {
  const given = checkOptions(options, optionNames);
  const clientIds = checkTexts(given["clientId"], "clientId");
  const azpIsOptional = readWaivers(given, ["azp"]).has("azp");
  const now = checkClock(given["now"]);
  const verifier = createVerifier(keys, {
    ...pick(given, passedOn),
    audience: clientIds,
    required: ["iss", "sub"],
  } as unknown as Expected<never>); // it checks what is picked
  const tolerance = readDuration("clockTolerance" in given ? given["clockTolerance"] : 5, "clockTolerance");

  async function check({ payload, key }: Verified<unknown>, call: Call): Promise<void> {
    if (given["issuer"] === unchecked && key.issuer === undefined) throw unboundKey(payload);
    textClaim(payload, "sub");
    refuseOtherKinds(payload);
    checkAuthorizedParty(payload, clientIds, azpIsOptional);
    if (call.nonce !== undefined) expectClaim(payload, "nonce", [call.nonce]);
    for (const [claim, token, option] of call.hashes) {
      if (!Object.hasOwn(payload, claim)) throw missingHash(claim, option);
      expectClaim(payload, claim, [await tokenHash(key.alg, token)]);
    }
    if (call.maxAge !== undefined) checkAuthTime(payload, call.maxAge, tolerance, checkNow(now));
    if (call.acr !== undefined) expectClaim(payload, "acr", call.acr);
  }

  const verify: IdTokenVerifier<Output<Schema>>["verify"] = async (token, callOptions) => {
    const call = readCall(callOptions);
    const verified = await verifier.verify(token, { beforeReplay: (found) => check(found, call) });
    // Its claims are the output of the schema, if there is one; the payload has what the checks demanded.
    return verified as unknown as VerifiedKind<IdTokenClaims, Output<Schema>>;
  };
  return { verify, safeVerify: safely(verify) };
}

/** Options of one call, read. `undefined`: waived, or not asked for. */
interface Call {
  readonly nonce: string | undefined;
  readonly hashes: readonly (readonly [claim: string, token: string, option: string])[];
  readonly maxAge: number | undefined;
  readonly acr: readonly string[] | undefined;
}

/** Claims that bind an ID token to what came beside it, by the option that gives it. */
const hashClaims = [
  ["accessToken", "at_hash"],
  ["code", "c_hash"],
] as const;

function readCall(options: unknown): Call {
  const given = checkOptions(options, callNames);
  const { nonce } = given;
  if (nonce === undefined || nonce === null)
    throw wrongArgument("nonce", "the nonce that this login began with, or `unchecked` in writing", nonce);
  return {
    nonce: nonce === unchecked ? undefined : checkText(nonce, "nonce"),
    hashes: hashClaims
      .filter(([name]) => name in given)
      .map(([name, claim]) => [claim, checkText(given[name], name), name] as const),
    maxAge: "maxAge" in given ? readDuration(given["maxAge"], "maxAge") : undefined,
    acr: "acr" in given ? checkTexts(given["acr"], "acr") : undefined,
  };
}

/** Builds the refusal of a token without a hash that is asked for. Only tokens from the authorization endpoint must have one (§3.1.3.6). */
function missingHash(claim: string, option: string): JwtError {
  const remedy = `leave out the option ${option} if the issuer writes none to tokens of the code flow`;
  return new JwtError("claim_missing", `"${claim}" is missing: ${remedy}`, { claim });
}

/** Builds the refusal of a token of any issuer by a key that belongs to none. */
function unboundKey({ iss }: JwtClaims): JwtError {
  const found = `expected a key that is bound to an issuer, since the issuer is unchecked, found an unbound key for ${quote(iss)}`;
  return new JwtError("issuer_mismatch", `iss: ${found}`, { claim: "iss" });
}

/** Claims in which some issuers name the kind of a token: Keycloak (`ID`, `Bearer`, `Refresh`), Cognito (`id`, `access`). */
const kindClaims = ["typ", "token_use", "token_type"];
const foreignKind = /^(?:access|at\+|bearer|dpop|refresh|offline|logout|serialized)/i;

/** Claims of access tokens: RFC 9068 §2.2, Okta (`scp`, `cid`), Microsoft Entra (`scp`, `appid`, `appidacr`, `azpacr`, `idtyp`). */
const accessClaims = ["scope", "scp", "client_id", "cid", "appid", "appidacr", "azpacr", "idtyp"];

/** Claims that answer an authentication request, which no access token has. */
const answerClaims = ["nonce", "at_hash", "c_hash"];

/**
 * Refuses a token that is another kind by its claims, although it has no type of its own: logout tokens have `events` (Back-Channel Logout
 * §2.4), and access tokens of several issuers share the audience of ID tokens.
 */
function refuseOtherKinds(payload: JwtClaims): void {
  if (Object.hasOwn(payload, "events")) throw otherKind("events", "events");
  for (const name of kindClaims) {
    const kind = own(payload, name);
    if (typeof kind === "string" && foreignKind.test(kind)) throw otherKind(`${name} ${quote(kind)}`, name);
  }
  if (answerClaims.some((name) => Object.hasOwn(payload, name))) return;
  const access = accessClaims.find((name) => Object.hasOwn(payload, name));
  if (access !== undefined) throw otherKind(`${access} and no nonce, as in an access token`, access);
}

function otherKind(found: string, claim: string): JwtError {
  return new JwtError("typ_mismatch", `typ: expected an ID token, found ${found}`, { claim });
}

/** Checks `azp` (§3.1.3.7, 4 and 5): if present, it is one of the clients, and of several audiences it names one. */
function checkAuthorizedParty(payload: JwtClaims, clientIds: readonly string[], isOptional: boolean): void {
  const { aud } = payload;
  if (Object.hasOwn(payload, "azp")) expectClaim(payload, "azp", clientIds);
  else if (Array.isArray(aud) && aud.length > 1 && !isOptional)
    throw new JwtError(
      "claim_missing",
      '"azp" is missing beside several audiences: waive it with optional: ["azp"] if you trust them all',
      { claim: "azp" },
    );
}

/** Checks `auth_time` (§3.1.3.7, 13). Every comparison is written so that NaN refuses. */
function checkAuthTime(payload: JwtClaims, maxAge: number, tolerance: number, now: number): void {
  const time = own(payload, "auth_time");
  if (time === undefined) throw missingClaim("auth_time");
  if (typeof time !== "number" || !(time <= now + tolerance))
    throw wrongClaim("auth_time", `a time up to now (${Math.floor(now)})`, time);
  if (now - time <= maxAge + tolerance) return;
  const [age, most] = [describeSpan(now - time), describeSpan(maxAge)];
  throw new JwtError("too_old", `auth_time: logged in ${age} ago, ${most} allowed by maxAge`, { claim: "auth_time" });
}

/** Refuses a claim that is missing or none of the values. They are not shown: a nonce belongs to one browser. */
function expectClaim(payload: JwtClaims, claim: string, values: readonly string[]): void {
  const found = textClaim(payload, claim);
  if (!values.includes(found))
    throw new JwtError("claim_mismatch", `${claim}: ${mismatches[claim] ?? "another was expected"}`, { claim });
}

const mismatches: Readonly<Record<string, string>> = {
  nonce: "not the one that this login began with",
  azp: "the token was issued to another client",
  at_hash: "not that of the access token",
  c_hash: "not that of the code",
  acr: "none of those that were asked for",
};
