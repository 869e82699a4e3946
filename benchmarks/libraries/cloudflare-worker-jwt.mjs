/** With CryptoKeys. It checks neither issuer nor audience, so that is added, as its users have to. */

import { sign, verify } from "@tsndr/cloudflare-worker-jwt";
import { policy, withRegisteredClaims } from "../claims.mjs";

const supported = ["HS256", "RS256", "ES256"];

export async function connect({ algorithm, key, keySet }) {
  if (!supported.includes(algorithm) || keySet !== undefined) return {};
  const options = { algorithm, throwError: true };
  return {
    sign: (claims) => sign(withRegisteredClaims(claims), key.signing.cryptoKey, options),
    async verify(token) {
      const payload = (await verify(token, key.verifying.cryptoKey, options))?.payload;
      if (payload?.iss !== policy.issuer || payload.aud !== policy.audience) throw new Error("not ours");
      return payload;
    },
  };
}
