/** Notes of sessions, such as the name of a device: JSON of 1 kB at most. */

import { refusePromise, wrongArgument } from "../base/options.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { storeFailed } from "./refusals.ts";

/** Writes the note for the store. */
export function readNote(note: unknown): string | undefined {
  if (note === undefined) return undefined;
  refusePromise("note", note);
  let json: string | undefined;
  try {
    json = JSON.stringify(note);
  } catch {
    // Circles and BigInts. A toJSON may throw anything.
  }
  if (json === undefined || json.length > 1024 || encodeUtf8(json).length > 1024)
    throw wrongArgument("note", "a JSON value of at most 1 kB", json ?? note);
  return json;
}

/** Reads a note of the store. */
export function parseNote(json: unknown): unknown {
  try {
    return JSON.parse(String(json)) as unknown;
  } catch {
    throw storeFailed();
  }
}
