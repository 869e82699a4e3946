/**
 * OAuth and OpenID Connect on mintmark, the side that checks: protected resources, proofs of possession (DPoP), ID tokens, logout tokens and client assertions.
 *
 * @module mintmark/oauth
 */

export {
  clientAssertion,
  clientAssertionType,
  createClientAssertionVerifier,
  type ClientAssertionClaims,
  type ClientAssertionOptions,
  type ClientAssertionVerifier,
  type ClientAssertionVerifierOptions,
  type ClientAssertionVerifyOptions,
} from "./client-assertion.ts";
export {
  createIdTokenVerifier,
  type IdTokenClaims,
  type IdTokenVerifier,
  type IdTokenVerifierOptions,
  type IdTokenVerifyOptions,
} from "./id-token.ts";
export type { IssuerOptions } from "./issuers.ts";
export {
  createLogoutTokenVerifier,
  type LogoutTokenClaims,
  type LogoutTokenVerifier,
  type LogoutTokenVerifierOptions,
  type LogoutTokenVerifyOptions,
} from "./logout-token.ts";
export type { MetadataRequest } from "./metadata.ts";
export {
  protectedResource,
  type ProtectedResource,
  type ProtectedResourceOptions,
  type ResourceAnonymousOptions,
  type ResourceAuthenticateOptions,
  type ResourceCaller,
} from "./protected-resource.ts";
export type { FormField, KindResult, VerifiedKind } from "./verified.ts";
export {
  createDpopProver,
  type DpopProver,
  type DpopProverOptions,
  type DpopRequest,
  type DpopResponse,
} from "./dpop-prover.ts";
export type { DpopKeyPair } from "./signing-pair.ts";
export { createDpopVerifier, type DpopProof, type DpopResult, type DpopVerifier } from "./dpop-verifier.ts";
export type { DpopVerifierOptions } from "./dpop-options.ts";
export type { BoundToken } from "./proof-check.ts";
