/**
 * How the processes of a key ring agree: each reads the stored record, changes it where that is due, and saves it as the
 * next version. The store takes one save of each version; who comes second reads again.
 */

import { argumentError, quote } from "../errors.ts";
import { newKey, readyRing, type KnownRing } from "./keys.ts";
import type { RingSettings } from "./options.ts";
import type { RingRecord } from "./record.ts";
import { advance, isDue, missingKeys, withdraw, type NewKey } from "./schedule.ts";
import { unreadable } from "./sealing.ts";
import { failed, type StoredRing } from "./store.ts";

/** Others change the ring once per rotation or withdrawal: whoever loses this often has a store that does not compare. */
const maxAttempts = 20;

/** What the store holds now, after what is due was done. `leaked`: the `kid` of a key to withdraw. */
export async function updateRing(
  settings: RingSettings,
  known: KnownRing | undefined,
  leaked?: string,
): Promise<KnownRing> {
  const { store, format, algorithm } = settings;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const checkedAt = settings.now();
    const stored = await store.load();
    if (known !== undefined && (stored?.version ?? 0) < known.record.version) {
      // The store has lost what it had confirmed, in a crash or to a backup. A version never goes back while a process knows it.
      await store.save(known.text, known.record.version);
      continue;
    }
    const found = stored && (await readRecord(stored, settings, known));
    const record = await nextRecord(found, settings, known, leaked);
    if (stored !== undefined && record === found) return readyRing(record, stored.record, checkedAt, algorithm, known);
    const text = await format.write(record);
    if (await store.save(text, record.version)) return readyRing(record, text, checkedAt, algorithm, known);
  }
  throw failed("it neither keeps a record nor gives another");
}

/** What is stored, if it is this ring. */
async function readRecord(
  stored: StoredRing,
  { format, name, algorithm }: RingSettings,
  known: KnownRing | undefined,
): Promise<RingRecord> {
  if (known?.text === stored.record && known.record.version === stored.version) return known.record;
  const record = await format.read(stored);
  if (record.name !== name) throw unreadable(`it is the ring ${quote(record.name)}`);
  if (record.alg !== algorithm.name)
    throw unreadable(`it signs with ${quote(record.alg)}: a ring of another algorithm needs a place of its own`);
  return record;
}

/** The record after what is due now, and a withdrawal; the same one if there is nothing to do. */
async function nextRecord(
  record: RingRecord | undefined,
  settings: RingSettings,
  known: KnownRing | undefined,
  leaked: string | undefined,
): Promise<RingRecord> {
  const { name, algorithm, modulusLength, times } = settings;
  const { version = 0, withdrawn: listed = [] } = record ?? {};
  // What was withdrawn once stays so, whatever the store says later.
  const withdrawn = [...new Set([...listed, ...(known?.record.withdrawn ?? [])])];
  const before = record?.keys.filter(({ kid }) => !withdrawn.includes(kid)) ?? [];
  const toWithdraw = leaked === undefined || withdrawn.includes(leaked) ? undefined : leaked;
  if (toWithdraw !== undefined && !before.some(({ kid }) => kid === toWithdraw))
    throw argumentError(`kid: ${quote(toWithdraw)} is no key of this ring`);
  const changes = toWithdraw !== undefined || withdrawn.length > listed.length || isDue(before, settings.now(), times);
  if (record !== undefined && !changes) return record;

  const make = (count: number): Promise<NewKey[]> =>
    Promise.all(Array.from({ length: count }, () => newKey(algorithm, modulusLength)));
  const added = await make(missingKeys(before, settings.now()));
  // The time is asked for after keys were made: those of RSA take a while.
  const keys = advance(before, added, settings.now(), times);
  const next = { name, alg: algorithm.name, version: version + 1, keys, withdrawn };
  if (toWithdraw === undefined) return next;
  const replacements = await make(
    keys.some(({ kid, privateJwk }) => kid === toWithdraw && privateJwk !== undefined) ? 1 : 0,
  );
  return {
    ...next,
    keys: withdraw(keys, toWithdraw, replacements, settings.now(), times),
    withdrawn: [...withdrawn, toWithdraw],
  };
}
