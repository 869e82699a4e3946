/**
 * The checking side of OAuth on mintmark: proofs of possession (DPoP, RFC 9449), for resources and for clients.
 *
 * @module mintmark/oauth
 */

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
