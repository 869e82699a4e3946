/** Which keys a header's `alg` and `kid` lead to (RFC 7515 §4.1.4, §6). A `kid` is compared, nothing else. */

import { argumentError, isOwnError, JwtError, quote, UnavailableError } from "../errors.ts";
import { syncUnavailable, type Answer } from "./call.ts";
import { checkAlg, checkVerifyingKey, verifyText, type KeySource, type TextVerifier, type VerificationKeys, type VerifyingKey } from "./contract.ts";

/** More candidates than this are not tried: each costs a signature check. */
const maxCandidates = 32;

/** Keys, checked once and ready to be selected from. */
export interface CompiledKeys {
  readonly algorithms: ReadonlySet<string>;
  /** Throws `sync_unavailable` where a key or the source cannot answer at once. */
  checkSync(): void;
  /** The keys to try. A list answers at once, a source may have to ask. */
  select(alg: string, kid: string | undefined): Answer<readonly VerifyingKey[]>;
}

/** Checks what a token is to be verified with. */
export function compileKeys(keys: VerificationKeys): CompiledKeys {
  return isKeySource(keys) ? compileSource(keys) : compileList(Array.isArray(keys) ? (keys as readonly unknown[]) : [keys]);
}

function isKeySource(keys: VerificationKeys): keys is KeySource {
  return typeof keys === "object" && (keys as KeySource | null) !== null && "select" in keys;
}

function compileSource(source: KeySource): CompiledKeys {
  if (typeof source.select !== "function" || !Array.isArray(source.algorithms) || source.algorithms.length === 0) {
    throw argumentError("keys: a key source has algorithms and select");
  }
  const algorithms = new Set(Array.from(source.algorithms, checkAlg));
  return {
    algorithms,
    checkSync() {
      if (typeof source.selectSync !== "function") throw syncUnavailable();
    },
    *select(alg, kid) {
      const wanted = kid === undefined ? { alg } : { alg, kid };
      let found: unknown;
      try {
        found = yield {
          later: () => source.select(wanted),
          now: source.selectSync === undefined ? undefined : () => source.selectSync?.(wanted),
        };
      } catch (error) {
        if (isOwnError(error)) throw error;
        throw new UnavailableError("key_unavailable", "the key source failed");
      }
      if (!Array.isArray(found)) throw new UnavailableError("key_unavailable", "the key source did not give a list of keys");
      const fitting = Array.from(found, checkVerifyingKey).filter((key) => key.alg === alg);
      return narrow(fitting, kid);
    },
  };
}

interface KeysOfOneAlg {
  readonly all: VerifyingKey[];
  readonly byKid: Map<string | undefined, VerifyingKey[]>;
}

function compileList(list: readonly unknown[]): CompiledKeys {
  if (list.length === 0) throw argumentError("keys: expected at least one key");
  // Not map(): it passes over the holes of a sparse list.
  const keys = Array.from(list, (key) => withoutSign(checkVerifyingKey(key)));
  const sync = keys.every((key) => key.verifySync !== undefined);
  const byAlg = new Map<string, KeysOfOneAlg>();
  for (const key of keys) {
    const group = byAlg.get(key.alg) ?? { all: [], byKid: new Map<string | undefined, VerifyingKey[]>() };
    byAlg.set(key.alg, group);
    group.all.push(key);
    const named = group.byKid.get(key.kid);
    if (named === undefined) group.byKid.set(key.kid, [key]);
    else named.push(key);
  }
  return {
    algorithms: new Set(byAlg.keys()),
    checkSync() {
      if (!sync) throw syncUnavailable();
    },
    select(alg, kid) {
      const group = byAlg.get(alg);
      return bounded((kid === undefined ? group?.all : (group?.byKid.get(kid) ?? group?.byKid.get(undefined))) ?? [], kid);
    },
  };
}

function narrow(keys: readonly VerifyingKey[], kid: string | undefined): readonly VerifyingKey[] {
  if (kid === undefined) return bounded(keys, kid);
  const named = keys.filter((key) => key.kid === kid);
  return bounded(named.length > 0 ? named : keys.filter((key) => key.kid === undefined), kid);
}

function bounded(keys: readonly VerifyingKey[], kid: string | undefined): readonly VerifyingKey[] {
  if (keys.length === 0) throw new JwtError("key_not_found", `no key for ${kid === undefined ? "a header without kid" : `kid ${quote(kid)}`}`);
  if (keys.length > maxCandidates) throw new JwtError("key_not_found", `${keys.length} keys fit, at most ${maxCandidates} are tried: use kid`);
  return keys;
}

/** The verifying half of a key: what verified a token must not be able to sign one. */
export function withoutSign(key: VerifyingKey): VerifyingKey {
  if (!("sign" in key)) return key;
  const { alg, kid, issuer, [verifyText]: text } = key as VerifyingKey & TextVerifier;
  return Object.freeze({
    alg,
    ...(kid !== undefined && { kid }),
    ...(issuer !== undefined && { issuer }),
    verify: (data: Parameters<VerifyingKey["verify"]>[0], signature: Parameters<VerifyingKey["verify"]>[1]) => key.verify(data, signature),
    ...(key.verifySync !== undefined && { verifySync: key.verifySync.bind(key) }),
    ...(text !== undefined && { [verifyText]: text }),
  });
}
