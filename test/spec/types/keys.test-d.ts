// What the types of algorithms and keys let a caller write, and what they do not. Nothing here is run.
import type { webcrypto } from "node:crypto";
import {
  createSigner,
  Ed25519,
  EdDSA,
  ES256,
  exportJwk,
  generateKeyPair,
  generateSecret,
  HS256,
  HS512,
  importSecret,
  importSecretSync,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  ML_DSA_65,
  PS256,
  publicKeyOf,
  RS256,
  sign,
  signJws,
  signJwsJson,
  signSync,
  thumbprint,
  verify,
  verifyJws,
  verifyJwsJson,
} from "../../../src/index.ts";
import type {
  Algorithm,
  AsymmetricAlgorithm,
  Bytes,
  HmacAlgorithm,
  Jwk,
  KeySource,
  SecretKey,
  SigningKey,
  SigningKeySource,
  VerificationKeys,
  VerifyingKey,
} from "../../../src/index.ts";

declare const secret: SecretKey;
declare const signing: SigningKey;
declare const verifying: VerifyingKey;
declare const jwk: Jwk;
declare const pem: string;
declare const handle: webcrypto.CryptoKey;
declare const payload: Bytes;
const expected = { issuer: "a", audience: "b" };

// ── a verifying key does not sign, a signing key does not verify, a secret does both ────────────
void sign({}, signing);
void sign({}, secret);
void verify("", verifying, expected);
void verify("", secret, expected);
// @ts-expect-error a verifying key does not sign
void sign({}, verifying);
// @ts-expect-error a verifying key does not sign
signSync({}, verifying);
// @ts-expect-error a verifying key does not sign
createSigner(verifying);
// @ts-expect-error a verifying key does not sign
void signJws(payload, verifying);
// @ts-expect-error a verifying key does not sign
void signJwsJson(payload, [{ key: verifying }]);
// @ts-expect-error a signing key does not verify
void verify("", signing, expected);
// @ts-expect-error a signing key does not verify
void verify("", [verifying, signing], expected);
// @ts-expect-error a signing key does not verify
void verifyJws("", signing);
// @ts-expect-error a signing key does not verify
void verifyJwsJson({ payload: "", signatures: [] }, signing);
// @ts-expect-error a text is no key
void sign({}, "secret");
// @ts-expect-error a text is no key
void verify("", "secret", expected);
// @ts-expect-error a JWK has to be imported first
void verify("", jwk, expected);
// @ts-expect-error a CryptoKey has to be imported first
void sign({}, handle);
// @ts-expect-error importing is asynchronous, and a promise is no key
void sign({}, importSecret("", HS256));
// @ts-expect-error importing is asynchronous, and a promise is no key
void verify("", importVerifyingKey(jwk, ES256), expected);
// @ts-expect-error no key at all
void verify("", undefined, expected);

/** What verified a token cannot sign one. */
export async function signWithWhatVerified(): Promise<void> {
  const { key } = await verify("", secret, expected);
  // @ts-expect-error what verified a token cannot sign
  await sign({}, key);
  // @ts-expect-error what verified a token cannot sign
  await key.sign(payload);
}

/** The halves of a pair are of their types. */
export async function pair(): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair(ES256);
  await sign({}, privateKey);
  await verify("", publicKey, expected);
  await verify("", await publicKeyOf(privateKey), expected);
  // @ts-expect-error the public half does not sign
  await sign({}, publicKey);
  // @ts-expect-error the private half does not verify
  await verify("", privateKey, expected);
  // @ts-expect-error a verifying key has no other half
  await publicKeyOf(publicKey);
}

// ── algorithms are values of two kinds ──────────────────────────────────────────────────────────
void importSecret("", HS512);
void generateSecret(HS256);
void importSigningKey(jwk, RS256);
void importSigningKey(pem, Ed25519);
void importSigningKey(handle, PS256);
void importVerifyingKey(handle, EdDSA);
void importVerifyingKey(pem, ML_DSA_65);
// @ts-expect-error a secret is for HMAC
void importSecret("", RS256);
// @ts-expect-error a secret is for HMAC
importSecretSync("", ES256);
// @ts-expect-error a secret is for HMAC
void generateSecret(Ed25519);
// @ts-expect-error HMAC has no key pair
void generateKeyPair(HS256);
// @ts-expect-error HMAC has no private key
void importSigningKey(jwk, HS256);
// @ts-expect-error HMAC has no private key
importSigningKeySync(jwk, HS256);
// @ts-expect-error HMAC has no public key
void importVerifyingKey(pem, HS512);
// @ts-expect-error HMAC has no public key
importVerifyingKeySync(pem, HS512);
// @ts-expect-error a CryptoKey has no synchronous form
importVerifyingKeySync(handle, ES256);
// bytes may be PEM or DER
void importVerifyingKey(payload, ES256);
// @ts-expect-error the algorithm is not left out
void importSecret("");
// @ts-expect-error the algorithm is not left out
void importVerifyingKey(pem);

