/**
 * Sessions: short-lived access tokens, and refresh tokens that are rotated at each use, so that theft is detected
 * (RFC 9700 §4.14.2).
 */

import {
  checkFunction,
  checkNow,
  checkOptions,
  checkText,
  optional,
  readOptions,
  refuseCallback,
  refusePromise,
  wrongArgument,
  type Readers,
} from "../base/options.ts";
import { randomBytes } from "../base/platform.ts";
import { withTimeout } from "../base/timeout.ts";
import type { JwtClaims } from "../claims/build.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { isObject } from "../encoding/json.ts";
import { argumentError, isJwtError, JwtError } from "../errors.ts";
import { kindOf, sessionAudiences, sessionTypes, type KindOutput, type KindSigner } from "../jwt/kinds.ts";
import type { StoredSession } from "./contract.ts";
import type { SchemaInput, StandardSchemaV1 } from "../jwt/schema.ts";
import type { Verifier } from "../jwt/verifier.ts";
import type { Verified, VerifierCallOptions } from "../jwt/verify.ts";
import { isSessionId, loginIn, loginOf, ownerIn, ownerOf } from "./ids.ts";
import { parseNote, readNote } from "./note.ts";
import { refusal, storeFailed } from "./refusals.ts";
import { readSettings, type SessionKey, type SessionsOptions } from "./settings.ts";
import { accessType } from "./verifier.ts";

/** Claims that sessions set themselves. */
type Written = "iss" | "aud" | "iat" | "exp" | "nbf" | "jti" | "sub" | "sid";

/** Claims of an access token that the application sets. */
export type SessionClaims<Schema extends StandardSchemaV1 = never> = [Schema] extends [never]
  ? object
  : { [Name in keyof SchemaInput<Schema> as Name extends Written ? never : Name]: SchemaInput<Schema>[Name] };

/** Tokens of a session. Times are seconds since 1970. */
export interface SessionTokens {
  /** Access token for the API: a JWT with `sub`, `sid` and the application's claims. */
  readonly accessToken: string;
  /** Refresh token, good for one call of `refresh`. */
  readonly refreshToken: string;
  /** ID of the session: not a secret, and no proof of identity. */
  readonly session: string;
  /** Time at which the tokens were issued. */
  readonly issuedAt: number;
  /** Time at which the access token expires. */
  readonly expiresAt: number;
  /** Time at which the refresh token expires. */
  readonly refreshExpiresAt: number;
  /** Time at which the session ends. Refreshing does not extend it. */
  readonly endsAt: number;
}

/** A session in a list. Times are seconds since 1970. */
export interface Session {
  /** ID of the session, for `end`. */
  readonly session: string;
  /** Time at which it began. */
  readonly startedAt: number;
  /** Time at which it was last refreshed. */
  readonly usedAt: number;
  /** Time at which it ends. Refreshing does not extend it. */
  readonly endsAt: number;
  /** Note that was passed to `begin`. */
  readonly note?: unknown;
}

/** @inline */
interface EndOptions {
  readonly subject?: string | undefined;
}

/** @inline */
interface EndAllOptions {
  readonly except?: string | undefined;
}

/** Options of `begin`. */
export interface BeginOptions {
  /** Note that `list` returns, such as the device: any JSON value of at most 1 kB. */
  readonly note?: unknown;
  /** ID of a session of the same subject, to end once this one has begun. */
  readonly replaces?: string | undefined;
  /** Issuer and `sid` of the login at an OpenID Provider, for `endUpstream`. */
  readonly upstream?: readonly [iss: string, sid: string] | undefined;
}

