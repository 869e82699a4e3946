// The rows of the threat table about key rings. The same over real servers is in test/system/services/key-ring.
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createKeyRing, ES256, fileKeyRingStore, sign, sqlKeyRingStore, verify } from "../../../src/index.ts";
import type { KeyRingStore } from "../../../src/index.ts";
import { sqlLike } from "../../unit/stores/sql-like.ts";
import { outcome } from "./forge.ts";

describe("One machine's wrong clock decides for all", () => {
  const years = 365 * 24 * 3_600_000;
  const expected = { issuer: "https://issuer.example", audience: "web" };

  it.each<[string, (folder: string) => KeyRingStore]>([
    ["a folder", (folder) => fileKeyRingStore(join(folder, "ring"), fs)],
    ["PostgreSQL", () => sqlKeyRingStore(sqlLike())],
    ["MySQL", () => sqlKeyRingStore(sqlLike("mysql"), { dialect: "mysql" })],
  ])("70 years ahead or behind, a process changes nothing in %s and says so", async (_name, open) => {
    const folder = await fs.mkdtemp(join(tmpdir(), "mintmark-threat-"));
    try {
      const store = open(folder);
      const options = { algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1h", store } as const;
      const ring = createKeyRing(options);
      const token = await sign({ sub: "user_123" }, ring, expected);
      const before = await store.load();
      for (const apart of [70 * years, -70 * years]) {
        const wrong = createKeyRing({ ...options, now: () => new Date(Date.now() + apart) });
        await outcome(() => wrong.refresh());
        const [key] = wrong.state.keys;
        expect(await outcome(() => wrong.withdraw(key!.kid))).toBe("store_unavailable");
        expect(wrong.state.lastError?.message).toContain("the clock of this process");
      }
      expect(await store.load()).toEqual(before);
      await ring.refresh();
      expect(await outcome(() => verify(token, ring, expected))).toBe("accepted");
    } finally {
      await fs.rm(folder, { recursive: true });
    }
  });
});
