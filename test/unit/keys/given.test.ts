// What is given where an imported key, a token or nothing at all is expected: each mistake has a message of its own, and is a TypeError.
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  buildClaims,
  createSigner,
  createVerifier,
  createVerifierForIssuers,
  decode,
  Ed25519,
  ES256,
  exportJwk,
  generateKeyPair,
  generateSecret,
  HS256,
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  ML_DSA_44,
  RS256,
  safeVerify,
  safeVerifySync,
  sign,
  signJws,
  signJwsJson,
  signSync,
  verify,
  verifyJws,
  verifyJwsJson,
  verifySync,
} from "../../../src/index.ts";
import type { Algorithm, SigningKey, VerifyingKey } from "../../../src/index.ts";
import { authenticate } from "../../../src/index.ts";
import { files } from "./forms.ts";
import { privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";

type Untyped = (...args: readonly unknown[]) => unknown;
const untyped = (call: unknown): Untyped => call as Untyped;
const policy = { issuer: "my-api", audience: "web" };
const secret = await generateSecret(HS256);
const pair = await generateKeyPair(ES256);
const nodePair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const webPair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
const token = await sign({}, secret, policy);
const certificate = new X509Certificate(files.text["certificate.pem"]!);

/** The message of the TypeError that a call ends in, thrown or rejected. */
async function message(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof TypeError ? error.message : `no TypeError: ${String(error)}`;
  }
  return "accepted";
}

const signers: readonly (readonly [string, (key: unknown) => unknown])[] = [
  ["sign", (key) => sign({}, key as SigningKey, policy)],
  ["signSync", (key) => signSync({}, key as SigningKey, policy)],
  ["createSigner", (key) => createSigner(key as SigningKey, policy)],
  ["signJws", (key) => signJws(new Uint8Array(1), key as SigningKey)],
];
const verifiers: readonly (readonly [string, (key: unknown) => unknown])[] = [
  ["verify", (key) => verify(token, key as VerifyingKey, policy)],
  ["verifySync", (key) => verifySync(token, key as VerifyingKey, policy)],
  ["safeVerify", (key) => safeVerify(token, key as VerifyingKey, policy)],
  ["createVerifier", (key) => createVerifier(key as VerifyingKey, policy)],
  ["verifyJws", (key) => verifyJws(token, key as VerifyingKey)],
  ["verifyJwsJson", (key) => verifyJwsJson({ payload: "", signatures: [] }, key as VerifyingKey)],
  ["createVerifierForIssuers", (key) => createVerifierForIssuers([{ ...policy, keys: key as VerifyingKey }])],
];

describe.each(signers)("%s without an imported key", (_name, call) => {
  it.each<readonly [string, unknown, string]>([
    ["a string", "a secret", "found a string: import it first, with importSecret or importSigningKey"],
    ["undefined", undefined, "found undefined: is the variable set?"],
    ["null", null, "found null: is the variable set?"],
    ["bytes", secretBytes(32), "found bytes: import it first, with importSecret or importSigningKey"],
    ["a promise", Promise.resolve(secret), "found a promise: await it"],
    ["a KeyObject", nodePair.privateKey, "found a KeyObject: import it first, with importSecret or importSigningKey"],
    ["a CryptoKey", webPair.privateKey, "found a CryptoKey: import it first, with importSecret or importSigningKey"],
    ["a JWK", privateJwkFor(ES256), "found a JWK: import it first, with importSecret or importSigningKey"],
    ["the public key", pair.publicKey, "found a public key: sign with the private key"],
    ["a pair", pair, "found a key pair: pass its privateKey"],
    ["a pair of Web Crypto", webPair, "found a key pair: pass its privateKey"],
    ["a list", [secret], "found a list"],
    ["an algorithm", HS256, "found an algorithm"],
    ["a key set", { keys: [] }, "found a key set"],
    ["an object", {}, "found an object that is no key: a signing key has alg and sign"],
  ])("%s", async (_what, key, says) => {
    expect(await message(() => call(key))).toBe(`key: expected a signing key, ${says}`);
  });
});

