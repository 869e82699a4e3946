// Every kind of token of OpenID Connect and OAuth, under one key and with the same names wherever its specification allows: each verifier
// takes its own kind and refuses all others. And the faults that made these checks necessary.
import { describe, expect, it } from "vitest";
import {
  createVerifier,
  defineToken,
  ES256,
  generateKeyPair,
  generateSecret,
  HS256,
  JwtError,
  memoryReplayStore,
  signJws,
  unchecked,
} from "../../../src/index.ts";
import {
  clientAssertion,
  createClientAssertionVerifier,
  createDpopProver,
  createDpopVerifier,
  createIdTokenVerifier,
  createLogoutTokenVerifier,
} from "../../../src/oauth/index.ts";
import { createSessions } from "../../../src/sessions/index.ts";
import { codeOf } from "../../unit/jwt/outcome.ts";
import { but, clientId, halfOf, issuer, signed } from "../../unit/oauth/forge.ts";

const key = await generateSecret(HS256);
const now = Math.floor(Date.now() / 1000);
/** One name for issuer and client, so that neither tells two kinds apart. */
const name = "https://one.example";
const shared = { iss: name, aud: name, sub: name, iat: now, exp: now + 120, jti: "1" };
/** A refusal of a proof, as one of a token: the codes of requests are others. */
const fromRequest = (error: unknown): never => {
  throw (error as { code?: unknown }).code === "proof_invalid" ? new JwtError("claim_invalid", "proof") : error;
};
const sealed = (claims: object, header: object = {}): Promise<string> => signed({ ...shared, ...claims }, header, key);

