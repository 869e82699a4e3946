// What holds for the stores of a real server, whichever it is and through whichever client.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  createVerifier,
  generateSecret,
  HS256,
  revoke,
  revokeSession,
  revokeSubject,
  sign,
} from "../../../../src/index.ts";
import type { ReplayStore, SubjectDenylist } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";

const now = (): number => Math.floor(Date.now() / 1000);
const newKey = (): string => JSON.stringify(["test", randomUUID()]);
/** Waits for the real server's real clock. */
const seconds = (count: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, count * 1000);
  });

export function testReplayStore(open: () => ReplayStore): void {
  describe("replay store", () => {
    it("of a thousand uses at once one is the first", async () => {
      const [store, key] = [open(), newKey()];
      const answers = await Promise.all(Array.from({ length: 1000 }, async () => store.add(key, 60)));
      expect(answers.filter((answer) => answer)).toEqual([true]);
      expect(answers.filter((answer) => !answer)).toHaveLength(999);
    });

    it("a key may be used again when its time is over, once", async () => {
      const [store, key, lasting] = [open(), newKey(), newKey()];
      expect([await store.add(key, 1), await store.add(lasting, 60)]).toEqual([true, true]);
      await seconds(2.1);
      expect((await Promise.all([1, 2, 3, 4].map(async () => store.add(key, 60)))).sort()).toEqual([
        false,
        false,
        false,
        true,
      ]);
      expect(await store.add(lasting, 60)).toBe(false);
    });

    it("keys of every kind are different ones", async () => {
      const store = open();
      const prefix = randomUUID();
      const keys = [
        "",
        "a",
        "A",
        " a",
        "a ",
        "\u00e9",
        "e\u0301",
        "\ud800",
        "\u0000",
        "'",
        '"',
        "\\",
        "%",
        "_",
        "*",
        "{a}",
        "\u{1f600}",
      ].map((jti) => JSON.stringify([prefix, jti]));
      for (const expectation of [true, false])
        for (const key of keys) expect([key, await store.add(key, 60)]).toEqual([key, expectation]);
    });

    it("says whether a key was used, without using it", async () => {
      const [store, key] = [open(), newKey()];
      expect([await store.has?.(key), await store.has?.(key)]).toEqual([false, false]);
      expect([await store.add(key, 60), await store.has?.(key), await store.add(key, 60)]).toEqual([true, true, false]);
    });

    it("two verifiers six seconds apart accept a token once", async () => {
      const key = await generateSecret(HS256);
      const [policy, replay] = [{ issuer: "my-api", audience: "once" }, open()];
      const [ahead, behind] = [3, -3].map((offset) =>
        createVerifier(key, { ...policy, replay, now: () => new Date(Date.now() + offset * 1000) }),
      );
      // Issued so that it ends as soon as the one that is ahead still takes it.
      const issued = { ...policy, expiresIn: 60, jwtId: true, now: () => new Date((now() - 61) * 1000) } as const;
      const token = await sign({}, key, issued);
      expect(await codeOf(() => ahead!.verify(token))).toBe("accepted");
      await seconds(3);
      expect(await codeOf(() => behind!.verify(token))).toBe("replayed");
    });

    it("is what verification needs", async () => {
      const key = await generateSecret(HS256);
      const verifier = createVerifier(key, { issuer: "my-api", audience: "once", replay: open() });
      const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "once", jwtId: true });
      expect(await codeOf(() => verifier.verify(token))).toBe("accepted");
      expect(await codeOf(() => verifier.verify(token))).toBe("replayed");
    });
  });
}

