/**
 * Updates of a key ring, on which its processes agree: each reads the stored record, changes it where that is due, and saves it as the
 * next version. The store takes one save of each version; who comes second reads again.
 */

import { argumentError, quote, UnavailableError } from "../errors.ts";
import { newKey, readyRing, type KnownRing } from "./keys.ts";
import type { RingSettings } from "./options.ts";
import type { RingKey, RingRecord } from "./record.ts";
import { advance, isDue, missingKeys, withdraw, type ClockReading, type NewKey } from "./schedule.ts";
import { unreadable } from "./sealing.ts";
import { storeFailure, type StoredRing } from "./store.ts";

/** Others change the ring once per rotation or withdrawal: a process that loses this often has a store that does not compare versions. */
const maxAttempts = 20;

/** A ring as an update found or made it. */
export interface UpdatedRing extends KnownRing {
  /** The reason why a change that is due was not made. */
  readonly postponed?: UnavailableError;
}

/** Makes the changes that are due, and returns what the store holds then. `leaked`: the `kid` of a key to withdraw. */
export async function updateRing(
  settings: RingSettings,
  known: KnownRing | undefined,
  leaked?: string,
): Promise<UpdatedRing> {
  const { store, format, algorithm } = settings;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const checkedAt = settings.now();
    const stored = await store.load();
    if (known !== undefined && (stored?.version ?? 0) < known.record.version) {
      // The store has lost what it had confirmed, in a crash or to a backup. A version never goes back while a process knows it.
      await store.save(known.text, known.record.version);
      continue;
    }
    const found = stored && { text: stored.record, record: await readRecord(stored, settings, known) };
    const ready = (record: RingRecord, text: string): Promise<KnownRing> =>
      readyRing(record, text, checkedAt, algorithm, known);
    const change = planChange(found?.record, settings, known, leaked);
    if (found !== undefined && !change.isDue) return ready(found.record, found.text);
    const clocks = await compareClocks(settings);
    if (clocks instanceof UnavailableError) {
      if (found === undefined) throw clocks;
      return { ...(await ready(found.record, found.text)), postponed: clocks };
    }
    const record = await makeRecord(change, settings, clocks);
    const text = await format.write(record);
    if (await store.save(text, record.version)) return ready(record, text);
  }
  throw storeFailure(`save() stored nothing in ${maxAttempts} attempts, and load() returned no other record`);
}

/** Reads a stored record, which must be of this ring. */
async function readRecord(
  stored: StoredRing,
  { format, name, algorithm }: RingSettings,
  known: KnownRing | undefined,
): Promise<RingRecord> {
  if (known?.text === stored.record && known.record.version === stored.version) return known.record;
  const record = await format.read(stored);
  if (record.name !== name) throw unreadable(`it is the ring ${quote(record.name)}`);
  if (record.alg !== algorithm.name)
    throw unreadable(
      `it signs with ${quote(record.alg)}: keep a ring of another algorithm under another key, row or folder`,
    );
  return record;
}

/** The next version of a ring, without its new keys. */
interface Change {
  /** There is a reason for it. */
  readonly isDue: boolean;
  readonly version: number;
  readonly keys: readonly RingKey[];
  readonly withdrawn: readonly string[];
  /** The `kid` of a key to withdraw. */
  readonly leaked: string | undefined;
}

/** Looks for what is due: a rotation, a withdrawal, or the first version. */
function planChange(
  record: RingRecord | undefined,
  settings: RingSettings,
  known: KnownRing | undefined,
  leaked: string | undefined,
): Change {
  const { version = 0, withdrawn: listed = [] } = record ?? {};
  // A withdrawn key stays withdrawn, whatever the store says later.
  const withdrawn = [...new Set([...listed, ...(known?.record.withdrawn ?? [])])];
  const keys = record?.keys.filter(({ kid }) => !withdrawn.includes(kid)) ?? [];
  const toWithdraw = leaked === undefined || withdrawn.includes(leaked) ? undefined : leaked;
  if (toWithdraw !== undefined && !keys.some(({ kid }) => kid === toWithdraw))
    throw argumentError(`kid: expected a key of this ring, found ${quote(toWithdraw)}`);
  const due =
    toWithdraw !== undefined || withdrawn.length > listed.length || isDue(keys, settings.now().time, settings.times);
  return { isDue: due, version: version + 1, keys, withdrawn, leaked: toWithdraw };
}

/** The difference between the store's clock and this process's, in seconds: at least and at most, since an answer takes time. */
interface ClockOffset {
  readonly least: number;
  readonly most: number;
}

/**
 * Asks the store for its time. Where that is too far from this process's own, nobody knows which is right, and the times of
 * keys that all processes go by must not be decided on it: returns the error that says so.
 */
async function compareClocks(settings: RingSettings): Promise<ClockOffset | UnavailableError> {
  const { store, times } = settings;
  const before = settings.now().time;
  const time = await store.time();
  const after = settings.now().time;
  if (time === undefined) return { least: 0, most: 0 };
  const [least, most] = [time - after, time - before];
  if (most >= -times.tolerance && least <= times.tolerance) return { least, most };
  const apart = most < 0 ? `${Math.round(-most)} s ahead of` : `${Math.round(least)} s behind`;
  return new UnavailableError(
    "store_unavailable",
    `the key ring was not changed: the clock of this process is ${apart} the store's, ${times.tolerance} s are allowed (clockTolerance)`,
  );
}

async function makeRecord(
  { version, keys: before, withdrawn, leaked }: Change,
  settings: RingSettings,
  { least, most }: ClockOffset,
): Promise<RingRecord> {
  const { name, algorithm, modulusLength, times } = settings;
  const make = (count: number): Promise<NewKey[]> =>
    Promise.all(Array.from({ length: count }, () => newKey(algorithm, modulusLength)));
  const read = (): ClockReading => {
    const { time } = settings.now();
    return { earliest: time + Math.min(0, least), latest: time + Math.max(0, most) };
  };
  const added = await make(missingKeys(before, settings.now().time));
  // The time is asked for after keys were made: those of RSA take a while.
  const keys = advance(before, added, read(), times);
  const next = { name, alg: algorithm.name, version, keys, withdrawn };
  if (leaked === undefined) return next;
  const replacements = await make(
    keys.some(({ kid, privateJwk }) => kid === leaked && privateJwk !== undefined) ? 1 : 0,
  );
  return { ...next, keys: withdraw(keys, leaked, replacements, read(), times), withdrawn: [...withdrawn, leaked] };
}
