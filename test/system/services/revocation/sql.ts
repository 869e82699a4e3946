// What holds for the stores of every SQL database.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sqlDenylist, sqlReplayStore } from "../../../../src/index.ts";
import type { SqlQuery, SqlStoreOptions } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";

/** As long as a key of a token may be, of characters that take three bytes each. */
const longKey = (): string => randomUUID().padEnd(128, "€");

export function testSqlStores(query: () => SqlQuery, options: SqlStoreOptions): void {
  describe("SQL stores", () => {
    const replayStore = (): ReturnType<typeof sqlReplayStore> => sqlReplayStore(query(), options);
    const denylist = (): ReturnType<typeof sqlDenylist> => sqlDenylist(query(), options);

    it("keys of 128 characters of any kind are revoked and used, and told apart by their last one", async () => {
      const [key, list, store] = [longKey(), denylist(), replayStore()];
      const other = `${key.slice(0, -1)}x`;
      await list.add(key, 60);
      expect([await list.has(key), await list.has(other)]).toEqual([true, false]);
      expect([await store.add(`${key.slice(1)}u`, 60), await store.add(`${key.slice(1)}u`, 60)]).toEqual([true, false]);
    });

    it("a key that the table has no room for is no revocation that is only believed", async () => {
      const [key, list] = [Array.from({ length: 400 }, () => randomUUID()).join(""), denylist()];
      const outcome = await codeOf(() => list.add(key, 60));
      expect(await list.has(key)).toBe(outcome === "accepted");
    });

    it("a second revocation for a shorter time shortens nothing", async () => {
      const [key, list] = [longKey(), denylist()];
      await list.add(key, 60);
      await list.add(key, 1);
      const later = sqlDenylist(query(), { ...options, now: () => new Date(Date.now() + 50_000) });
      expect(await later.has(key)).toBe(true);
    });

    it("a used key can be asked for without being used", async () => {
      const [key, store] = [longKey(), replayStore()];
      expect(await store.has(key)).toBe(false);
      expect(await store.add(key, 60)).toBe(true);
      expect([await store.has(key), await store.add(key, 60)]).toEqual([true, false]);
    });

    it("a client that leaves out the values is not believed", async () => {
      const without: SqlQuery = (statement) => query()(statement, []);
      for (const again of [1, 2])
        expect([again, await codeOf(() => sqlReplayStore(without, options).add(longKey(), 60))]).not.toEqual([
          again,
          "accepted",
        ]);
      expect(await codeOf(() => sqlDenylist(without, options).has(longKey()))).not.toBe("accepted");
    });

    it("a client whose names are mapped to camelCase reads a subject's second", async () => {
      const camelCase: SqlQuery = async (statement, values) => {
        const rows = await query()(statement, values);
        if (!Array.isArray(rows)) return rows;
        return (rows as Record<string, unknown>[]).map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
              value,
            ]),
          ),
        );
      };
      const [list, sub] = [sqlDenylist(camelCase, options), randomUUID()];
      await list.revokeBefore("issuer", sub, 1_800_000_000, 60);
      expect(await list.revokedBefore("issuer", sub)).toBe(1_800_000_000);
    });
  });
}
