import { describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  memoryDenylist,
  revocationKey,
  revoke,
  revokeSubject,
  unchecked,
  UnavailableError,
} from "../../src/index.ts";
import type { Denylist, JwtClaims } from "../../src/index.ts";
import { at, expected, forge, goodClaims, issuer, key, second, without } from "../jwt/forge.ts";
import { codeOf, errorOf, outcome } from "../jwt/outcome.ts";

const now = at(second);
const spied = (): {
  add: ReturnType<typeof vi.fn<Denylist["add"]>>;
  revokeBefore: ReturnType<typeof vi.fn<NonNullable<Denylist["revokeBefore"]>>>;
} => ({ add: vi.fn(), revokeBefore: vi.fn() });

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
    const hanging = { add: () => new Promise<void>(() => {}), revokeBefore: () => new Promise<void>(() => {}) };
    expect(await codeOf(() => revoke(hanging, goodClaims, { storeTimeout: 0.01 }))).toBe("store_unavailable");
    expect(
      await codeOf(() =>
        revokeSubject(hanging, { iss: issuer, sub: "user_123" }, { maxLifetime: "15m", storeTimeout: 0.01 }),
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
    await revokeSubject(denylist, subject, { maxLifetime: "15m", now });
    expect(await outcome(issued(second - 800), key, policy)).toBe("revoked");
    expect(await outcome(issued(second, { jti: "token-2" }), key, policy)).toBe("revoked");
    expect(await outcome(issued(second + 1), key, policy)).toBe("accepted");
    expect(await outcome(issued(second, { sub: "user_124" }), key, policy)).toBe("accepted");
    expect(await outcome(issued(second, { iss: "other" }), key, { ...policy, issuer: "other" })).toBe("accepted");
  });

  it.each<[object, number, number]>([
    [{}, second, 1 + 900 + 3600],
    [{ margin: 0 }, second, 1 + 900],
    [{ before: second - 100 }, second - 100, 1 + 800 + 3600],
    [{ before: second + 100 }, second + 100, 1 + 1000 + 3600],
    [{ before: new Date(second * 1000 + 999) }, second, 1 + 900 + 3600],
    [{ before: second + 0.9 }, second, 1 + 900 + 3600],
    [{ before: 0 }, 0, 1],
    [{ now: at(second + 0.5) }, second, 900 + 3600 + 1],
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
        revokeSubject({ revokeBefore: () => Promise.reject(new Error("x")) }, subject, { maxLifetime: "15m" }),
      ),
    ).toBe("store_unavailable");
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
    const { add, has } = memoryDenylist();
    expect(await codeOf(() => revokeSubject({ add, has } as never, subject, { maxLifetime: "15m" }))).toBe(
      "invalid_argument",
    );
  });
});
