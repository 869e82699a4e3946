/** Records of sessions outside this process: each is replaced only while it is the one that was read. */

import { randomUuid } from "../base/platform.ts";
import { isObject, own } from "../encoding/json.ts";
import { UnavailableError } from "../errors.ts";
import { beforeFirstUse } from "../stores/first-use.ts";
import type { SessionEntry, SessionRecord, TakeStep } from "./record.ts";

/** Answer of a place, not checked yet. */
export interface FoundRecord {
  /** The version that was written with the record; `""`: there is none. */
  readonly version: unknown;
  /** JSON of the record. */
  readonly record: unknown;
  /** Seconds since 1970, by the place's clock, read no earlier than the record: uses in it lie in the past. */
  readonly now: unknown;
}

/** A record to write. `expiresAt`: the second from which it may be forgotten. */
export interface WrittenRecord {
  readonly version: string;
  readonly record: string;
  readonly expiresAt: number;
}

/** A place for records, such as a table. */
export interface RecordPlace {
  load(owner: string): Promise<FoundRecord>;
  /** Writes the record if the one that is there has the version `expected`, or none is there and it is `""`. Returns whether it did. */
  save(owner: string, expected: string, written: WrittenRecord, now: number): Promise<boolean>;
}

/** Of writers at the same time one succeeds, so the last of a hundred is served. */
const maxTries = 100;

/** An owner whose sessions have all ended keeps its record for an hour: what was read before must not be written after. */
const tombstoneSeconds = 3600;

/**
 * Returns how steps are taken on the records of a place. Versions are random: after a failover that lost writes, a number would come
 * again for another record. Before the first step the place has to show that it refuses to replace another version.
 */
export function takeFrom(place: RecordPlace): TakeStep {
  const save = (
    owner: string,
    expected: string,
    record: SessionRecord,
    expiresAt: number,
    now: number,
  ): Promise<boolean> =>
    place.save(
      owner,
      expected,
      { version: randomUuid(), record: JSON.stringify(record), expiresAt: Math.ceil(expiresAt) },
      now,
    );
  const ready = beforeFirstUse(async () => {
    const probe = JSON.stringify(["probe", randomUuid()]);
    const { now } = readFound(await place.load(probe));
    const write = (expected: string): Promise<boolean> => save(probe, expected, [], now + 60, now);
    const written = await write("");
    const { version } = readFound(await place.load(probe));
    if (!written || version === "" || (await write("")) || (await write(randomUuid())) || !(await write(version)))
      throw unexpected("it does not tell a record that was replaced from one that was not");
  });

  return async (owner, step) => {
    await ready();
    for (let tries = 0; tries < maxTries; tries++) {
      const { version, record: before, now } = readFound(await place.load(owner));
      const { answer, record } = step(before, now);
      if (record === undefined) return answer;
      const expiresAt = Math.max(now + tombstoneSeconds, ...record.map(({ endsAt }) => endsAt));
      if (await save(owner, version, record, expiresAt, now)) return answer;
    }
    throw new UnavailableError("store_unavailable", "too many sessions of one subject changed at the same time");
  };
}

function readFound({ version, record, now }: FoundRecord): { version: string; record: SessionRecord; now: number } {
  if (typeof now !== "number" || !(now > 0)) throw unexpected("expected the time in seconds, found none");
  if (version === "") return { version, record: [], now };
  const entries = typeof record === "string" ? parseEntries(record) : undefined;
  if (typeof version !== "string" || entries === undefined) throw unexpected("what it keeps is no record of sessions");
  return { version, record: entries, now };
}

function parseEntries(json: string): SessionRecord | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every(isEntry) ? value : undefined;
  } catch {
    return undefined;
  }
}

const numbers: readonly (keyof SessionEntry)[] = ["startedAt", "usedAt", "endsAt", "generation", "idleUntil"];

function isEntry(value: unknown): value is SessionEntry {
  return (
    isObject(value) &&
    numbers.every((name) => Number.isFinite(own(value, name))) &&
    typeof own(value, "session") === "string" &&
    ["string", "undefined"].includes(typeof own(value, "note"))
  );
}

/** Builds the error for an answer that decides nothing. */
export function unexpected(why: string): UnavailableError {
  return new UnavailableError("store_unavailable", `unexpected answer of the session store: ${why}`);
}
