/** Verifier for the SDK's own gate, which hands over the token alone. */

import { argumentError, isJwtError, type JwtError } from "../errors.ts";
import type { ProtectedResource } from "../oauth/protected-resource.ts";
import { authInfoOf, type AuthInfo } from "./auth-info.ts";

/** Verifier as `requireBearerAuth` of the SDK takes it. */
export interface TokenVerifier {
  /** Verifies an access token. Rejects with an error of the SDK, whose `cause` is the reason. */
  verifyAccessToken(token: string): Promise<AuthInfo>;
}

/** Class of the SDK's errors: `InvalidTokenError` of version 1, or `OAuthError` of version 2. */
export type SdkErrorClass = new (...given: never[]) => Error;

/**
 * Returns a verifier for `requireBearerAuth` of the MCP SDK, for servers that keep it. Pass the SDK's class for refused tokens: to every
 * other error the SDK answers 500. Tokens that are bound to a key are refused, since that gate does not see the proof.
 *
 * The gates of this entry answer 503 if keys or a store fail; the SDK does not know that status, and answers 500.
 *
 * @param errorClass `InvalidTokenError` of `@modelcontextprotocol/sdk/server/auth/errors.js`, or `OAuthError` of
 * `@modelcontextprotocol/server`.
 * @throws TypeError `invalid_argument`: another class.
 * @example
 * import { tokenVerifier } from "mintmark/mcp";
 * import { protectedResource } from "mintmark/oauth";
 *
 * const api = protectedResource({ resource: "https://api.example/mcp", issuers: ["https://id.example"], algorithms: [RS256] });
 * // import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
 * class InvalidTokenError extends Error {
 *   errorCode = "invalid_token";
 * }
 * const verifier = tokenVerifier(api, InvalidTokenError);
 * // app.use("/mcp", requireBearerAuth({ verifier, resourceMetadataUrl: api.metadataUrl }));
 */
export function tokenVerifier<Claims>(api: ProtectedResource<Claims>, errorClass: SdkErrorClass): TokenVerifier {
  const refuse = compileRefusal(errorClass);
  return {
    async verifyAccessToken(token) {
      try {
        return authInfoOf(token, await api.verifier.verify(token));
      } catch (error) {
        throw isJwtError(error) ? refuse(error) : error;
      }
    },
  };
}

/** Message for the client, who needs no more: the reason is for the application. */
const message = "the access token is not valid here";

/** Finds out which version's class it is, by an error of each form. */
function compileRefusal(errorClass: unknown): (reason: JwtError | undefined) => Error {
  const make = errorClass as new (...given: readonly string[]) => Error; // a class; its parameters are found out here
  for (const given of [["invalid_token", message], [message]]) {
    const refuse = (reason: JwtError | undefined): Error =>
      Object.defineProperty(new make(...given), "cause", { value: reason, configurable: true });
    if (makesInvalidToken(refuse)) return refuse;
  }
  throw argumentError("errorClass: expected the SDK's InvalidTokenError (version 1) or OAuthError (version 2)");
}

/** Reports whether an error has the code and the message in the places where the SDK looks for them. */
function makesInvalidToken(refuse: (reason: undefined) => Error): boolean {
  try {
    const error = refuse(undefined);
    const { code, errorCode } = error as { readonly code?: unknown; readonly errorCode?: unknown };
    return error.message === message && (code === "invalid_token" || errorCode === "invalid_token");
  } catch {
    return false; // no class at all
  }
}
