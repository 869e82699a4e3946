// Denylist and replay: asked last, by iss and jti; a store that throws or outlasts its time fails closed.
import { describe, expect, it, vi } from "vitest";
import { createVerifier, safeVerify, UnavailableError, verify, verifySync } from "../../../src/index.ts";
import type { DenylistReader, ReplayStore } from "../../../src/index.ts";
import { at, expected, forge, goodClaims, issuer, key, second, stranger, without } from "./forge.ts";
import { codeOf, errorOf, outcome, refusalOf } from "./outcome.ts";

const denylist = (has: unknown, more: object = {}): { denylist: DenylistReader } => ({
  denylist: { has: () => has as boolean, hasSync: () => has as boolean, ...more },
});
const replayStore = (add: unknown): { replay: ReplayStore } => ({
  replay: { add: () => add as boolean, addSync: () => add as boolean },
});
const revokedBefore = (before: unknown): { denylist: DenylistReader } =>
  denylist(false, { revokedBefore: () => before, revokedBeforeSync: () => before });
const never = (): Promise<never> => new Promise(() => {});
const fail = (): never => {
  throw new Error("ECONNREFUSED redis.example:6379");
};

describe("denylist → revoked", () => {
  it("has: true is revoked, false is not", async () => {
    expect(await outcome(forge(), key, { ...expected, ...denylist(true) })).toBe("revoked");
    expect(await outcome(forge(), key, { ...expected, ...denylist(false) })).toBe("accepted");
    expect(await refusalOf(forge(), key, { ...expected, ...denylist(true) })).toMatchObject({
      claim: "jti",
      claims: goodClaims,
    });
  });

  it("may answer later", async () => {
    expect(
      await codeOf(() => verify(forge(), key, { ...expected, denylist: { has: () => Promise.resolve(true) } })),
    ).toBe("revoked");
    expect(
      await codeOf(() => verify(forge(), key, { ...expected, denylist: { has: () => Promise.resolve(false) } })),
    ).toBe("accepted");
  });

  it.each([undefined, null, 0, 1, "", "false", "true", "OK", {}, [], new Boolean(false), NaN])(
    "an answer that is no boolean (%j) is store_unavailable: nothing was decided",
    async (answer) => {
      expect(await outcome(forge(), key, { ...expected, ...denylist(answer) })).toBe("store_unavailable");
    },
  );

  it("asks by the key JSON.stringify([kind, iss ?? null, jti]), never a token hash", async () => {
    const has = vi.fn<DenylistReader["has"]>(() => false);
    await outcome(forge(), key, { ...expected, denylist: { has, hasSync: has } });
    await verify(forge(without("iss")), key, {
      ...expected,
      issuer: Symbol.for("mintmark.unchecked") as never,
      denylist: { has },
    });
    expect(new Set(has.mock.calls.map(([asked]) => asked))).toEqual(
      new Set([JSON.stringify(["revoked", issuer, "token-1"]), JSON.stringify(["revoked", null, "token-1"])]),
    );
  });

  it("keys of different tokens differ, however iss and jti are cut", async () => {
    const has = vi.fn<DenylistReader["has"]>(() => false);
    const pairs = [
      ["a", "b,c"],
      ["a,b", "c"],
      ['a","b', "c"],
      ["a", 'b","c'],
      ["", "abc"],
    ];
    for (const [iss, jti] of pairs)
      await verify(forge({ ...goodClaims, iss, jti }), key, {
        ...expected,
        issuer: Symbol.for("mintmark.unchecked") as never,
        denylist: { has },
      });
    expect(new Set(has.mock.calls.map(([asked]) => asked)).size).toBe(pairs.length);
  });

  it("is asked after everything else", async () => {
    const has = vi.fn(() => true);
    const policy = { ...expected, denylist: { has, hasSync: has } };
    for (const [token, code] of [
      [forge({ ...goodClaims, exp: 0 }), "expired"],
      [forge({ ...goodClaims, aud: "x" }), "audience_mismatch"],
      [forge(goodClaims, { alg: "HS256", typ: "x" }), "typ_mismatch"],
    ] as const) {
      expect(await outcome(token, key, policy)).toBe(code);
    }
    expect(await outcome(forge(), stranger, policy)).toBe("signature_invalid");
    expect(has).not.toHaveBeenCalled();
  });

  it.each(["jti", "exp"])("no %s: claim_missing", async (name) => {
    const policy = { ...expected, optional: ["exp"], ...denylist(false) };
    expect(await outcome(forge(without(name)), key, policy)).toBe("claim_missing");
    expect(await refusalOf(forge(without(name)), key, policy)).toMatchObject({ claim: name });
  });
});