export function testDenylist(open: () => SubjectDenylist): void {
  describe("denylist", () => {
    it("knows a key for its time", async () => {
      const [list, short, long] = [open(), newKey(), newKey()];
      expect(await list.has(long)).toBe(false);
      await list.add(short, 1);
      await list.add(long, 60);
      await list.add(long, 1);
      expect(await list.has(long)).toBe(true);
      await seconds(2.1);
      expect([await list.has(short), await list.has(long)]).toEqual([false, true]);
    });

    it("a subject's second only moves on, whoever comes last", async () => {
      const [list, sub] = [open(), randomUUID()];
      const given = Array.from({ length: 200 }, () => 1_800_000_000 + Math.floor(Math.random() * 1_000_000));
      expect(await list.revokedBefore("issuer", sub)).toBeUndefined();
      await Promise.all(given.map(async (second) => list.revokeBefore("issuer", sub, second, 60)));
      expect(await list.revokedBefore("issuer", sub)).toBe(Math.max(...given));
      await list.revokeBefore("issuer", sub, 5, 60);
      expect(await list.revokedBefore("issuer", sub)).toBe(Math.max(...given));
      expect(await list.revokedBefore(sub, "issuer")).toBeUndefined();
    });

    it("a subject's second is kept for the longest time that was asked for, and then forgotten", async () => {
      const [list, lasting, short] = [open(), randomUUID(), randomUUID()];
      await list.revokeBefore("issuer", lasting, 1_800_000_000, 60);
      await list.revokeBefore("issuer", lasting, 1_800_000_001, 1);
      await list.revokeBefore("issuer", short, 1_800_000_000, 1);
      await seconds(2.1);
      expect([await list.revokedBefore("issuer", lasting), await list.revokedBefore("issuer", short)]).toEqual([
        1_800_000_001,
        undefined,
      ]);
    });

    it("is what verification needs", async () => {
      const list = open();
      const key = await generateSecret(HS256);
      const [issuer, sub] = ["my-api", randomUUID()];
      const verifier = createVerifier(key, { issuer, audience: "web", denylist: list });
      const [first, second] = await Promise.all(
        [1, 2].map(() => sign({ sub }, key, { issuer, audience: "web", jwtId: true })),
      );
      const { payload } = await verifier.verify(first!);
      await revoke(list, payload);
      expect(await codeOf(() => verifier.verify(first!))).toBe("revoked");
      expect(await codeOf(() => verifier.verify(second!))).toBe("accepted");
      await revokeSubject(list, { iss: issuer, sub }, { maxLifetime: "15m" });
      expect(await codeOf(() => verifier.verify(second!))).toBe("revoked");
      const later = await sign({ sub, iat: now() + 7 }, key, { issuer, audience: "web", jwtId: true });
      expect(await codeOf(() => verifier.verify(later))).toBe("accepted");
    });

    it("long identifiers are revoked as short ones are", async () => {
      const list = open();
      const key = await generateSecret(HS256);
      const [issuer, sub] = ["my-api", `${"s".repeat(3000)}${randomUUID()}`];
      const verifier = createVerifier(key, { issuer, audience: "web", denylist: list });
      const [one, other] = await Promise.all(
        [1, 2].map(() => sign({ sub }, key, { issuer, audience: "web", jwtId: "x".repeat(4000) + randomUUID() })),
      );
      await revoke(list, (await verifier.verify(one!)).payload);
      expect([await codeOf(() => verifier.verify(one!)), await codeOf(() => verifier.verify(other!))]).toEqual([
        "revoked",
        "accepted",
      ]);
      await revokeSubject(list, { iss: issuer, sub }, { maxLifetime: "15m" });
      expect(await codeOf(() => verifier.verify(other!))).toBe("revoked");
    });

    it("all sessions end within the second in which a new one begins, and a session ends by its name", async () => {
      const list = open();
      const key = await generateSecret(HS256);
      const issuer = "my-api";
      const verifier = createVerifier(key, { issuer, audience: "web", denylist: list });
      for (let round = 0; round < 20; round++) {
        const sub = randomUUID();
        const mint = (jwtId: string, sid: string): Promise<string> =>
          sign({ sub, sid }, key, { issuer, audience: "web", jwtId });
        const [old, fresh] = await Promise.all([mint(randomUUID(), "old"), mint(`new-${sub}`, `session-${sub}`)]);
        await revokeSubject(list, { iss: issuer, sub }, { maxLifetime: "15m", except: { jti: `new-${sub}` } });
        expect(await codeOf(() => verifier.verify(old))).toBe("revoked");
        expect(await codeOf(() => verifier.verify(fresh))).toBe("accepted");
        await revokeSession(list, { iss: issuer, sid: `session-${sub}` }, { maxLifetime: "15m" });
        expect(await codeOf(() => verifier.verify(fresh))).toBe("revoked");
      }
    });
  });
}
