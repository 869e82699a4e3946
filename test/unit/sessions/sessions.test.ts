import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  createKeyRing,
  createSigner,
  createVerifier,
  decode,
  defineToken,
  ES256,
  generateKeyPair,
  generateSecret,
  HS256,
} from "../../../src/index.ts";
import type { JwtError } from "../../../src/index.ts";
import { createSessions, memorySessionStore, sessionVerifier } from "../../../src/sessions/index.ts";
import type { SessionKey, SessionRefusal, SessionsOptions, SessionStore } from "../../../src/sessions/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

const key = await generateSecret(HS256);
const web = { issuer: "my-api", audience: "web" } as const;
const admin = () => ({ role: "admin" });

/** Sessions, their store and a clock to be turned for both. */
function setUp(options: Partial<SessionsOptions> = {}, sessionKey: SessionKey = key) {
  let ahead = 0;
  const now = (): Date => new Date(Date.now() + ahead * 1000);
  const store: SessionStore = memorySessionStore({ now });
  const all: SessionsOptions = { ...web, store, now, ...options };
  const sessions = createSessions(sessionKey, all);
  const turn = (seconds: number): void => {
    ahead += seconds;
  };
  return { sessions, store, now, turn };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("a session", () => {
  it("begins with an access token for the API and a refresh token", async () => {
    const { sessions } = setUp();
    const tokens = await sessions.begin("user_123", { role: "admin" });
    const { claims, header } = await sessions.verifier.verify(tokens.accessToken);
    expect(claims).toMatchObject({ iss: "my-api", aud: "web", sub: "user_123", sid: tokens.session, role: "admin" });
    expect(header.typ).toBe("session.access+jwt");
    expect(tokens.expiresAt - tokens.issuedAt).toBe(900);
    expect(tokens.refreshExpiresAt - tokens.issuedAt).toBe(7 * 86_400);
    expect(tokens.endsAt - tokens.issuedAt).toBe(30 * 86_400);
    expect(tokens.session).toMatch(/^[\w-]{43}\.[\w-]{22}$/);
  });

  it("is refreshed with claims that are read anew", async () => {
    const { sessions } = setUp();
    const first = await sessions.begin("user_123", { role: "admin" });
    const next = await sessions.refresh(first.refreshToken, async (subject, session) => {
      expect([subject, session]).toEqual(["user_123", first.session]);
      return Promise.resolve({ role: "user" });
    });
    expect(next).toMatchObject({ session: first.session, endsAt: first.endsAt, again: false });
    expect((await sessions.verifier.verify(next.accessToken)).claims.role).toBe("user");
    expect((await sessions.refresh(next.refreshToken, admin)).again).toBe(false);
  });

  it("ends when claimsOf knows nothing of the subject any more", async () => {
    const { sessions } = setUp();
    const { refreshToken } = await sessions.begin("user_123", {});
    expect(await codeOf(() => sessions.refresh(refreshToken, () => undefined))).toBe("revoked");
    expect(await codeOf(() => sessions.refresh(refreshToken, admin))).toBe("revoked");
  });

  it.each([
    ["a key pair", async () => generateKeyPair(ES256)],
    [
      "a key ring",
      async () => createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "8d" }),
    ],
  ])("works with %s", async (_, make) => {
    const { sessions } = setUp({}, await make());
    const { refreshToken } = await sessions.begin("user_123", {});
    const { accessToken } = await sessions.refresh(refreshToken, admin);
    expect((await sessions.verifier.verify(accessToken)).claims.sub).toBe("user_123");
  });

  it("refuses a ring that forgets its keys before a refresh token ends", () => {
    const ring = createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1d" });
    expect(() => createSessions(ring, web)).toThrow(/retainFor of the key ring: expected 604800 s or more/);
    expect(() => createSessions(ring, { ...web, idleTimeout: "1d" })).not.toThrow();
  });

  it("lives until its end, however often it is refreshed", async () => {
    const { sessions, turn } = setUp({ sessionExpiresIn: "3d", idleTimeout: "2d" });
    const { refreshToken: firstToken, endsAt } = await sessions.begin("user_123", {});
    turn(1.9 * 86_400);
    const next = await sessions.refresh(firstToken, admin);
    expect(next.endsAt).toBe(endsAt);
    expect(next.refreshExpiresAt).toBe(endsAt);
    turn(1.1 * 86_400 - 60);
    const last = await sessions.refresh(next.refreshToken, admin);
    expect(last.expiresAt).toBe(endsAt);
    turn(62);
    expect(await codeOf(() => sessions.refresh(last.refreshToken, admin))).toBe("expired");
    turn(60);
    expect(await codeOf(() => sessions.refresh(last.refreshToken, admin))).toBe("expired");
    expect(await codeOf(() => sessions.verifier.verify(last.accessToken))).toBe("expired");
  });

  it("is over when it was idle for too long, and can be logged out all the same", async () => {
    const { sessions, turn } = setUp({ idleTimeout: "1h" });
    const { refreshToken } = await sessions.begin("user_123", {});
    turn(3606);
    expect(await codeOf(() => sessions.refresh(refreshToken, admin))).toBe("expired");
    expect(await codeOf(() => sessions.end({ refreshToken }))).toBe("accepted");
  });

  it("replaces another", async () => {
    const { sessions } = setUp();
    const old = await sessions.begin("user_123", {});
    await sessions.begin("user_123", {}, { replaces: old.session });
    expect(await codeOf(() => sessions.refresh(old.refreshToken, admin))).toBe("revoked");
  });

  it("has an ID that is made here: claims name neither it nor the subject", async () => {
    const { sessions } = setUp();
    for (const claims of [{ sid: "mine" }, { sub: "root" }, { iss: "other" }, { exp: 9_999_999_999 }])
      expect(await codeOf(() => sessions.begin("user_123", claims))).toBe("invalid_argument");
  });

  it("types and checks its claims by a schema, before a refresh token is used up", async () => {
    const schema = z.object({ sub: z.string(), sid: z.string(), role: z.enum(["admin", "user"]) });
    const sessions = createSessions(key, { ...web, schema });
    const { accessToken, refreshToken } = await sessions.begin("user_123", { role: "admin" });
    const role: "admin" | "user" = (await sessions.verifier.verify(accessToken)).claims.role;
    expect(role).toBe("admin");
    expect(await codeOf(() => sessions.begin("user_123", { role: "root" as "user" }))).toBe("invalid_argument");
    expect(await codeOf(() => sessions.refresh(refreshToken, () => ({ role: "root" as "user" })))).toBe(
      "invalid_argument",
    );
    expect((await sessions.refresh(refreshToken, () => ({ role: "user" }))).again).toBe(false);
  });
});

