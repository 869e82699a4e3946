/**
 * OpenID Connect and OAuth on mintmark: ID tokens, logout tokens and client assertions, checked whole.
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
export {
  createLogoutTokenVerifier,
  type LogoutTokenClaims,
  type LogoutTokenVerifier,
  type LogoutTokenVerifierOptions,
  type LogoutTokenVerifyOptions,
} from "./logout-token.ts";
export type { FormField, KindResult, VerifiedKind } from "./verified.ts";
