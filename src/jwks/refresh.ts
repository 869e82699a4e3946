/**
 * When a key set from elsewhere is fetched, and what holds while it cannot be: one fetch at a time, none within the cooldown
 * of the last, the old keys for a while when it fails. A refresh replaces the keys: what is withdrawn stops working.
 */

import { checkNow } from "../base/options.ts";
import { lacksUserAgent, monotonicSeconds, sharesPromises } from "../base/platform.ts";
import { createSpanClock } from "../base/span-clock.ts";
import { isObject } from "../encoding/json.ts";
import { UnavailableError } from "../errors.ts";
import type { KeySource } from "../keys/key.ts";
import { reasonForNone } from "../keys/material.ts";
import { cacheKey, readStored, writeStored, type JwksCache } from "./cache.ts";
import { failure, fetchText, limited, privateRequest, type Fetch, type Fetched, type StatusError } from "./fetch.ts";
import { hold, type Held, type Limits } from "./document.ts";
import type { CorrectedKey, PassedOverKey } from "./key-set.ts";

/** What is known of a remote key set. */
export interface RemoteJwksState {
  /** How many keys of the set are used. 0 before the first success. */
  readonly size: number;
  /** The set's other keys, and why they are not used. */
  readonly passedOver: readonly PassedOverKey[];
  /** Keys that are used although they are not written as RFC 7518 says; `undefined` where there are none. */
  readonly corrected: readonly CorrectedKey[] | undefined;
  /** When the issuer was asked for the keys that are used now. */
  readonly lastSuccess: Date | undefined;
  /** Why the last fetch failed; `undefined` if it did not. */
  readonly lastError: UnavailableError | undefined;
}

/** A key set that is kept fresh. */
export interface RemoteJwks extends KeySource {
  /**
   * Fetches the keys now, whatever the cooldown and the cache say.
   *
   * @throws UnavailableError `jwks_unavailable`, `jwks_invalid`: the old keys stay for as long as `staleIfError` says.
   */
  reload(): Promise<void>;
  /** What is known at this moment: for a health check. */
  readonly state: RemoteJwksState;
}

export type RequestHeaders = Readonly<Record<string, string>>;

/** The options, checked. Spans are seconds. */
export interface RefreshSettings extends Limits {
  readonly timeout: number;
  readonly staleIfError: number;
  readonly maxBytes: number;
  readonly fetch: Fetch;
  readonly headers: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>);
  /** What decides which set comes, beside the URL and the headers. */
  readonly cacheParts: readonly unknown[];
  readonly cache: JwksCache | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onRefresh: ((state: RemoteJwksState) => unknown) | undefined;
  readonly waitUntil: ((refresh: Promise<unknown>) => unknown) | undefined;
  readonly now: (() => Date) | undefined;
}

/** A server can ask to be left alone, in seconds, but not for good. */
const mostRetryAfter = 300;

/** A server that restarts may publish no keys for a moment: it is asked again after this many seconds, not after the cooldown. */
const emptyCooldown = 1;

/** Gets one text of the document's way, with the caller's headers or without. */
export type Get = (url: URL, withHeaders: boolean) => Promise<Fetched>;
export type GetDocument = (get: Get) => Promise<Fetched>;

