import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  createVerifier,
  HS256,
  importSecret,
  unchecked,
  type Expected,
  type SigningKey,
  type VerifyingKey,
} from "../../../src/index.ts";
import { createIdTokenVerifier } from "../../../src/oauth/index.ts";
import type { IdTokenVerifyOptions } from "../../../src/oauth/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { but, clientId, clock, halfOf, issuer, nonce, privateKey, publicKey, second, signed } from "./forge.ts";

const claims = {
  iss: issuer,
  sub: "user_123",
  aud: clientId,
  exp: second + 600,
  iat: second,
  nonce,
  auth_time: second - 60,
  acr: "urn:mace:incommon:iap:silver",
};
const policy = { issuer, clientId, now: clock().now };
const verifierWith = (options: object = {}, keys: VerifyingKey = publicKey) =>
  createIdTokenVerifier(keys, { ...policy, ...options });

/** `"accepted"`, or the code of the refusal; `verify` and `safeVerify` have to agree. */
async function outcome(token: unknown, call: object = {}, options: object = {}): Promise<string> {
  const verifier = verifierWith(options);
  const callOptions = { nonce, ...call } as IdTokenVerifyOptions;
  const code = await codeOf(() => verifier.verify(token as string, callOptions));
  const safe = await codeOf(async () => {
    const result = await verifier.safeVerify(token as string, callOptions);
    if (!result.ok) throw result.error as Error;
  });
  expect(safe).toBe(code);
  return code;
}
const of = async (changes: object, call: object = {}, options: object = {}, ...without: string[]): Promise<string> =>
  outcome(await signed(but(claims, changes, ...without)), call, options);

