import { describe, expect, it, vi } from "vitest";
import { createVerifier, memoryDenylist, memoryReplayStore, revocationKey, unchecked } from "../../../src/index.ts";
import type { Denylist, MemoryStoreOptions, ReplayStore, Verifier } from "../../../src/index.ts";
import { at, expected, forge, goodClaims, key, second } from "../jwt/forge.ts";
import { codeOf } from "../jwt/outcome.ts";

const numbered = (jti: number): string => forge({ ...goodClaims, jti: `token-${jti}` });

describe("memoryReplayStore", () => {
  it("a token is good once, sync and async alike", async () => {
    const verifier = createVerifier(key, { ...expected, replay: memoryReplayStore({ now: at(second) }) });
    expect(await codeOf(() => verifier.verifySync(numbered(1)))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(numbered(1)))).toBe("replayed");
    expect(await codeOf(() => verifier.verify(numbered(2)))).toBe("accepted");
    expect(await codeOf(() => verifier.verifySync(numbered(2)))).toBe("replayed");
  });

  it("is full at `max`: verification refuses with store_unavailable, and what was used stays used", async () => {
    let now = second;
    const clock = (): Date => new Date(now * 1000);
    const verifier = createVerifier(key, {
      ...expected,
      now: clock,
      replay: memoryReplayStore({ max: 2, now: clock }),
    });
    for (const jti of [1, 2]) expect(await codeOf(() => verifier.verify(numbered(jti)))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(numbered(3)))).toBe("store_unavailable");
    for (const jti of [1, 2]) expect(await codeOf(() => verifier.verify(numbered(jti)))).toBe("replayed");

    now = goodClaims.exp + 70;
    const later = forge({ ...goodClaims, jti: "later", exp: now + 900 });
    expect(await codeOf(() => verifier.verify(numbered(1)))).toBe("expired");
    expect(await codeOf(() => verifier.verify(later))).toBe("accepted");
  });

  it("remembers a use for as long as the most patient of its verifiers", async () => {
    let now = second;
    const clock = (): Date => new Date(now * 1000);
    const replay = memoryReplayStore({ now: clock });
    const [strict, patient] = (["0s", "1h"] as const).map((clockTolerance) =>
      createVerifier(key, { ...expected, clockTolerance, now: clock, replay }),
    );
    expect(await codeOf(() => strict!.verify(forge()))).toBe("accepted");
    expect(await codeOf(() => patient!.verify(forge()))).toBe("replayed");
    now = goodClaims.exp + 1800;
    expect(await codeOf(() => patient!.verify(forge()))).toBe("replayed");
  });

  it("says what was used without using it", async () => {
    const replay = memoryReplayStore({ now: at(second) });
    const one = JSON.stringify(["used", goodClaims.iss, goodClaims.jti]);
    expect([replay.has(one), replay.has(one)]).toEqual([false, false]);
    await createVerifier(key, { ...expected, replay }).verify(forge());
    expect([replay.has(one), replay.add(one, 5)]).toEqual([true, false]);
  });

  it("verifiers three seconds apart on each side accept a token once", async () => {
    for (let used = goodClaims.exp - 20; used < goodClaims.exp + 8; used++) {
      let time = used;
      const clock = (offset: number) => (): Date => new Date((time + offset) * 1000);
      const replay = memoryReplayStore({ now: clock(0) });
      const [ahead, behind] = [3, -3].map((offset) =>
        createVerifier(key, { ...expected, now: clock(offset), replay }),
      ) as [Verifier, Verifier];
      const codes = [await codeOf(() => ahead.verify(forge()))];
      for (; time < goodClaims.exp + 20; time++) codes.push(await codeOf(() => behind.verify(forge())));
      expect(codes.filter((code) => code === "accepted").length).toBeLessThanOrEqual(1);
    }
  });

  it("a system's clock that jumps ahead and back makes it forget nothing", async () => {
    vi.useFakeTimers({ now: second * 1000 });
    try {
      const [replay, denylist] = [memoryReplayStore({ max: 5 }), memoryDenylist()];
      const verifier = createVerifier(key, { ...expected, now: undefined, replay });
      expect(await codeOf(() => verifier.verify(forge()))).toBe("accepted");
      void denylist.add("one", 100);
      vi.setSystemTime((second + 86_400) * 1000);
      for (let i = 0; i < 40; i++) {
        await codeOf(() => replay.add(`key-${i}`, 1));
        void denylist.add(`key-${i}`, 1);
      }
      vi.setSystemTime((second + 1) * 1000);
      expect([await codeOf(() => verifier.verify(forge())), denylist.has("one")]).toEqual(["replayed", true]);
      // Time that really passes counts, whatever the clock says.
      vi.advanceTimersByTime(100_000);
      expect(denylist.has("one")).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it("long identifiers take no more room than 128 characters", async () => {
    const seen: string[] = [];
    const replay: ReplayStore = { add: (one) => seen.push(one) > 0 };
    for (const more of [
      { jti: "x".repeat(5000) },
      { iss: "y".repeat(3000) },
      { iss: "\u0001".repeat(500), jti: "\ud800".repeat(500) },
    ])
      await createVerifier(key, { ...expected, issuer: unchecked, replay }).verify(forge({ ...goodClaims, ...more }));
    expect(seen.map((one) => one.length <= 128)).toEqual([true, true, true]);
  });

  it("an issuer that signs too many tokens leaves room for the others", async () => {
    const replay = memoryReplayStore({ max: 100, now: at(second) });
    const { verify } = createVerifier(key, { ...expected, issuer: unchecked, replay });
    const by = (iss: string, jti: number): string => forge({ ...goodClaims, iss, jti: `token-${jti}` });
    for (let jti = 0; jti < 100; jti++) expect(await codeOf(() => verify(by("hostile", jti)))).toBe("accepted");
    expect(await codeOf(() => verify(by("hostile", 100)))).toBe("store_unavailable");
    for (let jti = 0; jti < 50; jti++) expect(await codeOf(() => verify(by("good", jti)))).toBe("accepted");
    expect(await codeOf(() => verify(by("good", 0)))).toBe("replayed");
  });

  it("has no timer", () => {
    vi.useFakeTimers();
    try {
      const store = memoryReplayStore();
      for (let i = 0; i < 100; i++) store.addSync(`key-${i}`, 1e10);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("memoryDenylist", () => {
  it("knows the keys that were added, for as long as was said, and never shorter", () => {
    let now = second;
    const denylist = memoryDenylist({ now: () => new Date(now * 1000) });
    const one = revocationKey(goodClaims);
    expect(denylist.has(one)).toBe(false);
    void denylist.add(one, 100);
    void denylist.add(one, 10);
    for (const [time, there] of [
      [second, true],
      [second + 99, true],
      [second + 100, false],
    ] as const) {
      now = time;
      expect([denylist.has(one), denylist.hasSync(one)]).toEqual([there, there]);
    }
  });

  it("is full at `max`, subjects included, says so, and knows what it knew", async () => {
    const denylist = memoryDenylist({ max: 2, now: at(second) });
    void denylist.add("one", 100);
    void denylist.revokeBefore("issuer", "subject", second, 100);
    expect(await codeOf(() => denylist.add("two", 100))).toBe("store_unavailable");
    expect(await codeOf(() => denylist.revokeBefore("issuer", "another", second, 100))).toBe("store_unavailable");
    expect(denylist.revokedBefore("issuer", "another")).toBeUndefined();

    void denylist.add("one", 200);
    void denylist.revokeBefore("issuer", "subject", second + 1, 200);
    expect([denylist.has("one"), denylist.has("two"), denylist.revokedBefore("issuer", "subject")]).toEqual([
      true,
      false,
      second + 1,
    ]);
  });

  it("a subject's second only moves on, is its own, and is forgotten after its time", () => {
    let now = second;
    const denylist = memoryDenylist({ max: 3, now: () => new Date(now * 1000) });
    for (const [given, kept] of [
      [second, second],
      [second - 50, second],
      [second + 50, second + 50],
      [second + 50.9, second + 50],
      [second, second + 50],
    ]) {
      void denylist.revokeBefore("issuer", "subject", given!, 100);
      expect([denylist.revokedBefore("issuer", "subject"), denylist.revokedBeforeSync("issuer", "subject")]).toEqual([
        kept,
        kept,
      ]);
    }
    expect([
      denylist.revokedBefore("issuer", "other"),
      denylist.revokedBefore("other", "subject"),
      denylist.revokedBefore("subject", "issuer"),
    ]).toEqual([undefined, undefined, undefined]);
    now += 100;
    expect(denylist.revokedBefore("issuer", "subject")).toBeUndefined();
    void denylist.revokeBefore("issuer", "subject", second, 100);
    expect(denylist.revokedBefore("issuer", "subject")).toBe(second);
  });
});

describe("arguments", () => {
  const stores: readonly ((options?: MemoryStoreOptions) => unknown)[] = [memoryReplayStore, memoryDenylist];

  it.each([0, -1, 1.5, NaN, Infinity, "5", null, true, 2 ** 53])("max and maxBytes %s are a TypeError", async (max) => {
    for (const store of stores) {
      expect(await codeOf(() => store({ max: max as number }))).toBe("invalid_argument");
      expect(await codeOf(() => store({ maxBytes: max as number }))).toBe("invalid_argument");
    }
    expect(await codeOf(() => memoryDenylist({ max: 2 ** 23 }))).toBe("invalid_argument");
  });

  it("unknown options are a TypeError, undefined ones are not given", async () => {
    for (const store of stores) {
      expect(await codeOf(() => store({ size: 5 } as never))).toBe("invalid_argument");
      expect(await codeOf(() => store({ now: 5 } as never))).toBe("invalid_argument");
      expect(await codeOf(() => store(null as never))).toBe("invalid_argument");
      expect(await codeOf(() => store({ max: undefined, maxBytes: undefined, now: undefined }))).toBe("accepted");
    }
  });

  it.each([0, -1, NaN, Infinity, "5", undefined])(
    "a TTL of %s is a TypeError, not an entry that is forgotten at once",
    async (ttl) => {
      const [replay, denylist]: [ReplayStore, Required<Denylist>] = [memoryReplayStore(), memoryDenylist()];
      expect(await codeOf(() => replay.add("key", ttl as number))).toBe("invalid_argument");
      expect(await codeOf(() => denylist.add("key", ttl as number))).toBe("invalid_argument");
      expect(await codeOf(() => denylist.revokeBefore("issuer", "subject", second, ttl as number))).toBe(
        "invalid_argument",
      );
    },
  );

  it.each([NaN, Infinity, -1, second * 1000, "5", undefined])("a second of %s is a TypeError", async (wrong) => {
    expect(await codeOf(() => memoryDenylist().revokeBefore("issuer", "subject", wrong as number, 5))).toBe(
      "invalid_argument",
    );
  });

  it("the greatest number that a token can say is a TTL", () => {
    const store = memoryReplayStore();
    expect([store.add("key", Number.MAX_VALUE), store.add("key", Number.MAX_VALUE)]).toEqual([true, false]);
  });

  it("a clock that gives no date is not asked to decide", async () => {
    const denylist = memoryDenylist({ now: () => new Date(NaN) });
    expect(await codeOf(() => denylist.has("key"))).toBe("invalid_argument");
  });
});