/** `url`: what the set is known by. `getDocument`: how it is got, in one request or more. */
export function keepFresh(url: URL, settings: RefreshSettings, getDocument: GetDocument): RemoteJwks {
  const { rules, cooldown, maxAge, staleIfError, maxBytes, cache, timeout, onRefresh, waitUntil } = settings;
  const algorithms = rules.definitions.map(({ name }) => name);
  // Else nobody awaits another's promise, and nothing is begun that nobody awaits.
  const oneLoop = sharesPromises();
  const hasBackground = oneLoop || waitUntil !== undefined;

  let held: Held | undefined;
  let lastError: (UnavailableError & Partial<StatusError>) | undefined;
  let running: Promise<void> | undefined;
  let [attempts, attemptedAt, pause, lastLoad] = [0, NaN, 0, 0];

  const now = (): number => checkNow(settings.now);
  // Ages are differences on this clock alone: it does not go back when the system's is set.
  const elapsed = createSpanClock(settings.now);
  const isWithin = (from: number, span: number): boolean => elapsed() - from < span;
  const isYoung = (share: number): boolean => held !== undefined && isWithin(held.since, held.maxAge * share);
  const mayFetch = (): boolean => !isWithin(attemptedAt, pause);
  const isDue = (): boolean => !isYoung(0.75) && mayFetch();
  const isUsable = (): boolean => held !== undefined && isWithin(held.since, Math.max(held.maxAge, staleIfError));
  /** While the issuer is down, the keys are those that there are: tokens do not wait for each try. */
  const isReady = (): boolean => isYoung(1) || (hasBackground && lastError !== undefined && isUsable());
  const lacks = (wanted: Wanted): boolean => !isReady() || held?.set.has(wanted) === false;
  const readState = (): RemoteJwksState =>
    Object.freeze({
      size: held?.set.size ?? 0,
      passedOver: held?.set.passedOver ?? [],
      corrected: held?.set.corrected,
      lastSuccess: held && new Date(held.fetchedAt * 1000),
      lastError,
    });

  /** One load at a time: waits for the one under way, which may do what `isNeeded` asks for. */
  async function inTurn(isNeeded: () => boolean, load: (isNeeded: () => boolean) => Promise<void>): Promise<void> {
    for (let waits = 0; running !== undefined && waits < 20; waits++)
      await (oneLoop ? running : new Promise((resolve) => setTimeout(resolve, 50)));
    if (!isNeeded()) return;
    const mine = load(isNeeded).finally(() => {
      if (running === mine) running = undefined;
      // Only for a listener: it takes a look at every key.
      if (onRefresh !== undefined) void tell(onRefresh, readState());
    });
    running = mine;
    await mine;
  }

  /** What another process fetched since spares the fetch, if it is enough. */
  async function loadCached(isNeeded: () => boolean): Promise<void> {
    if (cache !== undefined) await adoptCached(cache).catch(() => undefined);
    if (isNeeded()) await load();
  }

  async function adoptCached(store: JwksCache): Promise<void> {
    const headers = await limited(url, () => readHeaders(url, settings.headers), timeout);
    const key = await cacheKey(url, settings.cacheParts, headers);
    const stored = await readStored(store, url, key, maxBytes);
    const age = stored === undefined ? NaN : now() - stored.fetchedAt;
    if (stored === undefined || !(age >= 0) || (held !== undefined && held.fetchedAt >= stored.fetchedAt)) return;
    const found = hold(url, stored, elapsed() - age, settings, held);
    if (!found.set.isEmpty) adopt(found);
  }

  async function load(): Promise<void> {
    attempts++;
    const [startedAt, since, begin] = [now(), elapsed(), steadySeconds()];
    let headers: RequestHeaders = {};
    try {
      const fetched = await limited(
        url,
        async (stop) => {
          headers = await readHeaders(url, settings.headers);
          return fetchDocument(settings, getDocument, headers, startedAt, stop);
        },
        timeout,
        settings.signal,
      );
      adopt(hold(url, { ...fetched, fetchedAt: startedAt }, since, settings, held));
    } catch (error) {
      // Nothing on the way throws anything else.
      lastError = error as UnavailableError & Partial<StatusError>;
      const { retryAfter = 0 } = lastError;
      [attemptedAt, pause] = [
        since,
        retryAfter > cooldown ? Math.max(cooldown, Math.min(retryAfter, mostRetryAfter)) : cooldown,
      ];
      return;
    } finally {
      lastLoad = steadySeconds() - begin;
    }
    if (cache === undefined || held === undefined || held.set.isEmpty) return;
    const written = writeFetched(cache, held, headers);
    if (waitUntil !== undefined) waitUntil(written);
    else if (!oneLoop) await written;
  }

  async function writeFetched(store: JwksCache, document: Held, headers: RequestHeaders): Promise<void> {
    const key = await cacheKey(url, settings.cacheParts, headers);
    await writeStored(store, url, key, document, Math.max(document.maxAge, staleIfError));
  }

  function adopt(set: Held): void {
    held = set;
    const { isEmpty } = set.set;
    lastError = isEmpty ? failure(url, "the key set is empty", "jwks_invalid") : undefined;
    [attemptedAt, pause] = [set.since, Math.min(cooldown, isEmpty ? emptyCooldown : maxAge)];
  }

  return Object.freeze({
    algorithms,
    async select(wanted: Wanted) {
      if (!algorithms.includes(wanted.alg)) return [];
      const before = attempts;
      if (lacks(wanted)) await inTurn(() => lacks(wanted) && mayFetch(), loadCached);
      else if (running === undefined && hasBackground && isDue()) {
        const refreshed = inTurn(isDue, loadCached).catch(() => undefined);
        waitUntil?.(refreshed);
      }
      const set = isUsable() ? held?.set : undefined;
      if (set === undefined)
        throw new UnavailableError(
          lastError?.code ?? "jwks_unavailable",
          lastError?.message ?? "no keys that are young enough",
        );
      // Whether the issuer has such a key by now, nobody could say.
      if (lastError !== undefined && !set.has(wanted))
        throw new UnavailableError(set.isEmpty ? lastError.code : "jwks_unavailable", lastError.message);
      const found = set.select(wanted);
      if (!isPending(found)) return found;
      // What was fetched for this token and what is imported for it have one timeout together.
      return limited(url, () => found, Math.max(0, timeout - (attempts === before ? 0 : lastLoad)));
    },
    [reasonForNone]: (wanted: Wanted) => held?.set.explain(wanted),
    async reload() {
      const before = attempts;
      await inTurn(() => attempts === before, load);
      if (lastError !== undefined) throw lastError;
    },
    get state() {
      return readState();
    },
  });
}