describe("An ID token, a logout token, a client assertion or an access token taken for one another", async () => {
  const logoutEvents = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const sessions = createSessions(key, { issuer: name, audience: name });
  const session = await sessions.begin("user_123", {});
  const kinds = ["password-reset", "invitation"].map((kind) => defineToken(kind, { issuer: name, audience: name }));
  const [reset, invitation] = kinds as [(typeof kinds)[0], (typeof kinds)[0]];
  const sid = "s-1";

  /** By kind; what follows a comma is another form of the same kind. */
  const tokens: Readonly<Record<string, string>> = {
    "ID token": await sealed({ nonce: "n" }, { typ: "JWT" }),
    "ID token, as short as can be": await sealed({}),
    "ID token, with hashes and a session": await sealed({ nonce: "n", at_hash: halfOf("sha256", "a"), sid, azp: name }),
    "access token": await sealed({ client_id: name, scope: "read" }, { typ: "at+jwt" }),
    "untyped access token": await sealed({ client_id: name, scope: "read" }, { typ: "JWT" }),
    "untyped access token, of Microsoft Entra": await sealed({ azp: name, azpacr: "1", scp: "read" }),
    "untyped access token, of Keycloak": await sealed({ azp: name, typ: "Bearer", scope: "read", nonce: "n" }),
    "untyped access token, of Cognito": await sealed({ token_use: "access", scope: "read" }),
    "refresh token of Keycloak": await sealed({ azp: name, typ: "Refresh", nonce: "n" }),
    "logout token": await sealed({ sid, events: logoutEvents }, { typ: "logout+jwt" }),
    "logout token, untyped": await sealed({ sid, events: logoutEvents }),
    "security event": await sealed(
      { events: { "https://schemas.openid.net/secevent/risc/event-type/account-disabled": {} } },
      { typ: "secevent+jwt" },
    ),
    "client assertion": await clientAssertion(key, { clientId: name, issuer: name }),
    "authorization grant": await sealed({}, { typ: "authorization-grant+jwt" }),
    "ID-JAG": await sealed({ client_id: name, scope: "read" }, { typ: "oauth-id-jag+jwt" }),
    "request object": await sealed(
      { client_id: name, response_type: "code", nonce: "n" },
      { typ: "oauth-authz-req+jwt" },
    ),
    "authorization response (JARM)": await signed(but(shared, { code: "c", state: "s" }, "sub", "iat"), {}, key),
    introspection: await sealed({ token_introspection: { active: true } }, { typ: "token-introspection+jwt" }),
    "DPoP proof": await sealed({ htm: "POST", htu: `${name}/token`, ath: "a" }, { typ: "dpop+jwt", jwk: {} }),
    "session's access token": session.accessToken,
    "session's refresh token": session.refreshToken,
    "password-reset": await reset.createSigner(key).sign({ sub: name }, { jwtId: "1" }),
    invitation: await invitation
      .createSigner(key)
      .sign({ sub: name, nonce: "n", sid, events: logoutEvents }, { jwtId: "1" }),
    "signature over bytes": await signJws(new TextEncoder().encode(JSON.stringify({ ...shared, nonce: "n" })), key),
  };

  const openId = { issuer: name, clientId: name };
  const assertions = { issuer: name, keysOf: () => key, replay: unchecked } as const;
  /** By the kind that each takes; what follows a comma is the same verifier with other options. */
  const verifiers: Readonly<Record<string, (token: string) => unknown>> = {
    "ID token": (token) => createIdTokenVerifier(key, openId).verify(token, { nonce: unchecked }),
    "ID token, with every waiver": (token) =>
      createIdTokenVerifier(key, { ...openId, optional: ["azp"] }).verify(token, { nonce: unchecked }),
    "logout token": (token) => createLogoutTokenVerifier(key, { ...openId, replay: unchecked }).verify(token),
    "logout token, with every waiver": (token) =>
      createLogoutTokenVerifier(key, { ...openId, replay: unchecked, optional: ["exp"] }).verify(token),
    "client assertion": (token) => createClientAssertionVerifier(assertions).verify(token, { clientId: name }),
    "access token": (token) => createVerifier(key, { issuer: name, audience: name, typ: "at+jwt" }).verify(token),
    "session's access token": (token) => sessions.verifier.verify(token),
    "session's refresh token": (token) => sessions.end({ refreshToken: token }),
    "password-reset": (token) => reset.createVerifier(key).verify(token),
    invitation: (token) => invitation.createVerifier(key).verify(token),
  };
  const kindOf = (form: string): string => form.split(",")[0]!;

  it.each(Object.keys(verifiers))("a verifier of %s takes its own, and refuses every other", async (verifier) => {
    for (const [form, token] of Object.entries(tokens)) {
      const code = await codeOf(() => verifiers[verifier]!(token));
      const isOwn = kindOf(form) === kindOf(verifier);
      expect([form, isOwn ? code : /_mismatch$|^claim_(missing|invalid)$/.test(code) && code]).toEqual([
        form,
        isOwn ? "accepted" : code,
      ]);
    }
  });

  it("a verifier of DPoP proofs takes a proof of its request, and none of these", async () => {
    const pair = await generateKeyPair(ES256);
    const [request, accessToken] = [{ method: "GET", url: `${name}/orders` }, tokens["access token"]!];
    const prover = createDpopProver(pair);
    const bound = { accessToken, jkt: await prover.thumbprint() };
    const verifier = createDpopVerifier({ algorithms: [ES256], replay: memoryReplayStore() });
    const outcome = (proof: string): Promise<string> =>
      codeOf(() => verifier.verify(new Request(request.url, { headers: { dpop: proof } }), bound).catch(fromRequest));
    const proof = await prover.proof({ ...request, accessToken });
    expect(await outcome(proof)).toBe("accepted");
    for (const token of Object.values(tokens)) expect(await outcome(token)).toBe("claim_invalid");
    for (const verify of Object.values(verifiers)) expect(await codeOf(() => verify(proof))).not.toBe("accepted");
  });

  it("with typ waived, an assertion verifier still takes nothing that says what it is", async () => {
    const verifier = createClientAssertionVerifier({ ...assertions, optional: ["typ"] });
    // Under one name for everybody, what is untyped cannot be told apart; a real client is not its own authorization server.
    const untyped = Object.keys(tokens).filter((form) =>
      /^(ID token|untyped|refresh token of K|logout token, u)/.test(form),
    );
    for (const [form, token] of Object.entries(tokens)) {
      const code = await codeOf(() => verifier.verify(token));
      const isTaken = form === "client assertion" || untyped.includes(form);
      expect([form, isTaken ? "accepted" : /_mismatch$|^claim_missing$/.test(code) && code]).toEqual([form, code]);
    }
    for (const form of untyped) {
      const named = createClientAssertionVerifier({ ...assertions, issuer, optional: ["typ"] });
      expect(await codeOf(() => named.verify(tokens[form]!))).toBe("audience_mismatch");
    }
  });
});

