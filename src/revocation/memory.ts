/** Stores in the memory of one process. A full store refuses new entries, and never drops one that has not expired. */

import { checkClock, checkNow, checkOptions, wrongArgument } from "../base/options.ts";
import { monotonicSeconds } from "../base/platform.ts";
import type { Denylist, ReplayStore } from "./contract.ts";
import { expiringKeys, type ExpiringKeysLimits } from "./expiring.ts";
import { checkSecond, checkTtl } from "./seconds.ts";

/** Options of a store in memory. */
export interface MemoryStoreOptions {
  /**
   * Maximum number of entries before the store is full. Default 1,000,000, which take less than 200 MB. Issuers whose first tokens
   * reach a full store have shares beyond it: together, at most as many again.
   */
  readonly max?: number | undefined;
  /** Maximum number of bytes in the keys, two per character. Default: 256 for each entry of `max`. */
  readonly maxBytes?: number | undefined;
  /** The clock. Default: a monotonic one, so that entries last as long as asked for although the system's clock jumps. */
  readonly now?: (() => Date) | undefined;
}

/** Half the capacity of a `Map`: issuers that come late have shares beyond `max`. */
const maxEntries = 8_388_607; // 2^23 - 1

/**
 * Remembers used tokens in the memory of this process: other processes, and this one after a restart, do not know them.
 * Memory is bounded: a full store throws (`store_unavailable`) until an entry expires.
 *
 * @throws TypeError `invalid_argument`
 * @example
 * const key = await generateSecret(HS256);
 * const verifier = createVerifier(key, { issuer: "my-api", audience: "reset-password", replay: memoryReplayStore() });
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "reset-password", jwtId: true });
 * await verifier.verify(token);
 * const again = await verifier.safeVerify(token);
 * console.log(again.ok ? "accepted" : again.error.code); // replayed
 */
export function memoryReplayStore(options: MemoryStoreOptions = {}): Required<ReplayStore> {
  const { limits, now } = readOptions(options);
  const used = expiringKeys(limits, now);
  const add = (key: string, ttlSeconds: number): boolean => used.add(key, checkTtl(ttlSeconds));
  return { add, addSync: add, has: used.has };
}

/**
 * Remembers revoked tokens, sessions and subjects in the memory of this process. Memory is bounded: adding to a full denylist throws
 * (`store_unavailable`) until an entry expires; what it holds stays revoked.
 *
 * @throws TypeError `invalid_argument`
 * @example
 * const key = await generateSecret(HS256);
 * const denylist = memoryDenylist();
 * const verifier = createVerifier(key, { issuer: "my-api", audience: "web", denylist });
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "web", jwtId: true });
 * const { payload } = await verifier.verify(token);
 * await revoke(denylist, payload);
 * const result = await verifier.safeVerify(token);
 * console.log(result.ok ? "accepted" : result.error.code); // revoked
 */
export function memoryDenylist(options: MemoryStoreOptions = {}): Required<Denylist> {
  const { limits, now } = readOptions(options);
  const seconds = new Map<string, number>();
  const revoked = expiringKeys(limits, now, (key) => {
    seconds.delete(key);
  });

  const has = (key: string): boolean => revoked.has(key);
  const secondOf = (key: string): number | undefined => (revoked.has(key) ? seconds.get(key) : undefined);
  const revokedBefore = (iss: string, sub: string): number | undefined => secondOf(subjectName(iss, sub));
  return {
    add(key, ttlSeconds) {
      revoked.add(key, checkTtl(ttlSeconds));
    },
    has,
    hasSync: has,
    revokedBefore,
    revokedBeforeSync: revokedBefore,
    revokeBefore(iss, sub, second, ttlSeconds) {
      const key = subjectName(iss, sub);
      const latest = Math.max(checkSecond(second), secondOf(key) ?? 0);
      revoked.add(key, checkTtl(ttlSeconds));
      seconds.set(key, latest);
    },
  };
}

/** Returns the full name of a subject: in memory it need not be short, since the bytes are counted. */
function subjectName(iss: string, sub: string): string {
  return JSON.stringify(["subject", iss, sub]);
}

function readOptions(options: MemoryStoreOptions): { limits: ExpiringKeysLimits; now: () => number } {
  checkOptions<MemoryStoreOptions>(options, { max: 1, maxBytes: 1, now: 1 });
  const { max = 1_000_000 } = options;
  if (!(Number.isInteger(max) && max >= 1 && max <= maxEntries))
    throw wrongArgument("max", `an integer from 1 to ${maxEntries}`, max);
  const { maxBytes = max * 256 } = options;
  if (!(Number.isSafeInteger(maxBytes) && maxBytes >= 1))
    throw wrongArgument("maxBytes", "an integer of at least 1", maxBytes);
  const clock = checkClock(options.now);
  return {
    limits: { max, maxBytes },
    now: clock === undefined ? () => monotonicSeconds() ?? checkNow(undefined) : () => checkNow(clock),
  };
}
