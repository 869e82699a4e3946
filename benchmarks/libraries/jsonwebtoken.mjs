/** With KeyObjects: given a PEM, jsonwebtoken parses it for every token. */

import jsonwebtoken from "jsonwebtoken";
import { policy } from "../claims.mjs";

const supported = ["HS256", "RS256", "PS256", "ES256"];

export async function connect({ algorithm, key, keySet }) {
  if (!supported.includes(algorithm) || key.signing.keyObject === undefined) return {};
  const signing = { algorithm, issuer: policy.issuer, audience: policy.audience, expiresIn: policy.lifetime };
  const verifying = { algorithms: [algorithm], issuer: policy.issuer, audience: policy.audience };
  if (keySet === undefined) {
    return {
      signSync: (claims) => jsonwebtoken.sign(claims, key.signing.keyObject, signing),
      verifySync: (token) => jsonwebtoken.verify(token, key.verifying.keyObject, verifying),
    };
  }
  const byKid = new Map(keySet.map(({ kid, verifying: { keyObject } }) => [kid, keyObject]));
  /** @type {import("jsonwebtoken").GetPublicKeyOrSecret} */
  const getKey = ({ kid }, done) => done(null, byKid.get(kid));
  return {
    verify: (token) =>
      new Promise((resolve, reject) => {
        jsonwebtoken.verify(token, getKey, verifying, (error, payload) => (error ? reject(error) : resolve(payload)));
      }),
  };
}