type Wanted = Parameters<KeySource["select"]>[0];

function isPending<T>(found: T | Promise<T>): found is Promise<T> {
  return isObject(found) && "then" in found;
}

/** For spans that pass in earnest, whatever clock the caller gives. */
function steadySeconds(): number {
  return monotonicSeconds() ?? Date.now() / 1000;
}

/** The caller's headers as they are now, by names in lower case. */
async function readHeaders(url: URL, headers: RefreshSettings["headers"]): Promise<RequestHeaders> {
  if (typeof headers !== "function") return toLowerCase(headers);
  let given: unknown;
  try {
    given = await headers();
  } catch {
    throw failure(url, "headers() failed");
  }
  if (!isHeaderRecord(given)) throw failure(url, "headers(): expected an object of strings");
  return toLowerCase(given);
}

function toLowerCase(headers: RequestHeaders): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Not a `Headers`, whose entries are not its members. */
export function isHeaderRecord(value: unknown): value is RequestHeaders {
  return isObject(value) && !("get" in value) && Object.values(value).every((text) => typeof text === "string");
}

async function fetchDocument(
  { maxBytes, fetch }: RefreshSettings,
  getDocument: GetDocument,
  callersHeaders: RequestHeaders,
  startedAt: number,
  signal: AbortSignal,
): Promise<Fetched> {
  return getDocument((from, withHeaders) => {
    const headers = {
      // kube-apiserver has nothing else than jwk-set+json for those who ask for one type alone.
      accept: "application/json, application/jwk-set+json",
      ...(lacksUserAgent() && { "user-agent": "mintmark" }),
      ...(withHeaders && callersHeaders),
    };
    return fetchText(from, fetch, { headers, redirect: "manual", signal, ...privateRequest() }, maxBytes, startedAt);
  });
}

/** Whatever a logger does, no token is refused for it. */
async function tell(listener: (state: RemoteJwksState) => unknown, state: RemoteJwksState): Promise<void> {
  try {
    await listener(state);
  } catch {
    // its own affair
  }
}