/** Begins, refreshes and ends sessions. */
export interface Sessions<Schema extends StandardSchemaV1 = never> {
  /**
   * Begins a session and returns its first tokens. Session IDs are generated here, never adopted.
   *
   * @throws JwtError `subject_mismatch`: `replaces` is another subject's session.
   * @throws UnavailableError `store_unavailable`, `key_unavailable`.
   * @throws TypeError `invalid_argument`: claims that cannot be signed, or a note that is too long.
   */
  readonly begin: (subject: string, claims: SessionClaims<Schema>, options?: BeginOptions) => Promise<SessionTokens>;
  /**
   * Exchanges a refresh token for new tokens. `claimsOf` returns the current claims, or `undefined` to end the session. `again`: the token
   * was already used, within `grace`.
   *
   * @throws JwtError `replayed`: the token was used again after `grace`, and the session has ended for all holders of its tokens;
   * `revoked`: the session has ended; `expired`: it was idle for too long, or is over. With `subject` and `session`.
   * @throws UnavailableError `store_unavailable`, `key_unavailable`: the same token can be sent again.
   * @throws TypeError `invalid_argument`: claims that cannot be signed. The token is not used up.
   */
  readonly refresh: (
    refreshToken: string,
    claimsOf: (
      subject: string,
      session: string,
    ) => SessionClaims<Schema> | undefined | Promise<SessionClaims<Schema> | undefined>,
  ) => Promise<SessionTokens & { readonly again: boolean }>;
  /**
   * Ends one session: by its ID (with `subject` if the ID comes from a request), or by its refresh token, even an expired one.
   *
   * @throws JwtError `subject_mismatch`: the session belongs to another subject; otherwise the reason why the refresh token is refused.
   * @throws UnavailableError `store_unavailable`.
   */
  readonly end: (session: string | { readonly refreshToken: string }, options?: EndOptions) => Promise<void>;
  /** Ends all sessions of a subject except `except`. Access tokens remain good until they expire, unless `liveVerifier` checks them. */
  readonly endAll: (subject: string, options?: EndAllOptions) => Promise<void>;
  /** Ends the sessions that began with a login at an OpenID Provider (OpenID Connect Back-Channel Logout). */
  readonly endUpstream: (iss: string, sid: string) => Promise<void>;
  /** Lists the sessions of a subject. */
  readonly list: (subject: string) => AsyncIterable<Session>;
  /** Verifies access tokens without the store. */
  readonly verifier: Verifier<KindOutput<Schema>>;
  /** Verifies access tokens, and refuses those of ended sessions (`revoked`) by asking the store. */
  readonly liveVerifier: Pick<Verifier<KindOutput<Schema>>, "verify" | "safeVerify">;
}

const refreshType = `${sessionTypes}refresh+jwt`;

/** Maximum number of times that the sessions of a login are listed until none is left, of those that begin meanwhile too. */
const maxRounds = 10;

/** Claims of a refresh token. */
interface RefreshClaims {
  readonly sub: string;
  readonly sid: string;
  readonly gen: number;
  readonly end: number;
}

/**
 * Creates sessions: an access token that lives for minutes, and a refresh token that is good once and is exchanged for the next. A refresh
 * token that is used again after `grace` was stolen, so its session ends, for the thief and the owner.
 *
 * @param key A secret, a key pair, or a key ring whose `retainFor` is at least the lifetime of a refresh token.
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or the ring retains its keys for too short a time.
 * @example
 * const sessions = createSessions(await generateSecret(HS256), { issuer: "my-api", audience: "web" });
 * const tokens = await sessions.begin("user_123", { role: "admin" });
 * const { claims } = await sessions.verifier.verify(tokens.accessToken);
 * const next = await sessions.refresh(tokens.refreshToken, () => ({ role: "admin" }));
 * await sessions.end(next.session);
 */
