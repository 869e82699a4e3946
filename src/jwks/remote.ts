/** Key sets at a URL, as Google, Auth0, Cognito, Entra, Keycloak and mintmark's `jwksResponse` publish them. */

import type { AsymmetricAlgorithm } from "../algorithms/algorithm.ts";
import {
  checkBoolean,
  checkClock,
  checkFunction,
  optional,
  readOptions,
  withMethods,
  wrongArgument,
  type Readers,
} from "../base/options.ts";
import { readDuration, readSpan, type Duration } from "../base/duration.ts";
import type { JwksCache } from "./cache.ts";
import { checkUrl, type Fetch } from "./fetch.ts";
import { localNames, type LocalJwksOptions } from "./local.ts";
import { isHeaderRecord } from "./load.ts";
import { keepFresh, type RefreshSettings, type RemoteJwks, type RemoteJwksState } from "./refresh.ts";
import { readRules } from "./rules.ts";

/** Options of `remoteJwks`. Spans are seconds, or strings such as `"10m"`. */
export interface RemoteJwksOptions {
  /** The algorithms that tokens may use. No other `alg` causes a request. A key without `alg` is used with each algorithm that it fits. */
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** The keys then accept only tokens of this `iss`. Default: the `issuer` that a key states itself, if it does. */
  readonly issuer?: string;
  /** Lets an RSA key without `alg` be used for RS* and PS* alike; otherwise such a key is passed over. Default `false`. */
  readonly allowSharedKeys?: boolean | undefined;
  /**
   * Takes keys whose members are written in ways that RFC 7518 forbids: padded base64url, the plain base64 alphabet, EC coordinates
   * shorter or longer than the field. Each is brought into its one canonical form before it is checked. Default `false`.
   */
  readonly lenient?: boolean | undefined;
  /** The longest time that a token waits for its key: for the whole fetch, and the import. Default 5 s. */
  readonly timeout?: Duration | undefined;
  /** The shortest time between two fetches, failed ones included, however many tokens name unknown keys. Default 30 s. */
  readonly cooldown?: Duration | undefined;
  /** Time for which keys are used without asking again; the response's `Cache-Control` may shorten it, down to `cooldown`. Default 10 min. */
  readonly maxAge?: Duration | undefined;
  /** Time for which keys are used while refreshes fail, counted from when they were fetched. Default 1 day; 0: not beyond `maxAge`. */
  readonly staleIfError?: Duration | undefined;
  /** The largest response, in decoded bytes. Default 524288. */
  readonly maxBytes?: number | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Sent with the request, such as `{ authorization: "Bearer …" }`. A function is called for each refresh: its headers may change. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)
    | undefined;
  /** A store that processes share, so that a new one need not fetch. Whoever writes to it can forge tokens. */
  readonly cache?: JwksCache | undefined;
  /** Allows http to any host: an attacker on the network can then forge tokens. Default `false`. */
  readonly allowInsecure?: boolean | undefined;
  /** Aborts the fetch under way, and every later one. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every refresh, failed ones included. What it throws is ignored. */
  readonly onRefresh?: ((state: RemoteJwksState) => unknown) | undefined;
  /**
   * Gets the promise of each refresh in the background, so that it outlives the request: on Cloudflare Workers `waitUntil` of
   * `cloudflare:workers`. There, and in browsers, nothing is refreshed in the background without it.
   */
  readonly waitUntil?: ((refresh: Promise<unknown>) => unknown) | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Returns the keys of a JWK Set that is published at a URL. They are fetched when the first token needs them, used for as long as
 * `Cache-Control: max-age` says (within `cooldown` and `maxAge`), and fetched again in the background before that time is
 * over. A `kid` that is not in the set makes one fetch per `cooldown` at most. When a fetch fails, the old keys
 * are used for `staleIfError`; a token that names another key is then refused with `jwks_unavailable`.
 *
 * The URL is https, or http on `localhost`, `127.0.0.1` and `[::1]`. Redirects are not followed. Nothing in a token leads to
 * any other URL.
 *
 * Verification throws UnavailableError `jwks_unavailable` where there is no answer in time, or one with another status than
 * 200, and `jwks_invalid` where it is no JWK Set, longer than `maxBytes` or of more than 1000 keys.
 *
 * @throws TypeError `invalid_argument`: an unknown or impossible option, a URL that is not allowed.
 * @example
 * const keys = remoteJwks("https://www.googleapis.com/oauth2/v3/certs", { algorithms: [RS256], issuer: "https://accounts.google.com" });
 * const google = createVerifier(keys, { issuer: "https://accounts.google.com", audience: "my-client-id" });
 */
export function remoteJwks(url: string | URL, options: RemoteJwksOptions): RemoteJwks {
  const settings = readSettings(options, localNames);
  const location = checkUrl(url, "url", settings.allowInsecure);
  return keepFresh(location, settings, (get) => get(location, true));
}

/** Checks the options of a key set that is fetched. `otherNames`: those that are read elsewhere. */
export function readSettings(
  options: unknown,
  otherNames: readonly string[],
): RefreshSettings & { readonly allowInsecure: boolean } {
  const settings = readOptions(
    options,
    {
      timeout: optional(readSpan, 5),
      cooldown: optional(readSpan, 30),
      maxAge: optional(readSpan, 600),
      staleIfError: optional(readDuration, 86_400),
      maxBytes: optional(checkWhole, 524_288),
      fetch: optional<Fetch>(checkFunction, (from, init) => fetch(from, init)),
      headers: optional(readHeaders, {}),
      cache: optional(withMethods<JwksCache>("a store", "get", "set")),
      allowInsecure: optional(checkBoolean, false),
      signal: optional(withMethods<AbortSignal>("an AbortSignal", "addEventListener")),
      onRefresh: optional(checkFunction),
      waitUntil: optional(checkFunction),
      now: checkClock,
    } satisfies Readers<Omit<RemoteJwksOptions, keyof LocalJwksOptions>>,
    otherNames,
  );
  return { rules: readRules(options as Readonly<Record<string, unknown>>), cacheParts: [], ...settings }; // an object, by readOptions
}

function checkWhole(value: unknown, name: string): number {
  if (!Number.isInteger(value) || !(Number(value) > 0)) throw wrongArgument(name, "a whole number above 0", value);
  return Number(value);
}

function readHeaders(value: unknown, name: string): RefreshSettings["headers"] {
  if (isHeaderRecord(value)) return value;
  if (typeof value !== "function")
    throw wrongArgument(name, "an object of strings, or a function that returns one", value);
  return checkFunction(value, name);
}