describe("OpenID Connect Core §3.1.3.7, by number", () => {
  it("a token by the rules is accepted, and its claims are typed", async () => {
    const { claims: found, payload, header, key } = await verifierWith().verify(await signed(claims), { nonce });
    expect([found, payload]).toEqual([claims, claims]);
    expectTypeOf(found.iss).toEqualTypeOf<string>();
    expectTypeOf(payload.sub).toEqualTypeOf<string>();
    expect([header.alg, key]).toEqual(["ES256", publicKey]);
  });

  it("2: iss is the issuer, exactly", async () => {
    expect(await of({ iss: `${issuer}/` })).toBe("issuer_mismatch");
    expect(await of({ iss: "https://other.example" })).toBe("issuer_mismatch");
    expect(await of({ iss: [issuer] })).toBe("claim_invalid");
    expect(await of({}, {}, {}, "iss")).toBe("claim_missing");
    expect(await of({ iss: "accounts.example" }, {}, { issuer: [issuer, "accounts.example"] })).toBe("accepted");
  });

  it("2: of an unchecked issuer a key that is bound to one is needed", async () => {
    expect(await of({}, {}, { issuer: unchecked })).toBe("issuer_mismatch");
    const bound = verifierWith({ issuer: unchecked }, { ...publicKey, issuer });
    expect(await codeOf(async () => bound.verify(await signed(claims), { nonce }))).toBe("accepted");
    const other = await signed({ ...claims, iss: "https://other.example" });
    expect(await codeOf(() => bound.verify(other, { nonce }))).toBe("issuer_mismatch");
    const without = await signed(but(claims, {}, "iss"));
    expect(await codeOf(() => bound.verify(without, { nonce }))).toBe("claim_missing");
  });

  it("3: aud names the client", async () => {
    expect(await of({ aud: [clientId] })).toBe("accepted");
    for (const aud of ["other", ["other"], `${clientId} `]) expect(await of({ aud })).toBe("audience_mismatch");
    for (const aud of [[], 5, {}, [clientId, 5]]) expect(await of({ aud })).toBe("claim_invalid");
    expect(await of({}, {}, {}, "aud")).toBe("claim_missing");
    expect(await of({ aud: "second" }, {}, { clientId: [clientId, "second"] })).toBe("accepted");
  });

  it("4: several audiences without azp are refused, unless that is waived", async () => {
    const aud = [clientId, "https://api.example"];
    expect(await of({ aud })).toBe("claim_missing");
    expect(await of({ aud, azp: clientId })).toBe("accepted");
    expect(await of({ aud }, {}, { optional: ["azp"] })).toBe("accepted");
    expect(await of({ aud, azp: "other" }, {}, { optional: ["azp"] })).toBe("claim_mismatch");
    expect(await errorOf(async () => verifierWith().verify(await signed({ ...claims, aud }), { nonce }))).toMatchObject(
      { claim: "azp", message: expect.stringContaining('optional: ["azp"]') as unknown },
    );
  });

  it("5: azp is one of the clients", async () => {
    expect(await of({ azp: clientId })).toBe("accepted");
    expect(await of({ azp: "android" })).toBe("claim_mismatch");
    expect(await of({ azp: "android" }, {}, { clientId: [clientId, "android"] })).toBe("accepted");
    for (const azp of [[clientId], null, "", 5]) expect(await of({ azp })).toBe("claim_invalid");
  });

  it("6, 8: the signature is by the issuer's key, or by the client's secret", async () => {
    expect(await outcome((await signed(claims)).replace(/.{8}$/, "AAAAAAAA"))).toBe("signature_invalid");
    const secret = await importSecret("a client secret of more than 32 bytes", HS256);
    const token = await signed(claims, {}, secret);
    expect(await codeOf(() => verifierWith({}, secret).verify(token, { nonce }))).toBe("accepted");
    expect(await outcome(token)).toBe("alg_not_allowed");
  });

  it("7: alg is that of the key", async () => {
    expect(await outcome(await signed(claims, { alg: "none" }))).toBe("alg_not_allowed");
    expect(await outcome(await signed(claims, { alg: "RS256" }))).toBe("alg_not_allowed");
  });

  it("9: exp is there, and later than now", async () => {
    expect(await of({ exp: second + 1 })).toBe("accepted");
    expect(await of({ exp: second - 5 })).toBe("expired");
    expect(await of({ exp: second - 5 }, {}, { clockTolerance: "30s" })).toBe("accepted");
    expect(await of({ exp: "soon" })).toBe("claim_invalid");
    expect(await of({}, {}, {}, "exp")).toBe("claim_missing");
  });

  it("10: iat is there, and no older than maxTokenAge", async () => {
    expect(await of({}, {}, {}, "iat")).toBe("claim_missing");
    expect(await of({ iat: second - 3600 })).toBe("accepted");
    expect(await of({ iat: second - 3600 }, {}, { maxTokenAge: "10m" })).toBe("too_old");
    expect(await of({ iat: second + 3600 }, {}, { maxTokenAge: "10m" })).toBe("not_yet_valid");
  });

  it("11: nonce is the one that was sent", async () => {
    expect(await of({ nonce: "of another login" })).toBe("claim_mismatch");
    expect(await of({}, {}, {}, "nonce")).toBe("claim_missing");
    for (const one of [null, 5, "", [nonce]]) expect(await of({ nonce: one })).toBe("claim_invalid");
    expect(await of({}, { nonce: unchecked }, {}, "nonce")).toBe("accepted");
    expect(await of({}, { nonce: unchecked })).toBe("accepted");
    const mismatch = await errorOf(async () => verifierWith().verify(await signed(claims), { nonce: "kept-secret" }));
    expect(String(mismatch)).not.toMatch(/kept-secret|n-0S6/);
  });

  it.each([undefined, null, "", 5])("11: without a nonce (%j) there is no check: the caller is told", async (one) => {
    expect(await of({}, { nonce: one })).toBe("invalid_argument");
  });
  it("11: nor without options", async () => {
    const token = await signed(claims);
    expect(await codeOf(() => verifierWith().verify(token, undefined as never))).toBe("invalid_argument");
    expect(await codeOf(() => verifierWith().safeVerify(token, {} as never))).toBe("invalid_argument");
  });

  it("12: acr, where it is asked for, is there and one of those", async () => {
    const silver = claims.acr;
    expect(await of({}, { acr: silver })).toBe("accepted");
    expect(await of({}, { acr: ["urn:example:gold", silver] })).toBe("accepted");
    expect(await of({}, { acr: "urn:example:gold" })).toBe("claim_mismatch");
    expect(await of({}, { acr: silver }, {}, "acr")).toBe("claim_missing");
    expect(await of({ acr: [silver] }, { acr: silver })).toBe("claim_invalid");
  });

  it("13: auth_time, where maxAge is given, is there and no older", async () => {
    expect(await of({}, { maxAge: "5m" })).toBe("accepted");
    expect(await of({ auth_time: second - 65 }, { maxAge: 60 })).toBe("accepted");
    expect(await of({ auth_time: second - 66 }, { maxAge: 60 })).toBe("too_old");
    expect(await of({ auth_time: second }, { maxAge: 0 })).toBe("accepted");
    expect(await of({ auth_time: second - 6 }, { maxAge: 0 })).toBe("too_old");
    expect(await of({}, { maxAge: "5m" }, {}, "auth_time")).toBe("claim_missing");
    for (const one of [String(second), null, [second], second + 6])
      expect(await of({ auth_time: one }, { maxAge: "5m" })).toBe("claim_invalid");
    expect(await of({ auth_time: "whatever" })).toBe("accepted");
  });
});

