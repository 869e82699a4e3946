/** One token for many callers, renewed before it ends: what a client of APNs, GitHub or another service holds. */

import { readDuration, readNumericDate, readSpan, type Duration } from "../base/duration.ts";
import { checkClock, checkNow, checkOptions, wrongArgument, type Names } from "../base/options.ts";
import { singleFlight } from "../base/single-flight.ts";
import { withTimeout } from "../base/timeout.ts";
import type { RegisteredClaims } from "../claims/build.ts";
import { isObject, type JsonObject } from "../encoding/json.ts";
import { isOwnError, UnavailableError } from "../errors.ts";
import type { SigningKey, SigningKeySource } from "../keys/key.ts";
import { signOptionNames, type SignOptions } from "./sign.ts";
import { createSigner } from "./signer.ts";
import { timeLeft } from "./time-left.ts";

/** A token as an exchange returns it: a JWT with `exp`, or any token and its end. */
export type ExchangedToken =
  | string
  | { readonly token: string; readonly expiresIn: Duration; readonly expiresAt?: undefined }
  | { readonly token: string; readonly expiresAt: Date | number; readonly expiresIn?: undefined };

/** Options of a token source. */
export interface TokenSourceOptions {
  /** Time before its end from which a token is renewed: seconds, or a string such as `"1m"`. At most half of its life. Default: a fifth of its life, at most 5 minutes. */
  readonly renewBefore?: Duration | undefined;
  /** Time that signing or an exchange may take. Default 10 s. */
  readonly timeout?: Duration | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/** Options of a token source that signs. */
export interface SignedTokenSourceOptions extends TokenSourceOptions, SignOptions {
  /** Claims of every token. */
  readonly claims?: (RegisteredClaims & Readonly<Record<string, unknown>>) | undefined;
}

/** One token for many callers. */
export interface TokenSource {
  /** Returns the current token. Callers that ask while it is being renewed wait for the same renewal. */
  readonly token: () => Promise<string>;
}

interface KeptToken {
  readonly token: string;
  /** Seconds since 1970. */
  readonly from: number;
  readonly until: number;
}

const sourceNames: readonly string[] = /* @__PURE__ */ Object.keys({
  renewBefore: 1,
  timeout: 1,
  now: 1,
} satisfies Names<TokenSourceOptions>);

const signedSourceNames: readonly string[] = /* @__PURE__ */ Object.keys({
  claims: 1,
} satisfies Names<Omit<SignedTokenSourceOptions, keyof TokenSourceOptions | keyof SignOptions>>);

/**
 * Returns a source of one token for many callers: signed with a key, or fetched by an exchange, such as a request to a token endpoint. It
 * is renewed once, before it ends. When renewing fails, the token is given out as long as it is good, and the next caller tries again.
 *
 * @param key A signing key or a key ring; or a function that fetches a token.
 * @throws TypeError `invalid_argument`: an unknown or wrong option.
 * @example
 * const key = await generateSecret(HS256);
 * const source = createTokenSource(key, { claims: { sub: "billing" }, issuer: "billing", audience: "ledger", expiresIn: "10m" });
 * const headers = { authorization: `Bearer ${await source.token()}` };
 */
export function createTokenSource(key: SigningKey | SigningKeySource, options?: SignedTokenSourceOptions): TokenSource;
export function createTokenSource(
  exchange: () => ExchangedToken | Promise<ExchangedToken>,
  options?: TokenSourceOptions,
): TokenSource;
export function createTokenSource(
  from: SigningKey | SigningKeySource | (() => ExchangedToken | Promise<ExchangedToken>),
  options: SignedTokenSourceOptions = {},
): TokenSource {
  const {
    renewBefore,
    timeout = 10,
    ...rest
  } = checkOptions(
    options,
    typeof from === "function" ? sourceNames : [...sourceNames, ...signOptionNames, ...signedSourceNames],
  ) as SignedTokenSourceOptions;
  const margin = renewBefore === undefined ? undefined : readDuration(renewBefore, "renewBefore");
  const longest = readSpan(timeout, "timeout");
  const now = checkClock(options.now);
  const obtain = typeof from === "function" ? exchanging(from) : signing(from, rest);
  let kept: KeptToken | undefined;

  const renew = singleFlight(async (): Promise<KeptToken> => {
    const late = (): UnavailableError => new UnavailableError("key_unavailable", "no token within the timeout");
    const from = checkNow(now);
    kept = readToken(await withTimeout(obtain, longest, late), from);
    return kept;
  });

  return {
    async token() {
      const current = kept;
      const time = checkNow(now);
      if (current !== undefined && isFresh(current, time, margin)) return current.token;
      try {
        return (await renew()).token;
      } catch (error) {
        // Still good, by a clock that was not set back behind its making.
        const later = checkNow(now);
        if (current !== undefined && later >= current.from && later < current.until) return current.token;
        throw error;
      }
    },
  };
}

/** Wraps an exchange so that nothing it throws leaves it: an error may quote a secret that was sent. */
function exchanging(exchange: () => unknown): () => Promise<unknown> {
  return async () => {
    try {
      return await exchange();
    } catch (error) {
      throw isOwnError(error) ? error : new UnavailableError("key_unavailable", "the exchange failed");
    }
  };
}

function signing(key: SigningKey | SigningKeySource, options: SignedTokenSourceOptions): () => Promise<string> {
  const { claims = {}, ...signOptions } = options;
  const signer = createSigner(key, signOptions);
  return () => signer.sign(claims);
}

/**
 * Returns whether a token is fresh: until its margin begins, and never by a clock that stands before its making. The margin is at most
 * half of the token's life: as long as its life, it would make every caller renew the token.
 */
function isFresh({ from, until }: KeptToken, now: number, margin: number | undefined): boolean {
  const life = until - from;
  return now >= from && now < until - (margin === undefined ? Math.min(300, life / 5) : Math.min(margin, life / 2));
}

/** Reads the token that came, and its end. A token that has ended already is refused. */
function readToken(found: unknown, from: number): KeptToken {
  const { token, expiresIn, expiresAt }: JsonObject = isObject(found) ? found : { token: found };
  if (typeof token !== "string" || token === "")
    throw wrongArgument("exchange", "a JWT, or { token, expiresIn } or { token, expiresAt }", found);
  let until: number;
  if (expiresIn !== undefined) until = from + readDuration(expiresIn, "expiresIn");
  else if (expiresAt !== undefined) until = readNumericDate(expiresAt, "expiresAt");
  else until = from + timeLeft(token, { now: () => new Date(from * 1000) });
  if (!(until > from)) throw new UnavailableError("key_unavailable", "the exchange returned a token that has expired");
  return { token, from, until };
}
