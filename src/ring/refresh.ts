/**
 * Refreshes of a key ring: a process asks the store as soon as what it knows is of a certain age, or a rotation is due. While the
 * store fails, it goes on with what it knows.
 */

import type { Moment } from "../base/moment.ts";
import { notify } from "../base/notify.ts";
import { sharesPromises } from "../base/platform.ts";
import { singleFlight } from "../base/single-flight.ts";
import { isUnavailableError, UnavailableError } from "../errors.ts";
import type { KnownRing } from "./keys.ts";
import type { RingSettings } from "./options.ts";
import { dueFrom, knownUntil } from "./schedule.ts";
import { describeRing, type KeyRingState } from "./state.ts";
import { updateRing } from "./update.ts";

/** A query on the ring. */
export interface RingQuery<T> {
  /** Returns the time until which no key may sign that is not known. */
  needsUntil(now: number): number;
  /** Answers the query. `staleBecause`: why there may be something newer that is not known. */
  read(ring: KnownRing, now: number, staleBecause: Error | undefined): T;
}

/** A ring as one process knows it. */
export interface TrackedRing {
  ask<T>(query: RingQuery<T>): T | Promise<T>;
  askSync<T>(query: RingQuery<T>): T;
  /** `leaked`: the `kid` of a key to withdraw. */
  update(leaked?: string): Promise<void>;
  refresh(): Promise<void>;
  readState(): KeyRingState;
}

/** The last update that failed. */
interface Failure {
  readonly error: Error;
  readonly at: Moment;
}

/** Keeps what a process knows of its ring up to date. */
export function trackRing(settings: RingSettings): TrackedRing {
  const { refreshEvery, staleIfError, onRefresh } = settings;
  // On edge runtimes a promise must not be shared between requests, and nothing is begun that nobody awaits.
  const hasBackground = sharesPromises();
  let known: KnownRing | undefined;
  let failure: Failure | undefined;

  const refresh = singleFlight(() => update());
  const readState = (): KeyRingState => describeRing(known, failure?.error, settings.now().time);

  async function update(leaked?: string): Promise<void> {
    const before = { text: known?.text, failure };
    try {
      const found = await updateRing(settings, known, leaked);
      // Another update may have been faster, and have learnt more.
      if (known === undefined || found.record.version >= known.record.version) known = found;
      failure = found.postponed && { error: found.postponed, at: settings.now() };
      if (found.postponed !== undefined) throw found.postponed;
    } catch (error) {
      // An unknown `kid` is the caller's mistake, and says nothing about the store.
      if (failure?.error !== error && (leaked === undefined || isUnavailableError(error)))
        failure = { error: error as Error, at: settings.now() }; // updateRing throws errors alone
      throw error;
    } finally {
      if (failure !== before.failure || known?.text !== before.text) void notify(onRefresh, readState());
    }
  }

  /** Returns what to wait for before the ring is read, if anything. Begins a refresh in the background where one is due. */
  function waitFor(now: Moment, until: number): Promise<void> | undefined {
    if (known === undefined || !isUsable(known, now, until, staleIfError)) return refresh();
    const isFresh = isWithin(known.checkedAt, now, refreshEvery);
    const isDue = !isWithin(known.checkedAt, now, refreshEvery / 2) || now.time >= dueFrom(known.keys);
    const failedLately = failure !== undefined && isWithin(failure.at, now, refreshEvery / 4);
    if (!isDue || failedLately) return undefined;
    // Nobody waits while what is known is fresh, nor for a store that failed before.
    const mustWait = !isFresh && !(hasBackground && failure !== undefined);
    if (!mustWait && !hasBackground) return undefined;
    const refreshed = refresh().catch(ignore);
    return mustWait ? refreshed : undefined;
  }

  function readNow<T>(query: RingQuery<T>): T {
    if (known === undefined) throw notReady();
    const now = settings.now();
    const isFresh = isWithin(known.checkedAt, now, refreshEvery);
    return query.read(known, now.time, failure?.error ?? (isFresh ? undefined : notReady()));
  }

  return {
    update,
    refresh,
    readState,
    ask(query) {
      const now = settings.now();
      const wait = waitFor(now, query.needsUntil(now.time));
      return wait === undefined ? readNow(query) : wait.then(() => readNow(query));
    },
    askSync(query) {
      const now = settings.now();
      const until = query.needsUntil(now.time);
      if (hasBackground) waitFor(now, until)?.catch(ignore);
      if (known !== undefined && !isUsable(known, now, until, staleIfError)) throw failure?.error ?? notReady();
      return readNow(query);
    },
  };
}

/** Returns whether what is known can be used for a query that must know every key that signs up to `until`. */
function isUsable({ checkedAt, keys }: KnownRing, now: Moment, until: number, staleIfError: number): boolean {
  return isWithin(checkedAt, now, staleIfError) && until < knownUntil(keys);
}

function isWithin(from: Moment, now: Moment, span: number): boolean {
  return now.elapsed - from.elapsed <= span;
}

function notReady(): UnavailableError {
  return new UnavailableError("key_unavailable", "the key ring has not read its store recently: await refresh() first");
}

function ignore(): void {
  // the error is in the state, and thrown to callers that need newer keys
}
