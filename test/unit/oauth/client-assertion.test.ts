import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createKeyRing,
  decode,
  ES256,
  generateKeyPair,
  HS256,
  importSecret,
  localJwks,
  memoryReplayStore,
  publicJwks,
  unchecked,
  UnavailableError,
  type Bytes,
} from "../../../src/index.ts";
import { clientAssertion, clientAssertionType, createClientAssertionVerifier } from "../../../src/oauth/index.ts";
import type { ClientAssertionVerifierOptions } from "../../../src/oauth/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { but, clock, issuer, privateKey, publicKey, second, signed } from "./forge.ts";

const clientId = "billing";
const { now } = clock();
const claims = { iss: clientId, sub: clientId, aud: issuer, jti: "assertion-1", iat: second, exp: second + 300 };
const header = { typ: "client-authentication+jwt" };
const { privateKey: otherPrivate, publicKey: otherPublic } = await generateKeyPair(ES256);
const clients = new Map([
  [clientId, publicKey],
  ["other", otherPublic],
]);
const verifierWith = (options: object = {}) => {
  const policy = { issuer, keysOf: (id: string) => clients.get(id), replay: unchecked, now, ...options };
  return createClientAssertionVerifier(policy as ClientAssertionVerifierOptions);
};
const outcome = (token: unknown, options: object = {}, call?: object): Promise<string> =>
  codeOf(() => verifierWith(options).verify(token as string, call));
const of = async (changes: object, options: object = {}, ...without: string[]): Promise<string> =>
  outcome(await signed(but(claims, changes, ...without), header), options);

describe("clientAssertion", () => {
  it("RFC 10070 §4: aud is the issuer alone, typ says what it is, five minutes, a jti", async () => {
    const assertion = await clientAssertion(privateKey, { clientId, issuer, now });
    const found = decode(assertion);
    expect(found.header).toEqual({ alg: "ES256", typ: "client-authentication+jwt", kid: "key-1" });
    expect(found.claims).toEqual({ ...claims, jti: expect.stringMatching(/^[\da-f-]{36}$/) as unknown });
    expect(await outcome(assertion)).toBe("accepted");
    const another = await clientAssertion(privateKey, { clientId, issuer, now });
    expect(decode(another).claims.jti).not.toBe(found.claims.jti);
  });

  it("the old form is written: another audience, and no type", async () => {
    const tokenEndpoint = `${issuer}/token`;
    const assertion = await clientAssertion(privateKey, { clientId, issuer, legacyAudience: tokenEndpoint, now });
    expect(decode(assertion)).toMatchObject({ header: { typ: "JWT" }, claims: { aud: tokenEndpoint } });
    expect(await outcome(assertion)).toBe("typ_mismatch");
    expect(await outcome(assertion, { optional: ["typ"] })).toBe("audience_mismatch");
    const untyped = await clientAssertion(privateKey, { clientId, issuer, legacyAudience: issuer, now });
    expect(await outcome(untyped, { optional: ["typ"] })).toBe("accepted");
  });

  it("client_secret_jwt, a key ring, another lifetime, further header members", async () => {
    const secret = await importSecret("a client secret of more than 32 bytes", HS256);
    const bySecret = await clientAssertion(secret, { clientId, issuer, expiresIn: "1m", now });
    expect(await outcome(bySecret, { keysOf: () => secret })).toBe("accepted");
    expect(decode(bySecret).claims.exp).toBe(second + 60);
    const certified = await clientAssertion(privateKey, { clientId, issuer, header: { "x5t#S256": "abc" }, now });
    expect(decode(certified).header["x5t#S256"]).toBe("abc");
    const ring = createKeyRing({ algorithm: ES256, rotateEvery: "30d", publishAhead: "1d", retainFor: "1h" });
    const byRing = await clientAssertion(ring, { clientId, issuer, now });
    expect(await outcome(byRing, { keysOf: () => ring })).toBe("accepted");
  });

  it.each<object>([
    { clientId: undefined },
    { clientId: "" },
    { issuer: undefined },
    { issuer: "" },
    { issuer: [issuer] },
    { legacyAudience: undefined },
    { legacyAudience: "" },
    { legacyAudience: [issuer] },
    { audience: issuer },
    { expiresIn: "2h" },
    { expiresIn: "5" },
    { header: { typ: "JWT" } },
    { typ: "JWT" },
  ])("%o is refused", async (options) => {
    const all = { clientId, issuer, ...options };
    expect(await codeOf(() => clientAssertion(privateKey, all))).toBe("invalid_argument");
  });
  it("a public key does not sign", async () => {
    expect(await codeOf(() => clientAssertion(publicKey as never, { clientId, issuer }))).toBe("invalid_argument");
  });
  it("the type of the parameter beside it is exported", () => {
    expect(clientAssertionType).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  });
});

