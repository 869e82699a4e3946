/**
 * mintmark mints and checks JSON Web Tokens on every JavaScript runtime, on Web Crypto, with no dependency.
 * Safe by construction: algorithms are values, a check is skipped only if the code says so, and every new
 * token expires.
 *
 * @module mintmark
 */

export type { Algorithm, AsymmetricAlgorithm, HmacAlgorithm } from "./algorithms/algorithm.ts";
export { ES256, ES384, ES512 } from "./algorithms/ecdsa.ts";
export { Ed25519, EdDSA } from "./algorithms/eddsa.ts";
export { HS256, HS384, HS512 } from "./algorithms/hmac.ts";
export { ML_DSA_44, ML_DSA_65, ML_DSA_87 } from "./algorithms/mldsa.ts";
export { PS256, PS384, PS512, RS256, RS384, RS512 } from "./algorithms/rsa.ts";

export {
  buildClaims,
  type ClaimOptions,
  type IssuedClaims,
  type JwtClaims,
  type RegisteredClaims,
} from "./claims/build.ts";
export type { Denylist, DenylistReader, ReplayStore, SubjectDenylist } from "./revocation/contract.ts";
export type { SensitiveClaims } from "./claims/sensitive.ts";

export type { Duration, DurationText } from "./base/duration.ts";

export type { Bytes } from "./encoding/bytes.ts";
export {
  isJwtError,
  isUnavailableError,
  JwtError,
  UnavailableError,
  type ArgumentErrorCode,
  type JwtErrorCode,
  type SchemaIssue,
  type UnavailableErrorCode,
} from "./errors.ts";

export type { RequireAuthOptions } from "./http/adapters/guard.ts";
export { viewOf, type NodeRequest } from "./http/adapters/node.ts";
export {
  authenticate,
  createAuthenticator,
  type Anonymous,
  type Authenticated,
  type Authentication,
  type Authenticator,
} from "./http/authenticate.ts";
export type { RequestView } from "./http/bearer.ts";
export type { AllowAnonymous, AuthenticateOptions } from "./http/options.ts";
export type { ProofCheck, ProofVerifier } from "./http/proof.ts";
export type { Refusal } from "./http/refusal.ts";
export { RequestError, type RequestErrorCode } from "./http/request-error.ts";

export type { JwksCache } from "./jwks/cache.ts";
export { discoverJwks, type DiscoverJwksOptions } from "./jwks/discover.ts";
export type { Fetch, FetchOptions, FetchResponse } from "./jwks/fetch.ts";
export { createKeyRing, type KeyRing } from "./ring/ring.ts";
export type { CorrectedKey, PassedOverKey } from "./jwks/key-set.ts";
export { localJwks, type JwksInput, type LocalJwks, type LocalJwksOptions } from "./jwks/local.ts";
export {
  jwksResponse,
  publicJwks,
  type JwksRequest,
  type JwksResponseOptions,
  type KeyPublisher,
  type PublishedKeys,
} from "./jwks/publish.ts";
export type { RemoteJwks, RemoteJwksState } from "./jwks/refresh.ts";
export { remoteJwks, type RemoteJwksOptions } from "./jwks/remote.ts";
export { fileKeyRingStore, type RingFile, type RingFiles } from "./ring/file-store.ts";
export type { KeyRingOptions } from "./ring/options.ts";
export { redisKeyRingStore, type RedisKeyRingStoreOptions } from "./ring/redis-store.ts";
export type { SealingKey } from "./ring/sealing.ts";
export { sqlKeyRingStore, type SqlKeyRingStoreOptions } from "./ring/sql-store.ts";
export type { KeyRingKeyState, KeyRingState } from "./ring/state.ts";
export { memoryKeyRingStore, type KeyRingStore, type StoredRing } from "./ring/store.ts";

export { signJws, verifyJws, type SignJwsOptions, type VerifiedJws, type VerifyJwsOptions } from "./jws/compact.ts";
export type { JwsHeader } from "./jws/header.ts";
export {
  signJwsJson,
  verifyJwsJson,
  type FlattenedJws,
  type GeneralJws,
  type JwsSignature,
  type JwsSigner,
  type SignJwsJsonOptions,
  type VerifiedJwsJson,
} from "./jws/json.ts";

export { decode, type Decoded, type UnverifiedClaims } from "./jwt/decode.ts";
export { unchecked } from "./base/unchecked.ts";
export type { Expected } from "./jwt/expected.ts";
export { createVerifierForIssuers, type IssuerPolicy } from "./jwt/issuers.ts";
export {
  defineToken,
  type KindClaims,
  type KindOutput,
  type KindSigner,
  type KindSignOptions,
  type KindVerifier,
  type TokenDefinition,
  type TokenKind,
} from "./jwt/kinds.ts";
export type { SchemaInput, SchemaOutput, SchemaResult, StandardSchemaV1 } from "./jwt/schema.ts";
export type { SignOptions } from "./jwt/sign.ts";
export { createSigner, sign, signSync, type Signer } from "./jwt/signer.ts";
export { timeLeft, type TimeLeftOptions } from "./jwt/time-left.ts";
export {
  createTokenSource,
  type ExchangedToken,
  type SignedTokenSourceOptions,
  type TokenSource,
  type TokenSourceOptions,
} from "./jwt/token-source.ts";
export {
  createVerifier,
  safeVerify,
  safeVerifySync,
  verify,
  verifySync,
  type Result,
  type ResultOk,
  type Verifier,
} from "./jwt/verifier.ts";
export type { Verified, VerifierCallOptions } from "./jwt/verify.ts";

export type { Jwk, JwkInput } from "./keys/jwk.ts";
export type { KeySource, SecretKey, SigningKey, SigningKeySource, VerificationKeys, VerifyingKey } from "./keys/key.ts";
export { exportJwk, exportPem, publicKeyOf } from "./keys/export.ts";
export {
  generateKeyPair,
  generateSecret,
  type GenerateKeyPairOptions,
  type GenerateSecretOptions,
  type KeyPair,
} from "./keys/generate.ts";
export {
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  type CryptoKeyLike,
  type ImportSigningKeyOptions,
  type ImportVerifyingKeyOptions,
} from "./keys/import.ts";
export { importSecret, importSecretSync, type ImportSecretOptions } from "./keys/secret.ts";
export { thumbprint, thumbprintUri, type ThumbprintHash } from "./keys/thumbprint.ts";

export { memoryDenylist, memoryReplayStore, type MemoryStoreOptions } from "./revocation/memory.ts";
export type { RedisClient, RedisCommand, RedisMethods } from "./stores/redis.ts";
export { redisDenylist, redisReplayStore, type RedisStoreOptions } from "./revocation/redis.ts";
export {
  revocationKey,
  revoke,
  revokeSession,
  revokeSubject,
  type RevokeOptions,
  type RevokeSessionOptions,
  type RevokeSubjectOptions,
} from "./revocation/revoke.ts";
export { sqlDenylist, sqlReplayStore, type SqlStoreOptions } from "./revocation/sql.ts";
export type { SqlAnswer, SqlDialect, SqlQuery } from "./stores/sql.ts";