describe.each(verifiers)("%s without an imported key", (_name, call) => {
  const toImport = "import it first, with importSecret or importVerifyingKey";
  const remote = "of a key set pass remoteJwks(url, { algorithms: [RS256] })";
  it.each<readonly [string, unknown, string]>([
    ["a string", "a secret", `found a string: ${toImport}`],
    ["a string in a list", ["a secret"], `found a string: ${toImport}`],
    ["undefined", undefined, "found undefined: is the variable set?"],
    ["bytes", secretBytes(32), `found bytes: ${toImport}`],
    ["a promise", Promise.resolve(secret), "found a promise: await it"],
    ["a KeyObject", nodePair.publicKey, `found a KeyObject: ${toImport}`],
    ["a CryptoKey", webPair.publicKey, `found a CryptoKey: ${toImport}`],
    ["a JWK", publicJwkFor(ES256), `found a JWK: ${toImport}`],
    ["the private key", pair.privateKey, "found a private key: pass its public half, await publicKeyOf(key)"],
    ["a pair", pair, "found a key pair: pass its publicKey"],
    ["a key set", { keys: [] }, "found a key set: pass localJwks(set, { algorithms: [ES256] })"],
    [
      "an X509Certificate",
      certificate,
      "found an X509Certificate: import its publicKey first, with importVerifyingKey",
    ],
    ["the URL of a key set", new URL("https://a.example/jwks"), `found a URL: ${remote}`],
    ["the URL of a key set as a string", "https://a.example/jwks", `found a string: ${remote}`],
    ["a function", () => secret, "found a function: keys by kid come from a key source, such as remoteJwks"],
    ["an object", {}, "found an object that is no key: a verifying key has alg and verify"],
  ])("%s", async (_what, key, says) => {
    expect(await message(() => call(key))).toBe(`keys: expected verifying keys, ${says}`);
  });
});

describe("what is imported", () => {
  const signing = (key: unknown): unknown => importSigningKey(key as string, ES256);
  const verifying = (key: unknown, alg: Algorithm = ES256): unknown => importVerifyingKey(key as string, alg as never);
  const secretly = (key: unknown): unknown => importSecret(key as string, HS256);
  const imported = "it is imported already, use it as it is";
  /** A key of a runtime that gives it out in no form. */
  const closed = (type: unknown, answer: unknown): object => ({
    type,
    export(options?: { format?: string }) {
      if (options?.format === "jwk") throw new Error("no JWK");
      return answer;
    },
  });

  it.each<readonly [string, (key: unknown) => unknown, unknown, string]>([
    ["a private key", signing, pair.privateKey, `a private key: ${imported}`],
    ["a public key as a private one", signing, pair.publicKey, `a public key: ${imported}`],
    ["a public key", verifying, pair.publicKey, `a public key: ${imported}`],
    ["a private key as a public one", verifying, pair.privateKey, "a private key: pass it to publicKeyOf"],
    ["a source with select alone", signing, { select: () => [] }, "a key source"],
    ["a source with current alone", signing, { current: () => secret }, "a key source"],
    ["a type Buffer without data", signing, { type: "Buffer" }, "an object that is no key"],
    ["data of another type", signing, { type: "buffer", data: [1] }, "an object that is no key"],
    ["data without a type", signing, { data: [1] }, "an object that is no key"],
    ["an export without a type", signing, { export: () => "key" }, "an object that is no key"],
    ["bytes by name alone", signing, { [Symbol.toStringTag]: "[object ArrayBuffer" }, "an object that is no key"],
    ["bytes by half a name", signing, { [Symbol.toStringTag]: "ArrayBuffer]" }, "an object that is no key"],
  ])("%s", async (_what, call, key, found) => {
    expect(await message(() => call(key))).toBe(
      `key: expected a JWK, PEM, DER, a KeyObject or a CryptoKey, found ${found}`,
    );
  });

  it.each<readonly [string, unknown, string]>([
    ["a key set", { keys: [] }, "a key set: pass one of its keys, as secret.keys[0]"],
    ["a CryptoKey", webPair.privateKey, "a CryptoKey: pass the bytes that it was made of"],
    ["a pair", pair, "a key pair: it is for importSigningKey, with ES256 or another algorithm of key pairs"],
    ["a secret", secret, `a private key: ${imported}`],
  ])("%s as a secret", async (_what, key, found) => {
    expect(await message(() => secretly(key))).toBe(`secret: expected bytes, a string or an oct JWK, found ${found}`);
  });

  it("a key set for an algorithm with hyphens: the advice has the constant", async () => {
    expect(await message(() => verifying({ keys: [] }, ML_DSA_44))).toMatch(
      /found a key set: pass one of its keys, as key\.keys\[0\], or use localJwks\(key, \{ algorithms: \[ML_DSA_44\] \}\)$/,
    );
  });

  it("a public JWK where a private one is needed", async () => {
    for (const alg of [ES256, RS256, Ed25519])
      expect(await message(() => importSigningKey(publicJwkFor(alg), alg))).toBe(
        "JWK: expected a private key, found none of its members: is it the public key?",
      );
  });

  it("a KeyObject that the runtime gives out in no form", async () => {
    for (const answer of [undefined, "-----BEGIN", {}])
      expect(await message(() => signing(closed("private", answer)))).toBe(
        "key: expected a KeyObject that can be exported, found one that this runtime cannot export",
      );
    expect(await message(() => signing(closed(undefined, "x")))).toMatch(/found an object that is no key$/);
  });

  it("a CryptoKey, at once", async () => {
    for (const call of [
      () => importSigningKeySync(webPair.privateKey as never, ES256),
      () => importVerifyingKeySync(webPair.publicKey as never, ES256),
    ])
      expect(await message(call)).toBe(
        "a CryptoKey has no synchronous form in this runtime: use the asynchronous function",
      );
  });

  it.each(["extractable", "lenient"])("%s is true or false", async (name) => {
    const options = { [name]: "yes" };
    const says = `${name}: expected true or false, found "yes"`;
    expect(await message(() => importSecret(secretBytes(32), HS256, options))).toBe(says);
    expect(await message(() => importSigningKey(privateJwkFor(ES256), ES256, options))).toBe(says);
  });
});

