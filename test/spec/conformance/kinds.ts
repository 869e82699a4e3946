// Kinds of token, the time that is left, and one token for many callers, wherever JavaScript runs.

import type { Algorithms } from "./algorithms.ts";
import { assert, codeOf, equal, refused, type Case, type Mintmark } from "./case.ts";

const web = { issuer: "here", audience: "there" };

export function kinds(mintmark: Mintmark, { hmac }: Algorithms): Case[] {
  const [{ alg }] = hmac as [Algorithms["hmac"][number]];
  return [
    [
      "kinds: one token is good once, can be looked at before, and is no other kind's",
      async () => {
        const key = await mintmark.generateSecret(alg);
        const reset = mintmark.defineToken("password-reset", { ...web, once: mintmark.memoryReplayStore() });
        const link = await reset.createSigner(key).sign({ sub: "user_1" });
        const links = reset.createVerifier(key);
        equal((await links.peek(link)).claims.sub, "user_1");
        equal((await links.verify(link)).claims.sub, "user_1");
        await refused("replayed", () => links.verify(link));
        await refused("replayed", () => links.peek(link));
        const invitation = mintmark.defineToken("invitation", web).createVerifier(key);
        await refused("typ_mismatch", () => invitation.verify(link));
        await refused("typ_mismatch", () => mintmark.verify(link, key, web));
      },
    ],
    [
      "kinds: names that are longer than a store's keys are used once all the same",
      async () => {
        const key = await mintmark.generateSecret(alg);
        const token = await mintmark.sign({ sub: "user_1" }, key, { ...web, jwtId: "x".repeat(4000) });
        const verifier = mintmark.createVerifier(key, { ...web, replay: mintmark.memoryReplayStore() });
        equal(await codeOf(() => verifier.verify(token)), "accepted");
        await refused("replayed", () => verifier.verify(token));
      },
    ],
    [
      "timeLeft and createTokenSource: one token for many callers",
      async () => {
        const key = await mintmark.generateSecret(alg);
        const source = mintmark.createTokenSource(key, { ...web, expiresIn: "10m", jwtId: true });
        const first = await source.token();
        const tokens = await Promise.all(Array.from({ length: 20 }, () => source.token()));
        equal([...new Set([first, ...tokens])].length, 1);
        const seconds = mintmark.timeLeft(first);
        assert(seconds > 590 && seconds <= 600, `expected about 600 seconds, found ${seconds}`);
      },
    ],
  ];
}
