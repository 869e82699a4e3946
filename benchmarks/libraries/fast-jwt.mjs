/** With `createSigner` and `createVerifier`, whose keys are prepared once. */

import { createSigner, createVerifier } from "fast-jwt";
import { policy } from "../claims.mjs";

const supported = ["HS256", "RS256", "PS256", "ES256", "EdDSA"];

export async function connect({ algorithm, key, keySet, cache }, caching) {
  if (!supported.includes(algorithm)) return {};
  const signSync = createSigner({
    algorithm,
    key: key.signing.material,
    iss: policy.issuer,
    aud: policy.audience,
    expiresIn: policy.lifetime * 1000,
  });
  const checks = {
    algorithms: [algorithm],
    allowedIss: policy.issuer,
    allowedAud: policy.audience,
    requiredClaims: ["exp", "iat", "iss", "aud"],
    cache,
    ...caching,
  };
  if (keySet === undefined) return { signSync, verifySync: createVerifier({ key: key.verifying.material, ...checks }) };

  const byKid = new Map(keySet.map(({ kid, verifying }) => [kid, verifying.material]));
  return { verify: createVerifier({ key: async ({ header }) => byKid.get(header.kid), ...checks }) };
}

/** The quicker of its two caches: tokens are the keys of the map, not their hashes. */
export async function connectUnhashed(options) {
  return options.cache === undefined ? {} : connect(options, { cacheKeyBuilder: (token) => token });
}