describe("An ID token whose nonce, azp or at_hash nobody looked at", () => {
  const claims = { ...shared, iss: issuer, aud: clientId };
  const verifier = createIdTokenVerifier(key, { issuer, clientId });

  it("one that was made for another login, another client or another access token is refused", async () => {
    const of = async (changes: object, call: object): Promise<string> =>
      codeOf(async () => verifier.verify(await signed({ ...claims, ...changes }, {}, key), { nonce: "mine", ...call }));
    const right = { nonce: "mine", azp: clientId, at_hash: halfOf("sha256", "token") };
    expect(await of(right, { accessToken: "token" })).toBe("accepted");
    expect(await of({ ...right, nonce: "theirs" }, {})).toBe("claim_mismatch");
    expect(await of({ ...right, nonce: undefined }, {})).toBe("claim_missing");
    expect(await of({ ...right, azp: "theirs" }, {})).toBe("claim_mismatch");
    expect(await of({ ...right, aud: [clientId, "theirs"], azp: undefined }, {})).toBe("claim_missing");
    expect(await of(right, { accessToken: "injected" })).toBe("claim_mismatch");
    expect(await of({ ...right, at_hash: undefined }, { accessToken: "token" })).toBe("claim_missing");
  });
  it("a nonce that got lost is no waiver", async () => {
    const token = await signed({ ...claims, nonce: "theirs" }, {}, key);
    for (const nonce of [undefined, null, ""])
      expect(await codeOf(() => verifier.verify(token, { nonce } as never))).toBe("invalid_argument");
  });
});

describe("A logout token that is accepted twice, or lost when ending the session failed", () => {
  it("the session's end comes first, the mark after it, and a second delivery ends nothing", async () => {
    const claims = { ...shared, iss: issuer, aud: clientId, sid: "s-1" };
    const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
    const token = await signed({ ...claims, events }, { typ: "logout+jwt" }, key);
    const logouts = createLogoutTokenVerifier(key, { issuer, clientId, replay: memoryReplayStore() });
    let ended = 0;
    const end = (): Promise<void> => (++ended > 1 ? Promise.resolve() : Promise.reject(new Error("down")));
    await expect(logouts.verify(token, { beforeReplay: end })).rejects.toThrow("down");
    expect(await codeOf(() => logouts.verify(token, { beforeReplay: end }))).toBe("accepted");
    expect(await codeOf(() => logouts.verify(token, { beforeReplay: end }))).toBe("replayed");
    expect(ended).toBe(2);
  });
});

describe("A client assertion for one server used at another", () => {
  const verifier = createClientAssertionVerifier({ issuer, keysOf: () => key, replay: memoryReplayStore() });
  const claims = { ...shared, iss: clientId, sub: clientId };
  const header = { typ: "client-authentication+jwt" };

  it("the issuer is the only audience, by whatever name the attacker's server calls its endpoint", async () => {
    const attacked = `${issuer}/token`;
    for (const aud of [attacked, [issuer, attacked], [issuer, "https://attacker.example"], `${issuer}/`])
      expect(await codeOf(async () => verifier.verify(await signed({ ...claims, aud }, header, key)))).toBe(
        "audience_mismatch",
      );
    const sent = await clientAssertion(key, { clientId, issuer });
    expect(await codeOf(() => verifier.verify(sent, { clientId }))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(sent, { clientId }))).toBe("replayed");
  });
  it("keys are those that the client registered: nothing that a token names is fetched", async () => {
    const asked: string[] = [];
    const careful = createClientAssertionVerifier({
      issuer,
      keysOf: (client) => {
        asked.push(client);
        return undefined;
      },
      replay: unchecked,
    });
    const names = { jku: "https://attacker.example/jwks", x5u: "https://attacker.example/x5u" };
    const token = await signed({ ...claims, aud: issuer }, { ...header, ...names }, key);
    expect(await codeOf(() => careful.verify(token))).toBe("key_not_found");
    expect(asked).toEqual([clientId]);
  });
});
