import { describe, expect, expectTypeOf, it } from "vitest";
import { memoryReplayStore, unchecked, UnavailableError, type ReplayStore } from "../../../src/index.ts";
import { createLogoutTokenVerifier } from "../../../src/oauth/index.ts";
import type { LogoutTokenVerifierOptions } from "../../../src/oauth/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { but, clientId, clock, issuer, publicKey, second, signed } from "./forge.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";
const claims = {
  iss: issuer,
  sub: "user_123",
  aud: clientId,
  iat: second,
  exp: second + 120,
  jti: "logout-1",
  sid: "08a5019c-17e1-4977-8f42-65a12843ea02",
  events: { [event]: {} },
};
const header = { typ: "logout+jwt" };
const verifierWith = (options: object = {}) => {
  const policy = { issuer, clientId, replay: unchecked, now: clock().now, ...options };
  return createLogoutTokenVerifier(publicKey, policy as LogoutTokenVerifierOptions);
};

async function outcome(token: unknown, options: object = {}, call?: object): Promise<string> {
  const verifier = verifierWith(options);
  const code = await codeOf(() => verifier.verify(token as string, call));
  if ("replay" in options) return code;
  const safe = await codeOf(async () => {
    const result = await verifier.safeVerify(token as string, call);
    if (!result.ok) throw result.error as Error;
  });
  expect(safe).toBe(code);
  return code;
}
const of = async (changes: object, options: object = {}, ...without: string[]): Promise<string> =>
  outcome(await signed(but(claims, changes, ...without), header), options);

describe("Back-Channel Logout §2.4 and §2.6", () => {
  it("a token by the rules is accepted", async () => {
    const { payload, claims: found } = await verifierWith().verify(await signed(claims, header));
    expect([payload, found]).toEqual([claims, claims]);
    expectTypeOf(payload.iss).toEqualTypeOf<string>();
    expectTypeOf(payload.sid).toEqualTypeOf<string | undefined>();
  });

  it("§2.4: typ is logout+jwt, or says nothing about the kind", async () => {
    for (const typ of ["logout+jwt", "application/logout+jwt", "JWT", undefined])
      expect(await outcome(await signed(claims, typ === undefined ? {} : { typ }))).toBe("accepted");
    for (const typ of ["at+jwt", "secevent+jwt", "id+jwt", "JOSE", ""])
      expect(await outcome(await signed(claims, { typ }))).toBe("typ_mismatch");
  });

  it("§2.6, 2: the signature is by the issuer's key", async () => {
    expect(await outcome((await signed(claims, header)).replace(/.{8}$/, "AAAAAAAA"))).toBe("signature_invalid");
    expect(await outcome(await signed(claims, { ...header, alg: "none" }))).toBe("alg_not_allowed");
  });

  it("§2.6, 4: iss, aud, iat and exp, as in ID tokens", async () => {
    expect(await of({ iss: "https://other.example" })).toBe("issuer_mismatch");
    expect(await of({ aud: "other" })).toBe("audience_mismatch");
    expect(await of({ aud: ["other", clientId] })).toBe("accepted");
    expect(await of({ exp: second - 5 })).toBe("expired");
    for (const name of ["iss", "aud", "iat", "exp"]) expect(await of({}, {}, name)).toBe("claim_missing");
  });

  it("errata 1: exp is required; waived in writing, the token is good for two minutes", async () => {
    const optional = { optional: ["exp"] };
    expect(await of({}, optional)).toBe("accepted");
    expect(await of({}, optional, "exp")).toBe("accepted");
    expect(await of({ iat: second - 124 }, optional, "exp")).toBe("accepted");
    expect(await of({ iat: second - 125 }, optional, "exp")).toBe("too_old");
    expect(await of({ iat: second + 6 }, optional, "exp")).toBe("not_yet_valid");
    expect(await of({}, optional, "exp", "iat")).toBe("claim_missing");
    expect(await of({ exp: second - 5 }, optional)).toBe("expired");
    // One that says itself how long it lives is measured by that.
    expect(await of({ iat: second - 500, exp: second + 100 }, optional)).toBe("accepted");
  });

  it("§2.6, 5: sub, sid, or both", async () => {
    expect(await of({}, {}, "sub")).toBe("accepted");
    expect(await of({}, {}, "sid")).toBe("accepted");
    expect(await of({}, {}, "sub", "sid")).toBe("claim_missing");
    for (const value of [5, null, "", ["x"]]) {
      expect(await of({ sid: value })).toBe("claim_invalid");
      expect(await of({ sub: value })).toBe("claim_invalid");
      expect(await of({ sid: value }, {}, "sub")).toBe("claim_invalid");
    }
  });

  it("a client that needs one of them says so, and its type follows", async () => {
    expect(await of({}, { required: ["sid"] }, "sid")).toBe("claim_missing");
    expect(await of({}, { required: ["sub"] }, "sub")).toBe("claim_missing");
    const options = { issuer, clientId, replay: unchecked, required: ["sid"], now: clock().now } as const;
    const { payload } = await createLogoutTokenVerifier(publicKey, options).verify(await signed(claims, header));
    expectTypeOf(payload.sid).toEqualTypeOf<string>();
  });

  it("§2.6, 6: events has the event, an object", async () => {
    expect(await of({}, {}, "events")).toBe("claim_missing");
    expect(await of({ events: { [event]: { note: 1 }, other: {} } })).toBe("accepted");
    for (const events of [
      {},
      [],
      null,
      event,
      [event],
      { [event]: true },
      { [event]: null },
      { [event]: [] },
      { other: {} },
    ])
      expect(await of({ events })).toBe("claim_invalid");
  });

  it("§2.6, 7: no nonce", async () => {
    for (const nonce of ["n-0S6_WzA2Mj", null, ""]) expect(await of({ nonce })).toBe("claim_invalid");
  });

  it("§2.4: jti is there", async () => {
    expect(await of({}, {}, "jti")).toBe("claim_missing");
    for (const jti of ["", 5, null]) expect(await of({ jti })).toBe("claim_invalid");
  });

  it.each([null, undefined, new Blob(["x"]), "", "a.b.c.d.e"])("a field %j of a form is no token", async (field) => {
    expect(await outcome(field)).toBe("token_malformed");
  });
});

