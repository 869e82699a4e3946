/**
 * When a process asks the store of its key ring: as soon as what it knows is of a certain age, or a rotation is due. And how long it
 * goes on with what it knows when the store fails.
 */

import { ageOf, type Moment } from "../base/moment.ts";
import { isUnavailableError, UnavailableError } from "../errors.ts";
import { sharesPromises } from "../base/platform.ts";
import type { KnownRing } from "./keys.ts";
import type { RingSettings } from "./options.ts";
import { dueFrom, knownUntil } from "./schedule.ts";
import { describeRing, type KeyRingState } from "./state.ts";
import { updateRing } from "./update.ts";

/** Something that is answered from the ring. */
export interface Question<T> {
  /** Up to when it has to be certain that nothing signs but what is known. */
  until(now: number): number;
  /** `doubt`: why there may be something newer that is not known. */
  answer(ring: KnownRing, now: number, doubt: Error | undefined): T;
}

/** A ring as one process follows it. */
export interface FollowedRing {
  ask<T>(question: Question<T>): T | Promise<T>;
  askSync<T>(question: Question<T>): T;
  /** `leaked`: the `kid` of a key to withdraw. */
  update(leaked?: string): Promise<void>;
  refresh(): Promise<void>;
  readState(): KeyRingState;
}

export function followRing(settings: RingSettings): FollowedRing {
  // Else nobody waits for another's promise, and nothing is begun that nobody waits for.
  const oneLoop = sharesPromises();
  let known: KnownRing | undefined;
  let failure: { readonly error: Error; readonly at: Moment } | undefined;
  let running: Promise<void> | undefined;

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
      // A `kid` that is no key's is the caller's mistake, and says nothing of the store.
      if (failure?.error !== error && (leaked === undefined || isUnavailableError(error)))
        failure = { error: error as Error, at: settings.now() };
      throw error;
    } finally {
      if (failure !== before.failure || known?.text !== before.text) void report(settings.onRefresh, readState());
    }
  }

  function refresh(): Promise<void> {
    if (!oneLoop) return update();
    return (running ??= update().finally(() => {
      running = undefined;
    }));
  }

  /** What to wait for before the ring is asked, if anything. */
  function attend(now: Moment, until: number): Promise<void> | undefined {
    if (known === undefined || !isUsable(known, now, until, settings)) return refresh();
    const isFresh = isRecent(known.checkedAt, now, settings.refreshEvery);
    const isWanted = !isRecent(known.checkedAt, now, settings.refreshEvery / 2) || now.time >= dueFrom(known.keys);
    if (!isWanted || (failure !== undefined && isRecent(failure.at, now, settings.refreshEvery / 4))) return undefined;
    // What is fresh will do meanwhile; and nobody waits for a store that failed before.
    const waits = !isFresh && !(oneLoop && failure !== undefined);
    if (!waits && !oneLoop) return undefined;
    const refreshed = refresh().catch(ignore);
    return waits ? refreshed : undefined;
  }

  function answerNow<T>(question: Question<T>): T {
    if (known === undefined) throw notReady();
    const now = settings.now();
    return question.answer(
      known,
      now.time,
      failure?.error ?? (isRecent(known.checkedAt, now, settings.refreshEvery) ? undefined : notReady()),
    );
  }

  return {
    update,
    refresh,
    readState,
    ask(question) {
      const now = settings.now();
      const wait = attend(now, question.until(now.time));
      return wait === undefined ? answerNow(question) : wait.then(() => answerNow(question));
    },
    askSync(question) {
      const now = settings.now();
      if (oneLoop) attend(now, question.until(now.time))?.catch(ignore);
      if (known !== undefined && !isUsable(known, now, question.until(now.time), settings))
        throw failure?.error ?? notReady();
      return answerNow(question);
    },
  };
}

/** Whether what was learnt then is still good for something that has to be certain up to `until`. */
function isUsable({ checkedAt, keys }: KnownRing, now: Moment, until: number, { staleIfError }: RingSettings): boolean {
  return isRecent(checkedAt, now, staleIfError) && until < knownUntil(keys);
}

/** A moment in the future is one of a clock that was set back since: without another clock, nobody knows how long ago it was. */
function isRecent(moment: Moment, now: Moment, span: number): boolean {
  return ageOf(moment, now) <= span;
}

function notReady(): UnavailableError {
  return new UnavailableError("key_unavailable", "the key ring has not asked its store lately: await refresh() first");
}

async function report(hook: RingSettings["onRefresh"], state: KeyRingState): Promise<void> {
  try {
    await hook?.(state);
  } catch {
    // a log that fails is no reason to refuse a token
  }
}

function ignore(): void {
  // it is in the state, and in the error of whoever cannot do without
}
