/**
 * Nonces for proofs (RFC 9449 §8, §9), which nobody stores: each is the MAC of a window of time under a secret that all processes of the
 * resource share. A proof that was made for later use is good for as long as its nonce.
 */

import { HS256 } from "../algorithms/hmac.ts";
import { wrongArgument } from "../base/options.ts";
import type { Steps } from "../base/steps.ts";
import { signInput } from "../jws/sign.ts";
import { checkSigningKey, type SecretKey } from "../keys/key.ts";
import { importSecret, importSecretSync } from "../keys/secret.ts";

/** The option `nonce`: a key of `importSecret` or `generateSecret`, or a secret as `importSecret` takes it. */
export type NonceSecret = SecretKey | Uint8Array | string;

/** Nonces of one secret. */
export interface Nonces {
  /** Returns the nonce of now. */
  readonly current: (now: number) => Steps<string>;
  /** Returns whether a nonce is that of now or of the window before. */
  readonly isGood: (nonce: unknown, now: number) => Steps<boolean>;
}

/** Seconds for which one nonce is handed out. It is good for one to two of these. */
const windowLength = 120;

/** Windows whose nonces are kept: the last, this one, and the next. */
const maxKept = 3;

/** Creates the nonces of a secret. `tolerance`: seconds by which the clock of the process that made a nonce may be ahead. */
export function createNonces(secret: unknown, name: string, tolerance: number): Nonces {
  const getKey = readSecret(secret, name);
  const kept = new Map<number, string>();

  function* nonceOf(window: number): Steps<string> {
    const known = kept.get(window);
    if (known !== undefined) return known;
    // Not a signing input of any token: those have a dot.
    const nonce = yield* signInput(yield* getKey(), `dpop-nonce:${window}`);
    if (kept.size >= maxKept) kept.clear();
    kept.set(window, nonce);
    return nonce;
  }

  return {
    current: (now) => nonceOf(Math.floor(now / windowLength)),
    *isGood(nonce, now) {
      if (typeof nonce !== "string") return false;
      const window = Math.floor(now / windowLength);
      // Not in constant time: whoever asks is told the current nonce.
      if (nonce === (yield* nonceOf(window)) || nonce === (yield* nonceOf(window - 1))) return true;
      const next = Math.floor((now + tolerance) / windowLength);
      return next !== window && nonce === (yield* nonceOf(next));
    },
  };
}

/** Checks the secret now, and returns a function that makes it a key when it is needed. */
function readSecret(secret: unknown, name: string): () => Steps<SecretKey> {
  let key = typeof secret === "string" || ArrayBuffer.isView(secret) ? undefined : readKey(secret, name);
  const text = secret as string | Uint8Array; // or it was a key
  if (key === undefined) {
    try {
      key = importSecretSync(text, HS256);
    } catch (error) {
      // The secret is checked before the runtime is asked.
      if ((error as { readonly code?: unknown }).code !== "sync_unavailable") throw error;
    }
  }
  return function* () {
    key ??= (yield { later: () => importSecret(text, HS256) }) as SecretKey; // what importSecret returns
    return key;
  };
}

/** Checks that a key is one that always gives the same MAC for the same input. */
function readKey(key: unknown, name: string): SecretKey {
  if (!/^HS\d{3}$/.test(String((key as Partial<SecretKey> | null | undefined)?.alg)))
    throw wrongArgument(name, "a secret of 32 bytes or more that all processes share, or a key of importSecret", key);
  return checkSigningKey(key) as SecretKey; // its algorithm is HMAC
}
