/**
 * Contracts of a denylist and a replay store, and the keys that tokens have in them. A key is made of `iss` and `jti`, never
 * of the token: a signature can be written in more than one way.
 */

import { own } from "../encoding/json.ts";
import type { Steps } from "../base/steps.ts";
import { sha256 } from "../encoding/digest.ts";
import type { JwtClaims } from "../claims/build.ts";

/**
 * Remembers which tokens were used. `add` is atomic: of any number of concurrent calls with one key, one is answered `true`.
 * Verification's keys have 128 characters at most.
 */
export interface ReplayStore {
  /** `true`: this is the first use. The key may be forgotten after `ttlSeconds`. */
  add(key: string, ttlSeconds: number): boolean | Promise<boolean>;
  /** As `add`, at once: needed by `verifySync` alone. */
  addSync?(key: string, ttlSeconds: number): boolean;
  /** Tells whether the key was used, and uses nothing up: needed by `peek` of `defineToken` alone. */
  has?(key: string): boolean | Promise<boolean>;
}

/** Remembers which tokens are revoked before they expire. Verification's keys have 128 characters at most. */
export interface Denylist {
  /** Revokes what this key names. It may be forgotten after `ttlSeconds`, and never sooner than an earlier call said. */
  add(key: string, ttlSeconds: number): void | Promise<void>;
  /** `true`: the key was added. `false`: it was not. Anything else counts as a failure. */
  has(key: string): boolean | Promise<boolean>;
  /** As `has`, at once: needed by `verifySync` alone. */
  hasSync?(key: string): boolean;
  /** Tokens of this subject issued in or before this second (NumericDate) are revoked. */
  revokedBefore?(iss: string, sub: string): number | undefined | Promise<number | undefined>;
  /** As `revokedBefore`, at once: needed by `verifySync` alone. */
  revokedBeforeSync?(iss: string, sub: string): number | undefined;
  /** Moves that second on, never back; atomic. It may be forgotten after `ttlSeconds`, and never sooner than an earlier call said. */
  revokeBefore?(iss: string, sub: string, second: number, ttlSeconds: number): void | Promise<void>;
}

/** A denylist that can end every session of a subject. */
export type SubjectDenylist = Denylist & Required<Pick<Denylist, "revokedBefore" | "revokeBefore">>;

/** The part of a denylist that verification asks. */
export type DenylistReader = Pick<Denylist, "has" | "hasSync" | "revokedBefore" | "revokedBeforeSync">;

/** Returns a token's key in a store of the given kind. */
export function storeKey(kind: "revoked" | "used", payload: JwtClaims): Steps<string> {
  return keyOf(kind, own(payload, "iss"), own(payload, "jti"));
}

/** Returns a subject's key in a denylist. */
export function subjectKey(iss: string, sub: string): Steps<string> {
  return keyOf("subject", iss, sub);
}

/** Returns a session's key in a denylist. A token without `iss` has a session of its own. */
export function sessionKey(iss: string | undefined, sid: string): Steps<string> {
  return keyOf("session", iss, sid);
}

/** Returns the key of a token that stays good although its subject's tokens up to a second are revoked. It holds for that second alone. */
export function exemptionKey(iss: string, jti: string, second: number): Steps<string> {
  return keyOf("exempt", iss, `${second}:${jti}`);
}

/** Databases and memory have room for so many characters of a key; whoever signs tokens chooses how long their `jti` is. */
const maxKeyLength = 128;

function* keyOf(kind: string, iss: unknown, id: unknown): Steps<string> {
  const key = JSON.stringify([kind, iss ?? null, id]);
  if (key.length <= maxKeyLength) return key;
  return JSON.stringify([kind, yield* shorten(iss ?? null), yield* shorten(id)]);
}

/** Returns a long part as its digest, in a list of its own, which no string can be mistaken for. */
function* shorten(part: unknown): Steps<unknown> {
  const text = JSON.stringify(part);
  return text.length > 48 ? [yield* sha256(text)] : part;
}

/** The issuer in a key, as it is written there. Keys that are not verification's have none. */
export function issuerIn(key: string): string {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? JSON.stringify(parts[1] ?? null) : "";
  } catch {
    return "";
  }
}
