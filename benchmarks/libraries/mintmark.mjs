/** The build in `dist`, with `createSigner` and `createVerifier`. */

import * as mintmark from "../../dist/index.js";
import { policy } from "../claims.mjs";

const algorithmOf = (name) => mintmark[name.replaceAll("-", "_")];

export async function connect({ algorithm, key, keySet, cache, first }) {
  if (first) return connectFirst(algorithmOf(algorithm), keySet);
  const { signingKey, verifyingKeys } = await importKeys(algorithmOf(algorithm), key, keySet);
  const signer = mintmark.createSigner(signingKey, {
    issuer: policy.issuer,
    audience: policy.audience,
    expiresIn: policy.lifetime,
  });
  const verifier = mintmark.createVerifier(verifyingKeys, {
    issuer: policy.issuer,
    audience: policy.audience,
    ...(cache && { cache }),
  });
  const sync = typeof signingKey.signSync === "function";
  return {
    sign: (claims) => signer.sign(claims),
    verify: (token) => verifier.verify(token),
    ...(sync && { signSync: (claims) => signer.signSync(claims), verifySync: (token) => verifier.verifySync(token) }),
  };
}

/** A new set for each token, of which no key was used yet. */
function connectFirst(algorithm, keySet) {
  const document = { keys: keySet.map(({ verifying }) => verifying.jwk) };
  const expected = { issuer: policy.issuer, audience: policy.audience };
  return {
    verify: async (token) =>
      mintmark.verify(token, await mintmark.localJwks(document, { algorithms: [algorithm] }), expected),
  };
}

async function importKeys(algorithm, key, keySet) {
  if (key.secret !== undefined) {
    const secretKey = await mintmark.importSecret(key.secret, algorithm);
    return { signingKey: secretKey, verifyingKeys: secretKey };
  }
  const importPublic = ({ verifying }) => mintmark.importVerifyingKey(verifying.jwk, algorithm);
  return {
    signingKey: await mintmark.importSigningKey(key.signing.jwk, algorithm),
    verifyingKeys: keySet === undefined ? await importPublic(key) : await Promise.all(keySet.map(importPublic)),
  };
}
