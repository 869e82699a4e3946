// What callers, stores and other holders of the key may hand over by mistake or on purpose: refused, and nothing is begun, ended or used up.
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createSigner,
  decode,
  defineToken,
  generateKeyPair,
  generateSecret,
  ES256,
  HS256,
} from "../../../src/index.ts";
import { createSessions, memorySessionStore, sessionCookies } from "../../../src/sessions/index.ts";
import type { SessionKey, SessionStore } from "../../../src/sessions/index.ts";
import { codeOf } from "../jwt/outcome.ts";

const key = await generateSecret(HS256);
const web = { issuer: "my-api", audience: "web" } as const;
const audience = 'urn:mintmark:session:["web"]';

function setUp() {
  const store: SessionStore = memorySessionStore();
  return { store, sessions: createSessions(key, { ...web, store }) };
}
const listed = async (sessions: ReturnType<typeof setUp>["sessions"], subject: string) => {
  const list = [];
  for await (const one of sessions.list(subject)) list.push(one);
  return list;
};

describe("claims that would be lost or forged", () => {
  class Row {
    secret = "of the database";
    toJSON() {
      return { role: "user" };
    }
  }
  it.each<[string, unknown]>([
    ["a promise that was not awaited", Promise.resolve({ role: "admin" })],
    ["nothing", undefined],
    ["null, as many databases answer", null],
    ["a string", "admin"],
    ["a list", ["admin"]],
    ["a Map", new Map([["role", "admin"]])],
    ["an object that says what of it JSON sees", new Row()],
    ["a function", () => ({})],
    ["sub", { sub: "root" }],
    ["sid", { sid: "mine" }],
    ["iat", { iat: 1 }],
    ["sub of undefined", { sub: undefined }],
    ["a getter of that name", Object.defineProperty({}, "sid", { get: () => "mine", enumerable: true })],
    ["exp", { exp: 9_999_999_999 }],
    ["aud", { aud: "admin" }],
  ])("%s", async (_, claims) => {
    const { sessions } = setUp();
    const { refreshToken } = await sessions.begin("user_123", {});
    expect(await codeOf(() => sessions.begin("user_456", claims as object))).toBe("invalid_argument");
    expect(await listed(sessions, "user_456")).toEqual([]);
    if (claims === undefined) return; // it ends the session
    expect(await codeOf(() => sessions.refresh(refreshToken, () => claims as object))).toBe(
      claims instanceof Promise ? "accepted" : "invalid_argument",
    );
    if (!(claims instanceof Promise))
      expect((await sessions.refresh(refreshToken, () => ({ role: "user" }))).again).toBe(false);
  });

  it("a claim called __proto__ is a claim, and no prototype", async () => {
    const { sessions } = setUp();
    const { accessToken } = await sessions.begin("user_123", JSON.parse('{"__proto__":{"role":"admin"}}') as object);
    const { claims } = await sessions.verifier.verify(accessToken);
    expect(claims.role).toBeUndefined();
    expect(claims.sub).toBe("user_123");
  });

  it("jti is the application's own, or random", async () => {
    const { sessions } = setUp();
    const { accessToken, refreshToken } = await sessions.begin("user_123", { jti: "4711" });
    expect(decode(accessToken).claims.jti).toBe("4711");
    expect(decode(refreshToken).claims.jti).toMatch(/^[\da-f-]{36}$/);
  });
});

describe("a promise is no token, no subject and no session", () => {
  it.each<[string, (sessions: ReturnType<typeof setUp>["sessions"], promise: never) => unknown]>([
    ["refresh", (sessions, promise) => sessions.refresh(promise, () => ({}))],
    ["begin", (sessions, promise) => sessions.begin(promise, {})],
    ["end", (sessions, promise) => sessions.end(promise)],
    ["end by its refresh token", (sessions, promise) => sessions.end({ refreshToken: promise })],
    [
      "end of a subject's",
      (sessions, promise) => sessions.end(`${"a".repeat(43)}.${"b".repeat(22)}`, { subject: promise }),
    ],
    ["endAll", (sessions, promise) => sessions.endAll(promise)],
    ["list", (sessions, promise) => listed(sessions, promise)],
    ["verify", (sessions, promise) => sessions.verifier.verify(promise)],
    ["liveVerifier", (sessions, promise) => sessions.liveVerifier.verify(promise)],
    ["a note", (sessions, promise) => sessions.begin("user_123", {}, { note: promise })],
    ["replaces", (sessions, promise) => sessions.begin("user_123", {}, { replaces: promise })],
    ["cookies", (_, promise) => sessionCookies(promise)],
  ])("%s", async (_, attempt) => {
    const { sessions } = setUp();
    expect(await codeOf(() => attempt(sessions, Promise.resolve("x") as never))).toBe("invalid_argument");
    expect(await listed(sessions, "user_123")).toEqual([]);
  });

  it("nor is one a link of a kind", async () => {
    const links = defineToken("reset", web).createVerifier(key);
    const promise = Promise.resolve("x") as never;
    for (const attempt of [() => links.verify(promise), () => links.peek(promise), () => links.verifySync(promise)])
      expect(await codeOf(attempt)).toBe("invalid_argument");
  });
});

