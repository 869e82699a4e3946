/**
 * Sessions on mintmark: log in, refresh, log out, with rotated refresh tokens and detection of their theft.
 *
 * @module mintmark/sessions
 */

export type { SessionStore, SessionUse, StoredSession } from "./contract.ts";
export {
  refreshTokenOf,
  sessionCookies,
  type RefreshTokenOptions,
  type SessionCookieOptions,
} from "./cookies.ts";
export { memorySessionStore, type MemorySessionStoreOptions } from "./memory-store.ts";
export { redisSessionStore, type RedisSessionStoreOptions } from "./redis-store.ts";
export type { SessionRefusal } from "./refusals.ts";
export {
  createSessions,
  type BeginOptions,
  type Session,
  type SessionClaims,
  type Sessions,
  type SessionTokens,
} from "./sessions.ts";
export type { SessionKey, SessionsOptions } from "./settings.ts";
export { sqlSessionStore, type SqlSessionStoreOptions } from "./sql-store.ts";
export { sessionVerifier, type SessionVerifierOptions } from "./verifier.ts";
