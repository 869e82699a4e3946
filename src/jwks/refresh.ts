/**
 * When a key set from elsewhere is fetched, and what holds while it cannot be: one fetch at a time, none within the cooldown
 * of the last, the old keys for a while when it fails. A refresh replaces the keys: what is withdrawn stops working.
 */

import { checkNow } from "../base/options.ts";
import { UnavailableError } from "../errors.ts";
import type { KeySource } from "../keys/key.ts";
import { sharesPromises } from "../base/platform.ts";
import { readStored, writeStored, type JwksCache } from "./cache.ts";
import { fetchText, limited, type Fetch, type Fetched, type StatusError } from "./fetch.ts";
import { hold, type Held, type Limits } from "./document.ts";
import type { PassedOverKey } from "./key-set.ts";

/** What is known of a remote key set. */
export interface RemoteJwksState {
  /** How many keys of the set are used. 0 before the first success. */
  readonly size: number;
  /** The set's other keys, and why they are not used. */
  readonly passedOver: readonly PassedOverKey[];
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

/** The options, checked. Spans are seconds. */
export interface RefreshSettings extends Limits {
  readonly timeout: number;
  readonly staleIfError: number;
  readonly maxBytes: number;
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly cache: JwksCache | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onRefresh: ((state: RemoteJwksState) => unknown) | undefined;
  readonly waitUntil: ((refresh: Promise<unknown>) => unknown) | undefined;
  readonly now: (() => Date) | undefined;
}

/** A server can ask to be left alone, in seconds, but not for good. */
const mostRetryAfter = 300;

/** Gets one text of the document's way, with the caller's headers or without. */
export type Get = (url: URL, withHeaders: boolean) => Promise<Fetched>;
export type GetDocument = (get: Get) => Promise<Fetched>;

/** `url`: what the set is known by. `getDocument`: how it is got, in one request or more. */
export function keepFresh(url: URL, settings: RefreshSettings, getDocument: GetDocument): RemoteJwks {
  const { rules, cooldown, maxAge, staleIfError, maxBytes, cache, onRefresh, waitUntil } = settings;
  const algorithms = rules.definitions.map(({ name }) => name);
  // Else nobody awaits another's promise, and nothing is begun that nobody awaits.
  const oneLoop = sharesPromises();
  const hasBackground = oneLoop || waitUntil !== undefined;

  let held: Held | undefined;
  let lastError: (UnavailableError & Partial<StatusError>) | undefined;
  let running: Promise<void> | undefined;
  let [attempts, attemptedAt, pause] = [0, NaN, 0];

  const now = (): number => checkNow(settings.now);
  const isWithin = (from: number, span: number): boolean => {
    // A time in the future is one of a clock that was set back since: then the issuer is asked again.
    const age = now() - from;
    return age >= 0 && age < span;
  };
  const isYoung = (share: number): boolean => held !== undefined && isWithin(held.fetchedAt, held.maxAge * share);
  const mayFetch = (): boolean => !isWithin(attemptedAt, pause);
  const isDue = (): boolean => !isYoung(0.75) && mayFetch();
  const isUsable = (): boolean => held !== undefined && now() - held.fetchedAt < Math.max(held.maxAge, staleIfError);
  /** While the issuer is down, the keys are those that there are: tokens do not wait for each try. */
  const isReady = (): boolean => isYoung(1) || (hasBackground && lastError !== undefined && isUsable());
  const lacks = (wanted: Wanted): boolean => !isReady() || held?.set.select(wanted).length === 0;
  const readState = (): RemoteJwksState =>
    Object.freeze({
      size: held?.set.size ?? 0,
      passedOver: held?.set.passedOver ?? [],
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
      void tell(onRefresh, readState());
    });
    running = mine;
    await mine;
  }

  /** What another process fetched since spares the fetch, if it is enough. */
  async function loadCached(isNeeded: () => boolean): Promise<void> {
    const stored = cache && (await readStored(cache, url, maxBytes));
    if (
      stored !== undefined &&
      stored.fetchedAt <= now() &&
      !(held !== undefined && held.fetchedAt >= stored.fetchedAt)
    ) {
      await hold(url, stored, settings, held).then(adopt, () => undefined);
    }
    if (isNeeded()) await load();
  }

  async function load(): Promise<void> {
    attempts++;
    const startedAt = now();
    try {
      adopt(await fetchSet(url, settings, getDocument, startedAt, held));
    } catch (error) {
      // Nothing on the way throws anything else.
      lastError = error as UnavailableError & Partial<StatusError>;
      const { retryAfter = 0 } = lastError;
      [attemptedAt, pause] = [
        startedAt,
        retryAfter > cooldown ? Math.max(cooldown, Math.min(retryAfter, mostRetryAfter)) : cooldown,
      ];
      return;
    }
    const written = cache && held && writeStored(cache, url, held, Math.max(held.maxAge, staleIfError));
    if (waitUntil !== undefined && written !== undefined) waitUntil(written);
    else if (!oneLoop) await written;
  }

  function adopt(set: Held): void {
    held = set;
    lastError = undefined;
    [attemptedAt, pause] = [set.fetchedAt, Math.min(cooldown, maxAge)];
  }

  return Object.freeze({
    algorithms,
    async select(wanted: Wanted) {
      if (!algorithms.includes(wanted.alg)) return [];
      if (lacks(wanted)) await inTurn(() => lacks(wanted) && mayFetch(), loadCached);
      else if (running === undefined && hasBackground && isDue()) {
        const refreshed = inTurn(isDue, loadCached).catch(() => undefined);
        waitUntil?.(refreshed);
      }
      const found = isUsable() ? held?.set.select(wanted) : undefined;
      if (found !== undefined && (found.length > 0 || lastError === undefined)) return found;
      // Whether the issuer has such a key by now, nobody could say.
      throw new UnavailableError(
        found === undefined && lastError !== undefined ? lastError.code : "jwks_unavailable",
        lastError?.message ?? "no keys that are young enough",
      );
    },
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

/** `fetchedAt`: the time of the question, not of the answer. The keys are at least as new. */
async function fetchSet(
  url: URL,
  settings: RefreshSettings,
  getDocument: GetDocument,
  fetchedAt: number,
  before: Held | undefined,
): Promise<Held> {
  const { timeout, signal, maxBytes, headers, fetch } = settings;
  const fetched = await limited(
    url,
    (stop) =>
      getDocument((from, withHeaders) => {
        const options = {
          headers: { accept: "application/json", ...(withHeaders && headers) },
          redirect: "manual",
          signal: stop,
        } as const;
        return fetchText(from, fetch, options, maxBytes, fetchedAt);
      }),
    timeout,
    signal,
  );
  return hold(url, { ...fetched, fetchedAt }, settings, before);
}

/** Whatever a logger does, no token is refused for it. */
async function tell(listener: RefreshSettings["onRefresh"], state: RemoteJwksState): Promise<void> {
  try {
    await listener?.(state);
  } catch {
    // its own affair
  }
}
