/** The record of a subject's sessions, and the steps of the contract on it, independent of the storage. */

import { randomUuid } from "../base/platform.ts";
import type { SessionStore, SessionUse, StoredSession } from "./contract.ts";

/** A session in a record. Times are seconds since 1970, by the store's clock. */
export interface SessionEntry extends StoredSession {
  /** The generation of the refresh token that has not been used yet. */
  readonly generation: number;
  /** The second from which it may be dropped, unless it is used. */
  readonly idleUntil: number;
  /** The call that used it last. */
  readonly usedBy?: string | undefined;
}

/** Seconds by which the clocks of a store's servers may differ after a failover: a last use this far in the future counts as just now. */
const clockStep = 1;

/** The sessions of one subject, in the order in which they were last used: a clock cannot order uses within one tick. */
export type SessionRecord = readonly SessionEntry[];

/** Outcome of a step: its answer, and the new record; `undefined`: nothing changed. */
export interface SessionStep<T> {
  readonly answer: T;
  readonly record?: SessionRecord | undefined;
}

/**
 * Runs a step on the record of an owner, as one atomic change. `now`: seconds since 1970, by the store's clock. The step may run several
 * times before one of its outcomes is stored.
 */
export type TakeStep = <T>(
  owner: string,
  step: (record: SessionRecord, now: number) => SessionStep<T>,
) => T | Promise<T>;

/** Returns a store whose records `take` stores. A session beyond `maxPerSubject` ends the least recently used. */
export function storeOver(take: TakeStep, maxPerSubject: number): SessionStore {
  return {
    begin: (owner, session, { idle, endsAt, note }) =>
      take(owner, (record, now) => {
        const others = living(record, now).filter((one) => one.session !== session);
        const kept = others.slice(Math.max(0, others.length - (maxPerSubject - 1)));
        const entry = { session, startedAt: now, usedAt: now, endsAt, note, generation: 0, idleUntil: now + idle };
        return { answer: undefined, record: [...kept, entry] };
      }),
    use(owner, session, generation, { grace, idle }) {
      // A step may have been kept although the store, or a client that sent it twice, says that it was not.
      const usedBy = randomUuid();
      return take<SessionUse>(owner, (record, now) => {
        const entry = find(record, session, now);
        if (entry === undefined) return { answer: "unknown" };
        if (entry.usedBy === usedBy) return { answer: "first" };
        const others = record.filter((one) => one !== entry);
        if (generation >= entry.generation) {
          const used = { ...entry, generation: generation + 1, usedAt: now, idleUntil: now + idle, usedBy };
          return { answer: "first", record: [...others, used] };
        }
        const since = now - entry.usedAt;
        // Two uses within one tick of the clock are 0 s apart. If it was set back further, grace cannot be measured.
        const isInGrace = grace > 0 && since >= -Math.min(clockStep, grace) && since <= grace;
        const isAgain = isInGrace && generation === entry.generation - 1;
        return isAgain ? { answer: "again" } : { answer: "late", record: others };
      });
    },
    alive: (owner, session) => take(owner, (record, now) => ({ answer: find(record, session, now) !== undefined })),
    end: (owner, session) => take(owner, (record) => keepOnly(record, (one) => one.session !== session)),
    endAll: (owner, except) => take(owner, (record) => keepOnly(record, (one) => one.session === except)),
    list: (owner) => take(owner, (record, now) => ({ answer: living(record, now).map(describe) })),
  };
}

function keepOnly(record: SessionRecord, isKept: (entry: SessionEntry) => boolean): SessionStep<void> {
  const kept = record.filter(isKept);
  return { answer: undefined, record: kept.length === record.length ? undefined : kept };
}

function find(record: SessionRecord, session: string, now: number): SessionEntry | undefined {
  return living(record, now).find((one) => one.session === session);
}

/** Returns the sessions that are not over. */
export function living(record: SessionRecord, now: number): SessionEntry[] {
  return record.filter(({ idleUntil, endsAt }) => now < idleUntil && now < endsAt);
}

function describe({ session, startedAt, usedAt, endsAt, note }: SessionEntry): StoredSession {
  return { session, startedAt, usedAt, endsAt, ...(note !== undefined && { note }) };
}
