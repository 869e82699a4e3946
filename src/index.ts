/**
 * mintmark mints and checks JSON Web Tokens on every JavaScript runtime, on Web Crypto, with no dependency.
 * Safe by construction: algorithms are values, checks that are skipped are written down, and lifetime is
 * always there.
 *
 * @module
 */

export type { Algorithm, AsymmetricAlgorithm, HmacAlgorithm } from "./algorithms/algorithm.ts";
export { ES256, ES384, ES512 } from "./algorithms/ecdsa.ts";
export { Ed25519, EdDSA } from "./algorithms/eddsa.ts";
export { HS256, HS384, HS512 } from "./algorithms/hmac.ts";
export { ML_DSA_44, ML_DSA_65, ML_DSA_87 } from "./algorithms/mldsa.ts";
export { PS256, PS384, PS512, RS256, RS384, RS512 } from "./algorithms/rsa.ts";

export { buildClaims, type ClaimOptions, type IssuedClaims, type JwtClaims, type RegisteredClaims } from "./claims/build.ts";
export type { Duration, DurationText } from "./duration.ts";
export type { Denylist, DenylistReader, ReplayStore } from "./claims/revocation.ts";
export type { SensitiveClaims } from "./claims/sensitive.ts";

export type { Bytes } from "./encoding/bytes.ts";
export {
  isJwtError, isUnavailableError, JwtError, UnavailableError,
  type ArgumentErrorCode, type JwtErrorCode, type SchemaIssue, type UnavailableErrorCode,
} from "./errors.ts";

export { signJws, verifyJws, type SignJwsOptions, type VerifiedJws, type VerifyJwsOptions } from "./jws/compact.ts";
export type { JwsHeader } from "./jws/header.ts";
export {
  signJwsJson, verifyJwsJson,
  type FlattenedJws, type GeneralJws, type JwsSignature, type JwsSigner, type SignJwsJsonOptions, type VerifiedJwsJson,
} from "./jws/json.ts";

export { decode, type Decoded, type UnverifiedClaims } from "./jwt/decode.ts";
export { unchecked, type Expected } from "./jwt/expected.ts";
export { createVerifierForIssuers, type IssuerPolicy } from "./jwt/issuers.ts";
export type { SchemaOutput, SchemaResult, StandardSchemaV1 } from "./jwt/schema.ts";
export { createSigner, sign, signSync, type Signer, type SignOptions } from "./jwt/sign.ts";
export {
  createVerifier, safeVerify, safeVerifySync, verify, verifySync, type Result, type Verified, type Verifier, type VerifierCallOptions,
} from "./jwt/verify.ts";

export type { Jwk, JwkInput, KeySource, SecretKey, SigningKey, SigningKeySource, VerificationKeys, VerifyingKey } from "./keys/contract.ts";
export { exportJwk, exportPem, publicKeyOf } from "./keys/export.ts";
export { generateKeyPair, generateSecret, type GenerateKeyPairOptions, type GenerateSecretOptions, type KeyPair } from "./keys/generate.ts";
export {
  importSigningKey, importSigningKeySync, importVerifyingKey, importVerifyingKeySync,
  type CryptoKeyLike, type ImportSigningKeyOptions, type ImportVerifyingKeyOptions,
} from "./keys/import.ts";
export { importSecret, importSecretSync, type ImportSecretOptions } from "./keys/secret.ts";
export { thumbprint, thumbprintUri, type ThumbprintHash } from "./keys/thumbprint.ts";
