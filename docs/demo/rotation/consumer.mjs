// A consumer: checks tokens with the keys that the issuer publishes. One of them uses mintmark, the other jose.
import { createRemoteJWKSet, jwtVerify } from "jose";
import { createVerifier, ES256, remoteJwks } from "mintmark";

const [library = "", url = "", expected = ""] = process.argv.slice(2);
const { issuer, audience } = JSON.parse(expected);

// Keys change every few seconds here, so an unknown one may be asked for more often than the default of 30 s.
const checks = {
  mintmark() {
    const verifier = createVerifier(remoteJwks(url, { algorithms: [ES256], cooldown: 0.5 }), {
      issuer,
      audience,
      clockTolerance: 0,
    });
    return (token) => verifier.verify(token);
  },
  jose() {
    const keys = createRemoteJWKSet(new URL(url), { cooldownDuration: 500, cacheMaxAge: 1000 });
    return (token) => jwtVerify(token, keys, { issuer, audience });
  },
};
const check = checks[library]();

process.on("message", async ({ id, token }) => {
  const answer = await check(token).then(
    () => "accepted",
    (error) => error.code,
  );
  process.send?.({ id, answer });
});
process.on("disconnect", () => process.exit());
process.send?.({});
