/** Algorithms by name, and the kinds of keys of `node:crypto` that each takes. */

import {
  asymmetricDefinition,
  hmacDefinition,
  type AsymmetricAlgorithm,
  type AsymmetricDefinition,
  type HmacAlgorithm,
  type HmacDefinition,
} from "../algorithms/algorithm.ts";
import { ES256, ES384, ES512 } from "../algorithms/ecdsa.ts";
import { Ed25519, EdDSA } from "../algorithms/eddsa.ts";
import { HS256, HS384, HS512 } from "../algorithms/hmac.ts";
import { ML_DSA_44, ML_DSA_65, ML_DSA_87 } from "../algorithms/mldsa.ts";
import { PS256, PS384, PS512, RS256, RS384, RS512 } from "../algorithms/rsa.ts";
import type { Opened } from "./keys.ts";

const secrets: readonly HmacAlgorithm[] = [HS256, HS384, HS512];
const keyPairs: readonly AsymmetricAlgorithm[] = [
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  EdDSA,
  Ed25519,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
];

/** Returns the record of an HMAC algorithm by its name. */
export function hmacNamed(name: unknown): HmacDefinition | undefined {
  const found = secrets.find((algorithm) => algorithm.name === name);
  return found && hmacDefinition(found);
}

/** Returns the record of an algorithm with key pairs by its name. */
export function keyPairNamed(name: unknown): AsymmetricDefinition | undefined {
  const found = keyPairs.find((algorithm) => algorithm.name === name);
  return found && asymmetricDefinition(found);
}

/** Returns whether this names an algorithm. */
export function isAlgorithm(name: unknown): boolean {
  return hmacNamed(name) !== undefined || keyPairNamed(name) !== undefined;
}

const ofSecrets: readonly string[] = secrets.map(({ name }) => name);
/** Algorithms by the kind of key, in the order in which messages list them. */
const ofKinds: Readonly<Record<string, readonly string[]>> = {
  ec: ["ES256", "ES384", "ES512"],
  rsa: ["RS256", "PS256", "RS384", "PS384", "RS512", "PS512"],
  "rsa-pss": ["PS256", "PS384", "PS512"],
  ed25519: ["EdDSA", "Ed25519"],
  "ml-dsa-44": ["ML-DSA-44"],
  "ml-dsa-65": ["ML-DSA-65"],
  "ml-dsa-87": ["ML-DSA-87"],
};
const curves: Readonly<Record<string, string>> = { ES256: "prime256v1", ES384: "secp384r1", ES512: "secp521r1" };

/**
 * Returns the algorithms that a key may be verified with if the caller names none. Of a kind that is not known, all: the key is refused when it
 * is bound to one that it does not fit.
 */
export function algorithmsOf(key: Opened): readonly string[] {
  if (key.type === "secret") return ofSecrets;
  // A key for RSA-PSS alone is told from others when it is checked.
  const kind = key.object?.asymmetricKeyType?.replace("rsa-pss", "rsa");
  const fitting = kind !== undefined && Object.hasOwn(ofKinds, kind) ? ofKinds[kind] : undefined;
  return fitting ?? keyPairs.map(({ name }) => name);
}

/**
 * Refuses a key that does not fit an algorithm, with jsonwebtoken's messages; `isAllowed`: without them, since it is refused all the same when it
 * is bound to the algorithm. A key for RSA-PSS alone shows what it is only here.
 */
export function checkKind(alg: string, { object }: Opened, isAllowed: unknown): void {
  const kind = object?.asymmetricKeyType;
  if (object === undefined || kind === undefined || (isAllowed === true && kind !== "rsa-pss")) return;
  const allowed = Object.hasOwn(ofKinds, kind) ? ofKinds[kind] : undefined;
  if (allowed === undefined) throw new Error(`Unknown key type "${kind}".`);
  if (!allowed.includes(alg))
    throw new Error(`"alg" parameter for "${kind}" key type must be one of: ${allowed.join(", ")}.`);
  // Not every runtime has them; what they say is also in the key.
  if (object.asymmetricKeyDetails === undefined) return;
  const { namedCurve, hashAlgorithm, mgf1HashAlgorithm, saltLength } = object.asymmetricKeyDetails;
  if (kind === "ec" && namedCurve !== curves[alg])
    throw new Error(`"alg" parameter "${alg}" requires curve "${String(curves[alg])}".`);
  if (kind !== "rsa-pss") return;
  const bits = Number(alg.slice(-3));
  if (hashAlgorithm !== `sha${bits}` || mgf1HashAlgorithm !== hashAlgorithm)
    throw new Error(
      `Invalid key for this operation, its RSA-PSS parameters do not meet the requirements of "alg" ${alg}.`,
    );
  if (saltLength !== undefined && saltLength > bits / 8)
    throw new Error(
      `Invalid key for this operation, its RSA-PSS parameter saltLength does not meet the requirements of "alg" ${alg}.`,
    );
}
