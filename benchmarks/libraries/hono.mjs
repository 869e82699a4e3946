/** With CryptoKeys for one key; for a set hono takes JWKs, which it imports for every token. */

import { sign, verify, verifyWithJwks } from "hono/jwt";
import { policy, withRegisteredClaims } from "../claims.mjs";

const supported = ["HS256", "RS256", "PS256", "ES256", "EdDSA"];

export async function connect({ algorithm, key, keySet }) {
  if (!supported.includes(algorithm)) return {};
  const options = { alg: algorithm, iss: policy.issuer, aud: policy.audience };
  const ofSet = keySet && {
    keys: keySet.map(({ verifying }) => verifying.jwk),
    allowedAlgorithms: [algorithm],
    verification: { iss: policy.issuer, aud: policy.audience },
  };
  return {
    sign: (claims) => sign(withRegisteredClaims(claims), key.signing.cryptoKey, algorithm),
    verify: ofSet
      ? (token) => verifyWithJwks(token, ofSet)
      : (token) => verify(token, key.verifying.cryptoKey, options),
  };
}
