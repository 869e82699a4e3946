// Keys for tests that are not about making keys: the good ones of hostile-keys.json, so that nothing is generated.
import { readFileSync } from "node:fs";
import type { Jwk } from "../../../src/index.ts";
import { asymmetricAlgorithms as everyAsymmetric } from "../../spec/algorithms.ts";
import { lackedByRuntime } from "../../spec/interop/runtime.ts";

// The file is written in this shape; JSON carries no types.
const { good } = JSON.parse(readFileSync(new URL("hostile-keys.json", import.meta.url), "utf8")) as {
  readonly good: Readonly<Record<string, { readonly jwk: Jwk }>>;
};

/** Those of this runtime; the others are refused, as hostile-keys.test.ts shows. */
export const asymmetricAlgorithms = everyAsymmetric.filter(({ name }) => !lackedByRuntime.has(name));

const kinds: Readonly<Record<string, string>> = {
  RS: "rsa",
  PS: "rsa",
  ES256: "p256",
  ES384: "p384",
  ES512: "p521",
  Ed25519: "ed25519",
  EdDSA: "ed25519",
  "ML-DSA-44": "ML-DSA-44",
  "ML-DSA-65": "ML-DSA-65",
  "ML-DSA-87": "ML-DSA-87",
};

/** The private JWK for an algorithm: `kty`, `crv` and the key's members, for ML-DSA `alg` too. */
export function privateJwkFor({ name }: { readonly name: string }): Jwk {
  const jwk = good[kinds[name] ?? kinds[name.slice(0, 2)] ?? ""]?.jwk;
  if (jwk === undefined) throw new Error(`no key for ${name}`);
  return { ...jwk };
}

export function publicJwkFor(alg: { readonly name: string }): Jwk {
  const { d, p, q, dp, dq, qi, priv, ...jwk } = privateJwkFor(alg);
  if (d === undefined && priv === undefined) throw new Error([p, q, dp, dq, qi].join());
  return jwk;
}

/** Bytes that no check of a secret minds, the same in every run. */
export function secretBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 73 + 19) % 253);
}

/** The least length of a secret (RFC 7518 §3.2). */
export const secretLength: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text));
