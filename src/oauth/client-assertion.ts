/** Client assertions: JWTs by which a client authenticates to its authorization server (RFC 7523 §2.2, §3, as RFC 10070 §4 updates it). */

import { readSpan, type Duration } from "../base/duration.ts";
import { checkClock, checkFunction, checkNow, checkOptions, checkText, type Names } from "../base/options.ts";
import { unchecked } from "../base/unchecked.ts";
import type { JwtClaims } from "../claims/build.ts";
import { wrongClaim } from "../claims/validate.ts";
import { isOwnError, JwtError, quote, UnavailableError } from "../errors.ts";
import { decode } from "../jwt/decode.ts";
import { compileExpected } from "../jwt/expected.ts";
import { sign } from "../jwt/signer.ts";
import { compile, verifierOf } from "../jwt/verifier.ts";
import { checkLength, type Verified } from "../jwt/verify.ts";
import type { SigningKey, SigningKeySource, VerificationKeys } from "../keys/key.ts";
import type { ReplayStore } from "../revocation/contract.ts";
import { pick, readWaivers } from "./options.ts";
import { readSpender } from "./spend.ts";
import { safely, textClaim, type FormField, type KindResult, type VerifiedKind } from "./verified.ts";

/**
 * Value of `client_assertion_type`, which goes with `client_assertion` (RFC 7523 §2.2).
 *
 * @example
 * const form = new URLSearchParams({ client_assertion_type: clientAssertionType });
 */
export const clientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The `typ` of client assertions (RFC 10070 §4). */
const assertionType = "client-authentication+jwt";

