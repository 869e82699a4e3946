/**
 * The key of a proof, which comes in the proof's own header (RFC 9449 §4.2): the one use of a header's `jwk`. It counts only if it is the
 * key that the access token is bound to, and that is decided before anything is done with it.
 */

import type { AsymmetricDefinition } from "../algorithms/algorithm.ts";
import type { Steps } from "../base/steps.ts";
import { isObject, own } from "../encoding/json.ts";
import { JwtError, quote, quoteSome } from "../errors.ts";
import { parseHeader } from "../jws/header.ts";
import type { HeaderReader } from "../jws/verify.ts";
import { rememberHeaders } from "../jwt/memory.ts";
import { bindPublicKey } from "../keys/bind.ts";
import { checkPublicJwk, refusePrivate } from "../keys/jwk.ts";
import { compileKeys, type CompiledKeys } from "../keys/select.ts";
import { thumbprintOf } from "../keys/thumbprint.ts";

/** The key of one header, imported. */
export interface ProofKey {
  /** Its thumbprint. */
  readonly jkt: string;
  readonly keys: CompiledKeys;
  readonly headers: HeaderReader;
}

/** Keys by the exact header segment that they came in. A client sends the same header with each proof. Only those of good signatures are kept. */
export type KnownKeys = Map<string, ProofKey>;

/** Each entry takes about as much as its header, some hundred characters, and a key of the runtime. */
const maxKnown = 1000;

/** Returns the key of a header, if its thumbprint is `jkt` (RFC 7638, SHA-256). */
export function* proofKeyOf(
  segment: string,
  jkt: string,
  algorithms: ReadonlyMap<string, AsymmetricDefinition>,
  known: KnownKeys,
): Steps<ProofKey> {
  const kept = known.get(segment);
  if (kept !== undefined) {
    if (kept.jkt !== jkt) throw otherKey();
    return kept;
  }
  const header = parseHeader(segment);
  const definition = algorithms.get(header.alg);
  if (definition === undefined) {
    const expected = quoteSome(algorithms.keys(), algorithms.size);
    throw new JwtError("alg_not_allowed", `alg: expected ${expected}, found ${quote(header.alg)}`);
  }
  const jwk = own(header, "jwk");
  if (!isObject(jwk)) throw new JwtError("header_invalid", "header: jwk: expected a public key");
  try {
    refusePrivate(jwk);
    if ((yield { later: () => thumbprintOf(jwk) }) !== jkt) throw otherKey();
    const key = yield* bindPublicKey(checkPublicJwk(jwk, definition), definition, {});
    return { jkt, keys: compileKeys(key), headers: rememberHeaders(new Map()) };
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    throw code === "invalid_key" ? new JwtError("header_invalid", `header: ${message}`) : error;
  }
}

/** Keeps a key under whose signature a proof was good. */
export function keepProofKey(known: KnownKeys, segment: string, key: ProofKey): void {
  if (known.has(segment)) return;
  const [oldest] = known.keys();
  if (known.size >= maxKnown && oldest !== undefined) known.delete(oldest);
  known.set(segment, key);
}

function otherKey(): JwtError {
  return new JwtError("key_not_found", "header: jwk: not the key that the token is bound to (cnf.jkt)");
}
