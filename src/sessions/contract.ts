/** Contract of session stores: one record per subject, and atomic steps on it. */

/** Outcome of using a refresh token, decided by the store in one step. */
export type SessionUse = "first" | "again" | "late" | "unknown";

/** A session in a store. Times are seconds since 1970, by the store's clock. */
export interface StoredSession {
  /** The session's ID. */
  readonly session: string;
  /** The second in which it began. */
  readonly startedAt: number;
  /** The second in which its last refresh token was used; initially, that in which it began. */
  readonly usedAt: number;
  /** The second in which it ends, however often it is used. */
  readonly endsAt: number;
  /** JSON of the application's note, such as the device. */
  readonly note?: string | undefined;
}

/**
 * Stores the sessions of subjects. `owner` identifies a subject, and `session` one of its sessions. Every method is one atomic step:
 * concurrent calls see the record before or after each other, never between. Records hold no secrets and no tokens.
 */
export interface SessionStore {
  /** Adds a session of generation 0. It may be dropped after `idle` seconds without use, and at `endsAt` at the latest. */
  begin(
    owner: string,
    session: string,
    options: { readonly idle: number; readonly endsAt: number; readonly note?: string | undefined },
  ): void | Promise<void>;
  /**
   * Uses the refresh token of a generation.
   *
   * - `"first"`: the generation is that of the session, or above it (if the store lost a write). The session's becomes one above it.
   * - `"again"`: the generation is one below, and was first used at most `grace` seconds ago; never with a `grace` of 0. Nothing changes.
   * - `"late"`: the generation is older, or `grace` has passed. This step ends the session.
   * - `"unknown"`: the session does not exist, or is over.
   */
  use(
    owner: string,
    session: string,
    generation: number,
    options: { readonly grace: number; readonly idle: number },
  ): SessionUse | Promise<SessionUse>;
  /** Reports whether the session exists and is not over. */
  alive(owner: string, session: string): boolean | Promise<boolean>;
  /** Ends one session. Does nothing if it does not exist. */
  end(owner: string, session: string): void | Promise<void>;
  /** Ends all sessions of an owner except `except`. */
  endAll(owner: string, except?: string): void | Promise<void>;
  /** Returns the sessions of an owner that are not over. */
  list(owner: string): readonly StoredSession[] | Promise<readonly StoredSession[]>;
}