describe("notes", () => {
  it("come back as they were given, and change no prototype", async () => {
    const { sessions } = setUp();
    const note: unknown = JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}');
    await sessions.begin("user_123", {}, { note });
    const [found] = await listed(sessions, "user_123");
    expect(JSON.stringify(found!.note)).toBe(JSON.stringify(note));
    expect((found!.note as { readonly admin?: unknown }).admin).toBeUndefined();
    expect(Reflect.get({}, "admin")).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ["in a circle", undefined],
    ["of a BigInt", { n: 1n }],
    ["that throws", { toJSON: () => assertNever() }],
    ["of 1,025 octets in fewer characters", "ü".repeat(512)],
    ["of a million characters", "x".repeat(1_000_000)],
  ])("%s is refused before a session begins", async (name, given) => {
    const { sessions } = setUp();
    const circle: unknown[] = [];
    circle.push(circle);
    const note = name === "in a circle" ? circle : given;
    expect(await codeOf(() => sessions.begin("user_123", {}, { note }))).toBe("invalid_argument");
    expect(await listed(sessions, "user_123")).toEqual([]);
  });
});

function assertNever(): never {
  throw new Error("a toJSON of somebody's");
}

describe("sessions of others", () => {
  it("are not ended by a login that says it replaces one", async () => {
    const { sessions } = setUp();
    const victim = await sessions.begin("user_123", {});
    expect(await codeOf(() => sessions.begin("user_456", {}, { replaces: victim.session }))).toBe("subject_mismatch");
    expect(await listed(sessions, "user_456")).toEqual([]);
    expect((await sessions.refresh(victim.refreshToken, () => ({}))).again).toBe(false);
  });

  it("are not kept by endAll", async () => {
    const { sessions } = setUp();
    const victim = await sessions.begin("user_123", {});
    await sessions.begin("user_456", {});
    await sessions.endAll("user_456", { except: victim.session });
    expect(await listed(sessions, "user_456")).toEqual([]);
    expect(await listed(sessions, "user_123")).toHaveLength(1);
  });

  it("end with their login, also those that its record has no room for", async () => {
    const store = memorySessionStore({ maxPerSubject: 3 });
    const sessions = createSessions(key, { ...web, store });
    const upstream = ["https://id.example", "login"] as const;
    const tokens = [];
    // Of different subjects, so that no subject's own bound ends one.
    for (let i = 0; i < 5; i++) tokens.push(await sessions.begin(`user_${i}`, {}, { upstream }));
    await sessions.endUpstream(...upstream);
    for (const { refreshToken } of tokens)
      expect(await codeOf(() => sessions.refresh(refreshToken, () => ({})))).toBe("revoked");
  });

  it("end with their login, also one that begins while the others are ended", async () => {
    for (const member of ["list", "end", "endAll"] as const)
      for (const before of [true, false]) {
        const { store, sessions } = setUp();
        const upstream = ["https://id.example", "login"] as const;
        await sessions.begin("user_1", {}, { upstream });
        const steps = Reflect.get(store, member) as (...given: unknown[]) => unknown;
        let late: Awaited<ReturnType<typeof sessions.begin>> | undefined;
        const spy = vi.spyOn(store, member).mockImplementation((async (...given: unknown[]) => {
          spy.mockRestore();
          const answer = before ? undefined : await steps(...given);
          late = await sessions.begin("user_2", {}, { upstream });
          return before ? steps(...given) : answer;
        }) as never);
        await sessions.endUpstream(...upstream);
        spy.mockRestore();
        late ??= await sessions.begin("user_2", {}, { upstream });
        // A login that comes after the logout ends with the next one at the latest.
        await sessions.endUpstream(...upstream);
        expect([member, before, await listed(sessions, "user_2")]).toEqual([member, before, []]);
      }
  });

  it("do not end for ever where the store ends none", async () => {
    const { store, sessions } = setUp();
    const upstream = ["https://id.example", "login"] as const;
    await sessions.begin("user_1", {}, { upstream });
    const end = vi.spyOn(store, "end").mockImplementation(() => undefined);
    expect(await codeOf(() => sessions.endUpstream(...upstream))).toBe("store_unavailable");
    expect(end.mock.calls.length).toBeLessThan(100);
  });

  it.each<[string, unknown]>([
    ["a string of two characters", "ab"],
    ["one member", ["https://id.example"]],
    ["three members", ["a", "b", "c"]],
    ["an object", { 0: "a", 1: "b", length: 2 }],
    ["no sid", ["https://id.example", undefined]],
  ])("a login is not %s, and nothing begins", async (_, upstream) => {
    const { sessions } = setUp();
    expect(await codeOf(() => sessions.begin("user_123", {}, { upstream: upstream as [string, string] }))).toBe(
      "invalid_argument",
    );
    expect(await listed(sessions, "user_123")).toEqual([]);
  });
});

