/** With CryptoKeys, which jose uses as they are. */

import { createLocalJWKSet, jwtVerify, SignJWT } from "jose";
import { policy, withRegisteredClaims } from "../claims.mjs";

export async function connect({ algorithm, key, keySet }) {
  const options = {
    algorithms: [algorithm],
    issuer: policy.issuer,
    audience: policy.audience,
    requiredClaims: ["exp", "iat"],
  };
  const header = { alg: algorithm, typ: "JWT" };
  const verifyingKey =
    keySet === undefined
      ? key.verifying.cryptoKey
      : createLocalJWKSet({ keys: keySet.map(({ verifying }) => verifying.jwk) });
  return {
    // The claims at once: quicker than one `set…()` for each.
    sign: (claims) => new SignJWT(withRegisteredClaims(claims)).setProtectedHeader(header).sign(key.signing.cryptoKey),
    verify: (token) => jwtVerify(token, verifyingKey, options),
  };
}
