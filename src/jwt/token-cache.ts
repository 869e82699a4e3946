/**
 * Good signatures of byte-identical tokens. That the signature was good and the payload, frozen, are remembered; every other check
 * runs again on each use. Failures are never remembered.
 */

import type { JsonObject } from "../encoding/json.ts";
import type { JwsHeader } from "../jws/header.ts";
import type { VerifyingKey } from "../keys/key.ts";

/** A token whose signature is good, parsed. */
export interface SignedToken {
  readonly header: JwsHeader;
  readonly payload: JsonObject;
  readonly key: VerifyingKey;
}

export interface TokenCache {
  get(token: string): SignedToken | undefined;
  set(token: string, signed: SignedToken): void;
}

/** Creates a cache of at most `size` tokens, in two generations: when the younger is full it becomes the older, which is forgotten. */
export function createTokenCache(size: number): TokenCache {
  const half = Math.max(1, Math.floor(size / 2));
  let young = new Map<string, SignedToken>();
  let old = new Map<string, SignedToken>();

  function set(token: string, signed: SignedToken): void {
    if (young.size >= half) {
      old = size > 1 ? young : new Map<string, SignedToken>();
      young = new Map();
    }
    young.set(token, signed);
  }
  return {
    get(token) {
      const found = young.get(token);
      if (found !== undefined) return found;
      const older = old.get(token);
      if (older !== undefined) {
        old.delete(token);
        set(token, older);
      }
      return older;
    },
    set,
  };
}