describe("tokens that the key signed, and no session wrote", () => {
  const good = async () => {
    const { sessions } = setUp();
    const tokens = await sessions.begin("user_123", {});
    return { sessions, tokens, claims: { sub: "user_123", sid: tokens.session, gen: 0, end: tokens.endsAt } };
  };
  it.each<[string, object]>([
    ["no subject", { sub: undefined }],
    ["another subject", { sub: "user_456" }],
    ["no session", { sid: undefined }],
    ["a session that is none", { sid: "x" }],
    ["no generation", { gen: undefined }],
    ["a generation below zero", { gen: -1 }],
    ["a generation in words", { gen: "7" }],
    ["half a generation", { gen: 0.5 }],
    ["no end", { end: undefined }],
    ["an end in words", { end: "never" }],
  ])("a refresh token with %s", async (_, wrong) => {
    const { sessions, tokens, claims } = await good();
    const signer = createSigner(key, { issuer: "my-api", audience, typ: "session.refresh+jwt" });
    const given = Object.fromEntries(
      Object.entries({ ...claims, ...wrong }).filter(([, value]: [string, unknown]) => value !== undefined),
    );
    const token = await signer.sign(given);
    expect(await codeOf(() => sessions.refresh(token, () => ({})))).toBe("claim_invalid");
    expect(await codeOf(() => sessions.end({ refreshToken: token }))).toBe("claim_invalid");
    expect((await sessions.refresh(tokens.refreshToken, () => ({}))).again).toBe(false);
  });

  it.each<[string, unknown[]]>([
    ["a misspelt option", [{ beforeReply: () => undefined }]],
    ["a check that is no function", [{ beforeReplay: true }]],
    ["null", [null]],
    ["a function", [() => undefined]],
    ["a callback behind the options", [{}, () => undefined]],
  ])("%s is refused by liveVerifier, as by verifier", async (_, more) => {
    const { sessions } = setUp();
    const { accessToken } = await sessions.begin("user_123", {});
    for (const verifier of [sessions.verifier, sessions.liveVerifier])
      for (const verify of [verifier.verify, verifier.safeVerify] as ((...given: unknown[]) => Promise<unknown>)[])
        expect(await codeOf(() => verify(accessToken, ...more))).toBe("invalid_argument");
  });

  it("an access token without a session is refused as a token by liveVerifier", async () => {
    const { sessions } = setUp();
    const signer = createSigner(key, { ...web, typ: "session.access+jwt" });
    for (const claims of [{}, { sid: "x" }, { sid: 1 }])
      expect(await codeOf(async () => sessions.liveVerifier.verify(await signer.sign(claims)))).toBe("claim_invalid");
  });
});

