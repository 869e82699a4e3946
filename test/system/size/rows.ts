// What is measured: the names that a program imports, and what it would import from jose for the same.
import type { RuleName } from "./contents.ts";

export interface Row {
  readonly name: string;
  /** The entry, where it is not `mintmark`. */
  readonly from?: string;
  readonly imports: readonly string[];
  /** A source that is certainly in it, or the map is not worth looking at. */
  readonly holds: string;
  readonly lacks: readonly RuleName[];
  /** What jose's users import for the same. */
  readonly jose?: readonly string[];
}

const hmac = ["importSecret", "HS256"];

export const rows: readonly Row[] = [
  {
    name: "sign",
    imports: ["sign", ...hmac],
    holds: "jwt/sign.ts",
    lacks: ["families", "verifying"],
    jose: ["SignJWT"],
  },
  {
    name: "verify",
    imports: ["verify", ...hmac],
    holds: "jwt/verify.ts",
    lacks: ["families", "signing"],
    jose: ["jwtVerify"],
  },
  {
    name: "sign + verify",
    imports: ["sign", "verify", ...hmac],
    holds: "jwt/sign.ts",
    lacks: ["families"],
    jose: ["SignJWT", "jwtVerify"],
  },
  {
    name: "createSigner + createVerifier",
    imports: ["createSigner", "createVerifier", ...hmac],
    holds: "jwt/token-cache.ts",
    lacks: ["families"],
    jose: ["SignJWT", "jwtVerify"],
  },
  {
    name: "verify + importVerifyingKey",
    imports: ["verify", "importVerifyingKey", "ES256"],
    holds: "keys/import.ts",
    lacks: ["signing"],
    jose: ["jwtVerify", "importJWK", "importSPKI", "importX509"],
  },
  {
    name: "verify + remoteJwks",
    imports: ["verify", "remoteJwks", "RS256"],
    holds: "jwks/remote.ts",
    lacks: ["signing"],
    jose: ["jwtVerify", "createRemoteJWKSet"],
  },
  {
    name: "decode",
    imports: ["decode"],
    holds: "jwt/decode.ts",
    lacks: ["cryptography", "signing"],
    jose: ["decodeJwt", "decodeProtectedHeader"],
  },
  {
    name: "defineToken",
    imports: ["defineToken", ...hmac],
    holds: "jwt/kinds.ts",
    lacks: ["families"],
  },
  { name: "timeLeft", imports: ["timeLeft"], holds: "jwt/time-left.ts", lacks: ["cryptography", "signing"] },
  { name: "createTokenSource", imports: ["createTokenSource"], holds: "jwt/token-source.ts", lacks: ["families"] },
  {
    name: "authenticate",
    imports: ["authenticate"],
    holds: "http/authenticate.ts",
    lacks: ["families", "signing"],
  },
  {
    name: "mintmark/sessions",
    from: "mintmark/sessions",
    imports: ["*"],
    holds: "sessions/sessions.ts",
    lacks: ["families"],
  },
  {
    name: "mintmark/jsonwebtoken",
    from: "mintmark/jsonwebtoken",
    imports: ["*"],
    holds: "jsonwebtoken/sign.ts",
    lacks: ["tokens"],
  },
  {
    name: "protectedResource",
    from: "mintmark/oauth",
    imports: ["protectedResource"],
    holds: "oauth/protected-resource.ts",
    lacks: ["signing"],
  },
  {
    name: "createIdTokenVerifier",
    from: "mintmark/oauth",
    imports: ["createIdTokenVerifier"],
    holds: "oauth/id-token.ts",
    lacks: ["families", "signing"],
  },
  {
    name: "createLogoutTokenVerifier",
    from: "mintmark/oauth",
    imports: ["createLogoutTokenVerifier"],
    holds: "oauth/logout-token.ts",
    lacks: ["families", "signing"],
  },
  {
    name: "clientAssertion + createClientAssertionVerifier",
    from: "mintmark/oauth",
    imports: ["clientAssertion", "createClientAssertionVerifier"],
    holds: "oauth/client-assertion.ts",
    lacks: ["families"],
  },
  {
    name: "createDpopVerifier",
    from: "mintmark/oauth",
    imports: ["createDpopVerifier"],
    holds: "oauth/dpop-verifier.ts",
    lacks: ["building"],
  },
  {
    name: "createDpopProver",
    from: "mintmark/oauth",
    imports: ["createDpopProver"],
    holds: "oauth/dpop-prover.ts",
    lacks: ["building", "verifying"],
  },
  {
    name: "mintmark/mcp",
    from: "mintmark/mcp",
    imports: ["*"],
    holds: "mcp/gates.ts",
    lacks: ["families", "signing"],
  },
  { name: "importSecret", imports: hmac, holds: "keys/secret.ts", lacks: ["families", "signing", "verifying"] },
  { name: "everything", imports: ["*"], holds: "jwt/sign.ts", lacks: [], jose: ["*"] },
];

/** A module that hands these names on, so that none is unused. */
export function entry(imports: readonly string[], from = "mintmark"): string {
  return imports[0] === "*" ? `export * from "${from}";\n` : `export { ${imports.join(", ")} } from "${from}";\n`;
}
