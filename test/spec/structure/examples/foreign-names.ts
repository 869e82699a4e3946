// Names in the documentation that are not the package's, by whose they are. What TypeScript, the DOM and the peers declare is found without.
export const foreignNames: ReadonlySet<string> = new Set([
  // Claims, header members, parameters, errors and algorithms of specifications, and of issuers.
  ...[
    "client_id",
    "client_secret",
    "token_use",
    "at_hash",
    "c_hash",
    "auth_time",
    "private_key_jwt",
    "client_secret_jwt",
    "key_ops",
    "jwks_uri",
    "error_description",
    "email_verified",
    "is_anonymous",
    "service_role",
    "org_id",
    "api_key",
    "ES256K",
    "DPoP",
  ],
  ...["invalid_dpop_proof", "use_dpop_nonce", "dpop_jkt"],
  ...["invalid_request", "invalid_token", "insufficient_scope", "requestedAccessTokenVersion"],
  // Claims that are refused as sensitive, and one that is not.
  ...["clientSecret", "apiKey", "cardNumber", "password_changed_at"],
  ...["resource_name"],
  // jwt-decode, and the MCP SDK.
  ...["jwtDecode", "InvalidTokenError", "requireBearerAuth", "OAuthError"],
  // Node.js, workerd.
  ...[
    "KeyObject",
    "createHmac",
    "trimEnd",
    "strictNullChecks",
    "HttpOnly",
    "readFileSync",
    "IncomingMessage",
    "Http2ServerRequest",
    "createSecretKey",
    "nodejs_compat",
  ],
  ...["connectionStateRecovery"],
  // Fastify.
  ...["onRequest", "trustProxy"],
  // Key management services.
  ...["MessageType", "asymmetricSign", "marshaling_algorithm"],
  // The tables that the SQL stores use.
  ...["expires_at", "revoked_before", "mintmark_tokens", "mintmark_key_ring"],
  // PyJWT.
  ...[
    "sort_headers",
    "PyJWKClient",
    "PyJWKClientConnectionError",
    "DecodeError",
    "ExpiredSignatureError",
    "ImmatureSignatureError",
  ],
  ...[
    "InvalidAlgorithmError",
    "InvalidAudienceError",
    "InvalidIssuedAtError",
    "InvalidIssuerError",
    "InvalidSignatureError",
  ],
  ...["InvalidSubjectError", "MissingRequiredClaimError"],
  // express-jwt, express-oauth2-jwt-bearer, passport-jwt, Nest.
  ...[
    "secretOrKey",
    "secretOrKeyProvider",
    "jsonWebTokenOptions",
    "fromExtractors",
    "fromHeader",
    "fromUrlQueryParameter",
  ],
  ...[
    "fromAuthHeaderAsBearerToken",
    "fromAuthHeaderWithScheme",
    "passReqToCallback",
    "ignoreExpiration",
    "credentialsRequired",
    "requestProperty",
  ],
  ...[
    "expressJwtSecret",
    "passportJwtSecret",
    "getToken",
    "isRevoked",
    "onExpired",
    "UnauthorizedError",
    "requiredScopes",
  ],
  ...[
    "issuerBaseURL",
    "tokenSigningAlg",
    "claimEquals",
    "authRequired",
    "handleRequest",
    "PassportStrategy",
    "AuthGuard",
  ],
  ...["useFactory", "APP_GUARD", "JwtModule"],
  // nginx, Traefik, Caddy; h3, tRPC.
  ...["auth_request", "proxy_set_header", "forwardAuth", "forward_auth", "defineEventHandler", "toWebRequest"],
  ...["resHeaders", "connectionParams"],
  // The MCP SDK, and metadata of a protected resource.
  ...["requireBearerAuth", "OAuthError", "resource_name"],
  // Parameters and errors of OAuth and OpenID Connect; Node.js.
  ...[
    "auth_time",
    "backchannel_logout_session_required",
    "client_assertion",
    "client_assertion_type",
    "client_secret_jwt",
    "createPrivateKey",
    "dpop_jkt",
    "invalid_client",
    "max_age",
    "private_key_jwt",
    "resource_documentation",
  ],
  // What senders of webhooks and issuers call things.
  ...["private_key", "payload_hash", "request_body_sha256", "pull_request"],
  // What people call a function of their own, and an option that they misspell.
  ...["signHs256", "allowedISS"],
  "peerDependencies",
]);
