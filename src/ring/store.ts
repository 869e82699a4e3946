/** Where a key ring is kept, so that it outlives the process and is shared by several: the contract, and the memory of one process. */

import { wrongArgument } from "../base/options.ts";
import { isObject } from "../encoding/json.ts";
import { isOwnError, quote, UnavailableError } from "../errors.ts";
import { inTime } from "../base/steps.ts";
import { isVersion } from "./record.ts";

/** What a store holds: a text that is the ring's own business, and its version. */
export interface StoredRing {
  /** Private keys, sealed or not. */
  readonly record: string;
  /** One more with every change, from 1. */
  readonly version: number;
}

/** Keeps one record. The highest version wins: that makes exactly one of several processes the one that rotates. */
export interface KeyRingStore {
  /** What was saved last; `undefined` when nothing was. Never older than what a `save` that has been answered wrote. */
  load(): StoredRing | undefined | Promise<StoredRing | undefined>;
  /**
   * Atomic: `true` when what was stored had a lower version, or nothing was, and this is stored now; `false` when not.
   * The record holds private keys, sealed or not.
   */
  save(record: string, version: number): boolean | Promise<boolean>;
  /**
   * The time by the store's own clock, in seconds since 1970. With it, a process whose clock is wrong by more than
   * `clockTolerance` changes nothing; without it, such a process decides for all.
   */
  time?(): number | Promise<number>;
}

/**
 * Keeps a key ring in the memory of this process: a restart begins with new keys, and tokens from before it are refused. It is what a ring
 * without `store` has.
 *
 * @example
 * const store = memoryKeyRingStore();
 * const spans = { rotateEvery: "30d", publishAhead: "1d", retainFor: "1h" } as const;
 * const [issuer, consumer] = [createKeyRing({ algorithm: ES256, ...spans, store }), createKeyRing({ algorithm: ES256, ...spans, store })];
 *
 * const token = await sign({ sub: "user_123" }, issuer, { issuer: "my-api", audience: "web" });
 * await verify(token, consumer, { issuer: "my-api", audience: "web" });
 */
export function memoryKeyRingStore(): KeyRingStore {
  let stored: StoredRing | undefined;
  return {
    load: () => stored,
    save(record, version) {
      if (version <= (stored?.version ?? 0)) return false;
      stored = { record, version };
      return true;
    },
  };
}

/** A store whose answers are checked, and come in time or count as failed. */
export interface CheckedStore {
  load(): Promise<StoredRing | undefined>;
  save(record: string, version: number): Promise<boolean>;
  /** `undefined`: the store has no clock. */
  time(): Promise<number | undefined>;
}

/** Checks a store, and what it answers. `seconds`: how long it may take. */
export function checkStore(store: unknown, seconds: number): CheckedStore {
  if (!isObject(store) || typeof store["load"] !== "function" || typeof store["save"] !== "function") {
    throw wrongArgument("store", "an object with load and save", store);
  }
  if (store["time"] !== undefined && typeof store["time"] !== "function")
    throw wrongArgument("store.time", "a function, if there is one", store["time"]);
  const given = store as unknown as KeyRingStore;
  const load = async (): Promise<StoredRing | undefined> => {
    const stored: unknown = await answerOf(() => given.load(), seconds);
    if (stored === undefined || stored === null) return undefined;
    if (!isObject(stored) || typeof stored["record"] !== "string" || !isVersion(stored["version"]))
      throw failed("load() gave no record and version");
    return { record: stored["record"], version: stored["version"] };
  };
  const save = async (record: string, version: number): Promise<boolean> => {
    const saved: unknown = await answerOf(() => given.save(record, version), seconds);
    if (typeof saved !== "boolean") throw failed("save() gave neither true nor false");
    return saved;
  };
  return {
    load,
    async time() {
      if (given.time === undefined) return undefined;
      const time: unknown = await answerOf(() => given.time?.(), seconds);
      if (typeof time !== "number" || !Number.isFinite(time)) throw failed("time() gave no number of seconds");
      return time;
    },
    async save(record, version) {
      if (!(await save(record, version))) return false;
      // Believed when the store shows it: a version that is there is refused, and what was saved is given back.
      if (await save(record, version)) throw failed("save() takes a version that is there already");
      const kept = await load();
      const isThere =
        kept !== undefined && (kept.version > version || (kept.version === version && kept.record === record));
      if (!isThere) throw failed("load() does not give back what save() has taken");
      return true;
    },
  };
}

async function answerOf(call: () => unknown, seconds: number): Promise<unknown> {
  try {
    return await inTime(call, seconds, () => failed(`no answer within ${seconds} s`));
  } catch (error) {
    // A code such as ECONNREFUSED: a client's own message may quote anything.
    const { name = "it threw", code = name } = Object(error) as { name?: unknown; code?: unknown };
    throw isOwnError(error) ? error : failed(quote(code));
  }
}

/** A store that did not do its part. */
export function failed(why: string): UnavailableError {
  return new UnavailableError("store_unavailable", `the key ring's store failed: ${why}`);
}
