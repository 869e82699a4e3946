/** Sessions in the memory of this process. */

import { checkClock, checkNow, checkOptions, wrongArgument } from "../base/options.ts";
import { UnavailableError } from "../errors.ts";
import type { SessionStore } from "./contract.ts";
import { living, storeOver, type SessionRecord } from "./record.ts";

/** Options of `memorySessionStore`. */
export interface MemorySessionStoreOptions {
  /** Maximum number of sessions of all subjects. A full store refuses new ones. Default 100,000. */
  readonly max?: number | undefined;
  /** Maximum number of sessions of one subject: a new one beyond it ends the least recently used. Default 50. */
  readonly maxPerSubject?: number | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Stores sessions in the memory of this process: other processes, and this one after a restart, do not know them. Memory is bounded.
 *
 * @throws TypeError `invalid_argument`
 * @example
 * const key = await generateSecret(HS256);
 * const sessions = createSessions(key, { issuer: "my-api", audience: "web", store: memorySessionStore({ max: 10_000 }) });
 */
export function memorySessionStore(options: MemorySessionStoreOptions = {}): SessionStore {
  checkOptions<MemorySessionStoreOptions>(options, { max: 1, maxPerSubject: 1, now: 1 });
  const max = checkCount(options.max ?? 100_000, "max");
  const maxPerSubject = checkCount(options.maxPerSubject ?? 50, "maxPerSubject");
  const clock = checkClock(options.now);
  const records = new Map<string, SessionRecord>();
  let size = 0;

  function keep(owner: string, record: SessionRecord): void {
    size += record.length - (records.get(owner)?.length ?? 0);
    if (record.length === 0) records.delete(owner);
    else records.set(owner, record);
  }
  function makeRoom(needed: number, now: number): void {
    if (size + needed <= max) return;
    for (const [owner, record] of records) keep(owner, living(record, now));
    if (size + needed > max) throw new UnavailableError("store_unavailable", `the store is full: ${max} sessions`);
  }

  return storeOver((owner, step) => {
    const now = checkNow(clock);
    const before = records.get(owner) ?? [];
    const { answer, record } = step(before, now);
    if (record === undefined) return answer;
    makeRoom(record.length - before.length, now);
    keep(owner, record);
    return answer;
  }, maxPerSubject);
}

/** Checks an integer above 0. */
export function checkCount(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 1) throw wrongArgument(name, "a whole number above zero", value);
  return value;
}
