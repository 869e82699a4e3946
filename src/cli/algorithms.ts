/** The library's algorithms by name, and by the kind of key that they use. */

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

/** A kind of key, and the algorithms that use it. If there are several, the key alone does not tell which is meant. */
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

/** Returns the algorithm of a shared secret. */
export function hmacAlgorithm(name: string): HmacAlgorithm {
  const found = hmac.find((one) => one.name === name);
  if (found === undefined) throw wrongUse(`algorithm: expected one for a secret: ${hmacNames.join(", ")}`);
  return found;
}

/** Returns the algorithm of a key pair. */
export function asymmetricAlgorithm(name: unknown): AsymmetricAlgorithm {
  const found = asymmetric.find((one) => one.name === name);
  if (found === undefined) throw wrongUse(`algorithm: expected one for a key pair: ${asymmetricNames.join(", ")}`);
  return found;
}

export function isAsymmetricName(name: unknown): boolean {
  return asymmetric.some((one) => one.name === name);
}
