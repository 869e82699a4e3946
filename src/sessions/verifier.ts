/** Verification of sessions' access tokens where neither the signing key nor the store is. */

import type { Duration } from "../base/duration.ts";
import { checkOptions } from "../base/options.ts";
import { kindOf, sessionTypes, type KindOutput } from "../jwt/kinds.ts";
import type { StandardSchemaV1 } from "../jwt/schema.ts";
import type { Verifier } from "../jwt/verifier.ts";
import type { VerificationKeys } from "../keys/key.ts";

/** The `typ` of access tokens. */
export const accessType: `${typeof sessionTypes}access+jwt` = `${sessionTypes}access+jwt`;

/** Options of `sessionVerifier`: those of `createSessions` that a verifier needs. */
export interface SessionVerifierOptions<Schema extends StandardSchemaV1 = never> {
  /** `iss` of the access tokens. */
  readonly issuer: string;
  /** `aud` of the access tokens: any one match. */
  readonly audience: string | readonly string[];
  /** Standard Schema of the payload: its output is the type of `claims`. */
  readonly schema?: Schema | undefined;
  /** Tolerated difference between clocks: seconds, or a string such as `"30s"`. Default 5 s. */
  readonly clockTolerance?: Duration | undefined;
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Returns a verifier of access tokens for a service that has neither the signing key nor the store of the sessions.
 *
 * @param keys The secret, the public key, or a source of public keys such as `remoteJwks`.
 * @throws TypeError `invalid_argument`: an option or a key is wrong.
 * @example
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const sessions = createSessions({ privateKey, publicKey }, { issuer: "my-api", audience: "web" });
 * const { accessToken } = await sessions.begin("user_123", { role: "admin" });
 * const verifier = sessionVerifier(publicKey, { issuer: "my-api", audience: "web" });
 * console.log((await verifier.verify(accessToken)).claims.sub); // user_123
 */
export function sessionVerifier<Schema extends StandardSchemaV1 = never>(
  keys: VerificationKeys,
  options: SessionVerifierOptions<Schema>,
): Verifier<KindOutput<Schema>> {
  checkOptions<SessionVerifierOptions>(options, { issuer: 1, audience: 1, schema: 1, clockTolerance: 1, now: 1 });
  return kindOf<Schema>(accessType, options).createVerifier(keys);
}