describe("a refresh token that comes again", () => {
  it("brings other tokens of the same generation within grace, and says so", async () => {
    const { sessions, turn } = setUp();
    const first = await sessions.begin("user_123", {});
    const one = await sessions.refresh(first.refreshToken, admin);
    turn(9);
    const two = await sessions.refresh(first.refreshToken, admin);
    expect(two.again).toBe(true);
    expect(two.refreshToken).not.toBe(one.refreshToken);
    expect(decode(two.refreshToken).claims.gen).toBe(decode(one.refreshToken).claims.gen);
    expect(two.endsAt).toBe(first.endsAt);
    // Both tabs go on: one is first, the other within grace of it.
    expect((await sessions.refresh(two.refreshToken, admin)).again).toBe(false);
    expect((await sessions.refresh(one.refreshToken, admin)).again).toBe(true);
  });

  it("brings fresh tokens even within the second", async () => {
    const { sessions } = setUp({ now: () => new Date(1_800_000_000_000) });
    const { refreshToken } = await sessions.begin("user_123", {});
    const tokens = [await sessions.refresh(refreshToken, admin), await sessions.refresh(refreshToken, admin)];
    const all = tokens.flatMap((one) => [one.accessToken, one.refreshToken]);
    expect(new Set(all).size).toBe(4);
  });

  it("is theft after grace: the session ends for thief and owner, and the error says whose it was", async () => {
    const { sessions, turn } = setUp();
    const first = await sessions.begin("user_123", {});
    const next = await sessions.refresh(first.refreshToken, admin);
    turn(11);
    const error = (await errorOf(() => sessions.refresh(first.refreshToken, admin))) as SessionRefusal;
    expect(error).toMatchObject({ code: "replayed", subject: "user_123", session: first.session });
    expect(error.claims).toMatchObject({ sub: "user_123" });
    expect(JSON.stringify(error)).not.toContain("user_123");
    expect(await codeOf(() => sessions.refresh(next.refreshToken, admin))).toBe("revoked");
  });

  it("is theft at once where grace is 0", async () => {
    const { sessions, turn } = setUp({ grace: 0 });
    const { refreshToken } = await sessions.begin("user_123", {});
    await sessions.refresh(refreshToken, admin);
    turn(0.01);
    expect(await codeOf(() => sessions.refresh(refreshToken, admin))).toBe("replayed");
  });

  it("counts grace from its first use, however often it comes", async () => {
    const { sessions, turn } = setUp();
    const { refreshToken } = await sessions.begin("user_123", {});
    await sessions.refresh(refreshToken, admin);
    for (let i = 0; i < 2; i++) {
      turn(4.5);
      expect((await sessions.refresh(refreshToken, admin)).again).toBe(true);
    }
    turn(4.5);
    expect(await codeOf(() => sessions.refresh(refreshToken, admin))).toBe("replayed");
  });

  it("was not used up by claims that cannot be signed, nor by a claimsOf that fails", async () => {
    const { sessions, turn } = setUp();
    const { refreshToken } = await sessions.begin("user_123", {});
    expect(await codeOf(() => sessions.refresh(refreshToken, () => ({ password: "hunter2" })))).toBe(
      "invalid_argument",
    );
    const broken = () => Promise.reject(new RangeError("the database is away"));
    expect(await errorOf(() => sessions.refresh(refreshToken, broken))).toBeInstanceOf(RangeError);
    turn(60);
    expect((await sessions.refresh(refreshToken, admin)).again).toBe(false);
  });
});