/** A store that tells what it is asked, and can fail. */
function watched() {
  const used = new Map<string, number>();
  const calls: string[] = [];
  const state = { fails: false };
  const store: ReplayStore = {
    async add(key, ttl) {
      calls.push("add");
      if (state.fails) throw new Error("down");
      if (used.has(key)) return false;
      used.set(key, ttl);
      return true;
    },
    async has(key) {
      calls.push("has");
      return used.has(key);
    },
  };
  return { store, used, calls, state };
}

describe("§2.6, 8: jti is good once, and spent last", () => {
  it("after every check, and after the application ended the session", async () => {
    const { store, calls } = watched();
    const verifier = verifierWith({ replay: store });
    const beforeReplay = (): void => {
      calls.push("ended");
    };
    expect(await codeOf(async () => verifier.verify(await signed(claims, header), { beforeReplay }))).toBe("accepted");
    expect(calls).toEqual(["has", "ended", "add"]);
    for (const wrong of [{ nonce: "x" }, { aud: "x" }, { exp: second - 60 }, { events: {} }])
      expect(
        await codeOf(async () =>
          verifier.verify(await signed({ ...claims, ...wrong, jti: "2" }, header), { beforeReplay }),
        ),
      ).not.toBe("accepted");
    expect(calls).toHaveLength(3);
  });

  it("a second delivery is replayed, and ends nothing again", async () => {
    let ended = 0;
    const verifier = verifierWith({ replay: memoryReplayStore({ now: clock().now }) });
    const token = await signed(claims, header);
    const beforeReplay = (): void => {
      ended++;
    };
    expect(await codeOf(() => verifier.verify(token, { beforeReplay }))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(token, { beforeReplay }))).toBe("replayed");
    expect(await verifier.safeVerify(token)).toMatchObject({ ok: false, error: { code: "replayed" } });
    expect(ended).toBe(1);
  });

  it("ending that failed leaves the retry good", async () => {
    const verifier = verifierWith({ replay: memoryReplayStore({ now: clock().now }) });
    const token = await signed(claims, header);
    const down = new Error("the store of the sessions is down");
    const failing = { beforeReplay: () => Promise.reject(down) };
    expect(await errorOf(() => verifier.verify(token, failing))).toBe(down);
    expect(await errorOf(() => verifier.verify(token, failing))).toBe(down);
    await expect(verifier.safeVerify(token, failing)).rejects.toBe(down);
    const unavailable = new UnavailableError("store_unavailable", "down");
    const refusing = { beforeReplay: () => Promise.reject(unavailable) };
    expect(await verifier.safeVerify(token, refusing)).toEqual({ ok: false, error: unavailable });
    expect(await codeOf(() => verifier.verify(token, { beforeReplay: async () => {} }))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(token))).toBe("replayed");
  });

  it("of fifty deliveries at once one is accepted", async () => {
    const verifier = verifierWith({ replay: memoryReplayStore({ now: clock().now }) });
    const token = await signed(claims, header);
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(() => verifier.verify(token))));
    expect(codes.filter((code) => code === "accepted")).toHaveLength(1);
    expect(codes.filter((code) => code === "replayed")).toHaveLength(49);
  });

  it("a store that fails refuses, and leaves the retry good", async () => {
    const { store, state } = watched();
    const verifier = verifierWith({ replay: store });
    const token = await signed(claims, header);
    state.fails = true;
    expect(await codeOf(() => verifier.verify(token))).toBe("store_unavailable");
    state.fails = false;
    expect(await codeOf(() => verifier.verify(token))).toBe("accepted");
    for (const answer of [undefined, 1, "OK", null])
      expect(await outcome(token, { replay: { add: async () => answer } })).toBe("store_unavailable");
    for (const answer of [undefined, 1, "OK", null])
      for (const has of [async () => answer, () => answer])
        expect(await outcome(token, { replay: { add: async () => true, has } })).toBe("store_unavailable");
    const hanging = { add: () => new Promise(() => {}) };
    expect(await outcome(token, { replay: hanging, storeTimeout: 0.01 })).toBe("store_unavailable");
  });

  it("the mark lives through the tolerance", async () => {
    const marks = async (options: object, changes: object = {}, ...without: string[]): Promise<number> => {
      const { store, used } = watched();
      expect(await of(changes, { replay: store, ...options }, ...without)).toBe("accepted");
      return [...used.values()][0]!;
    };
    expect(await marks({})).toBe(120 + 5 + 60);
    expect(await marks({ clockTolerance: "10m" })).toBe(120 + 600 + 1200);
    expect(await marks({ optional: ["exp"] }, { iat: second - 20 }, "exp")).toBe(100 + 5 + 60);

    const time = clock();
    const { now } = time;
    const verifier = verifierWith({ replay: memoryReplayStore({ now }), now, clockTolerance: 30 });
    const token = await signed(claims, header);
    await verifier.verify(token);
    time.turn(120 + 29);
    expect(await codeOf(() => verifier.verify(token))).toBe("replayed");
    time.turn(1);
    expect(await codeOf(() => verifier.verify(token))).toBe("expired");
  });

  it("is another jti for another issuer, and in another kind of token", async () => {
    const { store, used } = watched();
    const both = { replay: store, issuer: [issuer, "https://other.example"] };
    expect(await of({}, both)).toBe("accepted");
    expect(await of({ iss: "https://other.example" }, both)).toBe("accepted");
    expect([...used.keys()].every((key) => key.startsWith("logout+jwt "))).toBe(true);
  });

  it("waived in writing, nothing is stored", async () => {
    const verifier = verifierWith({ replay: unchecked });
    const token = await signed(claims, header);
    for (let i = 0; i < 2; i++) expect(await codeOf(() => verifier.verify(token))).toBe("accepted");
  });
});

describe("options", () => {
  it.each<object>([
    { issuer: undefined },
    { issuer: unchecked },
    { clientId: undefined },
    { clientId: [] },
    { replay: undefined },
    { replay: null },
    { replay: {} },
    { replay: true },
    { audience: clientId },
    { optional: ["sub"] },
    { optional: undefined },
    { required: ["jti"] },
    { required: [] },
    { required: undefined },
    { storeTimeout: 0 },
    { clockTolerance: "2h" },
    { typ: "JWT" },
  ])("%o is refused when the verifier is made", (options) => {
    expect(() => verifierWith(options)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
  it("replay cannot be left out", () => {
    // @ts-expect-error it is required
    expect(() => createLogoutTokenVerifier(publicKey, { issuer, clientId })).toThrow(/`unchecked` in writing/);
  });
  it.each<object>([{ beforeReplay: "x" }, { beforeReplay: null }, { before: () => {} }, { nonce: "x" }])(
    "%o is refused when it is called",
    async (call) => {
      expect(await outcome(await signed(claims, header), {}, call)).toBe("invalid_argument");
    },
  );
});
