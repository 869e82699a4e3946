// What every store of key rings has to do, on a real server.
import { describe, expect, it } from "vitest";
import type { KeyRingStore } from "../../../src/index.ts";

export function testStore(name: string, open: () => KeyRingStore): void {
  describe(`the store on ${name}`, () => {
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
  });
}
