// Names in the documentation that are not the package's, by whose they are. What TypeScript, the DOM and the peers declare is found without.
export const foreignNames: ReadonlySet<string> = new Set([
  // Claims, header members, parameters and errors of specifications, and of issuers.
  ...["client_id", "client_secret", "token_use", "at_hash", "c_hash", "key_ops", "jwks_uri", "error_description"],
  ...["invalid_request", "invalid_token", "insufficient_scope", "password_changed_at"],
  // Node.js, workerd.
  ...["IncomingMessage", "Http2ServerRequest", "nodejs_compat"],
  // Fastify.
  ...["onRequest", "trustProxy"],
  // The tables that the SQL stores use.
  ...["expires_at", "revoked_before", "mintmark_tokens", "mintmark_key_ring"],
]);