describe("OpenID Connect Core §2", () => {
  it("sub is there, and not empty", async () => {
    expect(await of({}, {}, {}, "sub")).toBe("claim_missing");
    expect(await of({ sub: "" })).toBe("claim_invalid");
    expect(await of({ sub: 42 })).toBe("claim_invalid");
    expect(await of({ sub: 42 }, {}, { allowNumericSubject: true })).toBe("accepted");
  });

  it.each([null, undefined, 5, "", "a.b", "a.b.c.d.e"])("%j is no token", async (token) => {
    expect(await outcome(token)).toBe("token_malformed");
  });
});

describe("at_hash (§3.1.3.8, §3.2.2.9) and c_hash (§3.3.2.10)", () => {
  const [accessToken, code] = [
    "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk",
  ];
  // The examples of Core, Appendix A.4 and A.6.
  const [at_hash, c_hash] = ["77QmUPtjPfzWtF2AnpK9RQ", "LDktKdoQak3Pk0cnXxCltA"];

  it("are those of the access token and the code", async () => {
    expect(await of({ at_hash, c_hash }, { accessToken, code })).toBe("accepted");
    expect(await of({ at_hash, c_hash }, { accessToken: `${accessToken}x`, code })).toBe("claim_mismatch");
    expect(await of({ at_hash, c_hash }, { accessToken, code: accessToken })).toBe("claim_mismatch");
    expect(await of({ at_hash: c_hash, c_hash: at_hash }, { accessToken, code })).toBe("claim_mismatch");
  });

  it("have to be there where the access token or the code is given", async () => {
    expect(await of({ c_hash }, { accessToken })).toBe("claim_missing");
    expect(await of({ at_hash }, { code })).toBe("claim_missing");
    expect(await of({}, {})).toBe("accepted");
    for (const one of [null, "", 5, [at_hash]])
      expect(await of({ at_hash: one }, { accessToken })).toBe("claim_invalid");
    for (const spelt of [`${at_hash}==`, at_hash.toLowerCase(), at_hash.slice(0, -1)])
      expect(await of({ at_hash: spelt }, { accessToken })).toBe("claim_mismatch");
  });

  it.each(["accessToken", "code"])("an option %s without a value is a mistake of the caller", async (name) => {
    for (const value of [undefined, null, "", 5]) expect(await of({}, { [name]: value })).toBe("invalid_argument");
  });

  /** A key of any algorithm, whose signatures have the right length and are believed. */
  const believed = (alg: string, length: number): SigningKey & VerifyingKey => ({
    alg,
    sign: () => new Uint8Array(length).fill(1),
    verify: () => true,
  });
  it.each([
    ["HS256", 32, "sha256"],
    ["HS384", 48, "sha384"],
    ["HS512", 64, "sha512"],
    ["RS256", 256, "sha256"],
    ["RS384", 256, "sha384"],
    ["RS512", 256, "sha512"],
    ["PS256", 256, "sha256"],
    ["PS384", 256, "sha384"],
    ["PS512", 256, "sha512"],
    ["ES256", 64, "sha256"],
    ["ES384", 96, "sha384"],
    ["ES512", 132, "sha512"],
    ["Ed25519", 64, "sha512"],
    ["EdDSA", 64, "sha512"],
    ["ML-DSA-44", 2420, "shake256"],
    ["ML-DSA-65", 3309, "shake256"],
    ["ML-DSA-87", 4627, "shake256"],
  ])("%s", async (alg, length, hash) => {
    const key = believed(alg, length);
    const verifier = verifierWith({}, key);
    const token = await signed({ ...claims, at_hash: halfOf(hash, accessToken), c_hash: halfOf(hash, code) }, {}, key);
    const call = { nonce, accessToken: accessToken, code: code };
    expect(await codeOf(() => verifier.verify(token, call))).toBe("accepted");
    expect(await codeOf(() => verifier.verify(token, { ...call, code: "another" }))).toBe("claim_mismatch");
  });

  it("an algorithm without a known digest is the caller's mistake, as soon as a hash is asked for", async () => {
    const key = believed("ES256K", 64);
    const token = await signed({ ...claims, at_hash }, {}, key);
    expect(await codeOf(() => verifierWith({}, key).verify(token, { nonce }))).toBe("accepted");
    expect(await codeOf(() => verifierWith({}, key).verify(token, { nonce, accessToken: "any" }))).toBe(
      "unsupported_algorithm",
    );
  });
});

