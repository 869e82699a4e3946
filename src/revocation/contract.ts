/**
 * What a denylist and a replay store have to do, and the keys that tokens have in them. A key is made of
 * `iss` and `jti`, never of the token: a signature can be written in more than one way.
 */

import { own } from "../encoding/json.ts";
import type { JwtClaims } from "../claims/build.ts";

/** Remembers which tokens were used. `add` is atomic: of any number of concurrent calls with one key, one is answered `true`. */
export interface ReplayStore {
  /** `true`: this is the first use. The key may be forgotten after `ttlSeconds`. */
  add(key: string, ttlSeconds: number): boolean | Promise<boolean>;
  /** As `add`, at once: needed by `verifySync` alone. */
  addSync?(key: string, ttlSeconds: number): boolean;
  /** Tells whether the key was used, and uses nothing up: needed by `peek` of `defineToken` alone. */
  has?(key: string): boolean | Promise<boolean>;
}

/** Remembers which tokens are revoked before they expire. */
export interface Denylist {
  /** Revokes the token of this key. It may be forgotten after `ttlSeconds`. */
  add(key: string, ttlSeconds: number): void | Promise<void>;
  /** `true`: the token is revoked. `false`: it is not. Anything else counts as a failure. */
  has(key: string): boolean | Promise<boolean>;
  /** As `has`, at once: needed by `verifySync` alone. */
  hasSync?(key: string): boolean;
  /** Tokens of this subject issued in or before this second (NumericDate) are revoked. */
  revokedBefore?(iss: string, sub: string): number | undefined | Promise<number | undefined>;
  /** As `revokedBefore`, at once: needed by `verifySync` alone. */
  revokedBeforeSync?(iss: string, sub: string): number | undefined;
  /** Moves that second on, never back; atomic. It may be forgotten after `ttlSeconds`. */
  revokeBefore?(iss: string, sub: string, second: number, ttlSeconds: number): void | Promise<void>;
}

/** A denylist that can end every session of a subject. */
export type SubjectDenylist = Denylist & Required<Pick<Denylist, "revokedBefore" | "revokeBefore">>;

/** The part of a denylist that verification asks. A replay store has `has` too, of other keys: it is none, and neither are its types. */
export type DenylistReader = Pick<Denylist, "has" | "hasSync" | "revokedBefore" | "revokedBeforeSync"> & {
  readonly addSync?: undefined;
};

/** A token's key in a store of the given kind. */
export function storeKey(kind: "revoked" | "used", payload: JwtClaims): string {
  return JSON.stringify([kind, own(payload, "iss") ?? null, own(payload, "jti")]);
}

/** A subject's key in a denylist. */
export function subjectKey(iss: string, sub: string): string {
  return JSON.stringify(["subject", iss, sub]);
}