describe("the end", () => {
  it("of one session, by its ID, by its refresh token, or of a subject's alone", async () => {
    const { sessions } = setUp();
    const [one, two, three] = [
      await sessions.begin("user_123", {}),
      await sessions.begin("user_123", {}),
      await sessions.begin("user_456", {}),
    ];
    await sessions.end(one.session);
    await sessions.end({ refreshToken: two.refreshToken });
    expect(await codeOf(() => sessions.end(three.session, { subject: "user_123" }))).toBe("subject_mismatch");
    expect((await sessions.refresh(three.refreshToken, admin)).again).toBe(false);
    await sessions.end(three.session, { subject: "user_456" });
    for (const { refreshToken } of [one, two])
      expect(await codeOf(() => sessions.refresh(refreshToken, admin))).toBe("revoked");
    expect(await codeOf(() => sessions.end({ refreshToken: one.accessToken }))).toBe("typ_mismatch");
    expect(await codeOf(() => sessions.end("nonsense"))).toBe("invalid_argument");
  });

  it("of all sessions of a subject but one, within the second in which another begins", async () => {
    const { sessions } = setUp();
    const stolen = await sessions.begin("user_123", {});
    const other = await sessions.begin("user_456", {});
    await sessions.endAll("user_123");
    const fresh = await sessions.begin("user_123", {});
    expect(await codeOf(() => sessions.refresh(stolen.refreshToken, admin))).toBe("revoked");
    expect((await sessions.refresh(fresh.refreshToken, admin)).again).toBe(false);
    expect((await sessions.refresh(other.refreshToken, admin)).again).toBe(false);
    const here = await sessions.begin("user_123", {});
    await sessions.endAll("user_123", { except: here.session });
    expect((await all(sessions.list("user_123"))).map(({ session }) => session)).toEqual([here.session]);
  });

  it("of the sessions that began with one login at a provider", async () => {
    const { sessions } = setUp();
    const upstream = ["https://id.example", "provider-session"] as const;
    const [one, two, other] = [
      await sessions.begin("user_123", {}, { upstream }),
      await sessions.begin("user_123", {}, { upstream }),
      await sessions.begin("user_123", {}, { upstream: ["https://id.example", "another"] }),
    ];
    await sessions.endUpstream(...upstream);
    for (const { refreshToken } of [one, two])
      expect(await codeOf(() => sessions.refresh(refreshToken, admin))).toBe("revoked");
    expect((await sessions.refresh(other.refreshToken, admin)).again).toBe(false);
    await sessions.endUpstream("https://id.example", "nobody");
  });

  it("is seen by liveVerifier at once, and by verifier when the access token ends", async () => {
    const { sessions } = setUp();
    const { accessToken, session } = await sessions.begin("user_123", {});
    const seen = vi.fn();
    expect((await sessions.liveVerifier.verify(accessToken, { beforeReplay: seen })).claims.sub).toBe("user_123");
    expect(seen).toHaveBeenCalledTimes(1);
    await sessions.end(session);
    expect(await codeOf(() => sessions.verifier.verify(accessToken))).toBe("accepted");
    expect(await codeOf(() => sessions.liveVerifier.verify(accessToken, { beforeReplay: seen }))).toBe("revoked");
    expect(await sessions.liveVerifier.safeVerify(accessToken)).toMatchObject({
      ok: false,
      error: { code: "revoked" },
    });
    expect(seen).toHaveBeenCalledTimes(1);
  });
});

