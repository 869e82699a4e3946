/**
 * The contract of proofs: the sender of a request holds the key that its token is bound to (`cnf`, RFC 7800). Nothing here checks one, so that
 * applications without proofs do not carry the code.
 */

import { wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import type { RequestView } from "./bearer.ts";

/** The option `dpop` of `authenticate`: `createDpopVerifier` of `mintmark/oauth` makes one. */
export interface ProofVerifier {
  /** Begins to check one request. `header`: the name of the header that carries the token, in lower case. Must not throw. */
  readonly begin: (request: RequestView, header: string) => ProofCheck;
}

/** The check of one request. */
export interface ProofCheck {
  /**
   * Decides whether a verified token may be used in this request, and returns headers for the response; refuses by throwing an error of this
   * library. It may be asked again, with the same token, and then gives the same answer.
   */
  readonly check: (token: string, payload: JwtClaims) => Promise<Headers>;
  /** Returns the challenges of a refusal. `write` writes one of a scheme; `error` are the parameters that say why, if any. */
  readonly challenge: (
    write: (scheme: string, parameters: readonly string[]) => string,
    error: readonly string[],
  ) => string;
}

/** Checks the option `dpop`. */
export function readProofVerifier(value: unknown): ProofVerifier {
  const proof = Object(value) as ProofVerifier; // its one member is looked at here
  if (typeof proof.begin !== "function") throw wrongArgument("dpop", "what createDpopVerifier returns", value);
  return proof;
}