/** Options of `clientAssertion`. */
export interface ClientAssertionOptions {
  /** ID of the client: `iss` and `sub`. */
  readonly clientId: string;
  /** Issuer of the authorization server, as its metadata writes it: `aud`, and the only one (RFC 10070 §4). */
  readonly issuer: string;
  /**
   * Audience for a server that does not support RFC 10070, instead of the issuer: the URL of its token endpoint, or the issuer if the server
   * refuses only the new `typ`. `typ` is then `JWT`. Without this option, no other server accepts the assertion.
   */
  readonly legacyAudience?: string;
  /** Lifetime: seconds, or a string such as `"1m"`. Default `"5m"`, at most 1 h. */
  readonly expiresIn?: Duration | undefined;
  /** Further members of the header, such as the `x5t#S256` of the certificate for Microsoft Entra. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

const assertionNames: readonly string[] = /* @__PURE__ */ Object.keys({
  clientId: 1,
  issuer: 1,
  legacyAudience: 1,
  expiresIn: 1,
  header: 1,
  now: 1,
} satisfies Names<ClientAssertionOptions>);

/**
 * Signs a client assertion (`private_key_jwt`; with a secret `client_secret_jwt`): `iss` and `sub` are the client, `aud` is the issuer alone, `jti`
 * is random, and it is good once. Sign one for each request.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the key cannot sign.
 * @throws UnavailableError `key_unavailable`: the key failed to sign.
 * @example
 * const { privateKey } = await generateKeyPair(ES256);
 * const form = new URLSearchParams({
 *   grant_type: "client_credentials",
 *   client_assertion_type: clientAssertionType,
 *   client_assertion: await clientAssertion(privateKey, { clientId: "billing", issuer: "https://id.example" }),
 * });
 */
export async function clientAssertion(
  key: SigningKey | SigningKeySource,
  options: ClientAssertionOptions,
): Promise<string> {
  const given = checkOptions(options, assertionNames);
  const { header, now } = options;
  const isLegacy = "legacyAudience" in given;
  const clientId = checkText(given["clientId"], "clientId");
  const issuer = checkText(given["issuer"], "issuer");
  return sign({}, key, {
    issuer: clientId,
    subject: clientId,
    audience: isLegacy ? checkText(given["legacyAudience"], "legacyAudience") : issuer,
    jwtId: true,
    expiresIn: options.expiresIn ?? "5m",
    maxLifetime: "1h",
    typ: isLegacy ? "JWT" : assertionType,
    header,
    now,
  });
}

/** Claims of a verified client assertion. */
export interface ClientAssertionClaims extends JwtClaims {
  /** ID of the client. */
  readonly iss: string;
  /** ID of the client. */
  readonly sub: string;
  /** Issuer of the authorization server. */
  readonly aud: string | readonly string[];
  /** Expiration time: seconds since 1970. */
  readonly exp: number;
  /** Token ID. */
  readonly jti: string;
}

/** Options of `createClientAssertionVerifier`. */
export interface ClientAssertionVerifierOptions {
  /** Issuer of this authorization server: the only accepted `aud` (RFC 10070 §4). URLs of its endpoints are refused. */
  readonly issuer: string;
  /**
   * Returns the keys that are registered for a client, or `undefined` for an unknown client. The ID is not verified yet: only look
   * it up, and fetch nothing from a URL that it contains.
   */
  readonly keysOf: (
    clientId: string,
  ) => VerificationKeys | undefined | null | Promise<VerificationKeys | undefined | null>;
  /** Store of the assertions that were used. */
  readonly replay: ReplayStore | typeof unchecked;
  /** Waives `typ`, which clients before RFC 10070 do not write: `JWT` and none are accepted too, but no other type. */
  readonly optional?: readonly "typ"[] | undefined;
  /** Longest time until `exp`: seconds, or a string such as `"5m"`. Default `"1h"`. */
  readonly maxLifetime?: Duration | undefined;
  /** Tolerated difference between clocks: seconds, or a string such as `"30s"`. Default 5 s, at most 1 h. */
  readonly clockTolerance?: Duration | undefined;
  /** Longest assertion that is looked at, in characters. Default 16384. */
  readonly maxTokenLength?: number | undefined;
  /** Time that the store may take. Default 5 s. */
  readonly storeTimeout?: Duration | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** Options of one client assertion. */
export interface ClientAssertionVerifyOptions {
  /** Field `client_id` of the form: if there is one, the assertion has to be this client's (RFC 7521 §4.2). */
  readonly clientId?: FormField | undefined;
  /** A last check by the application, before the assertion is marked as used. It refuses by throwing. */
  readonly beforeReplay?: ((verified: VerifiedKind<ClientAssertionClaims>) => void | Promise<void>) | undefined;
}

/** Verifies client assertions for one authorization server. */
export interface ClientAssertionVerifier {
  /**
   * Verifies a client assertion. The client is `claims.sub`.
   *
   * @throws JwtError why the assertion is refused, as `code`; answer with `invalid_client`.
   * @throws UnavailableError `key_unavailable`: `keysOf` failed; `store_unavailable`: nothing was decided.
   * @throws TypeError `invalid_argument`: an option is unknown or wrong, or `keysOf` returned no keys.
   */
  readonly verify: (
    assertion: FormField,
    options?: ClientAssertionVerifyOptions,
  ) => Promise<VerifiedKind<ClientAssertionClaims>>;
  /** Verifies like `verify`, with a refusal as a value. */
  readonly safeVerify: (
    assertion: FormField,
    options?: ClientAssertionVerifyOptions,
  ) => Promise<KindResult<ClientAssertionClaims>>;
}

const optionNames: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: 1,
  keysOf: 1,
  replay: 1,
  optional: 1,
  maxLifetime: 1,
  clockTolerance: 1,
  maxTokenLength: 1,
  storeTimeout: 1,
  now: 1,
} satisfies Names<ClientAssertionVerifierOptions>);

const callNames: readonly string[] = /* @__PURE__ */ Object.keys({
  clientId: 1,
  beforeReplay: 1,
} satisfies Names<ClientAssertionVerifyOptions>);

/**
 * Returns a verifier of client assertions for an authorization server (RFC 7523 §3, RFC 10070 §4): `aud` is its issuer and nothing else,
 * `iss` and `sub` are the client, whose registered keys verify the signature, `exp` is near, and `jti` is good once.
 *
 * @throws TypeError `invalid_argument`: an option is unknown, `undefined` or empty.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const issuer = "https://id.example";
 * const clients = new Map([["billing", publicKey]]);
 * const assertions = createClientAssertionVerifier({ issuer, keysOf: (id) => clients.get(id), replay: memoryReplayStore() });
 * const form = new URLSearchParams({ client_assertion: await clientAssertion(privateKey, { clientId: "billing", issuer }) });
 * const { claims } = await assertions.verify(form.get("client_assertion"), { clientId: form.get("client_id") });
 * console.log(claims.sub); // billing
 */
