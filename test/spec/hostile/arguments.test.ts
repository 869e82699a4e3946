// Whatever is given wherever: every mistake of the caller is a TypeError with a documented code, never an engine's own.
import { beforeAll, describe, expect, it } from "vitest";
import * as mintmark from "../../../src/index.ts";
import type { Jwk, KeyPair, SecretKey } from "../../../src/index.ts";
import { claiming, expected, goodClaims, outcome } from "../threats/forge.ts";
import { secretText } from "../threats/keys.ts";

const weird: readonly unknown[] = [
  undefined,
  null,
  0,
  1,
  -1,
  NaN,
  Infinity,
  "",
  "x",
  "\ud800",
  [],
  [null],
  [undefined],
  {},
  { get: 1 },
  () => 1,
  Symbol("s"),
  5n,
  true,
  false,
  new Date(NaN),
  new Date(0),
  Object.create(null),
  new Proxy({}, {}),
  new Uint8Array(40),
  new ArrayBuffer(40),
  new Map(),
  /x/,
  "x".repeat(50),
  { alg: "HS256" },
  { alg: "HS256", verify: 1, sign: 1 },
  { kty: "EC" },
  { kty: "oct", k: 1 },
  { keys: [] },
  { then: 1 },
  { code: "expired" },
  { length: 3 },
  { toString: null, valueOf: null },
  Promise.resolve(1),
  { [Symbol.toPrimitive]: 1 },
  { [Symbol.toStringTag]: "Date" },
];
const word = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? Object.prototype.toString.call(value)
    : typeof value === "string"
      ? JSON.stringify(value.slice(0, 9))
      : String(value);

type Any = never;
let secret: SecretKey;
let pair: KeyPair;
let jwk: Jwk;
let privateJwk: Jwk;
let token: string;
beforeAll(async () => {
  secret = await mintmark.importSecret(secretText, mintmark.HS256);
  pair = await mintmark.generateKeyPair(mintmark.ES256, { extractable: true });
  jwk = await mintmark.exportJwk(pair.publicKey);
  privateJwk = await mintmark.exportJwk(pair.privateKey);
  token = claiming(goodClaims({ jti: "1" }));
});

