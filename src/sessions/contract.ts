/** Contract of the stores of sessions: one record per subject, each member one atomic step on it. */

/** Outcome of using a refresh token, decided by the store in one step. */
export type SessionUse = "first" | "again" | "late" | "unknown";

/** A session as a store knows it. Times are seconds since 1970, by the store's clock. */
export interface StoredSession {
  /** The session's ID. */
  readonly session: string;
  /** The second in which it began. */
  readonly startedAt: number;
  /** The second in which its last refresh token was used; at first that in which it began. */
  readonly usedAt: number;
  /** The second in which it ends, however often it is used. */
  readonly endsAt: number;
  /** JSON of what the application noted, such as the device. */
  readonly note?: string | undefined;
}

/**
 * Keeps the sessions of subjects. `owner` stands for a subject, and `session` for one of its sessions. Every member is one atomic step: of
 * concurrent calls, each sees the record before or after another, never between. Nothing in it is secret, and no token is.
 */
export interface SessionStore {
  /** Adds a session of generation 0. `idle`: seconds after which it may be forgotten unless it is used; never after `endsAt`. */
  begin(
    owner: string,
    session: string,
    options: { readonly idle: number; readonly endsAt: number; readonly note?: string | undefined },
  ): void | Promise<void>;
  /**
   * Uses the refresh token of a generation.
   *
   * - `"first"`: the generation is the session's own, or above it, after the store lost what it wrote. The session's is now one above it.
   * - `"again"`: it is the one below, first used no more than `grace` seconds ago. Nothing changes.
   * - `"late"`: it is older, or `grace` has passed. The session has ended with this step.
   * - `"unknown"`: there is no such session, or it is over.
   */
  use(
    owner: string,
    session: string,
    generation: number,
    options: { readonly grace: number; readonly idle: number },
  ): SessionUse | Promise<SessionUse>;
  /** Tells whether the session is there and not over. */
  alive(owner: string, session: string): boolean | Promise<boolean>;
  /** Ends one session. One that is not there has ended. */
  end(owner: string, session: string): void | Promise<void>;
  /** Ends all sessions of an owner but `except`. */
  endAll(owner: string, except?: string): void | Promise<void>;
  /** Returns the sessions of an owner that are not over. */
  list(owner: string): readonly StoredSession[] | Promise<readonly StoredSession[]>;
}
