/** The library's algorithms by family, and which of them this browser has. */

import {
  Ed25519,
  EdDSA,
  ES256,
  ES384,
  ES512,
  generateKeyPair,
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
} from "mintmark";

export type AnyAlgorithm = HmacAlgorithm | AsymmetricAlgorithm;

export interface Family {
  readonly label: string;
  readonly algorithms: readonly AnyAlgorithm[];
}

export const hmacAlgorithms: readonly HmacAlgorithm[] = [HS256, HS384, HS512];

export const families: readonly Family[] = [
  { label: "ECDSA", algorithms: [ES256, ES384, ES512] },
  { label: "Ed25519", algorithms: [Ed25519, EdDSA] },
  { label: "HMAC: one shared secret", algorithms: hmacAlgorithms },
  { label: "RSA, PKCS#1 v1.5", algorithms: [RS256, RS384, RS512] },
  { label: "RSA, PSS", algorithms: [PS256, PS384, PS512] },
  { label: "ML-DSA, post-quantum", algorithms: [ML_DSA_44, ML_DSA_65, ML_DSA_87] },
];

export const allAlgorithms: readonly AnyAlgorithm[] = families.flatMap(({ algorithms }) => algorithms);

export const keyPairAlgorithms: readonly AsymmetricAlgorithm[] = allAlgorithms.filter(
  (alg): alg is AsymmetricAlgorithm => !isHmac(alg),
);

export function algorithmNamed(name: string): AnyAlgorithm | undefined {
  return allAlgorithms.find((alg) => alg.name === name);
}

export function isHmac(alg: AnyAlgorithm): alg is HmacAlgorithm {
  return hmacAlgorithms.some((hmac) => hmac.name === alg.name);
}

export function isRsa(alg: AnyAlgorithm): boolean {
  return /^[RP]S/.test(alg.name);
}

/** The name of the library's constant: `ML_DSA_44`. */
export function constantOf(alg: AnyAlgorithm): string {
  return alg.name.replaceAll("-", "_");
}

/** Those that browsers may lack. Making a key is the test: it is quick for these, and nothing else is as sure. */
const young: readonly AsymmetricAlgorithm[] = keyPairAlgorithms.filter(({ name }) => /^(Ed|ML)/.test(name));

/** The names of the algorithms that this browser lacks. */
export async function missingAlgorithms(): Promise<ReadonlySet<string>> {
  const lacking = await Promise.all(
    young.map(async (alg) => {
      try {
        await generateKeyPair(alg);
        return [];
      } catch {
        return [alg.name];
      }
    }),
  );
  return new Set(lacking.flat());
}