describe("a store that answers nonsense to list", () => {
  it.each<[unknown]>([
    [undefined],
    [{}],
    ["text"],
    [[null]],
    [[{ session: "x" }]],
    [[{ session: `${"a".repeat(43)}.${"b".repeat(22)}`, note: "{" }]],
  ])("%j", async (answer) => {
    const { sessions, store } = setUp();
    vi.spyOn(store, "list").mockReturnValue(answer as []);
    expect(await codeOf(() => listed(sessions, "user_123"))).toBe("store_unavailable");
    if (!JSON.stringify(answer ?? "").includes("note"))
      expect(await codeOf(() => sessions.endUpstream("https://id.example", "x"))).toBe("store_unavailable");
  });
});

describe("a polluted Object.prototype", () => {
  afterEach(() => {
    for (const name of ["privateKey", "publicKey", "grace", "store", "except", "note", "once"])
      Reflect.deleteProperty(Object.prototype, name);
  });
  const pollute = (name: string, value: unknown): void => {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
  };

  it("gives no key", async () => {
    const { privateKey, publicKey } = await generateKeyPair(ES256);
    pollute("privateKey", privateKey);
    pollute("publicKey", publicKey);
    expect(await codeOf(() => createSessions(key as SessionKey, web))).toBe("invalid_argument");
  });

  it.each(["grace", "store"])("gives no %s to sessions", async (name) => {
    pollute(name, 60);
    expect(await codeOf(() => createSessions(key, web))).toBe("invalid_argument");
  });

  it("gives no options to single calls, nor to kinds", async () => {
    const { sessions } = setUp();
    pollute("except", "x");
    expect(await codeOf(() => sessions.endAll("user_123"))).toBe("invalid_argument");
    pollute("note", "x");
    expect(await codeOf(() => sessions.begin("user_123", {}))).toBe("invalid_argument");
    pollute("once", {});
    expect(await codeOf(() => defineToken("reset", web))).toBe("invalid_argument");
  });
});

describe("cookies", () => {
  it("are written of what begin and refresh return, and of nothing else", async () => {
    const tokens = await setUp().sessions.begin("user_123", {});
    for (const wrong of [
      { accessToken: "a; Domain=example" },
      { accessToken: "" },
      { accessToken: undefined },
      { refreshToken: "a\r\nset-cookie: b" },
      { expiresAt: "1; Domain=example" },
      { refreshExpiresAt: undefined },
      { issuedAt: NaN },
    ])
      expect(await codeOf(() => sessionCookies({ ...tokens, ...wrong } as typeof tokens))).toBe("invalid_argument");
  });

  it("that browsers would drop without a word are refused", async () => {
    const tokens = await setUp().sessions.begin("user_123", { text: "x".repeat(3000) });
    expect(() => sessionCookies(tokens)).toThrow(/__Host-session: expected 4096 characters at most, found 4\d{3}/);
  });

  it.each([
    "session ",
    " session",
    "ses=sion",
    "ses;sion",
    "séssion",
    "ses\u0000sion",
    "ses\r\nsion",
    "__Secure-a",
    "a,b",
    '"a"',
    "a/b",
  ])("are not named %j", async (name) => {
    expect(await codeOf(() => sessionCookies(null, { name }))).toBe("invalid_argument");
  });
});

describe("the time of a second use", () => {
  it("does not lengthen what the tokens that it brings live for", async () => {
    let ahead = 0;
    const now = (): Date => new Date(Date.now() + ahead * 1000);
    const sessions = createSessions(key, { ...web, now, store: memorySessionStore({ now }), sessionExpiresIn: "1h" });
    const first = await sessions.begin("user_123", {});
    ahead = 3590;
    await sessions.refresh(first.refreshToken, () => ({}));
    ahead = 3596;
    const again = await sessions.refresh(first.refreshToken, () => ({}));
    expect(again).toMatchObject({ again: true, endsAt: first.endsAt, expiresAt: first.endsAt });
  });

  it("a claimsOf that takes longer than grace costs nobody the session, where the token is new", async () => {
    let ahead = 0;
    const now = (): Date => new Date(Date.now() + ahead * 1000);
    const sessions = createSessions(key, { ...web, now, store: memorySessionStore({ now }) });
    const { refreshToken } = await sessions.begin("user_123", {});
    const slow = (): object => {
      ahead += 30;
      return {};
    };
    const next = await sessions.refresh(refreshToken, slow);
    expect(next.again).toBe(false);
    expect((await sessions.refresh(next.refreshToken, slow)).again).toBe(false);
  });
});