it("a source that has no key for a header without kid says so", async () => {
  const source = { algorithms: ["HS256"], select: () => [] };
  expect((await safeVerify(token, source, policy)).error?.message).toBe("no key for a header without kid");
});

it.each<readonly [string, unknown, string]>([
  ["a string", "a secret", "a string"],
  ["a promise", Promise.resolve(createVerifier(secret, policy)), "a promise: await it"],
  ["a JWK", publicJwkFor(ES256), "a JWK"],
  ["a pair", pair, "a key pair"],
  ["a private key", pair.privateKey, "a private key: pass createVerifier(key, …)"],
  ["a public key", pair.publicKey, "a public key: pass createVerifier(key, …)"],
  ["a secret", secret, "a private key: pass createVerifier(key, …)"],
])("authenticate with %s in place of a verifier", async (_what, verifier, found) => {
  const request = new Request("https://api.example/", { headers: { authorization: `Bearer ${token}` } });
  expect(await message(() => untyped(authenticate)(request, verifier))).toBe(
    `verifier: expected what createVerifier returns, found ${found}`,
  );
});

describe("a promise as token is the caller's mistake, not the sender's", () => {
  const promise = sign({}, secret, policy);
  const verifier = createVerifier(secret, { ...policy, cache: 10 });
  it.each<readonly [string, () => unknown]>([
    ["verify", () => untyped(verify)(promise, secret, policy)],
    ["verifySync", () => untyped(verifySync)(promise, secret, policy)],
    ["safeVerify", () => untyped(safeVerify)(promise, secret, policy)],
    ["safeVerifySync", () => untyped(safeVerifySync)(promise, secret, policy)],
    ["a verifier", () => untyped(verifier.verify)(promise)],
    ["a verifier for issuers", () => untyped(createVerifierForIssuers([{ ...policy, keys: secret }]).verify)(promise)],
    ["verifyJws", () => untyped(verifyJws)(promise, secret)],
    ["decode", () => untyped(decode)(promise)],
  ])("%s", async (_name, call) => {
    expect(await message(call)).toBe("token: found a promise: await it");
  });
  it("verifyJwsJson", async () => {
    expect(await message(() => untyped(verifyJwsJson)(Promise.resolve({}), secret))).toBe(
      "jws: found a promise: await it",
    );
  });
});

