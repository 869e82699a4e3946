/** With CryptoKeys, which jose uses as they are. */

import { createLocalJWKSet, jwtVerify, SignJWT } from "jose";
import { policy, withRegisteredClaims } from "../claims.mjs";

export async function connect({ algorithm, key, keySet, first }) {
  const options = {
    algorithms: [algorithm],
    issuer: policy.issuer,
    audience: policy.audience,
    requiredClaims: ["exp", "iat"],
  };
  const header = { alg: algorithm, typ: "JWT" };
  const document = keySet && { keys: keySet.map(({ verifying }) => verifying.jwk) };
  const verifyingKey = document === undefined ? key.verifying.cryptoKey : createLocalJWKSet(document);
  return {
    // The claims at once: quicker than one `set…()` for each.
    sign: (claims) => new SignJWT(withRegisteredClaims(claims)).setProtectedHeader(header).sign(key.signing.cryptoKey),
    // A new set each time, of which no key was used yet.
    verify: first
      ? (token) => jwtVerify(token, createLocalJWKSet(document), options)
      : (token) => jwtVerify(token, verifyingKey, options),
  };
}