const { HS256, ES256, RS256 } = mintmark;
const bytes = (): Uint8Array => new Uint8Array(3);
const places: Readonly<Record<string, (value: unknown) => unknown>> = {
  "generateSecret(·)": (v) => mintmark.generateSecret(v as Any),
  "generateSecret(, ·)": (v) => mintmark.generateSecret(HS256, v as Any),
  "generateKeyPair(·)": (v) => mintmark.generateKeyPair(v as Any),
  "generateKeyPair(, ·)": (v) => mintmark.generateKeyPair(ES256, v as Any),
  "generateKeyPair(, modulusLength)": (v) =>
    v === undefined || mintmark.generateKeyPair(RS256, { modulusLength: v as Any }),
  "generateKeyPair(, kid)": (v) => mintmark.generateKeyPair(ES256, { kid: v as Any }),
  "generateSecret(, extractable)": (v) => mintmark.generateSecret(HS256, { extractable: v as Any }),
  "importSecret(·)": (v) => mintmark.importSecret(v as Any, HS256),
  "importSecret(, ·)": (v) => mintmark.importSecret(secretText, v as Any),
  "importSecret(, , ·)": (v) => mintmark.importSecret(secretText, HS256, v as Any),
  "importSecret(, , encoding)": (v) => mintmark.importSecret(secretText, HS256, { encoding: v as Any }),
  "importSecretSync(·)": (v) => mintmark.importSecretSync(v as Any, HS256),
  "importSecret(, , kid)": (v) => mintmark.importSecret(secretText, HS256, { kid: v as Any }),
  "importSecret(, , issuer)": (v) => mintmark.importSecret(secretText, HS256, { issuer: v as Any }),
  "importSigningKey(·)": (v) => mintmark.importSigningKey(v as Any, ES256),
  "importSigningKey(, ·)": (v) => mintmark.importSigningKey(privateJwk, v as Any),
  "importSigningKey(, , ·)": (v) => mintmark.importSigningKey(privateJwk, ES256, v as Any),
  "importSigningKeySync(·)": (v) => mintmark.importSigningKeySync(v as Any, ES256),
  "importVerifyingKey(·)": (v) => mintmark.importVerifyingKey(v as Any, ES256),
  "importVerifyingKey(, ·)": (v) => mintmark.importVerifyingKey(jwk, v as Any),
  "importVerifyingKey(, , ·)": (v) => mintmark.importVerifyingKey(jwk, ES256, v as Any),
  "importVerifyingKeySync(·)": (v) => mintmark.importVerifyingKeySync(v as Any, ES256),
  "publicKeyOf(·)": (v) => mintmark.publicKeyOf(v as Any),
  "exportJwk(·)": (v) => mintmark.exportJwk(v as Any),
  "exportPem(·)": (v) => mintmark.exportPem(v as Any),
  "thumbprint(·)": (v) => mintmark.thumbprint(v as Any),
  "thumbprint(, ·)": (v) => mintmark.thumbprint(jwk, v as Any),
  "thumbprintUri(·)": (v) => mintmark.thumbprintUri(v as Any),
  "thumbprintUri(, ·)": (v) => mintmark.thumbprintUri(jwk, v as Any),
  "sign(·)": (v) => mintmark.sign(v as Any, secret),
  "sign(, ·)": (v) => mintmark.sign({}, v as Any),
  "sign(, , ·)": (v) => mintmark.sign({}, secret, v as Any),
  "signSync(·)": (v) => mintmark.signSync(v as Any, secret),
  "signSync(, ·)": (v) => mintmark.signSync({}, v as Any),
  "createSigner(·)": (v) => mintmark.createSigner(v as Any),
  "createSigner(, ·)": (v) => mintmark.createSigner(secret, v as Any),
  "createSigner().sign(, ·)": (v) => mintmark.createSigner(secret, expected).sign({}, v as Any),
  "sign(, source)": (v) => mintmark.sign({}, { current: () => v as Any }),
  "sign(, plug-in)": (v) => mintmark.sign({}, { alg: "ES256", sign: () => v as Any }),
  "buildClaims(·)": (v) => mintmark.buildClaims(v as Any),
  "buildClaims(, ·)": (v) => mintmark.buildClaims({}, v as Any),
  "verify(·)": (v) => mintmark.verify(v as Any, secret, expected),
  "verify(, ·)": (v) => mintmark.verify(token, v as Any, expected),
  "verify(, [·])": (v) => mintmark.verify(token, [v as Any], expected),
  "verify(, , ·)": (v) => mintmark.verify(token, secret, v as Any),
  "verifySync(·)": (v) => mintmark.verifySync(v as Any, secret, expected),
  "verifySync(, ·)": (v) => mintmark.verifySync(token, v as Any, expected),
  "verify(, source)": (v) => mintmark.verify(token, { algorithms: ["HS256"], select: () => v as Any }, expected),
  "verify(, source of [·])": (v) =>
    mintmark.verify(token, { algorithms: ["HS256"], select: () => [v as Any] }, expected),
  "verify(, algorithms)": (v) => mintmark.verify(token, { algorithms: v as Any, select: () => [secret] }, expected),
  "verify(, [algorithms])": (v) => mintmark.verify(token, { algorithms: [v as Any], select: () => [secret] }, expected),
  "createVerifierForIssuers(·)": (v) => mintmark.createVerifierForIssuers(v as Any),
  "createVerifierForIssuers([·])": (v) => mintmark.createVerifierForIssuers([v as Any]),
  "createVerifierForIssuers(keys)": (v) => mintmark.createVerifierForIssuers([{ ...expected, keys: v as Any }]),
  "createVerifierForIssuers().verify(·)": (v) =>
    mintmark.createVerifierForIssuers([{ ...expected, keys: secret }]).verify(v as Any),
  "decode(·)": (v) => mintmark.decode(v as Any),
  "signJws(·)": (v) => mintmark.signJws(v as Any, secret),
  "signJws(, ·)": (v) => mintmark.signJws(bytes(), v as Any),
  "signJws(, , ·)": (v) => mintmark.signJws(bytes(), secret, v as Any),
  "signJws(, , header)": (v) => mintmark.signJws(bytes(), secret, { header: v as Any }),
  "signJws(, , b64)": (v) => mintmark.signJws(bytes(), secret, { b64: v as Any }),
  "verifyJws(·)": (v) => mintmark.verifyJws(v as Any, secret),
  "verifyJws(, ·)": (v) => mintmark.verifyJws(token, v as Any),
  "verifyJws(, , ·)": (v) => mintmark.verifyJws(token, secret, v as Any),
  "verifyJws(, , payload)": (v) => mintmark.verifyJws(token, secret, { payload: v as Any }),
  "verifyJws(, , understood)": (v) => mintmark.verifyJws(token, secret, { understood: v as Any }),
  "signJwsJson(·)": (v) => mintmark.signJwsJson(v as Any, secret),
  "signJwsJson(, ·)": (v) => mintmark.signJwsJson(bytes(), v as Any),
  "signJwsJson(, [·])": (v) => mintmark.signJwsJson(bytes(), [v as Any]),
  "signJwsJson(, { key })": (v) => mintmark.signJwsJson(bytes(), { key: v as Any }),
  "signJwsJson(, { unprotected })": (v) => mintmark.signJwsJson(bytes(), { key: secret, unprotected: v as Any }),
  "signJwsJson(, , ·)": (v) => mintmark.signJwsJson(bytes(), secret, v as Any),
  "verifyJwsJson(·)": (v) => mintmark.verifyJwsJson(v as Any, secret),
  "verifyJwsJson(signatures)": (v) => mintmark.verifyJwsJson({ payload: "", signatures: v as Any }, secret),
  "verifyJwsJson([·])": (v) => mintmark.verifyJwsJson({ payload: "", signatures: [v as Any] }, secret),
  "verifyJwsJson(header)": (v) =>
    mintmark.verifyJwsJson({ payload: "", protected: "e30", signature: "AA", header: v as Any }, secret),
  "verifyJwsJson(protected)": (v) =>
    mintmark.verifyJwsJson({ payload: "", protected: v as Any, signature: "AA" }, secret),
  "verifyJwsJson(payload)": (v) =>
    mintmark.verifyJwsJson({ payload: v as Any, protected: "e30", signature: "AA" }, secret),
  "verifyJwsJson(, ·)": (v) => mintmark.verifyJwsJson({ payload: "", protected: "e30", signature: "AA" }, v as Any),
  "verifyJwsJson(, , ·)": (v) =>
    mintmark.verifyJwsJson({ payload: "", protected: "e30", signature: "AA" }, secret, v as Any),
  ...Object.fromEntries(
    [
      "expiresIn",
      "expiresAt",
      "maxLifetime",
      "notBefore",
      "issuer",
      "subject",
      "audience",
      "jwtId",
      "typ",
      "header",
      "sensitiveClaims",
      "now",
    ].map((name) => [`sign(, , { ${name} })`, (v: unknown) => mintmark.sign({}, secret, { [name]: v })]),
  ),
  ...Object.fromEntries(
    [
      "issuer",
      "audience",
      "subject",
      "typ",
      "required",
      "optional",
      "match",
      "clockTolerance",
      "maxTokenAge",
      "maxTokenLength",
      "schema",
      "denylist",
      "replay",
      "storeTimeout",
      "now",
      "cache",
    ].map((name) => [
      `createVerifier(, { ${name} })`,
      (v: unknown) => mintmark.createVerifier(secret, { ...expected, [name]: v }).verify(token),
    ]),
  ),
  ...Object.fromEntries(
    ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "custom", "constructor"].map((name) => [
      `sign({ ${name} })`,
      (v: unknown) => mintmark.sign({ [name]: v }, secret),
    ]),
  ),
  ...Object.fromEntries(
    ["kty", "crv", "x", "y", "d", "alg", "use", "key_ops", "kid"].map((name) => [
      `importSigningKey({ ${name} })`,
      (v: unknown) => mintmark.importSigningKey({ ...privateJwk, [name]: v }, ES256),
    ]),
  ),
};

describe("a mistake of the caller is a refusal with a documented code", () => {
  it.each(Object.keys(places))("%s", async (place) => {
    const own: string[] = [];
    for (const value of weird)
      await outcome(() => places[place]!(value)).catch((error: unknown) =>
        own.push(`${word(value)}: ${String(error)}`),
      );
    expect(own).toEqual([]);
  });

  it("isJwtError and isUnavailableError say no to what is none", () => {
    for (const value of weird) {
      if (typeof value === "object" && value !== null && "code" in value && value.code === "expired") continue;
      expect(mintmark.isJwtError(value)).toBe(false);
      expect(mintmark.isUnavailableError(value)).toBe(false);
    }
    for (const code of [
      "toString",
      "constructor",
      "__proto__",
      "invalid_argument",
      undefined,
      null,
      5,
      ["expired"],
      { toString: () => "expired" },
    ]) {
      expect(mintmark.isJwtError({ code })).toBe(false);
      expect(mintmark.isUnavailableError(Object.assign(new Error("x"), { code }))).toBe(false);
    }
  });
});