describe("RFC 7523 §3 and RFC 10070 §4, by number", () => {
  it("an assertion by the rules is accepted, and its claims are typed", async () => {
    const { claims: found, payload } = await verifierWith().verify(await signed(claims, header), { clientId });
    expect([found, payload]).toEqual([claims, claims]);
    expectTypeOf(found.sub).toEqualTypeOf<string>();
  });

  it("1, 2: iss and sub are the client", async () => {
    expect(await of({ iss: "other" })).toBe("issuer_mismatch");
    expect(await of({ sub: "other" })).toBe("key_not_found"); // among those of the other
    expect(await of({}, {}, "iss")).toBe("claim_missing");
    expect(await of({}, {}, "sub")).toBe("claim_missing");
    for (const value of [5, null, "", [clientId], {}]) expect(await of({ sub: value })).toBe("claim_invalid");
  });

  it("1, 2: and the form's client_id, where there is one", async () => {
    const assertion = await signed(claims, header);
    for (const one of [undefined, null, clientId])
      expect(await outcome(assertion, {}, { clientId: one })).toBe("accepted");
    for (const one of ["other", "", "BILLING", new Blob(["x"])])
      expect(await outcome(assertion, {}, { clientId: one })).toBe("subject_mismatch");
  });

  it("3b: aud is the issuer or a list of it, and never anything more", async () => {
    expect(await of({ aud: [issuer] })).toBe("accepted");
    for (const aud of [`${issuer}/`, `${issuer}/token`, "https://other.example"])
      expect(await of({ aud })).toBe("audience_mismatch");
    for (const aud of [
      [issuer, `${issuer}/token`],
      [`${issuer}/token`, issuer],
      [issuer, issuer],
    ])
      for (const options of [{}, { optional: ["typ"] }]) expect(await of({ aud }, options)).toBe("audience_mismatch");
    expect(await of({}, {}, "aud")).toBe("claim_missing");
    for (const aud of [[], 5, null, {}]) expect(await of({ aud })).toBe("claim_invalid");
  });

  it("4: exp is there, later than now, and near", async () => {
    expect(await of({}, {}, "exp")).toBe("claim_missing");
    expect(await of({ exp: second - 5 })).toBe("expired");
    expect(await of({ exp: second + 3600 })).toBe("accepted");
    expect(await of({ exp: second + 3601 })).toBe("claim_invalid");
    expect(await of({ exp: second + 86_400 * 365 })).toBe("claim_invalid");
    expect(await of({ exp: second + 61 }, { maxLifetime: "1m" })).toBe("claim_invalid");
  });

  it("5, 6: nbf is past; iat may be left out", async () => {
    expect(await of({ nbf: second + 60 })).toBe("not_yet_valid");
    expect(await of({}, {}, "iat")).toBe("accepted");
    expect(await of({ iat: "now" })).toBe("claim_invalid");
  });

  it("7: jti is there, and good once, spent last", async () => {
    expect(await of({}, {}, "jti")).toBe("claim_missing");
    expect(await of({ jti: "" })).toBe("claim_invalid");
    const verifier = verifierWith({ replay: memoryReplayStore({ now }) });
    const attempt = async (changes: object, call = {}): Promise<string> =>
      codeOf(async () => verifier.verify(await signed({ ...claims, ...changes }, header), call));
    expect(await attempt({ aud: "x" })).toBe("audience_mismatch");
    expect(await attempt({ aud: [issuer, "x"] })).toBe("audience_mismatch");
    expect(await attempt({ exp: second + 9999 })).toBe("claim_invalid");
    expect(await attempt({}, { clientId: "other" })).toBe("subject_mismatch");
    const refused = { beforeReplay: () => Promise.reject(new UnavailableError("store_unavailable", "down")) };
    expect(await attempt({}, refused)).toBe("store_unavailable");
    expect(await attempt({})).toBe("accepted");
    expect(await attempt({})).toBe("replayed");
    expect(await verifier.safeVerify(await signed(claims, header))).toMatchObject({
      ok: false,
      error: { code: "replayed" },
    });
  });

  it("7: the same jti by another client is another assertion", async () => {
    const verifier = verifierWith({ replay: memoryReplayStore({ now }) });
    await verifier.verify(await signed(claims, header));
    const theirs = await signed({ ...claims, iss: "other", sub: "other" }, header, otherPrivate);
    expect(await codeOf(() => verifier.verify(theirs))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(theirs))).toBe("replayed");
  });

  it("9: the signature is by a key of this client, and of no other", async () => {
    const nameless = { alg: "ES256", sign: (data: Bytes) => otherPrivate.sign(data) };
    expect(await outcome(await signed(claims, header, nameless))).toBe("signature_invalid");
    expect(await outcome(await signed(claims, { ...header, alg: "none" }))).toBe("alg_not_allowed");
    expect(await outcome(await signed(claims, { ...header, jku: "https://attacker.example" }))).toBe("accepted");
  });

  it("RFC 10070 §4: typ is client-authentication+jwt; waived, it may say nothing, but nothing else", async () => {
    for (const typ of ["client-authentication+jwt", "application/client-authentication+jwt"])
      expect(await outcome(await signed(claims, { typ }))).toBe("accepted");
    for (const plain of [{}, { typ: "JWT" }]) {
      expect(await outcome(await signed(claims, plain))).toBe("typ_mismatch");
      expect(await outcome(await signed(claims, plain), { optional: ["typ"] })).toBe("accepted");
    }
    for (const typ of ["at+jwt", "dpop+jwt", "oauth-authz-req+jwt", "oauth-client-attestation+jwt", "JOSE"])
      expect(await outcome(await signed(claims, { typ }), { optional: ["typ"] })).toBe("typ_mismatch");
  });
});

