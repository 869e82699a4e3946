/**
 * Refreshes of a remote key set: one fetch at a time, none within the cooldown of the last, and the old keys for a while when it
 * fails. A refresh replaces the keys: what is withdrawn stops working.
 */

import { readable } from "../base/inspect.ts";
import { createClock } from "../base/moment.ts";
import { notify } from "../base/notify.ts";
import { monotonicSeconds, sharesPromises } from "../base/platform.ts";
import { createTurns } from "../base/single-flight.ts";
import { withTimeout } from "../base/timeout.ts";
import { isObject } from "../encoding/json.ts";
import { UnavailableError } from "../errors.ts";
import type { KeySource } from "../keys/key.ts";
import { reasonForNone } from "../keys/material.ts";
import type { KeySetDocument } from "./document.ts";
import { fetchFailure, tooLate, type StatusError } from "./fetch.ts";
import type { CorrectedKey, PassedOverKey, Wanted } from "./key-set.ts";
import { fetchDocument, readCached, writeCached, type GetDocument, type LoadSettings } from "./load.ts";

/** The state of a remote key set. */
export interface RemoteJwksState {
  /** The number of keys that are used. 0 before the first success. As the two lists below it is counted when it is read. */
  readonly size: number;
  /** The set's other keys, and the reasons why they are not used. */
  readonly passedOver: readonly PassedOverKey[];
  /** Keys that are used although they are not written as RFC 7518 says; `undefined` where there are none. */
  readonly corrected: readonly CorrectedKey[] | undefined;
  /** The time at which the issuer was asked for the keys that are used now. */
  readonly lastSuccess: Date | undefined;
  /** The error of the last fetch; `undefined` if it did not fail. */
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
  /** The state at this moment, for a health check. */
  readonly state: RemoteJwksState;
}

/** The options of `remoteJwks`, checked. Spans are seconds. */
export interface RefreshSettings extends LoadSettings {
  readonly onRefresh: ((state: RemoteJwksState) => unknown) | undefined;
  readonly now: (() => Date) | undefined;
}

/** A server can ask to be left alone for this many seconds at most. */
const maxRetryAfter = 300;

/** Seconds until a server that published no keys is asked again: it may be restarting. */
const emptyCooldown = 1;

/** The share of `maxAge` after which keys are refreshed in the background. */
const freshShare = 0.75;

/**
 * The age of a key set. `fresh`: used without question; `ageing`: used, and refreshed in the background; `stale`: used only
 * while refreshes fail; `unusable`: too old for that too, or there is none.
 */
type Age = "fresh" | "ageing" | "stale" | "unusable";

/** The last load. `error`: why it failed. */
interface LastLoad {
  /** The time at which it began, on the clock that never goes back. */
  readonly at: number;
  /** Seconds from then until the next one may begin. */
  readonly pause: number;
  readonly error: (UnavailableError & Partial<StatusError>) | undefined;
}

