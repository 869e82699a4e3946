/** Logout tokens (OpenID Connect Back-Channel Logout 1.0, with errata 1), checked by the client that gets them (§2.6). */

import { describeSpan, readDuration, type Duration } from "../base/duration.ts";
import {
  checkClock,
  checkFunction,
  checkNow,
  checkOptions,
  checkTexts,
  wrongArgument,
  type Names,
} from "../base/options.ts";
import type { unchecked } from "../base/unchecked.ts";
import type { JwtClaims } from "../claims/build.ts";
import { missingClaim, wrongClaim } from "../claims/validate.ts";
import { isObject, own } from "../encoding/json.ts";
import { JwtError } from "../errors.ts";
import type { Expected } from "../jwt/expected.ts";
import { createVerifier } from "../jwt/verifier.ts";
import type { Verified } from "../jwt/verify.ts";
import type { VerificationKeys } from "../keys/key.ts";
import type { ReplayStore } from "../revocation/contract.ts";
import { pick, readWaivers } from "./options.ts";
import { readSpender } from "./spend.ts";
import { safely, textClaim, type FormField, type KindResult, type VerifiedKind } from "./verified.ts";

/** Claims of a verified logout token (§2.4). It has `sub`, `sid`, or both. */
export interface LogoutTokenClaims extends JwtClaims {
  /** Issuer. */
  readonly iss: string;
  /** Subject whose sessions end: all of them, if there is no `sid`. */
  readonly sub?: string;
  /** Session that ends, by its ID at the issuer. */
  readonly sid?: string;
  /** Audience: the client. */
  readonly aud: string | readonly string[];
  /** Time of issue: seconds since 1970. */
  readonly iat: number;
  /** Token ID. */
  readonly jti: string;
}

/** Options of `createLogoutTokenVerifier`. */
export interface LogoutTokenVerifierOptions<Required extends "sub" | "sid" = never> {
  /** `iss`, exactly; several are names of one issuer. */
  readonly issuer: string | readonly string[];
  /** ID of the client; several are the clients of one application. */
  readonly clientId: string | readonly string[];
  /** Store of the tokens that were used (§2.6, 8). One that has `has` refuses a used token before the application ends anything again. */
  readonly replay: ReplayStore | typeof unchecked;
  /** Claims that must be there, where one of the two would do: `["sid"]` for a client with `backchannel_logout_session_required`. */
  readonly required?: readonly Required[] | undefined;
  /** Waives `exp`, which issuers before errata 1 do not write: such a token is good for two minutes after `iat`. */
  readonly optional?: readonly "exp"[] | undefined;
  /** Tolerated difference between clocks: seconds, or a string such as `"30s"`. Default 5 s, at most 1 h. */
  readonly clockTolerance?: Duration | undefined;
  /** Longest token that is looked at, in characters. Default 16384. */
  readonly maxTokenLength?: number | undefined;
  /** Time that the store may take. Default 5 s. */
  readonly storeTimeout?: Duration | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** Options of one logout token. */
export interface LogoutTokenVerifyOptions<Claims extends LogoutTokenClaims = LogoutTokenClaims> {
  /**
   * Ends the sessions. It is called after all checks, and before the token is marked as used: if it throws, the error is rethrown, and
   * the issuer can send the same token again.
   */
  readonly beforeReplay?: ((verified: VerifiedKind<Claims>) => void | Promise<void>) | undefined;
}

/** Claims of a verifier: with those that it requires. */
type Demanded<Required extends "sub" | "sid"> = [Required] extends [never]
  ? LogoutTokenClaims
  : LogoutTokenClaims & Readonly<Record<Required, string>>;

/** Verifies logout tokens for one client. */
export interface LogoutTokenVerifier<Claims extends LogoutTokenClaims = LogoutTokenClaims> {
  /**
   * Verifies a logout token.
   *
   * @throws JwtError why the token is refused, as `code`; `replayed`: it was used before. Answer 400 (§2.8).
   * @throws UnavailableError `jwks_unavailable`, `jwks_invalid`, `key_unavailable`, `store_unavailable`: nothing was decided.
   * @throws TypeError `invalid_argument`: an option is unknown or wrong.
   */
  readonly verify: (token: FormField, options?: LogoutTokenVerifyOptions<Claims>) => Promise<VerifiedKind<Claims>>;
  /** Verifies like `verify`, with a refusal as a value. */
  readonly safeVerify: (token: FormField, options?: LogoutTokenVerifyOptions<Claims>) => Promise<KindResult<Claims>>;
}

const optionNames: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: 1,
  clientId: 1,
  replay: 1,
  required: 1,
  optional: 1,
  clockTolerance: 1,
  maxTokenLength: 1,
  storeTimeout: 1,
  now: 1,
} satisfies Names<LogoutTokenVerifierOptions>);

const callNames: readonly string[] = /* @__PURE__ */ Object.keys({
  beforeReplay: 1,
} satisfies Names<LogoutTokenVerifyOptions>);

/** The `typ` of logout tokens (§2.4). Untyped ones are taken too: `JWT` says nothing about the kind. */
const logoutType = "logout+jwt";

/** The event that makes a token a logout token (§2.4). */
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