describe("keys are looked up by client", () => {
  it("a client that sends too many assertions leaves room for the others", async () => {
    const verifier = verifierWith({ replay: memoryReplayStore({ max: 3, now }) });
    const by = (id: string, key = privateKey): Promise<string> => clientAssertion(key, { clientId: id, issuer, now });
    for (let sent = 0; sent < 3; sent++) await verifier.verify(await by(clientId));
    expect(await codeOf(async () => verifier.verify(await by(clientId)))).toBe("store_unavailable");
    expect(await codeOf(async () => verifier.verify(await by("other", otherPrivate)))).toBe("accepted");
  });

  it("once for each assertion, by its sub alone", async () => {
    const asked: string[] = [];
    const keysOf = async (...given: string[]): Promise<unknown> => {
      asked.push(...given);
      return clients.get(given[0]!);
    };
    expect(await of({}, { keysOf })).toBe("accepted");
    expect(asked).toEqual([clientId]);
    expect(await of({ sub: "https://attacker.example/jwks", iss: "https://attacker.example/jwks" }, { keysOf })).toBe(
      "key_not_found",
    );
    const before = asked.length;
    for (const broken of [null, undefined, new Blob([]), "", "x", "a.b.c", `${"x".repeat(20_000)}.e30.AA`])
      expect(["token_malformed", "token_too_large"]).toContain(await outcome(broken, { keysOf }));
    const mismatched = await outcome(await signed(claims, header), { keysOf }, { clientId: "other" });
    expect([mismatched, asked.length]).toEqual(["subject_mismatch", before]);
  });

  it("from a set, or a list", async () => {
    const set = await localJwks(await publicJwks([privateKey]), { algorithms: [ES256] });
    expect(await of({}, { keysOf: () => set })).toBe("accepted");
    expect(await of({}, { keysOf: async () => [otherPublic, publicKey] })).toBe("accepted");
    const { publicKey: another } = await generateKeyPair(ES256);
    expect(await of({}, { keysOf: () => another })).toBe("key_not_found");
  });

  it("a lookup that fails decides nothing, and what it says stays with it", async () => {
    const keysOf = (): never => {
      throw new Error("password=hunter2");
    };
    expect(await of({}, { keysOf })).toBe("key_unavailable");
    expect(
      String(await errorOf(async () => verifierWith({ keysOf }).verify(await signed(claims, header)))),
    ).not.toContain("hunter2");
    expect(await of({}, { keysOf: () => Promise.reject(new UnavailableError("jwks_unavailable", "x")) })).toBe(
      "jwks_unavailable",
    );
    for (const nothing of [undefined, null]) expect(await of({}, { keysOf: () => nothing })).toBe("key_not_found");
    for (const wrong of ["a secret", [], {}]) expect(await of({}, { keysOf: () => wrong })).toBe("invalid_argument");
  });
});

describe("options", () => {
  it.each<object>([
    { issuer: undefined },
    { issuer: [issuer] },
    { issuer: unchecked },
    { keysOf: undefined },
    { keysOf: publicKey },
    { replay: undefined },
    { replay: {} },
    { optional: ["aud"] },
    { optional: ["exp"] },
    { optional: undefined },
    { maxLifetime: 0 },
    { maxTokenLength: 0 },
    { audience: issuer },
    { typ: "JWT" },
    { now: 5 },
  ])("%o is refused when the verifier is made", (options) => {
    expect(() => verifierWith(options)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
  it.each<object>([{ beforeReplay: "x" }, { client_id: clientId }])("%o is refused when it is called", async (call) => {
    expect(await outcome(await signed(claims, header), {}, call)).toBe("invalid_argument");
  });
  it.each([{ clockTolerance: "2h" }, { clockTolerance: "1" }, { storeTimeout: 0 }])("%o too", (options) => {
    expect(() => verifierWith(options)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