describe("denylist.revokedBefore: tokens of the subject issued in or before that second", () => {
  it.each<[unknown, string]>([
    [undefined, "accepted"],
    [second - 1, "accepted"],
    [second - 0.5, "accepted"],
    [second, "revoked"],
    [second + 1, "revoked"],
    [Infinity, "revoked"],
    [-Infinity, "accepted"],
    [0, "accepted"],
    [NaN, "store_unavailable"],
    [null, "store_unavailable"],
    [String(second), "store_unavailable"],
    [true, "store_unavailable"],
    [new Date(0), "store_unavailable"],
    [{}, "store_unavailable"],
  ])("%s: %s", async (before, code) => {
    expect(await outcome(forge(), key, { ...expected, ...revokedBefore(before) })).toBe(code);
  });

  it("a token of that very second is revoked, whatever fraction its iat has", async () => {
    const token = forge({ ...goodClaims, iat: second + 0.5 });
    expect(await outcome(token, key, { ...expected, ...revokedBefore(second) })).toBe("revoked");
    expect(await outcome(token, key, { ...expected, ...revokedBefore(second - 1) })).toBe("accepted");
  });

  it("is asked by iss and sub, after has", async () => {
    const asked: unknown[] = [];
    const store: DenylistReader = {
      has: (one) => {
        asked.push(one);
        return false;
      },
      revokedBefore: (...args) => {
        asked.push(args);
        return Promise.resolve(undefined);
      },
    };
    await verify(forge(), key, { ...expected, denylist: store });
    expect(asked).toEqual([JSON.stringify(["revoked", issuer, "token-1"]), [issuer, "user_123"]]);
  });

  it("names iat, and a revoked token is revoked whatever it says", async () => {
    expect(await refusalOf(forge(), key, { ...expected, ...revokedBefore(second) })).toMatchObject({
      code: "revoked",
      claim: "iat",
    });
    expect(
      await outcome(forge(), key, {
        ...expected,
        ...denylist(true, { revokedBefore: () => undefined, revokedBeforeSync: () => undefined }),
      }),
    ).toBe("revoked");
  });

  it.each(["iss", "sub", "iat"])("a token without %s cannot be asked about: claim_missing", async (name) => {
    const policy = { ...expected, issuer: Symbol.for("mintmark.unchecked"), optional: ["iat"], ...revokedBefore(0) };
    expect(await outcome(forge(without(name)), key, policy)).toBe("claim_missing");
    expect(await refusalOf(forge(without(name)), key, policy)).toMatchObject({ claim: name });
  });

  it("one that throws fails closed", async () => {
    expect(
      await outcome(forge(), key, {
        ...expected,
        ...denylist(false, { revokedBefore: fail, revokedBeforeSync: fail }),
      }),
    ).toBe("store_unavailable");
  });
});

describe("denylist: a session, by its sid", () => {
  it("is asked for tokens that say one, before their subject", async () => {
    const asked: string[] = [];
    const has = (one: string): boolean => asked.push(one) === 0;
    const store: DenylistReader = { has, hasSync: has, revokedBefore: () => asked.push("subject") && undefined };
    await verify(forge({ ...goodClaims, sid: "session-1" }), key, { ...expected, denylist: store });
    expect(asked).toEqual([
      JSON.stringify(["revoked", issuer, "token-1"]),
      JSON.stringify(["session", issuer, "session-1"]),
      "subject",
    ]);
  });

  it.each([
    ["session-1", "revoked"],
    ["session-2", "accepted"],
    [5, "accepted"],
    [null, "accepted"],
  ])("sid %j: %s", async (sid, code) => {
    const has = (one: string): boolean => one === JSON.stringify(["session", issuer, "session-1"]);
    const token = forge({ ...goodClaims, sid });
    expect(await outcome(token, key, { ...expected, denylist: { has, hasSync: has } })).toBe(code);
  });

  it("names sid, and an answer that is none is store_unavailable", async () => {
    const token = forge({ ...goodClaims, sid: "session-1" });
    const answering = (answer: unknown): { denylist: DenylistReader } => {
      const has = (one: string): boolean => (one.startsWith('["session"') ? (answer as boolean) : false);
      return { denylist: { has, hasSync: has } };
    };
    expect(await refusalOf(token, key, { ...expected, ...answering(true) })).toMatchObject({ claim: "sid" });
    for (const answer of [undefined, null, 0, 1, "OK", {}])
      expect(await outcome(token, key, { ...expected, ...answering(answer) })).toBe("store_unavailable");
  });
});

