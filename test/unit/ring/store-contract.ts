// What every store of key rings keeps and refuses.
import { describe, expect, it } from "vitest";
import type { KeyRingStore } from "../../../src/index.ts";
import { kidsOf, ringAt, startClock } from "./rings.ts";

export function describeStore(name: string, open: () => KeyRingStore): void {
  describe(name, () => {
    it("has nothing at first, and then what was saved last", async () => {
      const store = open();
      expect(await store.load()).toBeUndefined();
      expect(await store.save("one: \u2028 ü\n", 1)).toBe(true);
      expect(await store.load()).toEqual({ record: "one: \u2028 ü\n", version: 1 });
      expect(await store.save("two", 2)).toBe(true);
      expect(await store.load()).toEqual({ record: "two", version: 2 });
    });

    it("takes each version once, and none that is not higher", async () => {
      const store = open();
      expect(await store.save("seven", 7)).toBe(true);
      for (const version of [7, 6, 1]) expect(await store.save("another", version)).toBe(false);
      expect(await store.load()).toEqual({ record: "seven", version: 7 });
      expect(await store.save("ten", 10)).toBe(true);
      expect(await store.save("nine", 9)).toBe(false);
      expect(await store.load()).toEqual({ record: "ten", version: 10 });
    });

    it("of many saves at the same time takes one", async () => {
      const store = open();
      const saved = await Promise.all(Array.from({ length: 20 }, async (_, i) => store.save(`record ${i}`, 1)));
      expect(saved.filter((won) => won)).toHaveLength(1);
      expect(await store.load()).toEqual({ record: `record ${saved.indexOf(true)}`, version: 1 });
    });

    it("keeps a ring that another process goes on with", async () => {
      const clock = startClock(Date.now() / 1000);
      const store = open();
      const [one, two] = [ringAt(clock, { store }), ringAt(clock, { store })];
      expect(await kidsOf(one)).toEqual(await kidsOf(two));
    });
  });
}
