import { describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  memoryDenylist,
  revocationKey,
  revoke,
  revokeSession,
  revokeSubject,
  unchecked,
  UnavailableError,
} from "../../../src/index.ts";
import type { Denylist, JwtClaims } from "../../../src/index.ts";
import { at, expected, forge, goodClaims, issuer, key, second, without } from "../jwt/forge.ts";
import { codeOf, errorOf, outcome } from "../jwt/outcome.ts";

const now = at(second);
const spied = (
  found?: number,
): {
  add: ReturnType<typeof vi.fn<Denylist["add"]>>;
  revokedBefore: () => number | undefined;
  revokeBefore: ReturnType<typeof vi.fn<NonNullable<Denylist["revokeBefore"]>>>;
} => ({ add: vi.fn(), revokedBefore: () => found, revokeBefore: vi.fn() });

describe("revocationKey", () => {
  it("is what verification asks for", async () => {
    for (const claims of [
      goodClaims,
      { ...goodClaims, iss: undefined },
      { ...goodClaims, iss: 'a"', jti: "\u0000\ud800" },
    ]) {
      const has = vi.fn(() => false);
      await createVerifier(key, { ...expected, issuer: unchecked, denylist: { has } }).verify(forge(claims));
      expect(has.mock.calls).toEqual([[revocationKey(JSON.parse(JSON.stringify(claims)) as JwtClaims)]]);
    }
  });

  it("tokens of different issuers, and one without, have different keys", () => {
    const keys = [
      { iss: "a", jti: "1" },
      { iss: "b", jti: "1" },
      { jti: "1" },
      { iss: "null", jti: "1" },
      { iss: "", jti: "1" },
    ].map(revocationKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("no jti: claim_missing", async () => {
    expect(await errorOf(() => revocationKey(without("jti")))).toMatchObject({ code: "claim_missing", claim: "jti" });
    expect(await codeOf(() => revocationKey(Object.create({ jti: "inherited" }) as JwtClaims))).toBe("claim_missing");
  });

  it.each([
    undefined,
    null,
    "eyJhbGciOiJIUzI1NiJ9.e30.x",
    5,
    [],
    { jti: 5 },
    { jti: null },
    { jti: "1", iss: ["a"] },
    { jti: "1", iss: null },
  ])("what no verified token says (%j) is a TypeError", async (payload) => {
    expect(await codeOf(() => revocationKey(payload as never))).toBe("invalid_argument");
    expect(await codeOf(() => revoke(memoryDenylist(), payload as never))).toBe("invalid_argument");
  });
});

describe("revoke", () => {
  it("the token is revoked, others are not", async () => {
    const denylist = memoryDenylist({ now });
    const policy = { ...expected, denylist };
    expect(await outcome(forge(), key, policy)).toBe("accepted");
    await revoke(denylist, goodClaims, { now });
    expect(await outcome(forge(), key, policy)).toBe("revoked");
    expect(await outcome(forge({ ...goodClaims, jti: "token-2" }), key, policy)).toBe("accepted");
    expect(await outcome(forge({ ...goodClaims, iss: "other" }), key, { ...policy, issuer: "other" })).toBe("accepted");
  });

  it.each<[object, number]>([
    [{}, 900 + 3600],
    [{ margin: undefined }, 900 + 3600],
    [{ margin: 0 }, 900],
    [{ margin: "1d" }, 900 + 86_400],
    [{ margin: 0, now: at(second + 0.25) }, 900],
    [{ margin: 0, now: at(second - 0.25) }, 901],
    [{ margin: 0, now: at(second + 5000) }, 1],
  ])("with %j for %d seconds: until exp and the margin, at least 1", async (options, ttl) => {
    const denylist = spied();
    await revoke(denylist, goodClaims, { now, ...options });
    expect(denylist.add.mock.calls).toEqual([[revocationKey(goodClaims), ttl]]);
  });

  it("outlives every verifier's tolerance", async () => {
    let time = second;
    const clock = (): Date => new Date(time * 1000);
    const denylist = memoryDenylist({ now: clock });
    const verifier = createVerifier(key, { ...expected, clockTolerance: "1h", now: clock, denylist });
    await revoke(denylist, goodClaims, { now: clock });
    for (time = second; time < goodClaims.exp + 3600; time += 100)
      expect(await codeOf(() => verifier.verify(forge()))).toBe("revoked");
    time = goodClaims.exp + 3600;
    expect(await codeOf(() => verifier.verify(forge()))).toBe("expired");
    expect(denylist.has(revocationKey(goodClaims))).toBe(false);
  });

  it("no exp: claim_missing, since nobody could say when to forget it", async () => {
    expect(await errorOf(() => revoke(memoryDenylist(), without("exp")))).toMatchObject({
      code: "claim_missing",
      claim: "exp",
    });
    expect(await codeOf(() => revoke(memoryDenylist(), without("jti")))).toBe("claim_missing");
    for (const exp of ["2h", NaN, Infinity, null])
      expect(await codeOf(() => revoke(memoryDenylist(), { ...goodClaims, exp } as never))).toBe("invalid_argument");
  });

  it("waits for the denylist, and says when it failed, in its own words only", async () => {
    const secret = "connect ECONNREFUSED redis.internal:6379";
    for (const add of [
      () => {
        throw new Error(secret);
      },
      () => Promise.reject(new Error(secret)),
      () => Promise.reject(Object.assign(new Error(secret), { code: "store_unavailable" })),
    ]) {
      const error = await errorOf(() => revoke({ add }, goodClaims));
      expect(error).toMatchObject({ code: "store_unavailable" });
      expect(JSON.stringify([String(error), error])).not.toContain("redis.internal");
    }
    const full = new UnavailableError("store_unavailable", "the store is full");
    expect(await errorOf(() => revoke({ add: () => Promise.reject(full) }, goodClaims))).toBe(full);
    const order: string[] = [];
    await revoke(
      {
        add: async () => {
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
          order.push("stored");
        },
      },
      goodClaims,
    );
    expect([...order, "returned"]).toEqual(["stored", "returned"]);
  });

  it("a denylist that hangs is given storeTimeout, by default five seconds, and leaves no timer", async () => {
    const hang = (): Promise<never> => new Promise(() => {});
    const hanging = { add: hang, revokedBefore: () => undefined, revokeBefore: hang };
    expect(await codeOf(() => revoke(hanging, goodClaims, { storeTimeout: 0.01 }))).toBe("store_unavailable");
    expect(
      await codeOf(() =>
        revokeSubject(hanging, { iss: issuer, sub: "user_123" }, { maxLifetime: "15m", storeTimeout: 0.01 }),
      ),
    ).toBe("store_unavailable");
    expect(
      await codeOf(() =>
        revokeSubject(
          { ...hanging, revokedBefore: hang },
          { iss: issuer, sub: "user_123" },
          { maxLifetime: "15m", storeTimeout: 0.01 },
        ),
      ),
    ).toBe("store_unavailable");
    expect(
      await codeOf(() =>
        revoke(
          {
            add: () =>
              new Promise((resolve) => {
                setTimeout(resolve, 20);
              }),
          },
          goodClaims,
          { storeTimeout: "30d" },
        ),
      ),
    ).toBe("accepted");
    vi.useFakeTimers();
    try {
      let code: string | undefined;
      void codeOf(() => revoke(hanging, goodClaims)).then((found) => {
        code = found;
      });
      await vi.advanceTimersByTimeAsync(4_900);
      expect(code).toBeUndefined();
      await vi.advanceTimersByTimeAsync(200);
      expect(code).toBe("store_unavailable");
      await revoke(memoryDenylist(), goodClaims);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    { margin: -1 },
    { storeTimeout: NaN },
    { storeTimeout: 0 },
    { storeTimeout: "5" },
    { margin: NaN },
    { margin: "86400" },
    { margin: null },
    { ttl: 5 },
    { now: 5 },
    { now: () => new Date(NaN) },
    null,
  ])("options %j are a TypeError", async (options) => {
    expect(await codeOf(() => revoke(memoryDenylist(), goodClaims, options as never))).toBe("invalid_argument");
  });

  it.each([undefined, null, {}, { add: 5 }, "redis"])(
    "a denylist that is none (%j) is a TypeError",
    async (denylist) => {
      expect(await codeOf(() => revoke(denylist as never, goodClaims))).toBe("invalid_argument");
    },
  );
});

describe("revokeSubject", () => {
  const subject = { iss: issuer, sub: "user_123" };

  it("revokes what was issued in or before this second, whatever its jti, and nothing later", async () => {
    const denylist = memoryDenylist({ now });
    const policy = { ...expected, denylist };
    const issued = (iat: number, more: object = {}): string => forge({ ...goodClaims, iat, ...more });
    await revokeSubject(denylist, subject, { maxLifetime: "15m", clockTolerance: 0, now });
    expect(await outcome(issued(second - 800), key, policy)).toBe("revoked");
    expect(await outcome(issued(second, { jti: "token-2" }), key, policy)).toBe("revoked");
    expect(await outcome(issued(second + 1), key, policy)).toBe("accepted");
    expect(await outcome(issued(second, { sub: "user_124" }), key, policy)).toBe("accepted");
    expect(await outcome(issued(second, { iss: "other" }), key, { ...policy, issuer: "other" })).toBe("accepted");
  });

  it.each<[object, number, number]>([
    [{}, second + 5, 5 + 1 + 900 + 3600],
    [{ clockTolerance: "30s" }, second + 30, 30 + 1 + 900 + 3600],
    [{ clockTolerance: 0 }, second, 1 + 900 + 3600],
    [{ margin: 0 }, second + 5, 5 + 1 + 900],
    [{ before: second - 100 }, second - 100, 1 + 800 + 3600],
    [{ before: second + 100 }, second + 100, 1 + 1000 + 3600],
    [{ before: new Date(second * 1000 + 999) }, second, 1 + 900 + 3600],
    [{ before: second + 0.9 }, second, 1 + 900 + 3600],
    [{ before: 0 }, 0, 1],
    [{ now: at(second + 0.5), clockTolerance: 0 }, second, 900 + 3600 + 1],
  ])(
    "with %j up to second %d, for %d seconds: until the last of those tokens has expired, and the margin",
    async (options, before, ttl) => {
      const denylist = spied();
      await revokeSubject(denylist, subject, { maxLifetime: "15m", now, ...options });
      expect(denylist.revokeBefore.mock.calls).toEqual([[issuer, "user_123", before, ttl]]);
    },
  );

  it("outlives every token that was issued until then", async () => {
    let time = second;
    const clock = (): Date => new Date(time * 1000);
    const denylist = memoryDenylist({ now: clock });
    const verifier = createVerifier(key, { ...expected, clockTolerance: "1h", now: clock, denylist });
    await revokeSubject(denylist, subject, { maxLifetime: 900, now: clock });
    for (time = second; time < goodClaims.exp + 3600; time += 50)
      expect(await codeOf(() => verifier.verify(forge()))).toBe("revoked");
    time = goodClaims.exp + 3600;
    expect(await codeOf(() => verifier.verify(forge()))).toBe("expired");
  });

  it("says when the denylist failed", async () => {
    expect(
      await codeOf(() =>
        revokeSubject({ ...spied(), revokeBefore: () => Promise.reject(new Error("x")) }, subject, {
          maxLifetime: "15m",
        }),
      ),
    ).toBe("store_unavailable");
    for (const found of [null, "5", NaN, Infinity, true]) {
      const denylist = { ...spied(), revokedBefore: () => found as number };
      expect(await codeOf(() => revokeSubject(denylist, subject, { maxLifetime: "15m" }))).toBe("store_unavailable");
    }
  });

  it.each([
    undefined,
    null,
    {},
    { margin: "1h" },
    { maxLifetime: undefined },
    { maxLifetime: 0 },
    { maxLifetime: "86400" },
    { maxLifetime: "15m", before: NaN },
    { maxLifetime: "15m", before: second * 1000 },
    { maxLifetime: "15m", since: 5 },
    { maxLifetime: "15m", clockTolerance: -1 },
    { maxLifetime: "15m", clockTolerance: "5" },
    { maxLifetime: "15m", clockTolerance: 5, before: second },
    { maxLifetime: "15m", except: "token-1" },
    { maxLifetime: "15m", except: null },
    { maxLifetime: "15m", except: {} },
    { maxLifetime: "15m", except: { jti: "" } },
    { maxLifetime: "15m", except: { jti: 5 } },
    { maxLifetime: "15m", except: [{ jti: "token-1" }, undefined] },
    { maxLifetime: "15m", except: Object.create({ jti: "token-1" }) },
  ])("options %j are a TypeError", async (options) => {
    expect(await codeOf(() => revokeSubject(memoryDenylist(), subject, options as never))).toBe("invalid_argument");
  });

  it.each([
    undefined,
    null,
    "user_123",
    { sub: "user_123" },
    { iss: issuer },
    { iss: issuer, sub: "" },
    { iss: "", sub: "user_123" },
    { iss: issuer, sub: 5 },
  ])("a subject of %j is a TypeError", async (wrong) => {
    expect(await codeOf(() => revokeSubject(memoryDenylist(), wrong as never, { maxLifetime: "15m" }))).toBe(
      "invalid_argument",
    );
  });

  it("a denylist that knows no subjects is a TypeError, not a logout that did nothing", async () => {
    const { add, has, revokedBefore, revokeBefore } = memoryDenylist();
    for (const some of [
      { add, has },
      { add, has, revokedBefore },
      { add, has, revokeBefore },
      { revokedBefore, revokeBefore },
    ])
      expect(await codeOf(() => revokeSubject(some as never, subject, { maxLifetime: "15m" }))).toBe(
        "invalid_argument",
      );
  });
});

describe("revokeSubject, except", () => {
  const subject = { iss: issuer, sub: "user_123" };
  const token = (jti: string, more: object = {}): string => forge({ ...goodClaims, jti, ...more });
  const options = { maxLifetime: "15m", now } as const;

  it("within one second: all sessions end, and the new token is good", async () => {
    const denylist = memoryDenylist({ now });
    const policy = { ...expected, denylist };
    await revokeSubject(denylist, subject, { ...options, except: { jti: "new" } });
    expect(await outcome(token("old"), key, policy)).toBe("revoked");
    expect(await outcome(token("new"), key, policy)).toBe("accepted");
    expect(await outcome(token("new", { iss: "other" }), key, { ...policy, issuer: "other" })).toBe("accepted");
    expect(await outcome(token("new", { sub: "user_124" }), key, policy)).toBe("accepted");
  });

  it("takes a payload, and several", async () => {
    const denylist = memoryDenylist({ now });
    const policy = { ...expected, denylist };
    await revokeSubject(denylist, subject, { ...options, except: [goodClaims, { jti: "b".repeat(4000) }] });
    expect(await outcome(token("token-1"), key, policy)).toBe("accepted");
    expect(await outcome(token("b".repeat(4000)), key, policy)).toBe("accepted");
    expect(await outcome(token("old"), key, policy)).toBe("revoked");
  });

  it.each([
    ["all", undefined],
    ["all but another", { jti: "another" }],
  ])("the next call within the same second revokes %s", async (_name, except) => {
    const denylist = memoryDenylist({ now });
    const policy = { ...expected, denylist };
    for (let round = 0; round < 3; round++) {
      await revokeSubject(denylist, subject, { ...options, except: { jti: "kept" } });
      expect(await outcome(token("kept"), key, policy)).toBe("accepted");
      await revokeSubject(denylist, subject, { ...options, except });
      expect(await outcome(token("kept"), key, policy)).toBe("revoked");
      expect(await outcome(token("another"), key, policy)).toBe(except === undefined ? "revoked" : "accepted");
    }
  });

  it.each([second - 500, second, second + 5, second + 100])(
    "the next call revokes it if it covers it, with before: %d too",
    async (before) => {
      const denylist = memoryDenylist({ now });
      const old = token("kept", { iat: second - 800 });
      await revokeSubject(denylist, subject, { ...options, except: { jti: "kept" } });
      expect(await outcome(old, key, { ...expected, denylist })).toBe("accepted");
      await revokeSubject(denylist, subject, { ...options, before });
      expect(await outcome(old, key, { ...expected, denylist })).toBe("revoked");
    },
  );

  it("one that is revoked by itself stays revoked", async () => {
    const denylist = memoryDenylist({ now });
    await revokeSubject(denylist, subject, { ...options, except: goodClaims });
    await revoke(denylist, goodClaims, { now });
    expect(await outcome(forge(), key, { ...expected, denylist })).toBe("revoked");
  });

  it.each<[number | undefined, object, number]>([
    [undefined, {}, second + 5],
    [second, {}, second + 5],
    [second + 5, {}, second + 6],
    [second + 90, {}, second + 91],
    [second - 50, { before: second - 100 }, second - 49],
    [second + 5, { before: second - 100 }, second + 6],
    [second - 100, { before: second - 100 }, second - 99],
    [second - 200, { before: second - 100 }, second - 100],
  ])("where %s is the second so far, with %j it is %s", async (found, more, moved) => {
    const denylist = spied(found);
    await revokeSubject(denylist, subject, { ...options, except: goodClaims, ...more });
    expect(denylist.revokeBefore.mock.calls.map(([, , to]) => to)).toEqual([moved]);
    expect(denylist.add.mock.calls.map(([name]) => name)).toEqual([
      JSON.stringify(["exempt", issuer, `${moved}:token-1`]),
    ]);
    // First the exemption, so that no request in between is refused.
    expect(denylist.add.mock.invocationCallOrder[0]).toBeLessThan(denylist.revokeBefore.mock.invocationCallOrder[0]!);
  });

  it("an issuer whose clock is ahead by up to the tolerance is caught", async () => {
    const denylist = memoryDenylist({ now });
    await revokeSubject(denylist, subject, options);
    const later = { ...expected, denylist, now: at(second + 10) };
    for (const [ahead, code] of [
      [3, "revoked"],
      [5, "revoked"],
      [6, "accepted"],
    ] as const)
      expect(await outcome(token("ahead", { iat: second + ahead }), key, later)).toBe(code);
  });
});

describe("revokeSession", () => {
  const session = { iss: issuer, sid: "session-1" };

  it("revokes every token of the session, issued before or after, and no other", async () => {
    const denylist = memoryDenylist({ now });
    const policy = { ...expected, denylist };
    const issued = (claims: object): string => forge({ ...goodClaims, sid: "session-1", ...claims });
    await revokeSession(denylist, session, { maxLifetime: "15m" });
    expect(await outcome(issued({}), key, policy)).toBe("revoked");
    expect(await outcome(issued({ jti: "later", iat: second + 5 }), key, policy)).toBe("revoked");
    expect(await outcome(issued({ sid: "session-2" }), key, policy)).toBe("accepted");
    expect(await outcome(forge(), key, policy)).toBe("accepted");
    expect(await outcome(issued({ iss: "other" }), key, { ...policy, issuer: "other" })).toBe("accepted");
  });

  it("is kept for the longest life and the margin", async () => {
    for (const [options, ttl] of [
      [{ maxLifetime: "15m" }, 4500],
      [{ maxLifetime: 0.5, margin: 0 }, 1],
    ] as const) {
      const denylist = spied();
      await revokeSession(denylist, session, options);
      expect(denylist.add.mock.calls).toEqual([[JSON.stringify(["session", issuer, "session-1"]), ttl]]);
    }
  });

  it.each([
    undefined,
    null,
    "session-1",
    { sid: "s" },
    { iss: issuer },
    { iss: issuer, sid: "" },
    { iss: "", sid: "s" },
  ])("a session of %j is a TypeError", async (wrong) => {
    expect(await codeOf(() => revokeSession(spied(), wrong as never, { maxLifetime: "15m" }))).toBe("invalid_argument");
  });

  it.each([undefined, {}, { maxLifetime: 0 }, { maxLifetime: "15m", now }, { maxLifetime: "15m", margin: -1 }])(
    "options %j are a TypeError",
    async (wrong) => {
      expect(await codeOf(() => revokeSession(spied(), session, wrong as never))).toBe("invalid_argument");
    },
  );

  it("says when the denylist failed", async () => {
    const failing = { add: () => Promise.reject(new Error("x")) };
    expect(await codeOf(() => revokeSession(failing, session, { maxLifetime: 5 }))).toBe("store_unavailable");
    expect(await codeOf(() => revokeSession({} as never, session, { maxLifetime: 5 }))).toBe("invalid_argument");
  });
});