/** Seconds for which a token without `exp` is good: as long as §2.4 recommends tokens to live at most. */
const maxAgeWithoutExp = 120;

/**
 * Returns a verifier of logout tokens by the rules of Back-Channel Logout §2.6: signature, `typ`, `iss`, `aud`, `iat`, `exp`, `events`,
 * `sub` or `sid`, no `nonce`, and a `jti` that is good once. It is marked as used last, after the application ended the session.
 *
 * @param keys Keys of the issuer, such as `discoverJwks`.
 * @throws TypeError `invalid_argument`: an option is unknown, `undefined` or empty, or a key is not one.
 * @example
 * const issuer = "https://id.example";
 * const keys = discoverJwks(issuer, { algorithms: [RS256] });
 * const logouts = createLogoutTokenVerifier(keys, { issuer, clientId: "my-client-id", replay: memoryReplayStore(), required: ["sid"] });
 * const sessions = createSessions(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const endSession = async (form: FormData) => {
 *   await logouts.verify(form.get("logout_token"), {
 *     beforeReplay: ({ payload }) => sessions.endUpstream(payload.iss, payload.sid),
 *   });
 * };
 */
export function createLogoutTokenVerifier<const Required extends "sub" | "sid" = never>(
  keys: VerificationKeys,
  options: LogoutTokenVerifierOptions<Required>,
): LogoutTokenVerifier<Demanded<Required>> {
  type Claims = Demanded<Required>;
  const given = checkOptions(options, optionNames);
  const issuers = checkTexts(given["issuer"], "issuer");
  const clientIds = checkTexts(given["clientId"], "clientId");
  const required = readRequired(given);
  const expIsOptional = readWaivers(given, ["exp"]).has("exp");
  const now = checkClock(given["now"]);
  const spender = readSpender(logoutType, given, now);
  const verifier = createVerifier(keys, {
    ...pick(given, ["clockTolerance", "maxTokenLength", "now"]),
    issuer: issuers,
    audience: clientIds,
    typ: [logoutType, "JWT"],
    optional: expIsOptional ? ["typ", "exp"] : ["typ"],
    required: ["jti", ...required],
  } as unknown as Expected<never>); // it checks what is picked
  const tolerance = readDuration("clockTolerance" in given ? given["clockTolerance"] : 5, "clockTolerance");

  const verify: LogoutTokenVerifier<Claims>["verify"] = async (token, callOptions = {}) => {
    const { beforeReplay } = checkOptions(callOptions, callNames);
    const end: LogoutTokenVerifyOptions<Claims>["beforeReplay"] =
      beforeReplay === undefined ? undefined : checkFunction(beforeReplay, "beforeReplay");
    const lastSteps = async (verified: Verified<unknown>): Promise<void> => {
      const { payload } = verified;
      checkLogout(payload);
      const exp = payload.exp ?? endByAge(payload, checkNow(now), tolerance);
      await spender.checkUnspent(payload);
      await end?.(verified as VerifiedKind<Claims>); // it has what the checks demanded
      await spender.spend(payload, exp);
    };
    // A field that is no string is refused as a token that is malformed.
    const verified = await verifier.verify(token as string, { beforeReplay: lastSteps });
    return verified as unknown as VerifiedKind<Claims>; // as above
  };
  return { verify, safeVerify: safely(verify) };
}

function readRequired(given: Readonly<Record<string, unknown>>): readonly string[] {
  if (!("required" in given)) return [];
  const required = checkTexts(given["required"], "required");
  if (!required.every((name) => name === "sub" || name === "sid"))
    throw wrongArgument("required", 'a list of "sub" and "sid"', given["required"]);
  return required;
}

/** Checks the claims that only logout tokens have (§2.4), and that one has not. */
function checkLogout(payload: JwtClaims): void {
  textClaim(payload, "jti");
  const events = own(payload, "events");
  if (events === undefined) throw missingClaim("events");
  if (!isObject(events) || !isObject(own(events, logoutEvent)))
    throw wrongClaim("events", `an object with an object ${logoutEvent}`, events);
  // §2.4: so that no logout token is accepted as an ID token, nor the reverse.
  if (Object.hasOwn(payload, "nonce"))
    throw new JwtError("claim_invalid", "nonce: a logout token has none", { claim: "nonce" });
  const named = ["sub", "sid"].filter((name) => Object.hasOwn(payload, name));
  for (const name of named) textClaim(payload, name);
  if (named.length === 0) throw new JwtError("claim_missing", 'both "sub" and "sid" are missing', { claim: "sid" });
}

/** Checks the age of a token without `exp`, and returns the second in which it ends. Every comparison is written so that NaN refuses. */
function endByAge({ iat = NaN }: JwtClaims, now: number, tolerance: number): number {
  if (!(now + tolerance >= iat))
    throw new JwtError("not_yet_valid", `issued ${describeSpan(iat - now)} in the future`, { claim: "iat" });
  const end = iat + maxAgeWithoutExp;
  if (now - tolerance < end) return end;
  const [age, most] = [describeSpan(now - iat), describeSpan(maxAgeWithoutExp)];
  throw new JwtError("too_old", `issued ${age} ago, ${most} allowed without exp`, { claim: "iat" });
}
