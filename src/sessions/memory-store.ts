/** Sessions in the memory of this process. */

import { checkClock, checkNow, checkOptions, wrongArgument } from "../base/options.ts";
import { UnavailableError } from "../errors.ts";
import type { SessionStore, StoredSession } from "./contract.ts";

/** Options of `memorySessionStore`. */
export interface MemorySessionStoreOptions {
  /** Sessions of all subjects together. A full store refuses new ones. Default 100,000. */
  readonly max?: number | undefined;
  /** Sessions of one subject: a new one beyond it ends the one that was not used for longest. Default 50. */
  readonly maxPerSubject?: number | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

interface Entry extends StoredSession {
  generation: number;
  usedAt: number;
  idleUntil: number;
}

/**
 * Keeps sessions in this process: for one process alone, and until it ends. Memory is bounded.
 *
 * @throws TypeError `invalid_argument`
 * @example
 * const key = await generateSecret(HS256);
 * const sessions = createSessions(key, { issuer: "my-api", audience: "web", store: memorySessionStore({ max: 10_000 }) });
 */
export function memorySessionStore(options: MemorySessionStoreOptions = {}): SessionStore {
  checkOptions(options, ["max", "maxPerSubject", "now"]);
  const { max = 100_000, maxPerSubject = 50 } = options;
  for (const [name, value] of Object.entries({ max, maxPerSubject }))
    if (!Number.isSafeInteger(value) || value < 1) throw wrongArgument(name, "a whole number above zero", value);
  const clock = checkClock(options.now);
  const owners = new Map<string, Map<string, Entry>>();
  let size = 0;

  const isOver = ({ idleUntil, endsAt }: Entry, now: number): boolean => !(now < idleUntil && now < endsAt);

  function remove(owner: string, session: string): void {
    const sessions = owners.get(owner);
    if (sessions?.delete(session) === true) size--;
    if (sessions?.size === 0) owners.delete(owner);
  }
  function removeOver(owner: string, now: number): void {
    for (const [session, entry] of owners.get(owner) ?? []) if (isOver(entry, now)) remove(owner, session);
  }
  function find(owner: string, session: string): Entry | undefined {
    const entry = owners.get(owner)?.get(session);
    return entry === undefined || isOver(entry, checkNow(clock)) ? undefined : entry;
  }
  function makeRoom(owner: string, now: number): void {
    removeOver(owner, now);
    const own = owners.get(owner);
    if (own !== undefined && own.size >= maxPerSubject) {
      const [oldest] = [...own.values()].sort((a, b) => a.usedAt - b.usedAt);
      if (oldest !== undefined) remove(owner, oldest.session);
    }
    if (size < max) return;
    for (const other of owners.keys()) removeOver(other, now);
    if (size >= max) throw new UnavailableError("store_unavailable", `the store is full: ${max} sessions`);
  }

  return {
    begin(owner, session, { idle, endsAt, note }) {
      const now = checkNow(clock);
      makeRoom(owner, now);
      let sessions = owners.get(owner);
      if (sessions === undefined) owners.set(owner, (sessions = new Map<string, Entry>()));
      if (!sessions.has(session)) size++;
      sessions.set(session, {
        session,
        startedAt: now,
        usedAt: now,
        endsAt,
        note,
        generation: 0,
        idleUntil: now + idle,
      });
    },
    use(owner, session, generation, { grace, idle }) {
      const entry = find(owner, session);
      if (entry === undefined) return "unknown";
      const now = checkNow(clock);
      if (generation >= entry.generation) {
        entry.generation = generation + 1;
        entry.usedAt = now;
        entry.idleUntil = now + idle;
        return "first";
      }
      const since = now - entry.usedAt;
      if (generation === entry.generation - 1 && since >= 0 && since <= grace) return "again";
      remove(owner, session);
      return "late";
    },
    alive: (owner, session) => find(owner, session) !== undefined,
    end: remove,
    endAll(owner, except) {
      for (const session of [...(owners.get(owner)?.keys() ?? [])]) if (session !== except) remove(owner, session);
    },
    list(owner) {
      removeOver(owner, checkNow(clock));
      return [...(owners.get(owner)?.values() ?? [])].map(({ session, startedAt, usedAt, endsAt, note }) => ({
        session,
        startedAt,
        usedAt,
        endsAt,
        ...(note !== undefined && { note }),
      }));
    },
  };
}
