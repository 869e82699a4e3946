// The last check of a verifier's caller: after every other, before the token is used up; and the written waiver for a denylist that fails.
import { describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  createVerifierForIssuers,
  JwtError,
  type ReplayStore,
  type Verified,
} from "../../../src/index.ts";
import { expected, forge, goodClaims, issuer, key, stranger } from "./forge.ts";
import { codeOf } from "./outcome.ts";

class Forbidden extends Error {}
const forbid = (): never => {
  throw new Forbidden("scope");
};
const counting = (): ReplayStore & { uses: () => number } => {
  const used = new Set<string>();
  const addSync = (name: string): boolean => !used.has(name) && used.add(name).has(name);
  return { add: addSync, addSync, uses: () => used.size };
};

describe("beforeReplay", () => {
  it("is given what was verified", async () => {
    const hook = vi.fn();
    const verifier = createVerifier(key, expected);
    const verified = await verifier.verify(forge(), { beforeReplay: hook });
    expect(hook.mock.calls).toEqual([[verified]]);
    verifier.verifySync(forge(), { beforeReplay: hook });
    expect((await verifier.safeVerify(forge(), { beforeReplay: hook })).ok).toBe(true);
    expect(verifier.safeVerifySync(forge(), { beforeReplay: hook }).ok).toBe(true);
    expect(hook).toHaveBeenCalledTimes(4);
  });

  it("refuses by throwing, and the token is not used up", async () => {
    const replay = counting();
    const verifier = createVerifier(key, { ...expected, replay });
    await expect(verifier.verify(forge(), { beforeReplay: forbid })).rejects.toThrow(Forbidden);
    await expect(verifier.safeVerify(forge(), { beforeReplay: forbid })).rejects.toThrow(Forbidden);
    await expect(
      verifier.verify(forge(), { beforeReplay: () => Promise.reject(new Forbidden("later")) }),
    ).rejects.toThrow(Forbidden);
    expect(() => verifier.verifySync(forge(), { beforeReplay: forbid })).toThrow(Forbidden);
    expect(() => verifier.safeVerifySync(forge(), { beforeReplay: forbid })).toThrow(Forbidden);
    expect(replay.uses()).toBe(0);
    await verifier.verify(forge(), { beforeReplay: () => undefined });
    expect(replay.uses()).toBe(1);
  });

  it("is read anew in each call, and options that can change are checked anew", async () => {
    const verifier = createVerifier(key, expected);
    const hook = vi.fn();
    const frozen = Object.freeze({ beforeReplay: hook });
    const open: { beforeReplay: () => void; beforeRelay?: () => void } = { beforeReplay: hook };
    for (const options of [frozen, open, frozen, frozen]) await verifier.verify(forge(), options);
    expect(hook).toHaveBeenCalledTimes(4);
    await verifier.verify(forge(), open);
    open.beforeRelay = hook;
    expect(await codeOf(() => verifier.verify(forge(), open))).toBe("invalid_argument");
    for (const wrong of [{ beforeRelay: hook }, { beforeReplay: "hook" }, { beforeReplay: hook, more: 1 }])
      for (let time = 0; time < 2; time++)
        expect(await codeOf(() => verifier.verify(forge(), Object.freeze(wrong) as never))).toBe("invalid_argument");
    const changing = Object.freeze(
      Object.defineProperty({}, "beforeReplay", {
        get: vi.fn().mockReturnValueOnce(hook).mockReturnValue("hook"),
        enumerable: true,
      }),
    );
    const outcomes = [];
    for (let time = 0; time < 3; time++) outcomes.push(await codeOf(() => verifier.verify(forge(), changing)));
    expect(outcomes).toEqual(["accepted", "invalid_argument", "invalid_argument"]);
  });

  it("may throw the same error again and again: it says whose token it was each time", async () => {
    const refusal = new JwtError("revoked", "not today");
    const verifier = createVerifier(key, expected);
    for (const sub of ["user_1", "user_2"]) {
      await expect(
        verifier.verify(forge({ ...goodClaims, sub }), {
          beforeReplay: () => {
            throw refusal;
          },
        }),
      ).rejects.toBe(refusal);
      expect(refusal.claims?.sub).toBe(sub);
    }
  });

  it("is not asked about a token that is refused anyway", async () => {
    const hook = vi.fn();
    const denylist = { has: () => true };
    expect(await codeOf(() => createVerifier(stranger, expected).verify(forge(), { beforeReplay: hook }))).toBe(
      "signature_invalid",
    );
    expect(
      await codeOf(() =>
        createVerifier(key, expected).verify(forge({ ...goodClaims, exp: 0 }), { beforeReplay: hook }),
      ),
    ).toBe("expired");
    expect(
      await codeOf(() => createVerifier(key, { ...expected, denylist }).verify(forge(), { beforeReplay: hook })),
    ).toBe("revoked");
    expect(hook).not.toHaveBeenCalled();
  });

  it("that answers later has no synchronous form", () => {
    expect(() =>
      createVerifier(key, expected).verifySync(forge(), {
        beforeReplay: async () => {
          throw new Forbidden("too late");
        },
      }),
    ).toThrow(expect.objectContaining({ code: "sync_unavailable" }));
  });

  it("passes through a verifier for several issuers", async () => {
    const verifier = createVerifierForIssuers([{ ...expected, issuer, keys: key }]);
    await expect(verifier.verify(forge(), { beforeReplay: forbid })).rejects.toThrow(Forbidden);
    expect(
      (
        await verifier.verify(forge(), {
          beforeReplay: ({ claims }: Verified) => {
            expect(claims.iss).toBe(issuer);
          },
        })
      ).claims.iss,
    ).toBe(issuer);
  });

  it.each([0, null, "hook", { beforeReplay: 5 }, { beforereplay: forbid }, [forbid]])(
    "options that are none (%j) are invalid_argument",
    async (options) => {
      const verifier = createVerifier(key, expected);
      expect(await codeOf(() => verifier.verify(forge(), options as never).then(() => "accepted"))).toBe(
        "invalid_argument",
      );
    },
  );
});