export function createSessions<Schema extends StandardSchemaV1 = never>(
  key: SessionKey,
  options: SessionsOptions<Schema>,
): Sessions<Schema> {
  const settings = readSettings(key, options);
  const { issuer, audience, schema, sensitiveClaims } = options;
  const { signing, verifying, store, idle, grace, life, tolerance, storeTimeout, now } = settings;
  const shared = { issuer, maxLifetime: life, clockTolerance: tolerance, sensitiveClaims, now };
  const accessKind = kindOf<Schema>(accessType, { ...shared, audience, schema });
  const refreshKind = kindOf(refreshType, { ...shared, audience: refreshAudience(audience) });
  // The claims of an access token are the application's, and checked by the schema.
  const accessSigner = accessKind.createSigner(signing) as unknown as KindSigner;
  const refreshSigner = refreshKind.createSigner(signing);
  const refreshVerifier = refreshKind.createVerifier(verifying);
  const verifier = accessKind.createVerifier(verifying);
  /** Time for which the store keeps a session: as long as a verifier with a tolerance accepts its refresh token. */
  const kept = idle + tolerance;

  const ask = <T>(call: () => T | Promise<T>): Promise<T> => askStore(call, storeTimeout);
  const owned = (subject: string): Promise<string> => ownerOf(issuer, subject);

  async function tokensOf(
    subject: string,
    claims: object,
    session: string,
    generation: number,
    endsAt: number,
  ): Promise<SessionTokens> {
    const issuedAt = Math.floor(checkNow(now));
    // Within the clock tolerance, the refresh token of a session that is over still verifies.
    if (!(issuedAt < endsAt)) throw new JwtError("expired", "the session is over", { claim: "end" });
    const expiresAt = Math.min(issuedAt + settings.access, endsAt);
    const refreshExpiresAt = Math.min(issuedAt + idle, endsAt);
    checkClaims(claims);
    // With a name of its own, each token is another one, even within a second.
    const named = Object.hasOwn(claims, "jti") ? {} : { jwtId: true as const };
    const [accessToken, refreshToken] = await Promise.all([
      accessSigner.sign({ ...claims, sub: subject, sid: session, iat: issuedAt }, { expiresAt, ...named }),
      refreshSigner.sign(
        { sub: subject, sid: session, gen: generation, end: endsAt, iat: issuedAt },
        { expiresAt: refreshExpiresAt, jwtId: true },
      ),
    ]);
    return { accessToken, refreshToken, session, issuedAt, expiresAt, refreshExpiresAt, endsAt };
  }

  async function checkAlive({ payload }: Verified<unknown>): Promise<void> {
    const session = payload["sid"];
    if (!isSessionId(session))
      throw new JwtError("claim_invalid", "sid: expected the ID of a session", { claim: "sid" });
    const alive: unknown = await ask(() => store.alive(ownerIn(session), session));
    if (alive === true) return;
    if (alive !== false) throw storeFailed();
    throw new JwtError("revoked", "the session has ended", { claim: "sid" });
  }
  /** Returns the options for `verifier`, of the arguments that `liveVerifier` was given. */
  function live(given: readonly unknown[]): VerifierCallOptions<KindOutput<Schema>> {
    refuseCallback(given);
    const { beforeReplay } = given[1] === undefined ? {} : checkOptions(given[1], ["beforeReplay"]);
    const hook: VerifierCallOptions<KindOutput<Schema>>["beforeReplay"] =
      beforeReplay === undefined ? undefined : checkFunction(beforeReplay, "beforeReplay");
    return {
      async beforeReplay(verified) {
        await checkAlive(verified);
        await hook?.(verified);
      },
    };
  }

  async function listOf(owner: string): Promise<readonly StoredSession[]> {
    const found: unknown = await ask(() => store.list(owner));
    if (!Array.isArray(found) || !found.every((one) => isObject(one) && isSessionId(one["session"])))
      throw storeFailed();
    return found as readonly StoredSession[]; // the rest is what the store was given
  }
  /** Adds a session to the record of its login, and ends those that the record has no more room for: they would survive the login's end. */
  async function beginLogin(login: string, session: string, endsAt: number): Promise<void> {
    const before = await listOf(login);
    await ask(() => store.begin(login, session, { idle: life, endsAt }));
    const after = new Set((await listOf(login)).map((one) => one.session));
    for (const one of before) if (!after.has(one.session)) await end(one.session);
  }
  /** Reads the claims of a refresh token. Other signers of the key may write anything, so malformed claims are the token's fault. */
  async function readRefreshClaims(payload: JwtClaims): Promise<RefreshClaims> {
    const { sub, sid, gen, end: endsAt } = payload as Partial<Record<keyof RefreshClaims, unknown>>;
    if (typeof sub !== "string" || sub === "") throw foreignClaim("sub");
    if (!isSessionId(sid) || ownerIn(sid) !== (await owned(sub))) throw foreignClaim("sid");
    if (!Number.isSafeInteger(gen) || Number(gen) < 0) throw foreignClaim("gen");
    if (!Number.isSafeInteger(endsAt)) throw foreignClaim("end");
    return { sub, sid, gen: Number(gen), end: Number(endsAt) };
  }

  async function end(session: string): Promise<void> {
    const owner = ownerIn(session);
    await ask(() => store.end(owner, session));
  }

  const sessions: Sessions<Schema> = {
    async begin(subject, claims, beginOptions = {}) {
      checkOptions<BeginOptions>(beginOptions, { note: 1, replaces: 1, upstream: 1 });
      const { replaces, upstream } = beginOptions;
      const note = readNote(beginOptions.note);
      const owner = await owned(subject);
      if (replaces !== undefined && ownerIn(replaces) !== owner) throw anotherSubject();
      const login = upstream === undefined ? undefined : await loginIn(upstream);
      const session = `${owner}.${encodeBase64url(randomBytes(16))}`;
      const endsAt = Math.floor(checkNow(now)) + life;
      const tokens = await tokensOf(subject, claims, session, 0, endsAt);
      await ask(() => store.begin(owner, session, { idle: kept, endsAt, note }));
      if (login !== undefined) await beginLogin(login, session, endsAt);
      if (replaces !== undefined) await end(replaces);
      return tokens;
    },

    async refresh(refreshToken, claimsOf) {
      if (typeof claimsOf !== "function") throw wrongArgument("claimsOf", "a function that reads the claims", claimsOf);
      const { payload } = await refreshVerifier.verify(refreshToken);
      const { sub, sid, gen, end: endsAt } = await readRefreshClaims(payload);
      const claims = await claimsOf(sub, sid);
      if (claims === undefined) {
        await end(sid);
        throw refusal("revoked", "the application ended the session", payload);
      }
      // Signed before the token is used up, so that invalid claims or a failing key do not cost it.
      const tokens = await tokensOf(sub, claims, sid, gen + 1, endsAt);
      const use: unknown = await ask(() => store.use(ownerIn(sid), sid, gen, { grace, idle: kept }));
      if (use === "late")
        throw refusal("replayed", "the refresh token was used before; the session has ended", payload);
      if (use === "unknown") throw refusal("revoked", "the session has ended", payload);
      if (use !== "first" && use !== "again") throw storeFailed();
      return { ...tokens, again: use === "again" };
    },

    async end(session, endOptions = {}) {
      const { subject } = readOptions(endOptions, { subject: optional(checkText) } satisfies Readers<EndOptions>);
      const id = typeof session === "string" ? session : await sessionOf(session);
      if (subject !== undefined && ownerIn(id) !== (await owned(subject))) throw anotherSubject();
      await end(id);
    },

    async endAll(subject, endOptions = {}) {
      const { except } = readOptions(endOptions, { except: optional(checkText) } satisfies Readers<EndAllOptions>);
      if (except !== undefined) ownerIn(except);
      const owner = await owned(subject);
      await ask(() => store.endAll(owner, except));
    },

    async endUpstream(iss, sid) {
      const login = await loginOf(iss, sid);
      for (let rounds = 0; rounds < maxRounds; rounds++) {
        const listed = await listOf(login);
        if (listed.length === 0) return;
        for (const { session } of listed) {
          await end(session);
          // Never the whole record: a session that has begun since would not be found again.
          await ask(() => store.end(login, session));
        }
      }
      throw storeFailed();
    },

    async *list(subject) {
      const owner = await owned(subject);
      for (const { session, startedAt, usedAt, endsAt, note } of await listOf(owner))
        yield { session, startedAt, usedAt, endsAt, ...(note !== undefined && { note: parseNote(note) }) };
    },

    verifier,
    liveVerifier: {
      verify: async (...given) => verifier.verify(given[0], live(given)),
      safeVerify: async (...given) => verifier.safeVerify(given[0], live(given)),
    },
  };
  return sessions;

  /** Returns the session of a refresh token, even of an expired one: an idle session can still log out. */
  async function sessionOf(given: { readonly refreshToken: string }): Promise<string> {
    refusePromise("session", given);
    if (!isObject(given)) throw wrongArgument("session", "the ID of a session, or { refreshToken }", given);
    try {
      return (await readRefreshClaims((await refreshVerifier.verify(given.refreshToken)).payload)).sid;
    } catch (error) {
      // Expiry is checked last, so the rest of the token was right.
      const claims = isJwtError(error) && error.code === "expired" ? error.claims : undefined;
      if (claims === undefined) throw error;
      return (await readRefreshClaims(claims)).sid;
    }
  }
}

