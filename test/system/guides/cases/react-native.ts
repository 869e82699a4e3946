// The session of docs/guides/react-native.md: one exchange for all who wait, and the new refresh token is kept.
import assert from "node:assert/strict";
import { generateSecret, HS256, sign, type TokenSource } from "../../../../src/index.ts";
import type { Cases } from "../cases.ts";

const cases: Cases = (load) => [
  [
    "exchanges once, keeps what it got, and says that it is logged out",
    async () => {
      const { createSession } = (await load("session.ts")) as {
        createSession: (safe: object, address: string) => TokenSource;
      };
      const key = await generateSecret(HS256);
      const accessToken = await sign({ sub: "user_123" }, key, { expiresIn: "15m" });
      let kept: string | null = "first";
      const sent: unknown[] = [];
      const safe = {
        read: () => Promise.resolve(kept),
        write: (token: string) => {
          kept = token;
          return Promise.resolve();
        },
      };
      const original = globalThis.fetch;
      globalThis.fetch = (url, options) => {
        sent.push([url, JSON.parse(options?.body as string)]);
        return Promise.resolve(Response.json({ accessToken, refreshToken: "second" }));
      };
      try {
        const session = createSession(safe, "https://api.example");
        assert.deepEqual(await Promise.all([session.token(), session.token()]), [accessToken, accessToken]);
        assert.deepEqual(sent, [["https://api.example/auth/refresh", { refreshToken: "first" }]]);
        assert.equal(kept, "second");
        kept = null;
        await assert.rejects(createSession(safe, "https://api.example").token(), { code: "key_unavailable" });
      } finally {
        globalThis.fetch = original;
      }
    },
  ],
];

export default cases;