describe("onStoreError", () => {
  const broken = { has: () => Promise.reject(new Error("gone")) };
  const silent = { has: () => new Promise<boolean>(() => undefined) };

  it("a denylist that fails refuses unless it is waived in writing", async () => {
    expect(await codeOf(() => createVerifier(key, { ...expected, denylist: broken }).verify(forge()))).toBe(
      "store_unavailable",
    );
    expect(
      await codeOf(() =>
        createVerifier(key, { ...expected, denylist: broken, onStoreError: "refuse" }).verify(forge()),
      ),
    ).toBe("store_unavailable");
    await createVerifier(key, { ...expected, denylist: broken, onStoreError: "allow" }).verify(forge());
    await createVerifier(key, { ...expected, denylist: silent, storeTimeout: 0.02, onStoreError: "allow" }).verify(
      forge(),
    );
  });

  it("waives the failure of a store that another copy of the package made, too", async () => {
    const error = Object.assign(new Error("redis: the answer is no number"), {
      name: "UnavailableError",
      code: "store_unavailable",
    });
    const theirs = { has: () => Promise.reject(error) };
    expect(await codeOf(() => createVerifier(key, { ...expected, denylist: theirs }).verify(forge()))).toBe(
      "store_unavailable",
    );
    await createVerifier(key, { ...expected, denylist: theirs, onStoreError: "allow" }).verify(forge());
  });

  it("what the denylist does say counts all the same", async () => {
    expect(
      await codeOf(() =>
        createVerifier(key, { ...expected, denylist: { has: () => true }, onStoreError: "allow" }).verify(forge()),
      ),
    ).toBe("revoked");
  });

  it("a replay store that fails refuses whatever is written", async () => {
    const replay = { add: () => Promise.reject(new Error("gone")) };
    expect(
      await codeOf(() =>
        createVerifier(key, { ...expected, denylist: broken, replay, onStoreError: "allow" }).verify(forge()),
      ),
    ).toBe("store_unavailable");
  });

  it("a denylist without a synchronous form is not waived", () => {
    expect(() =>
      createVerifier(key, { ...expected, denylist: broken, onStoreError: "allow" }).verifySync(forge()),
    ).toThrow(expect.objectContaining({ code: "sync_unavailable" }));
  });

  it.each([
    { onStoreError: "allow" },
    { onStoreError: "allow", replay: counting() },
    { onStoreError: "ignore", denylist: broken },
    { onStoreError: true, denylist: broken },
  ])("%j is invalid_argument", (options) => {
    expect(() => createVerifier(key, { ...expected, ...options } as never)).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });
});
