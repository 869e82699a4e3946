/** The contract of stores of key rings, which outlive a process and are shared by several; and a store in memory. */

import { wrongArgument } from "../base/options.ts";
import { isObject } from "../encoding/json.ts";
import { isOwnError, quote, UnavailableError } from "../errors.ts";
import { withTimeout } from "../base/timeout.ts";
import { isVersion } from "./record.ts";

/** A stored ring: a string that only the ring reads, and its version. */
export interface StoredRing {
  /** Private keys, encrypted or not. */
  readonly record: string;
  /** One more with every change, from 1. */
  readonly version: number;
}

/** A place for one record. The highest version wins: that makes exactly one of several processes the one that rotates. */
export interface KeyRingStore {
  /** Returns what was saved last; `undefined` when nothing was. Never older than what an earlier `save` has confirmed. */
  load(): StoredRing | undefined | Promise<StoredRing | undefined>;
  /**
   * Saves a record, atomically: `true` if what was stored had a lower version, or nothing was, and this is stored now; else `false`.
   * The record holds private keys, encrypted or not.
   */
  save(record: string, version: number): boolean | Promise<boolean>;
  /**
   * Returns the time by the store's own clock, in seconds since 1970. With it, a process whose clock is wrong by more than
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

/** A store whose answers are checked. One that comes too late is a failure. */
export interface CheckedStore {
  load(): Promise<StoredRing | undefined>;
  save(record: string, version: number): Promise<boolean>;
  /** `undefined`: the store has no clock. */
  time(): Promise<number | undefined>;
}

/** Checks a store now, and each of its answers later. `seconds`: how long one may take. */
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
      throw storeFailure("load(): expected a record and a version");
    return { record: stored["record"], version: stored["version"] };
  };
  const save = async (record: string, version: number): Promise<boolean> => {
    const saved: unknown = await answerOf(() => given.save(record, version), seconds);
    if (typeof saved !== "boolean") throw storeFailure("save(): expected true or false");
    return saved;
  };
  return {
    load,
    async time() {
      if (given.time === undefined) return undefined;
      const time: unknown = await answerOf(() => given.time?.(), seconds);
      if (typeof time !== "number" || !Number.isFinite(time))
        throw storeFailure("time(): expected seconds as a number");
      return time;
    },
    async save(record, version) {
      if (!(await save(record, version))) return false;
      // Believed once the store proves it: it refuses the same version again, and gives back what was saved.
      if (await save(record, version))
        throw storeFailure("save(): expected false for a version that is already stored, found true");
      const kept = await load();
      const isThere =
        kept !== undefined && (kept.version > version || (kept.version === version && kept.record === record));
      if (!isThere) throw storeFailure("load(): expected the record that save() stored, found another or none");
      return true;
    },
  };
}

async function answerOf(call: () => unknown, seconds: number): Promise<unknown> {
  try {
    return await withTimeout(call, seconds, () => storeFailure(`no answer within ${seconds} s`));
  } catch (error) {
    // A code such as ECONNREFUSED: a client's own message may quote anything.
    const { name = "it threw", code = name } = Object(error) as { name?: unknown; code?: unknown };
    throw isOwnError(error) ? error : storeFailure(quote(code));
  }
}

/** Makes the error for a store that failed. */
export function storeFailure(why: string): UnavailableError {
  return new UnavailableError("store_unavailable", `the key ring's store failed: ${why}`);
}
