// What every store of key rings has to do, on a real server.
import { describe, expect, it } from "vitest";
import { createKeyRing, ES256, sign, verify } from "../../../../src/index.ts";
import type { KeyRingStore } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";

export function testStore(name: string, open: () => Required<KeyRingStore>): void {
  describe(`the store on ${name}`, () => {
    it("says its time in seconds, with their parts", async () => {
      const times = [await open().time(), await open().time()];
      for (const time of times) expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(10);
      expect(times.some((time) => !Number.isInteger(time))).toBe(true);
    });

    it("has nothing at first; takes each version once, and none that is not higher; gives back what it took", async () => {
      const store = open();
      expect(await store.load()).toBeUndefined();
      const saved = await Promise.all(
        Array.from({ length: 50 }, async (_, i) => open().save(`{"record":${i},"text":"\u2028 ü \\n"}`, 1)),
      );
      expect(saved.filter((won) => won)).toHaveLength(1);
      expect(await store.load()).toEqual({
        record: `{"record":${saved.indexOf(true)},"text":"\u2028 ü \\n"}`,
        version: 1,
      });
      expect(await store.save("10", 10)).toBe(true);
      for (const version of [10, 9, 2, 1]) expect(await store.save("another", version)).toBe(false);
      expect(await open().load()).toEqual({ record: "10", version: 10 });
    });

    it("a process 70 years ahead changes nothing for the others, and says so", async () => {
      const store = open();
      const { version: last = 0 } = (await store.load()) ?? {};
      /** The test before has left a version in it that is no ring's. */
      const below: KeyRingStore = {
        load: async () => {
          const stored = await store.load();
          return stored === undefined || stored.version <= last
            ? undefined
            : { ...stored, version: stored.version - last };
        },
        save: (record, version) => store.save(record, version + last),
        time: () => store.time(),
      };
      const options = {
        algorithm: ES256,
        rotateEvery: "1h",
        publishAhead: "20m",
        retainFor: "15m",
        store: below,
      } as const;
      const expected = { issuer: "my-api", audience: "web" };
      const ring = createKeyRing(options);
      const token = await sign({}, ring, expected);
      const before = await store.load();
      const ahead = 70 * 365 * 24 * 3_600_000;
      const wrong = createKeyRing({ ...options, now: () => new Date(Date.now() + ahead) });
      expect(await codeOf(() => wrong.refresh())).toBe("store_unavailable");
      expect(wrong.state.lastError?.message).toContain("ahead of the store's");
      expect(await codeOf(() => wrong.current())).toBe("store_unavailable");
      expect(await store.load()).toEqual(before);
      await ring.refresh();
      expect(ring.state.lastError).toBeUndefined();
      expect(await codeOf(() => verify(token, ring, expected))).toBe("accepted");
    });
  });
}