describe("replay: a jti is good once → replayed", () => {
  it("true is the first use, false the second", async () => {
    expect(await outcome(forge(), key, { ...expected, ...replayStore(true) })).toBe("accepted");
    expect(await outcome(forge(), key, { ...expected, ...replayStore(false) })).toBe("replayed");
    expect(await refusalOf(forge(), key, { ...expected, ...replayStore(false) })).toMatchObject({
      claim: "jti",
      claims: goodClaims,
    });
  });

  it("with a store that remembers, sync and async alike", async () => {
    const used = new Set<string>();
    const add = (one: string): boolean => !used.has(one) && used.add(one).has(one);
    const verifier = createVerifier(key, {
      ...expected,
      replay: { add: (one) => Promise.resolve(add(one)), addSync: add },
    });
    expect(await codeOf(() => verifier.verify(forge()))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(forge()))).toBe("replayed");
    expect(await codeOf(() => verifier.verifySync(forge()))).toBe("replayed");
    expect(await codeOf(() => verifier.verifySync(forge({ ...goodClaims, jti: "token-2" })))).toBe("accepted");
    expect((await verifier.safeVerify(forge({ ...goodClaims, jti: "token-2", exp: second + 1 }))).ok).toBe(false);
  });

  it.each([undefined, null, 0, 1, "OK", "true", {}, [], new Boolean(true)])(
    "an answer that is no boolean (%j) is store_unavailable",
    async (answer) => {
      expect(await outcome(forge(), key, { ...expected, ...replayStore(answer) })).toBe("store_unavailable");
    },
  );

  it.each<[number, object, number]>([
    [second, {}, 965],
    [second, { clockTolerance: 0 }, 960],
    [second + 0.25, { clockTolerance: 0 }, 960],
    [second - 0.25, { clockTolerance: 0 }, 961],
    [second, { clockTolerance: "40s" }, 900 + 40 + 80],
    [second, { clockTolerance: "1h" }, 900 + 3 * 3600],
    [second + 899.5, { clockTolerance: 0 }, 61],
    [second + 904.999, {}, 61],
    [second, { clockTolerance: 0.5 }, 961],
    [second, { maxTokenAge: 100 }, 165],
    [second + 100, { maxTokenAge: 100 }, 65],
    [second, { maxTokenAge: "1h" }, 965],
  ])(
    "TTL: until exp or maxTokenAge, the tolerance, and a margin for clocks apart: at %d with %j it is %d",
    async (now, options, ttl) => {
      const add = vi.fn<ReplayStore["add"]>(() => true);
      await verify(forge(), key, { ...expected, now: at(now), ...options, replay: { add } });
      expect(add.mock.calls).toEqual([[JSON.stringify(["used", issuer, "token-1"]), ttl]]);
    },
  );

  it("is kept until exp where no iat is asked for, and none is there", async () => {
    const add = vi.fn(() => true);
    await verify(forge(without("iat")), key, { ...expected, optional: ["iat"], replay: { add } });
    expect(add.mock.calls).toEqual([[expect.any(String), 965]]);
  });

  it("comes last: no other refusal costs the token", async () => {
    const add = vi.fn(() => true);
    const replay = { add, addSync: add };
    const failing: readonly (readonly [string, string, object])[] = [
      ["signature_invalid", `${forge().slice(0, -4)}AAAA`, {}],
      ["typ_mismatch", forge(goodClaims, { alg: "HS256", typ: "x" }), {}],
      ["expired", forge({ ...goodClaims, exp: 0 }), {}],
      ["issuer_mismatch", forge({ ...goodClaims, iss: "x" }), {}],
      ["claim_mismatch", forge({ ...goodClaims, nonce: "x" }), { match: { nonce: "y" } }],
      [
        "schema_mismatch",
        forge(),
        { schema: { "~standard": { version: 1, vendor: "x", validate: () => ({ issues: [] }) } } },
      ],
      ["revoked", forge(), denylist(true)],
      ["revoked", forge(), revokedBefore(second)],
      ["store_unavailable", forge(), denylist("no")],
      ["claim_missing", forge(without("jti")), {}],
      ["claim_missing", forge(without("sub")), { required: ["sub"] }],
    ];
    for (const [code, token, options] of failing)
      expect(await outcome(token, key, { ...expected, ...options, replay })).toBe(code);
    expect(add).not.toHaveBeenCalled();
  });

  it.each(["jti", "exp"])("no %s: claim_missing", async (name) => {
    expect(await outcome(forge(without(name)), key, { ...expected, optional: ["exp"], ...replayStore(true) })).toBe(
      "claim_missing",
    );
  });
});