describe("a promise of claims is not signed as if it were empty", () => {
  const promise = Promise.resolve({ sub: "user_123" });
  const signer = createSigner(secret, policy);
  it.each<readonly [string, () => unknown]>([
    ["sign", () => untyped(sign)(promise, secret, policy)],
    ["signSync", () => untyped(signSync)(promise, secret, policy)],
    ["a signer", () => untyped(signer.sign)(promise)],
    ["a signer, sync", () => untyped(signer.signSync)(promise)],
    ["buildClaims", () => untyped(buildClaims)(promise)],
  ])("%s", async (_name, call) => {
    expect(await message(call)).toBe("claims: found a promise: await it");
  });
});

describe("a callback is refused, not left uncalled", () => {
  const callback = vi.fn();
  const bytes = new Uint8Array(1);
  const signer = createSigner(secret, policy);
  const verifier = createVerifier(secret, policy);
  it.each<readonly [string, () => unknown]>([
    ["sign", () => untyped(sign)({}, secret, policy, callback)],
    ["sign, without options", () => untyped(sign)({}, secret, callback)],
    ["signSync", () => untyped(signSync)({}, secret, policy, callback)],
    ["a signer", () => untyped(signer.sign)({}, {}, callback)],
    ["a signer, sync", () => untyped(signer.signSync)({}, {}, callback)],
    ["verify", () => untyped(verify)(token, secret, policy, callback)],
    ["verify, without options", () => untyped(verify)(token, secret, callback)],
    ["verifySync", () => untyped(verifySync)(token, secret, policy, callback)],
    ["safeVerify", () => untyped(safeVerify)(token, secret, policy, callback)],
    ["safeVerifySync", () => untyped(safeVerifySync)(token, secret, policy, callback)],
    ["a verifier", () => untyped(verifier.verify)(token, {}, callback)],
    ["a verifier, sync", () => untyped(verifier.verifySync)(token, {}, callback)],
    ["a verifier, safely", () => untyped(verifier.safeVerify)(token, {}, callback)],
    ["a verifier, safely and sync", () => untyped(verifier.safeVerifySync)(token, {}, callback)],
    ["signJws", () => untyped(signJws)(bytes, secret, {}, callback)],
    ["verifyJws", () => untyped(verifyJws)(token, secret, {}, callback)],
    ["signJwsJson", () => untyped(signJwsJson)(bytes, secret, {}, callback)],
    ["verifyJwsJson", () => untyped(verifyJwsJson)({}, secret, {}, callback)],
  ])("%s", async (_name, call) => {
    expect(await message(call)).toMatch(/^the last argument is a function, but callbacks are not supported/);
    expect(callback).not.toHaveBeenCalled();
  });
});

describe("options are read once, when the key is imported", () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, "extractable");
  });

  it("an extractable on the prototype later lets no key out", async () => {
    const keys = [
      await importSecret(secretBytes(32), HS256),
      importSecretSync(secretBytes(32), HS256),
      await importSigningKey(privateJwkFor(ES256), ES256),
      pair.privateKey,
      secret,
    ];
    Object.defineProperty(Object.prototype, "extractable", { value: true, configurable: true });
    for (const key of keys) expect(await message(() => exportJwk(key))).toMatch(/not extractable/);
    expect(await message(() => importSecret(secretBytes(32), HS256))).toMatch(
      /Object\.prototype has a member extractable/,
    );
  });

  it.each(["importSecret", "importSecretSync"])(
    "%s: an encoding that changes from read to read is read once",
    async (name) => {
      const reads = vi.fn().mockReturnValueOnce("hex").mockReturnValue("utf8");
      const options = Object.defineProperty({}, "encoding", { get: reads, enumerable: true });
      const call = untyped(name === "importSecret" ? importSecret : importSecretSync);
      expect(await message(() => call("4f".repeat(31), HS256, options))).toMatch(/found 31/);
      expect(await message(() => call("4f".repeat(32), HS256, { encoding: ["hex"] }))).toMatch(/^encoding: expected/);
    },
  );
});