describe("other kinds of token, whose type does not say so", () => {
  it("a logout token has events, and whoever has a typ of another kind says so", async () => {
    expect(await of({ events: {} })).toBe("typ_mismatch");
    for (const typ of ["at+jwt", "logout+jwt", "dpop+jwt", "client-authentication+jwt", "JOSE"])
      expect(await outcome(await signed(claims, { typ }))).toBe("typ_mismatch");
    for (const typ of ["JWT", "jwt"]) expect(await outcome(await signed(claims, { typ }))).toBe("accepted");
  });

  it.each([
    { typ: "Bearer" },
    { typ: "Refresh" },
    { typ: "Offline" },
    { typ: "Logout" },
    { token_use: "access" },
    { token_type: "refresh" },
    { token_type: "access_token" },
  ])("%j", async (kind) => {
    expect(await of(kind)).toBe("typ_mismatch");
  });
  it.each([{ typ: "ID" }, { token_use: "id" }, { token_type: "id_token" }])("%j is an ID token's", async (kind) => {
    expect(await of(kind)).toBe("accepted");
  });

  it.each(["scope", "scp", "client_id", "cid", "appid", "appidacr", "azpacr", "idtyp"])(
    "%s is an access token's, where nothing answers a login",
    async (name) => {
      expect(await of({ [name]: "x" }, { nonce: unchecked }, {}, "nonce")).toBe("typ_mismatch");
      expect(await of({ [name]: "x" })).toBe("accepted");
      expect(await of({ [name]: "x", at_hash: "x" }, { nonce: unchecked }, {}, "nonce")).toBe("accepted");
    },
  );
});

describe("options", () => {
  it("match, schema and the others do what they do elsewhere", async () => {
    expect(await of({ hd: "example.com" }, {}, { match: { hd: "example.com" } })).toBe("accepted");
    expect(await of({ hd: "example.org" }, {}, { match: { hd: "example.com" } })).toBe("claim_mismatch");
    const schema = z.object({ email: z.string().transform((text) => text.length) });
    const verifier = createIdTokenVerifier(publicKey, { ...policy, schema });
    const token = await signed({ ...claims, email: "a@b" });
    const { claims: found, payload } = await verifier.verify(token, { nonce });
    expectTypeOf(found.email).toEqualTypeOf<number>();
    expect([found, payload.sub]).toEqual([{ email: 3 }, "user_123"]);
    expect(await of({}, {}, { schema: z.object({ email: z.string() }) })).toBe("schema_mismatch");
    expect(await of({}, {}, { maxTokenLength: 20 })).toBe("token_too_large");
  });

  it.each<object>([
    { issuer: undefined },
    { issuer: "" },
    { issuer: [] },
    { clientId: undefined },
    { clientId: "" },
    { clientId: [] },
    { clientId: unchecked },
    { audience: clientId },
    { client_id: clientId },
    { nonce },
    { optional: ["nonce"] },
    { optional: "azp" },
    { optional: undefined },
    { optional: Array<string>(1) },
    { match: undefined },
    { match: {} },
    { schema: undefined },
    { clockTolerance: "1" },
    { clockTolerance: "2h" },
    { maxTokenAge: undefined },
    { now: 5 },
  ])("%o is refused when the verifier is made", (options) => {
    expect(() => verifierWith(options)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  it.each<object>([
    { maxAge: undefined },
    { maxAge: "5" },
    { maxAge: -1 },
    { maxAge: 300_000 },
    { acr: undefined },
    { acr: [] },
    { acr: "" },
    { access_token: "x" },
    { azp: clientId },
    { beforeReplay: () => undefined },
  ])("%o is refused when it is called", async (call) => {
    expect(await of({}, call)).toBe("invalid_argument");
  });

  it("a promise as the token is the caller's mistake", async () => {
    expect(await outcome(signed(claims))).toBe("invalid_argument");
  });

  it("a refusal after a good signature has the claims, as everywhere", async () => {
    const result = await verifierWith().safeVerify(await signed({ ...claims, nonce: "other" }), { nonce });
    expect(result.ok ? undefined : (result.error as { claims?: unknown }).claims).toMatchObject({ sub: "user_123" });
  });

  it("the same token passes a plain verifier, which looks at no nonce: that is what this is for", async () => {
    const plain = { issuer, audience: clientId, now: policy.now } satisfies Expected;
    const token = await signed({ ...claims, nonce: "other", azp: "other" }, {}, privateKey);
    expect(await codeOf(() => createVerifier(publicKey, plain).verify(token))).toBe("accepted");
    expect(await outcome(token)).toBe("claim_mismatch");
  });
});