export function createClientAssertionVerifier(options: ClientAssertionVerifierOptions): ClientAssertionVerifier {
  const given = checkOptions(options, optionNames);
  const issuer = checkText(given["issuer"], "issuer");
  const keysOf: ClientAssertionVerifierOptions["keysOf"] = checkFunction(given["keysOf"], "keysOf");
  const typIsOptional = readWaivers(given, ["typ"]).has("typ");
  const { maxLifetime = "1h" } = given;
  const life = readSpan(maxLifetime, "maxLifetime");
  const now = checkClock(given["now"]);
  const spender = readSpender(assertionType, given, now);
  /** Expectations of every client's assertions, without those of one client. */
  const policy = compileExpected({
    ...pick(given, ["clockTolerance", "maxTokenLength", "now"]),
    issuer: unchecked,
    audience: issuer,
    typ: typIsOptional ? [assertionType, "JWT"] : assertionType,
    // RFC 7523 §3, 6: iat may be left out. exp is limited by maxLifetime, and jti is accepted once.
    optional: typIsOptional ? ["typ", "iat"] : ["iat"],
    required: ["jti"],
  });

  /** Returns the client's keys. The client is the form's, or else the one that the token names, which its signature then proves. */
  async function readKeys(clientId: string): Promise<VerificationKeys> {
    let keys: VerificationKeys | undefined | null;
    try {
      keys = await keysOf(clientId);
    } catch (error) {
      throw isOwnError(error) ? error : new UnavailableError("key_unavailable", "keysOf failed");
    }
    if (keys === undefined || keys === null)
      throw new JwtError("key_not_found", `no keys for the client ${quote(clientId)}`, { claim: "sub" });
    return keys;
  }

  const verify: ClientAssertionVerifier["verify"] = async (assertion, callOptions = {}) => {
    const call = checkOptions(callOptions, callNames);
    const { clientId, beforeReplay } = call;
    const hook: ClientAssertionVerifyOptions["beforeReplay"] =
      beforeReplay === undefined ? undefined : checkFunction(beforeReplay, "beforeReplay");
    checkLength(assertion, policy.maxTokenLength);
    // Not verified yet: good for finding the client's keys, which then verify all of it. A field that is no string is malformed.
    const client = textClaim(decode(assertion as string).claims as JwtClaims, "sub");
    if (clientId !== undefined && clientId !== null && clientId !== client)
      throw new JwtError("subject_mismatch", "sub: expected the client_id of the form", { claim: "sub" });
    const names = new Set([client]);
    const verifier = verifierOf(compile(await readKeys(client), { ...policy, issuers: names, subject: names }));

    const lastSteps = async (verified: Verified<unknown>): Promise<void> => {
      const { payload } = verified;
      checkAssertion(payload, checkNow(now) + life);
      await spender.checkUnspent(payload);
      await hook?.(verified as VerifiedKind<ClientAssertionClaims>); // it has what the checks demanded
      await spender.spend(payload, Number(payload.exp));
    };
    const verified = await verifier.verify(assertion as string, { beforeReplay: lastSteps });
    return verified as unknown as VerifiedKind<ClientAssertionClaims>; // as above
  };
  return { verify, safeVerify: safely(verify) };
}

/** Checks the rules that client assertions have beyond those of every JWT. `latest`: the last second that `exp` may be. */
function checkAssertion(payload: JwtClaims, latest: number): void {
  textClaim(payload, "jti");
  const { aud, exp } = payload;
  // RFC 10070 §4: a second audience is how an assertion for one server is used at another.
  if (Array.isArray(aud) && aud.length !== 1)
    throw new JwtError("audience_mismatch", `aud: expected the issuer alone, found ${aud.length} audiences`, {
      claim: "aud",
    });
  if (!(Number(exp) <= latest)) throw wrongClaim("exp", `at most ${Math.floor(latest)} (maxLifetime)`, exp);
}
