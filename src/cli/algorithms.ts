/** The library's algorithms by the names that are typed, and which of them a key of some kind can be used with. */

import {
  Ed25519,
  EdDSA,
  ES256,
  ES384,
  ES512,
  HS256,
  HS384,
  HS512,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
  PS256,
  PS384,
  PS512,
  RS256,
  RS384,
  RS512,
  type AsymmetricAlgorithm,
  type HmacAlgorithm,
} from "../index.ts";
import { wrongUse } from "./failure.ts";

/** Keys that look alike. Where there are several algorithms, the key alone does not say which one is meant. */
export interface KeyKind {
  readonly kty: string;
  readonly crv?: string;
  readonly algorithms: readonly [AsymmetricAlgorithm, ...(readonly AsymmetricAlgorithm[])];
}

export const keyKinds: readonly KeyKind[] = [
  { kty: "EC", crv: "P-256", algorithms: [ES256] },
  { kty: "EC", crv: "P-384", algorithms: [ES384] },
  { kty: "EC", crv: "P-521", algorithms: [ES512] },
  { kty: "OKP", crv: "Ed25519", algorithms: [Ed25519, EdDSA] },
  { kty: "RSA", algorithms: [RS256, RS384, RS512, PS256, PS384, PS512] },
  { kty: "AKP", algorithms: [ML_DSA_44] },
  { kty: "AKP", algorithms: [ML_DSA_65] },
  { kty: "AKP", algorithms: [ML_DSA_87] },
];

const asymmetric: readonly AsymmetricAlgorithm[] = keyKinds.flatMap(({ algorithms }) => algorithms);
const hmac: readonly HmacAlgorithm[] = [HS256, HS384, HS512];

export const asymmetricNames: readonly string[] = asymmetric.map(({ name }) => name);
export const hmacNames: readonly string[] = hmac.map(({ name }) => name);
export const algorithmNames: readonly string[] = [...hmacNames, ...asymmetricNames];

/** The algorithm of a shared secret. */
export function hmacAlgorithm(name: string): HmacAlgorithm {
  const found = hmac.find((one) => one.name === name);
  if (found === undefined) throw wrongUse(`algorithm: a secret is used with ${hmacNames.join(", ")}`);
  return found;
}

/** The algorithm of a key pair. */
export function asymmetricAlgorithm(name: unknown): AsymmetricAlgorithm {
  const found = asymmetric.find((one) => one.name === name);
  if (found === undefined) throw wrongUse(`algorithm: a key pair is used with ${asymmetricNames.join(", ")}`);
  return found;
}

export function isAsymmetricName(name: unknown): boolean {
  return asymmetric.some((one) => one.name === name);
}
