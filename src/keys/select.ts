/** Selects keys by a header's `alg` and `kid` (RFC 7515 §4.1.4, §6). A `kid` is compared, nothing else. */

import { argumentError, isOwnError, JwtError, quote, UnavailableError } from "../errors.ts";
import { syncUnavailable, type Steps } from "../base/steps.ts";
import { checkAlg, checkVerifyingKey, type KeySource, type VerificationKeys, type VerifyingKey } from "./key.ts";
import { reasonForNone, verifyText, type ExplainingSource, type TextVerifier } from "./material.ts";

/** More candidates than this are not tried: each costs a signature check. */
export const maxCandidates = 32;

interface Compiled {
  readonly algorithms: ReadonlySet<string>;
}

/** A list of keys: those to try are known. */
interface ListedKeys extends Compiled {
  readonly keys: readonly VerifyingKey[];
  known(alg: string, kid: string | undefined): readonly VerifyingKey[];
}

/** A key source, which has to be asked. `known` is a member of its own, so that no prototype can lend one. */
interface AskedKeys extends Compiled {
  readonly source: KeySource & ExplainingSource;
  readonly known: undefined;
}

/** Keys, checked once and ready to be selected from. */
export type CompiledKeys = ListedKeys | AskedKeys;

/** Checks the keys or the key source that tokens are verified with. */
export function compileKeys(keys: VerificationKeys): CompiledKeys {
  return isKeySource(keys)
    ? compileSource(keys)
    : compileList(Array.isArray(keys) ? (keys as readonly unknown[]) : [keys]);
}

function isKeySource(keys: VerificationKeys): keys is KeySource {
  return typeof keys === "object" && (keys as KeySource | null) !== null && "select" in keys;
}

function compileSource(source: KeySource & ExplainingSource): CompiledKeys {
  if (typeof source.select !== "function" || !Array.isArray(source.algorithms) || source.algorithms.length === 0) {
    throw argumentError("keys: expected a key source with algorithms and select()");
  }
  const algorithms = new Set(Array.from(source.algorithms, checkAlg));
  return { algorithms, source, known: undefined };
}

/** Asks a source for the keys of a header. */
export function* askSource(
  { source }: AskedKeys,
  alg: string,
  kid: string | undefined,
): Steps<readonly VerifyingKey[]> {
  const wanted = kid === undefined ? { alg } : { alg, kid };
  let found: unknown;
  try {
    found = yield { later: () => source.select(wanted), now: source.selectSync?.bind(source, wanted) };
  } catch (error) {
    if (isOwnError(error)) throw error;
    throw new UnavailableError("key_unavailable", "the key source failed");
  }
  if (!Array.isArray(found))
    throw new UnavailableError("key_unavailable", "the key source did not give a list of keys");
  const fitting = Array.from(found, checkVerifyingKey).filter((key) => key.alg === alg);
  const reason = fitting.length === 0 ? source[reasonForNone]?.(wanted) : undefined;
  if (isOwnError(reason)) throw reason;
  return narrow(fitting, kid);
}

function compileList(list: readonly unknown[]): CompiledKeys {
  if (list.length === 0) throw argumentError("keys: expected at least one key");
  // Not map(): it passes over the holes of a sparse list.
  const keys = Array.from(list, (key) => withoutSign(checkVerifyingKey(key)));
  const select = indexKeys(keys);
  return {
    algorithms: new Set(keys.map((key) => key.alg)),
    keys,
    known: (alg, kid) => bounded(select(alg, kid), kid),
  };
}

/** Throws `sync_unavailable` where a key or the source cannot answer at once. */
export function checkKeysSync(keys: CompiledKeys): void {
  if (keys.known === undefined) {
    if (typeof keys.source.selectSync !== "function") throw syncUnavailable("the key source");
  } else if (!keys.keys.every((key) => key.verifySync !== undefined)) throw syncUnavailable("the key");
}

/**
 * Indexes keys by `alg` and `kid`: selection costs the same for ten keys and ten thousand. A `kid` leads to the keys that carry it, else to those
 * without one; no `kid` to all. Each group keeps at most one key more than may be tried, which shows that there are too many.
 */
export function indexKeys(
  keys: readonly VerifyingKey[],
): (alg: string, kid: string | undefined) => readonly VerifyingKey[] {
  /** By `alg`, then by `kid`; under `null` those of every `kid`. */
  const byAlg = new Map<string, Map<string | undefined | null, VerifyingKey[]>>();
  for (const key of keys) {
    const byKid = byAlg.get(key.alg) ?? new Map<string | undefined | null, VerifyingKey[]>();
    byAlg.set(key.alg, byKid);
    for (const name of [null, key.kid]) {
      const group = byKid.get(name) ?? [];
      byKid.set(name, group);
      if (group.length <= maxCandidates) group.push(key);
    }
  }
  return (alg, kid) => {
    const byKid = byAlg.get(alg);
    return (kid === undefined ? byKid?.get(null) : (byKid?.get(kid) ?? byKid?.get(undefined))) ?? [];
  };
}

function narrow(keys: readonly VerifyingKey[], kid: string | undefined): readonly VerifyingKey[] {
  if (kid === undefined) return bounded(keys, kid);
  const named = keys.filter((key) => key.kid === kid);
  return bounded(named.length > 0 ? named : keys.filter((key) => key.kid === undefined), kid);
}

function bounded(keys: readonly VerifyingKey[], kid: string | undefined): readonly VerifyingKey[] {
  if (keys.length === 0) throw new JwtError("key_not_found", noKeyFor(kid));
  if (keys.length > maxCandidates) throw tooManyKeys();
  return keys;
}

export function noKeyFor(kid: string | undefined): string {
  return `no key for ${kid === undefined ? "a header without kid" : `kid ${quote(kid)}`}`;
}

export function tooManyKeys(): JwtError {
  return new JwtError("key_not_found", `more than ${maxCandidates} keys fit: use kid`);
}

/** Returns the verifying half of a key: the key that a result names must not be able to sign. */
export function withoutSign(key: VerifyingKey): VerifyingKey {
  if (!("sign" in key)) return key;
  const { alg, kid, issuer, [verifyText]: text } = key as VerifyingKey & TextVerifier;
  return Object.freeze({
    alg,
    ...(kid !== undefined && { kid }),
    ...(issuer !== undefined && { issuer }),
    verify: (data: Parameters<VerifyingKey["verify"]>[0], signature: Parameters<VerifyingKey["verify"]>[1]) =>
      key.verify(data, signature),
    ...(key.verifySync !== undefined && { verifySync: key.verifySync.bind(key) }),
    ...(text !== undefined && { [verifyText]: text }),
  });
}