it("lists the sessions of a subject with what was noted of each", async () => {
  const { sessions } = setUp();
  await sessions.begin("user_123", {}, { note: { device: "Firefox" } });
  await sessions.begin("user_123", {});
  await sessions.begin("user_456", {}, { note: "other" });
  const found = await all(sessions.list("user_123"));
  expect(found.map(({ note }) => note)).toEqual([{ device: "Firefox" }, undefined]);
  expect(await codeOf(() => sessions.begin("user_123", {}, { note: "x".repeat(1023) }))).toBe("invalid_argument");
  expect(await codeOf(() => sessions.begin("user_123", {}, { note: () => 1 }))).toBe("invalid_argument");
});

describe("a store that fails", () => {
  const failing = (member: keyof SessionStore, answer: () => unknown) => {
    const { sessions, store } = setUp({ storeTimeout: 1 });
    return { sessions, break: () => vi.spyOn(store, member).mockImplementation(answer as never) };
  };

  it("has decided nothing: the same refresh token is good when it is back", async () => {
    const { sessions, break: fail } = failing("use", () => Promise.reject(new Error("redis://:hunter2@host")));
    const { refreshToken } = await sessions.begin("user_123", {});
    const spy = fail();
    const error = await errorOf(() => sessions.refresh(refreshToken, admin));
    expect(error).toMatchObject({ code: "store_unavailable", message: "the session store failed" });
    spy.mockRestore();
    expect((await sessions.refresh(refreshToken, admin)).again).toBe(false);
  });

  it("begins no session, and ends none without a word", async () => {
    for (const member of ["begin", "end", "endAll", "list", "alive"] as const) {
      const { sessions, break: fail } = failing(member, () => {
        throw new Error("away");
      });
      const tokens = member === "begin" ? undefined : await sessions.begin("user_123", {});
      fail();
      const attempts = {
        begin: () => sessions.begin("user_123", {}),
        end: () => sessions.end(tokens?.session ?? ""),
        endAll: () => sessions.endAll("user_123"),
        list: () => all(sessions.list("user_123")),
        alive: () => sessions.liveVerifier.verify(tokens?.accessToken ?? ""),
      };
      expect([member, await codeOf(attempts[member])]).toEqual([member, "store_unavailable"]);
    }
  });

  it.each(["first ", undefined, true, "OK"])("and so has one that answers %j", async (answer) => {
    const { sessions, break: fail } = failing("use", () => answer);
    const { refreshToken } = await sessions.begin("user_123", {});
    fail();
    expect(await codeOf(() => sessions.refresh(refreshToken, admin))).toBe("store_unavailable");
  });

  it.each([undefined, 1, "true"])("or says %j of a session's life", async (answer) => {
    const { sessions, break: fail } = failing("alive", () => answer);
    const { accessToken } = await sessions.begin("user_123", {});
    fail();
    expect(await codeOf(() => sessions.liveVerifier.verify(accessToken))).toBe("store_unavailable");
  });

  describe("by never answering", () => {
    beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => vi.useRealTimers());

    it("is not waited for", async () => {
      const { sessions, break: fail } = failing("use", () => new Promise(() => undefined));
      const { refreshToken } = await sessions.begin("user_123", {});
      fail();
      const outcome = codeOf(() => sessions.refresh(refreshToken, admin));
      await vi.waitFor(() => {
        expect(vi.getTimerCount()).toBe(1);
      });
      await vi.advanceTimersByTimeAsync(1000);
      expect(await outcome).toBe("store_unavailable");
    });
  });
});

