/** Key rotation: a key is published before it signs, and until the last token it signed expires. */

import { readable } from "../base/inspect.ts";
import { checkText } from "../base/options.ts";
import { UnavailableError } from "../errors.ts";
import type { KeySource, SigningKey, SigningKeySource, VerifyingKey } from "../keys/key.ts";
import type { KeyPublisher } from "../jwks/publish.ts";
import { readRingOptions, type KeyRingOptions, type RingSettings } from "./options.ts";
import { trackRing, type RingQuery } from "./refresh.ts";
import { publishedKeys, signingKey } from "./schedule.ts";
import type { KeyRingState } from "./state.ts";

/** Signs, verifies and publishes with keys that rotate. */
export interface KeyRing extends SigningKeySource, KeySource, KeyPublisher {
  /** The longest life, in seconds, of a token that its keys may sign: `retainFor`. */
  readonly maxLifetime: number;
  /** The seconds for which its key set may be cached: half of `publishAhead`. */
  readonly maxAge: number;
  /** The ring as this process knows it at this moment; for a health check. */
  readonly state: KeyRingState;
  /** Returns the key to sign the next token with. Call it for each token, and do not keep the key: it is retired in time. */
  current(): SigningKey | Promise<SigningKey>;
  /** Returns the same at once, from what `refresh` or an earlier call has learnt. */
  currentSync(): SigningKey;
  /** Returns what `select` does at once, from what `refresh` or an earlier call has learnt. */
  selectSync(wanted: { readonly alg: string; readonly kid?: string }): readonly VerifyingKey[];
  /** Returns the public keys of this moment, for `jwksResponse`: the next one, the one that signs, and those whose tokens may still be good. */
  published(): readonly VerifyingKey[] | Promise<readonly VerifyingKey[]>;
  /**
   * Asks the store now, and rotates if that is due. The `…Sync` functions need it once; the others ask by themselves.
   *
   * @throws UnavailableError `store_unavailable`: what is known stays good as long as `staleIfError` says.
   */
  refresh(): Promise<void>;
  /**
   * Withdraws a key that leaked, for good. What it signed is refused: here at once, by the ring's other processes within
   * `refreshEvery`, by verifiers once their key set is `maxAge` old. If it is the key that signs, the next one takes over.
   *
   * @throws TypeError `invalid_argument`: no key of the ring has this `kid`.
   * @throws UnavailableError `store_unavailable`: it may be withdrawn or not; try again.
   */
  withdraw(kid: string): Promise<void>;
}

/**
 * Creates a key ring, whose signing keys rotate without breaking a token. A new key is published for `publishAhead` before it signs, signs
 * for `rotateEvery`, and stays published until the last token it signed has expired. The next key is always published
 * already. No timer runs: what is due is done when the ring is used.
 *
 * Several processes share a ring through its `store`; exactly one of them rotates, the others follow. While the store
 * fails, each process keeps using the keys it knows while they are certain to be current, and refuses after that.
 *
 * @throws TypeError `invalid_argument`: an option is unknown or wrong, or does not go with another.
 * @example
 * const ring = createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1h" });
 * const token = await sign({ sub: "user_123" }, ring, { issuer: "my-api", audience: "web", expiresIn: "1h" });
 * await verify(token, ring, { issuer: "my-api", audience: "web" });
 */
export function createKeyRing(options: KeyRingOptions): KeyRing {
  const settings = readRingOptions(options);
  const ring = trackRing(settings);
  return readable<KeyRing>({
    algorithms: Object.freeze([settings.algorithm.name]),
    maxLifetime: settings.times.retainFor,
    maxAge: settings.maxAge,
    get state() {
      return ring.readState();
    },
    current: () => ring.ask(signer),
    currentSync: () => ring.askSync(signer),
    select: (wanted) => ring.ask(verifiers(settings, wanted)),
    selectSync: (wanted) => ring.askSync(verifiers(settings, wanted)),
    published: () => ring.ask(everything(settings)),
    refresh: () => ring.refresh(),
    withdraw: async (kid) => ring.update(checkText(kid, "kid")),
  });
}

const signer: RingQuery<SigningKey> = {
  needsUntil: (now) => now,
  read({ keys }, now) {
    const key = signingKey(keys, now)?.signing;
    if (key === undefined) throw new UnavailableError("key_unavailable", "no key of the ring may sign now");
    return key;
  },
};

function verifiers(
  { algorithm, times }: RingSettings,
  { alg, kid }: { readonly alg: string; readonly kid?: string },
): RingQuery<readonly VerifyingKey[]> {
  return {
    // A key that is known stays good, whatever else there may be.
    needsUntil: () => -Infinity,
    read({ keys }, now, staleBecause) {
      if (alg !== algorithm.name) return [];
      const found = publishedKeys(keys, now, times.tolerance).filter((key) => kid === undefined || key.kid === kid);
      // It may be a key that this process has not heard of.
      if (found.length === 0 && staleBecause !== undefined) throw staleBecause;
      return found.map(({ verifying }) => verifying);
    },
  };
}

/** Queries the keys to publish. A key set may be cached for `maxAge`: it is complete for that long, on every clock. */
function everything({ maxAge, times }: RingSettings): RingQuery<readonly VerifyingKey[]> {
  return {
    needsUntil: (now) => now + maxAge + times.tolerance,
    read: ({ keys }, now) => publishedKeys(keys, now, times.tolerance).map(({ verifying }) => verifying),
  };
}
