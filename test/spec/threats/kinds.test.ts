// Kinds of token and sessions under one key: nothing passes for another, links are good once, and refresh tokens are raced, reused and stolen in vain.
import { describe, expect, it } from "vitest";
import {
  createSigner,
  createVerifier,
  defineToken,
  generateSecret,
  HS256,
  memoryReplayStore,
} from "../../../src/index.ts";
import { createSessions, memorySessionStore, sessionVerifier } from "../../../src/sessions/index.ts";
import { codeOf } from "../../unit/jwt/outcome.ts";

const key = await generateSecret(HS256);
const web = { issuer: "my-api", audience: "web" } as const;
const setUp = (grace = 10) => {
  let ahead = 0;
  const now = (): Date => new Date(Date.now() + ahead * 1000);
  const sessions = createSessions(key, { ...web, grace, now, store: memorySessionStore({ now }) });
  return { sessions, turn: (seconds: number) => (ahead += seconds) };
};
const claims = (): object => ({});

describe("A token for another resource, an ID token, a logout token, a client assertion where an access token is meant", async () => {
  const sessions = createSessions(key, web);
  const tokens = await sessions.begin("user_123", {});
  const other = createSessions(key, { ...web, audience: "admin" });
  const otherTokens = await other.begin("user_123", {});
  const kinds = Object.fromEntries(
    ["password-reset", "invitation", "magic-link"].map((name) => [name, defineToken(name, web)]),
  );
  const typed = (typ: string): Promise<string> => createSigner(key, { ...web, typ }).sign({ sub: "user_123" });

  const signed: Record<string, string> = {
    plain: await createSigner(key, web).sign({ sub: "user_123" }),
    access: tokens.accessToken,
    refresh: tokens.refreshToken,
    "access of another application": otherTokens.accessToken,
    "refresh of another application": otherTokens.refreshToken,
  };
  for (const [name, kind] of Object.entries(kinds))
    signed[name] = await kind.createSigner(key).sign({ sub: "user_123" });
  for (const typ of ["at+jwt", "logout+jwt", "secevent+jwt", "dpop+jwt", "client-authentication+jwt", "JOSE"])
    signed[typ] = await typed(typ);

  const verifiers: Record<string, (token: string) => unknown> = {
    plain: (token) => createVerifier(key, web).verify(token),
    access: (token) => sessions.verifier.verify(token),
    refresh: (token) => sessions.end({ refreshToken: token }),
    "access of another application": (token) =>
      sessionVerifier(key, { issuer: "my-api", audience: "admin" }).verify(token),
    "refresh of another application": (token) => other.end({ refreshToken: token }),
    ...Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [name, (token: string) => kind.createVerifier(key).verify(token)]),
    ),
    "at+jwt": (token) => createVerifier(key, { ...web, typ: "at+jwt" }).verify(token),
    "logout+jwt": (token) => createVerifier(key, { ...web, typ: "logout+jwt" }).verify(token),
  };

  it.each(Object.keys(verifiers))("a verifier of %s takes its own tokens, and refuses every other", async (name) => {
    const outcomes: Record<string, string> = {};
    for (const [of, token] of Object.entries(signed)) outcomes[of] = await codeOf(() => verifiers[name]!(token));
    for (const [of, outcome] of Object.entries(outcomes))
      expect([of, of === name ? outcome === "accepted" : /^(typ|audience)_mismatch$/.test(outcome), outcome]).toEqual([
        of,
        true,
        outcome,
      ]);
  });
});

describe("Refresh token raced, reused, stolen; session alive after logout in the same second", () => {
  it("fifty refreshes at once: one rotates, the others get tokens of the same generation", async () => {
    const { sessions } = setUp();
    const { refreshToken } = await sessions.begin("user_123", {});
    const answers = await Promise.all(Array.from({ length: 50 }, () => sessions.refresh(refreshToken, claims)));
    expect(answers.filter(({ again }) => !again)).toHaveLength(1);
    expect((await sessions.refresh(answers[17]!.refreshToken, claims)).again).toBe(false);
  });

  it("of thief and owner, whoever comes second ends the session for both", async () => {
    const { sessions, turn } = setUp();
    const { refreshToken } = await sessions.begin("user_123", {});
    const { refreshToken: next } = await sessions.refresh(refreshToken, claims);
    turn(60);
    expect(await codeOf(() => sessions.refresh(refreshToken, claims))).toBe("replayed");
    expect(await codeOf(() => sessions.refresh(next, claims))).toBe("revoked");
  });

  it("without grace the second use is theft, within the same millisecond or not", async () => {
    const { sessions, turn } = setUp(0);
    const { refreshToken } = await sessions.begin("user_123", {});
    await sessions.refresh(refreshToken, claims);
    turn(0.001);
    expect(await codeOf(() => sessions.refresh(refreshToken, claims))).toBe("replayed");
  });

  it("after a logout, and after a logout everywhere, no token of before refreshes, in the second of a new login", async () => {
    const { sessions } = setUp();
    const [one, two] = [await sessions.begin("user_123", {}), await sessions.begin("user_123", {})];
    await sessions.end({ refreshToken: one.refreshToken });
    await sessions.endAll("user_123");
    const fresh = await sessions.begin("user_123", {});
    for (const { refreshToken, accessToken } of [one, two]) {
      expect(await codeOf(() => sessions.refresh(refreshToken, claims))).toBe("revoked");
      expect(await codeOf(() => sessions.liveVerifier.verify(accessToken))).toBe("revoked");
    }
    expect(await codeOf(() => sessions.refresh(fresh.refreshToken, claims))).toBe("accepted");
  });
});

describe("One-time link burnt by a scanner's GET, or good twice", () => {
  const reset = defineToken("password-reset", { ...web, once: memoryReplayStore() });
  const links = reset.createVerifier(key);

  it("any number of GETs costs nothing, of fifty POSTs one is good, and the next GET says so", async () => {
    const link = await reset.createSigner(key).sign({ sub: "user_123" });
    for (let i = 0; i < 10; i++) expect(await codeOf(() => links.peek(link))).toBe("accepted");
    const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(() => links.verify(link))));
    expect(codes.filter((code) => code === "accepted")).toHaveLength(1);
    expect(codes.filter((code) => code === "replayed")).toHaveLength(49);
    expect(await codeOf(() => links.peek(link))).toBe("replayed");
  });

  it("a caller's own jti, which could come again, is refused", async () => {
    const signer = reset.createSigner(key);
    expect(await codeOf(() => signer.sign({ sub: "user_123" }, { jwtId: "1" }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.sign({ sub: "user_123", jti: "1" }))).toBe("invalid_argument");
  });
});