describe("a store that throws or outlasts its time fails closed", () => {
  it("one that throws or rejects is store_unavailable, its words kept back", async () => {
    for (const policy of [{ denylist: { has: fail, hasSync: fail } }, { replay: { add: fail, addSync: fail } }]) {
      expect(await outcome(forge(), key, { ...expected, ...policy })).toBe("store_unavailable");
      const result = await safeVerify(forge(), key, { ...expected, ...policy });
      expect(
        !result.ok && `${result.error.message} ${String(result.error.stack)} ${JSON.stringify(result.error)}`,
      ).not.toMatch(/ECONNREFUSED|redis/);
    }
    expect(
      await codeOf(() =>
        verify(forge(), key, { ...expected, denylist: { has: () => Promise.reject(new Error("x")) } }),
      ),
    ).toBe("store_unavailable");
    expect(
      await codeOf(() => verify(forge(), key, { ...expected, replay: { add: () => Promise.reject(new Error("x")) } })),
    ).toBe("store_unavailable");
  });

  it("one of ours says why, and what another part says of itself is not repeated", async () => {
    const ours = new UnavailableError("store_unavailable", "redis: the answer is no number");
    const other = new UnavailableError("key_unavailable", "the key source failed");
    const messageOf = async (thrown: Error): Promise<string> =>
      (
        (await errorOf(() =>
          verify(forge(), key, { ...expected, replay: { add: () => Promise.reject(thrown) } }),
        )) as Error
      ).message;
    expect(await messageOf(ours)).toBe("redis: the answer is no number");
    expect(await messageOf(other)).toBe("the store gave no usable answer");
    const client = Object.assign(new Error("connect redis.internal:6379"), { code: "store_unavailable" });
    expect(await messageOf(client)).toBe("the store gave no usable answer");
  });

  it("one that hangs is given storeTimeout", async () => {
    const start = performance.now();
    for (const policy of [
      { denylist: { has: never } },
      { replay: { add: never } },
      { denylist: { has: () => false, revokedBefore: never } },
    ]) {
      expect(await codeOf(() => verify(forge(), key, { ...expected, ...policy, storeTimeout: 0.02 }))).toBe(
        "store_unavailable",
      );
    }
    expect(performance.now() - start).toBeGreaterThan(50);
  });

  it("by default five seconds, and no longer", async () => {
    vi.useFakeTimers();
    try {
      let code: string | undefined;
      void codeOf(() => verify(forge(), key, { ...expected, replay: { add: never } })).then((found) => {
        code = found;
      });
      // The signature is checked first, which takes a real moment.
      await vi.waitFor(() => {
        expect(vi.getTimerCount()).toBe(1);
      });
      await vi.advanceTimersByTimeAsync(4_900);
      expect(code).toBeUndefined();
      await vi.advanceTimersByTimeAsync(200);
      expect(code).toBe("store_unavailable");
    } finally {
      vi.useRealTimers();
    }
  });

  it("one that answers in time leaves no timer behind", async () => {
    vi.useFakeTimers();
    try {
      await verify(forge(), key, {
        ...expected,
        denylist: { has: () => Promise.resolve(false) },
        replay: { add: () => Promise.resolve(true) },
      });
      await codeOf(() => verify(forge(), key, { ...expected, denylist: { has: fail } }));
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("a rejection that comes too late is nobody's problem", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on("unhandledRejection", note);
    const late = (): Promise<never> =>
      new Promise((_, reject) => {
        setTimeout(reject, 20, new Error("late"));
      });
    expect(
      await codeOf(() => verify(forge(), key, { ...expected, denylist: { has: late }, storeTimeout: 0.005 })),
    ).toBe("store_unavailable");
    await new Promise((resolve) => {
      setTimeout(resolve, 40);
    });
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("a storeTimeout of 30 days does not end at once (§6: timers longer than 2^31 ms fire at once): it is honoured, or refused", async () => {
    const slow: ReplayStore = {
      add: () =>
        new Promise((resolve) => {
          setTimeout(resolve, 20, true);
        }),
    };
    expect(["accepted", "invalid_argument"]).toContain(
      await codeOf(() => verify(forge(), key, { ...expected, replay: slow, storeTimeout: "30d" })),
    );
  });
});

describe("the synchronous form (a missing member is sync_unavailable before the token is read)", () => {
  it.each<[string, object]>([
    ["has alone", { denylist: { has: () => false } }],
    ["revokedBefore alone", { denylist: { has: () => false, hasSync: () => false, revokedBefore: () => undefined } }],
    ["add alone", { replay: { add: () => true } }],
  ])("%s", async (_name, policy) => {
    for (const token of [forge(), "x"])
      expect(await codeOf(() => verifySync(token, key, { ...expected, ...policy }))).toBe("sync_unavailable");
    expect(await codeOf(() => verify(forge(), key, { ...expected, ...policy }))).toBe("accepted");
  });

  it("a promise from a …Sync member is no answer: sync_unavailable", async () => {
    for (const policy of [
      denylist(Promise.resolve(false)),
      replayStore(Promise.resolve(true)),
      revokedBefore(Promise.resolve(undefined)),
    ]) {
      expect(await codeOf(() => verifySync(forge(), key, { ...expected, ...policy }))).toBe("sync_unavailable");
    }
  });

  it("calls only `…Sync` members", async () => {
    const asked: string[] = [];
    const say =
      <T>(name: string, answer: T) =>
      (): T => {
        asked.push(name);
        return answer;
      };
    const policy = {
      ...expected,
      denylist: {
        has: say("has", false),
        hasSync: say("hasSync", false),
        revokedBefore: say("revokedBefore", undefined),
        revokedBeforeSync: say("revokedBeforeSync", undefined),
      },
      replay: { add: say("add", true), addSync: say("addSync", true) },
    };
    verifySync(forge(), key, policy);
    await verify(forge(), key, policy);
    expect(asked).toEqual(["hasSync", "revokedBeforeSync", "addSync", "has", "revokedBefore", "add"]);
  });

  it("stores that are classes keep their `this`", async () => {
    class Store {
      readonly answers = { used: true, revoked: false };
      has(): boolean {
        return this.answers.revoked;
      }
      hasSync(): boolean {
        return this.answers.revoked;
      }
      revokedBefore(): number {
        return Number(this.answers.revoked);
      }
      revokedBeforeSync(): number {
        return this.revokedBefore();
      }
      add(): boolean {
        return this.answers.used;
      }
      addSync(): boolean {
        return this.answers.used;
      }
    }
    expect(await outcome(forge(), key, { ...expected, denylist: new Store(), replay: new Store() })).toBe("accepted");
  });
});

it.each(["denylist", "replay"])("%s: what is no store is a TypeError", async (name) => {
  for (const store of [
    undefined,
    null,
    {},
    [],
    "redis",
    true,
    () => true,
    { get: () => 1 },
    { has: true, add: true },
  ]) {
    expect(await outcome(forge(), key, { ...expected, [name]: store })).toBe("invalid_argument");
  }
});