// @ts-expect-error an algorithm is not its name
void importSecret("", "HS256");
// @ts-expect-error an algorithm is not its name
void importVerifyingKey(pem, "ES256");
// @ts-expect-error an algorithm is not its name
void generateKeyPair("ES256");
// @ts-expect-error nothing that looks like an algorithm is one
void importSecret("", { name: "HS256" });
// @ts-expect-error nothing that looks like an algorithm is one
void importVerifyingKey(pem, { name: "ES256" } as const);
// @ts-expect-error nothing that looks like an algorithm is one
export const lookAlike: Algorithm = { name: "none" };
// @ts-expect-error an algorithm's name is not written
ES256.name = "none";
export const name: "ES256" = ES256.name;
export const kinds: readonly [HmacAlgorithm, AsymmetricAlgorithm, Algorithm, Algorithm<"HS256">] = [
  HS256,
  ES256,
  ES256,
  HS256,
];
// @ts-expect-error the kinds are not each other's
export const wrongKind: HmacAlgorithm = ES256;

// ── options ─────────────────────────────────────────────────────────────────────────────────────
void importSecret("", HS256, { kid: process.env.KID, encoding: undefined, extractable: undefined });
void importSigningKey(jwk, ES256, { kid: process.env.KID, extractable: undefined });
void importVerifyingKey(jwk, ES256, { kid: process.env.KID });
void generateKeyPair(RS256, { kid: process.env.KID, modulusLength: undefined, extractable: undefined });
void importVerifyingKey(jwk, ES256, { issuer: "a" });
// @ts-expect-error an issuer that may be missing does not bind a key
void importVerifyingKey(jwk, ES256, { issuer: process.env.ISSUER });
// @ts-expect-error an issuer that may be missing does not bind a key
void importSecret("", HS256, { issuer: process.env.ISSUER });
// @ts-expect-error a secret that may be missing
void importSecret(process.env.SECRET, HS256);
// @ts-expect-error no such encoding
void importSecret("", HS256, { encoding: "latin1" });
// @ts-expect-error no such option
void importSecret("", HS256, { alg: "HS256" });
// @ts-expect-error a private key is not bound to an issuer
void importSigningKey(jwk, ES256, { issuer: "a" });

// ── plug-ins: three members each ────────────────────────────────────────────────────────────────
const kms: SigningKey = { alg: "ES256", kid: "1", sign: async (data) => Promise.resolve(data) };
const hsm: SigningKey = { alg: "ES256", sign: (data: Bytes) => data };
const remote: VerifyingKey = {
  alg: "ES256",
  verify: async (data, signature) => Promise.resolve(data.length === signature.length),
};
const both: SecretKey = { alg: "HS256", sign: (data) => data, verify: () => false };
const source: KeySource = { algorithms: ["ES256"], select: ({ alg, kid }) => [{ ...remote, alg, kid: kid ?? "none" }] };
const ring: SigningKeySource = { current: () => kms };
for (const key of [kms, hsm, both, ring]) void sign({}, key);
for (const keys of [remote, both, [remote, both], source] satisfies VerificationKeys[]) void verify("", keys, expected);
void sign({}, { alg: "ES256", kid: "1", sign: (data) => data });
void verify("", { alg: "ES256", verify: () => true }, expected);
// @ts-expect-error a plug-in names its algorithm
void sign({}, { sign: (data: Bytes) => data });
// @ts-expect-error a plug-in names its algorithm
void verify("", { verify: () => true }, expected);
// @ts-expect-error a signature is bytes
void sign({}, { alg: "ES256", sign: () => "signature" });
// @ts-expect-error an answer is true or false
void verify("", { alg: "ES256", verify: () => 1 }, expected);
export const lateSync: VerifyingKey = {
  alg: "ES256",
  verify: () => true,
  // @ts-expect-error the synchronous form gives no promise
  verifySync: async () => Promise.resolve(true),
};
export const lateSignature: SigningKey = {
  alg: "ES256",
  sign: (data) => data,
  // @ts-expect-error the synchronous form gives no promise
  signSync: async (data) => Promise.resolve(data),
};
// @ts-expect-error a source says which algorithms it is for
void verify("", { select: () => [] }, expected);
// @ts-expect-error a key does not change its algorithm
kms.alg = "none";

/** What is exported is a JWK, and thumbprints are of keys and of JWKs. */
export async function exports(): Promise<readonly string[]> {
  const exported: Jwk = await exportJwk(signing);
  return [await thumbprint(exported), await thumbprint(verifying, "SHA-512")];
}
// @ts-expect-error no such hash
void thumbprint(jwk, "sha1");