/** Returns the audience of refresh tokens. It differs per application, so that two with the same key do not accept each other's. */
function refreshAudience(audience: string | readonly string[]): string {
  return sessionAudiences + JSON.stringify([audience].flat());
}

/** Checks that claims are a plain object: spreading would make an empty one of a promise, of null and of a Map, and sign it. */
function checkClaims(claims: unknown): void {
  refusePromise("claims", claims);
  if (!isObject(claims) || Object.prototype.toString.call(claims) !== "[object Object]" || "toJSON" in claims)
    throw wrongArgument("claims", "a plain object", claims);
  for (const name of ["sub", "sid", "iat"])
    if (Object.hasOwn(claims, name)) throw argumentError(`claims: ${name} is written by the session`);
}

/** Builds the refusal of a refresh token with a claim that no session writes so. */
function foreignClaim(claim: keyof RefreshClaims): JwtError {
  return new JwtError("claim_invalid", `${claim}: expected a value as sessions write it, found another`, { claim });
}

function anotherSubject(): JwtError {
  return new JwtError("subject_mismatch", "the session belongs to another subject", { claim: "sid" });
}

/** Calls the store with a timeout. If it fails, nothing is decided, and its own message is dropped. */
async function askStore<T>(call: () => T | Promise<T>, seconds: number): Promise<T> {
  try {
    return await withTimeout(call, seconds, storeFailed);
  } catch {
    throw storeFailed();
  }
}