/** Keeps a key set fresh. `url`: the address that it is known by; `getDocument`: fetches it. */
export function keepFresh(url: URL, settings: RefreshSettings, getDocument: GetDocument): RemoteJwks {
  const { rules, cache, timeout, onRefresh, waitUntil } = settings;
  const algorithms = rules.definitions.map(({ name }) => name);
  const hasBackground = sharesPromises() || waitUntil !== undefined;
  const readClock = createClock(settings.now);
  const turns = createTurns();

  let held: KeySetDocument | undefined;
  let last: LastLoad = { at: NaN, pause: 0, error: undefined };
  let fetches = 0;
  let fetchSeconds = 0;

  const age = (): Age => ageOf(held, readClock().elapsed, settings.staleIfError);
  const mayLoad = (): boolean => !(readClock().elapsed - last.at < last.pause);
  const isDue = (): boolean => age() !== "fresh" && mayLoad();

  /** Reports whether a token has to wait for the set. While the issuer is down, tokens do not wait for each retry. */
  function mustWait(wanted: Wanted): boolean {
    const now = age();
    const isGoodEnough =
      now === "fresh" || now === "ageing" || (now === "stale" && hasBackground && last.error !== undefined);
    return !isGoodEnough || held?.set.has(wanted) === false;
  }

  function refresh(isNeeded: () => boolean, load: (isNeeded: () => boolean) => Promise<void>): Promise<void> {
    return turns.take(isNeeded, () =>
      load(isNeeded).finally(() => {
        void notify(onRefresh, stateOf(held, last.error));
      }),
    );
  }

  /** Takes the set that another process has fetched, and fetches it only if that is not enough. */
  async function loadCached(isNeeded: () => boolean): Promise<void> {
    if (cache !== undefined) {
      const found = await readCached(url, settings, cache, readClock, () => held).catch(() => undefined);
      if (found !== undefined) adopt(found);
    }
    if (isNeeded()) await load();
  }

  async function load(): Promise<void> {
    fetches++;
    const [began, start] = [readClock(), steadySeconds()];
    let fetched: Awaited<ReturnType<typeof fetchDocument>>;
    try {
      fetched = await fetchDocument(url, settings, getDocument, began, held);
    } catch (error) {
      last = failedLoad(error as UnavailableError, began.elapsed, settings.cooldown); // fetchDocument throws nothing else
      return;
    } finally {
      fetchSeconds = steadySeconds() - start;
    }
    adopt(fetched.document);
    await writeCached(url, settings, fetched.document, fetched.headers);
  }

  function adopt(document: KeySetDocument): void {
    held = document;
    const { isEmpty } = document.set;
    last = {
      at: document.since,
      pause: Math.min(settings.cooldown, isEmpty ? emptyCooldown : settings.maxAge),
      error: isEmpty ? fetchFailure(url, "the key set is empty", "jwks_invalid") : undefined,
    };
  }

  return readable({
    algorithms,
    async select(wanted: Wanted) {
      if (!algorithms.includes(wanted.alg)) return [];
      const before = fetches;
      if (mustWait(wanted)) await refresh(() => mustWait(wanted) && mayLoad(), loadCached);
      else if (!turns.isTaken() && hasBackground && isDue()) {
        const refreshed = refresh(isDue, loadCached).catch(() => undefined);
        waitUntil?.(refreshed);
      }
      const { error } = last;
      if (held === undefined || age() === "unusable")
        throw new UnavailableError(
          error?.code ?? "jwks_unavailable",
          error?.message ?? "there are no keys, or only keys that are too old",
        );
      const { set } = held;
      // The issuer may have such a key by now.
      if (error !== undefined && !set.has(wanted))
        throw new UnavailableError(set.isEmpty ? error.code : "jwks_unavailable", error.message);
      const found = set.select(wanted);
      if (!isPending(found)) return found;
      // The fetch for this token and the import of its keys share one timeout.
      const rest = Math.max(0, timeout - (fetches === before ? 0 : fetchSeconds));
      return withTimeout(
        () => found,
        rest,
        () => tooLate(url, timeout),
      );
    },
    [reasonForNone]: (wanted: Wanted) => held?.set.explain(wanted),
    async reload() {
      const before = fetches;
      await refresh(() => fetches === before, load);
      if (last.error !== undefined) throw last.error;
    },
    get state() {
      return stateOf(held, last.error);
    },
  });
}

function ageOf(held: KeySetDocument | undefined, now: number, staleIfError: number): Age {
  if (held === undefined) return "unusable";
  const age = now - held.since;
  if (age < held.maxAge * freshShare) return "fresh";
  if (age < held.maxAge) return "ageing";
  return age < staleIfError ? "stale" : "unusable";
}

function failedLoad(error: UnavailableError & Partial<StatusError>, at: number, cooldown: number): LastLoad {
  const { retryAfter = 0 } = error;
  return { at, error, pause: Math.max(cooldown, Math.min(retryAfter > 0 ? retryAfter : 0, maxRetryAfter)) };
}

function stateOf(held: KeySetDocument | undefined, lastError: UnavailableError | undefined): RemoteJwksState {
  return readable<RemoteJwksState>({
    get size() {
      return held?.set.size() ?? 0;
    },
    get passedOver() {
      return held?.set.passedOver() ?? [];
    },
    get corrected() {
      return held?.set.corrected();
    },
    lastSuccess: held && new Date(held.fetchedAt * 1000),
    lastError,
  });
}

function isPending<T>(found: T | Promise<T>): found is Promise<T> {
  return isObject(found) && "then" in found;
}

/** Returns the seconds of the runtime's own clock, which the option `now` does not replace. */
function steadySeconds(): number {
  return monotonicSeconds() ?? Date.now() / 1000;
}
