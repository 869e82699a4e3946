/** Algorithms by name, and the kinds of keys of `node:crypto` that each takes. */

import { definition, type AsymmetricDefinition, type HmacDefinition } from "../algorithms/algorithm.ts";
import { ES256, ES384, ES512 } from "../algorithms/ecdsa.ts";
import { Ed25519, EdDSA } from "../algorithms/eddsa.ts";
import { HS256, HS384, HS512 } from "../algorithms/hmac.ts";
import { ML_DSA_44, ML_DSA_65, ML_DSA_87 } from "../algorithms/mldsa.ts";
import { PS256, PS384, PS512, RS256, RS384, RS512 } from "../algorithms/rsa.ts";
import type { Opened } from "./keys.ts";

const rsa = [RS256, RS384, RS512, PS256, PS384, PS512];
const others = [ES256, ES384, ES512, EdDSA, Ed25519, ML_DSA_44, ML_DSA_65, ML_DSA_87];
/** The records of all algorithms, by name. */
export const definitions: ReadonlyMap<unknown, HmacDefinition | AsymmetricDefinition> = /* @__PURE__ */ new Map(
  [HS256, HS384, HS512, ...rsa, ...others].map((algorithm) => [
    algorithm.name,
    algorithm[definition] as HmacDefinition | AsymmetricDefinition, // the constants above have one
  ]),
);

/** Algorithms by the kind of key, in the order in which messages list them. */
const ofKinds: ReadonlyMap<unknown, string> = /* @__PURE__ */ new Map([
  ["ec", "ES256, ES384, ES512"],
  ["rsa", "RS256, PS256, RS384, PS384, RS512, PS512"],
  ["rsa-pss", "PS256, PS384, PS512"],
  ["ed25519", "EdDSA, Ed25519"],
  ...["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"].map((kind) => [kind, kind.toUpperCase()] as const),
]);

/**
 * Returns whether a key may be verified with an algorithm if the caller names none. Of a kind that is not known, with each: the key is refused
 * when it is bound to one that it does not fit.
 */
export function mayVerify({ type, object }: Opened, alg: string): boolean {
  if (type === "secret") return alg.startsWith("HS");
  // A key for RSA-PSS alone is told from others when it is checked.
  const kind = object?.asymmetricKeyType?.replace("rsa-pss", "rsa");
  return (ofKinds.get(kind) ?? alg).includes(alg) && !alg.startsWith("HS");
}

/**
 * Refuses a key that does not fit an algorithm, with jsonwebtoken's messages; `isAllowed`: without them, since it is refused all the same when it
 * is bound to the algorithm. A key for RSA-PSS alone shows what it is only here.
 */
export function checkKind(alg: string, { object }: Opened, isAllowed: unknown): void {
  const kind = object?.asymmetricKeyType;
  if (object === undefined || kind === undefined || (isAllowed === true && kind !== "rsa-pss")) return;
  const allowed = ofKinds.get(kind);
  if (allowed === undefined) throw new Error(`Unknown key type "${kind}".`);
  if (!allowed.split(", ").includes(alg))
    throw new Error(`"alg" parameter for "${kind}" key type must be one of: ${allowed}.`);
  // Not every runtime has them; what they say is also in the key.
  if (object.asymmetricKeyDetails === undefined) return;
  const { namedCurve, hashAlgorithm, mgf1HashAlgorithm, saltLength } = object.asymmetricKeyDetails;
  const bits = Number(alg.slice(-3));
  const curve = { 256: "prime256v1", 384: "secp384r1" }[bits] ?? "secp521r1";
  if (kind === "ec" && namedCurve !== curve) throw new Error(`"alg" parameter "${alg}" requires curve "${curve}".`);
  if (kind !== "rsa-pss") return;
  const fault =
    hashAlgorithm !== `sha${bits}` || mgf1HashAlgorithm !== hashAlgorithm
      ? "parameters do"
      : saltLength !== undefined && saltLength > bits / 8 && "parameter saltLength does";
  if (fault)
    throw new Error(`Invalid key for this operation, its RSA-PSS ${fault} not meet the requirements of "alg" ${alg}.`);
}