describe("no token of a session passes for another", () => {
  it("neither access for refresh, nor a session's for a kind's or a plain one, under one key", async () => {
    const { sessions } = setUp();
    const { accessToken, refreshToken } = await sessions.begin("user_123", {});
    const plain = createVerifier(key, web);
    const kind = defineToken("password-reset", web).createVerifier(key);
    for (const token of [accessToken, refreshToken]) {
      expect(await codeOf(() => plain.verify(token))).toBe("typ_mismatch");
      expect(await codeOf(() => kind.verify(token))).toBe("typ_mismatch");
    }
    expect(await codeOf(() => sessions.refresh(accessToken, admin))).toBe("typ_mismatch");
    expect(await codeOf(() => sessions.verifier.verify(refreshToken))).toBe("typ_mismatch");
    for (const typ of ["JWT", "password-reset+jwt", "at+jwt"]) {
      const foreign = await createSigner(key, { ...web, typ }).sign({ sub: "user_123" });
      expect(await codeOf(() => sessions.verifier.verify(foreign))).toBe("typ_mismatch");
      expect(await codeOf(() => sessions.refresh(foreign, admin))).toBe("typ_mismatch");
    }
  });

  it("nor one application's for another's", async () => {
    const { sessions } = setUp();
    const other = createSessions(key, { ...web, audience: "admin" });
    const { accessToken, refreshToken } = await sessions.begin("user_123", {});
    expect(await codeOf(() => other.refresh(refreshToken, admin))).toBe("audience_mismatch");
    expect(await codeOf(() => other.verifier.verify(accessToken))).toBe("audience_mismatch");
  });
});

describe("sessionVerifier", () => {
  it("verifies access tokens without the signing key or the store", async () => {
    const pair = await generateKeyPair(ES256);
    const sessions = createSessions(pair, web);
    const { accessToken, refreshToken } = await sessions.begin("user_123", { role: "admin" });
    const verifier = sessionVerifier(pair.publicKey, web);
    expect((await verifier.verify(accessToken)).claims.role).toBe("admin");
    expect(await codeOf(() => verifier.verify(refreshToken))).toBe("typ_mismatch");
    expect(await codeOf(() => sessionVerifier(pair.publicKey, { ...web, store: 1 } as object as typeof web))).toBe(
      "invalid_argument",
    );
  });
});

it("a thousand refreshes in order, each by the token before it", async () => {
  const { sessions } = setUp({ sessionExpiresIn: "366d" });
  let { refreshToken } = await sessions.begin("user_123", {});
  for (let i = 0; i < 1000; i++) ({ refreshToken } = await sessions.refresh(refreshToken, admin));
  expect(decode(refreshToken).claims.gen).toBe(1000);
});

describe("options that are refused:", () => {
  it.each<[string, object]>([
    ["no issuer", { issuer: undefined }],
    ["no audience", { audience: [] }],
    ["a grace of more than a minute", { grace: "61s" }],
    ["no lifetime", { accessExpiresIn: 0 }],
    ["an idle time in words", { idleTimeout: "1 week" }],
    ["a store without members", { store: { begin: () => undefined } }],
    ["an unknown option", { refreshExpiresIn: "1d" }],
    ["an invalid clock", { now: 1 }],
  ])("%s", async (_, options) => {
    expect(await codeOf(() => createSessions(key, { ...web, ...options }))).toBe("invalid_argument");
  });

  it("of single calls", async () => {
    const { sessions } = setUp();
    const tokens = await sessions.begin("user_123", {});
    const attempts = [
      () => sessions.begin("", {}),
      () => sessions.begin("user_123", {}, { device: "Firefox" } as object),
      () => sessions.begin("user_123", {}, { replaces: "nonsense" }),
      () => sessions.begin("user_123", {}, { upstream: ["", "x"] }),
      () => sessions.refresh(tokens.refreshToken, undefined as unknown as () => object),
      () => sessions.end(tokens.session, { user: "user_123" } as object),
      () => sessions.end(undefined as unknown as string),
      () => sessions.endAll("user_123", { except: "nonsense" }),
      () => sessions.endUpstream("", ""),
    ];
    for (const attempt of attempts)
      expect([attempt.toString(), await codeOf(attempt)]).toEqual([attempt.toString(), "invalid_argument"]);
    expect((await sessions.refresh(tokens.refreshToken, admin)).again).toBe(false);
  });
});

it("is given a refusal as a JwtError of the library", async () => {
  const { sessions } = setUp();
  const error = (await errorOf(() => sessions.refresh("nonsense", admin))) as JwtError;
  expect(error.code).toBe("token_malformed");
});
