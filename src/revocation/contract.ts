/**
 * Contracts of a denylist and a replay store, and the keys of tokens in them. A key is built from `iss` and `jti`, never
 * from the token, because one signature can have several encodings.
 */

import { own } from "../encoding/json.ts";
import type { Steps } from "../base/steps.ts";
import { sha256 } from "../encoding/digest.ts";
import { isOwnError, type UnavailableError } from "../errors.ts";
import type { JwtClaims } from "../claims/build.ts";

/**
 * Remembers used tokens. `add` is atomic: of concurrent calls with one key, exactly one returns `true`.
 * Keys that `verify` passes have at most 128 characters.
 */
export interface ReplayStore {
  /** Adds a key. Returns `true` on its first use. The key may be forgotten after `ttlSeconds`. */
  add(key: string, ttlSeconds: number): boolean | Promise<boolean>;
  /** Synchronous form of `add`, which only `verifySync` needs. */
  addSync?(key: string, ttlSeconds: number): boolean;
  /** Reports whether the key was used, without using it. Only `peek` of `defineToken` needs it. */
  has?(key: string): boolean | Promise<boolean>;
}

/** Remembers revoked tokens until they expire. Keys that `verify` passes have at most 128 characters. */
export interface Denylist {
  /** Revokes what the key names. The key may be forgotten after `ttlSeconds`, but not before the time of an earlier call. */
  add(key: string, ttlSeconds: number): void | Promise<void>;
  /** Reports whether the key was added: `true` or `false`. Any other answer is a failure. */
  has(key: string): boolean | Promise<boolean>;
  /** Synchronous form of `has`, which only `verifySync` needs. */
  hasSync?(key: string): boolean;
  /** Returns the second (NumericDate) up to which, inclusive, issued tokens of this subject are revoked. */
  revokedBefore?(iss: string, sub: string): number | undefined | Promise<number | undefined>;
  /** Synchronous form of `revokedBefore`, which only `verifySync` needs. */
  revokedBeforeSync?(iss: string, sub: string): number | undefined;
  /** Moves that second forward, never back; atomic. It may be forgotten after `ttlSeconds`, but not before the time of an earlier call. */
  revokeBefore?(iss: string, sub: string, second: number, ttlSeconds: number): void | Promise<void>;
}

/** A denylist that can revoke all tokens of a subject. */
export type SubjectDenylist = Denylist & Required<Pick<Denylist, "revokedBefore" | "revokeBefore">>;

/** The part of a denylist that verification reads. */
export type DenylistReader = Pick<Denylist, "has" | "hasSync" | "revokedBefore" | "revokedBeforeSync">;

/** Returns a token's key in a store of the given kind. */
export function storeKey(kind: "revoked" | "used", payload: JwtClaims): Steps<string> {
  return keyOf(kind, own(payload, "iss"), own(payload, "jti"));
}

/** Returns a subject's key in a denylist. */
export function subjectKey(iss: string, sub: string): Steps<string> {
  return keyOf("subject", iss, sub);
}

/** Returns a session's key in a denylist. A session without `iss` differs from that of any issuer. */
export function sessionKey(iss: string | undefined, sid: string): Steps<string> {
  return keyOf("session", iss, sid);
}

/** Returns the key that exempts a token from the revocation of its subject's tokens up to exactly this second. */
export function exemptionKey(iss: string, jti: string, second: number): Steps<string> {
  return keyOf("exempt", iss, `${second}:${jti}`);
}

/** Longest key, in characters. The signer chooses the length of `jti`, and databases and memory have limits. */
const maxKeyLength = 128;

function* keyOf(kind: string, iss: unknown, id: unknown): Steps<string> {
  const key = JSON.stringify([kind, iss ?? null, id]);
  if (key.length <= maxKeyLength) return key;
  return JSON.stringify([kind, yield* shorten(iss ?? null), yield* shorten(id)]);
}

/** Replaces a long part with its digest, in an array, so that no string equals it. */
function* shorten(part: unknown): Steps<unknown> {
  const text = JSON.stringify(part);
  return text.length > 48 ? [yield* sha256(text)] : part;
}

/** Returns the issuer in a key, as JSON; an empty string for keys that `verify` did not build. A kind of token may stand before the key. */
export function issuerIn(key: string): string {
  try {
    const parts: unknown = JSON.parse(key.slice(key.indexOf("[")));
    return Array.isArray(parts) ? JSON.stringify(parts[1] ?? null) : "";
  } catch {
    return "";
  }
}

/** Returns whether `error` is that of a mintmark store, from any copy of the package: a client's own error may quote what was sent. */
export function isStoreFailure(error: unknown): error is UnavailableError {
  return isOwnError(error) && error.code === "store_unavailable";
}
