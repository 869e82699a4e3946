// ID tokens, logout tokens and client assertions, wherever JavaScript runs: their hashes are the runtime's.

import type { Algorithms } from "./algorithms.ts";
import { assert, codeOf, equal, refused, type Case, type Mintmark } from "./case.ts";

const issuer = "https://id.example";
const clientId = "web";
const nonce = "n-0S6_WzA2Mj";

/** The access token of OpenID Connect Core, Appendix A.4, and its hash by the digest of each algorithm. */
const accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
const hashes = {
  "256": "77QmUPtjPfzWtF2AnpK9RQ",
  "384": "jtAeDp945y1dDqU3nkIVGNZP1HjH_MFs",
  "512": "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM",
  shake: "W6Ie3EoycJT-JESJ2WSAWX7LRP3FuHvmvNycBMeL-Nk",
};
const hashOf = (alg: string): string => {
  if (alg.startsWith("ML-DSA")) return hashes.shake;
  return hashes[(/[HRPE]S(\d{3})$/.exec(alg)?.[1] ?? "512") as keyof typeof hashes];
};

export function openId(mintmark: Mintmark, { hmac, asymmetric }: Algorithms): Case[] {
  const { oauth, memoryReplayStore, sign } = mintmark;
  const [{ alg: hs256 }] = hmac as [Algorithms["hmac"][number]];
  const present = asymmetric.filter((one) => one.present);
  return [
    ...present.map(
      ({ alg }): Case => [
        `openid: at_hash of an ID token, ${alg.name}`,
        async () => {
          const { privateKey, publicKey } = await mintmark.generateKeyPair(alg);
          const verifier = oauth.createIdTokenVerifier(publicKey, { issuer, clientId });
          const options = { issuer, audience: clientId };
          const token = await sign({ sub: "user_1", nonce, at_hash: hashOf(alg.name) }, privateKey, options);
          equal((await verifier.verify(token, { nonce })).claims.sub, "user_1");
          const code = await codeOf(() => verifier.verify(token, { nonce, accessToken }));
          // A runtime without SHAKE256 says so, and accepts nothing.
          assert(
            code === "accepted" || (code === "unsupported_algorithm" && alg.name.startsWith("ML-DSA")),
            `expected the hash to be right, found ${code}`,
          );
          if (code === "accepted")
            await refused("claim_mismatch", () => verifier.verify(token, { nonce, accessToken: "another" }));
          await refused("claim_mismatch", () => verifier.verify(token, { nonce: "another" }));
        },
      ],
    ),
    [
      "openid: a logout token is used up after the application ended the session",
      async () => {
        const key = await mintmark.generateSecret(hs256);
        const logouts = oauth.createLogoutTokenVerifier(key, { issuer, clientId, replay: memoryReplayStore() });
        const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
        const options = { issuer, audience: clientId, typ: "logout+jwt", jwtId: true } as const;
        const token = await sign({ sid: "s-1", events }, key, options);
        const failing = {
          beforeReplay: () => Promise.reject(new mintmark.UnavailableError("store_unavailable", "down")),
        };
        await refused("store_unavailable", () => logouts.verify(token, failing));
        equal((await logouts.verify(new URLSearchParams({ token }).get("token"))).payload.sid, "s-1");
        await refused("replayed", () => logouts.verify(token));
        const login = oauth.createIdTokenVerifier(key, { issuer, clientId });
        await refused("typ_mismatch", () => login.verify(token, { nonce: mintmark.unchecked }));
      },
    ],
    [
      "openid: a client assertion is good once, for one issuer",
      async () => {
        const key = await mintmark.generateSecret(hs256);
        const assertion = await oauth.clientAssertion(key, { clientId, issuer });
        const keysOf = (id: string): typeof key | undefined => (id === clientId ? key : undefined);
        const verifierOf = (name: string): ReturnType<typeof oauth.createClientAssertionVerifier> =>
          oauth.createClientAssertionVerifier({ issuer: name, keysOf, replay: memoryReplayStore() });
        await refused("audience_mismatch", () => verifierOf("https://other.example").verify(assertion));
        const verifier = verifierOf(issuer);
        equal((await verifier.verify(assertion, { clientId })).claims.sub, clientId);
        await refused("replayed", () => verifier.verify(assertion));
      },
    ],
  ];
}
