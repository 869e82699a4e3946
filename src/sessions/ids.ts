/** Session IDs, and the owners that they name: digests of a subject, or of a login at another issuer. */

import { checkText, wrongArgument } from "../base/options.ts";
import { runAsync } from "../base/steps.ts";
import { sha256 } from "../encoding/digest.ts";

/** Returns the owner of a subject's sessions. */
export const ownerOf = (issuer: string, subject: string): Promise<string> =>
  digest(["subject", issuer, checkText(subject, "subject")]);

/** Returns the owner of the sessions of a login elsewhere, by its issuer and its session there. */
export const loginOf = (iss: string, sid: string): Promise<string> =>
  digest(["upstream", checkText(iss, "iss"), checkText(sid, "sid")]);

/** Returns the SHA-256 digest in base64url: 43 characters for subjects of any length. */
function digest(parts: readonly string[]): Promise<string> {
  return runAsync(() => sha256(JSON.stringify(parts)));
}

/** Returns the owner of the sessions of a login elsewhere, given as the option `upstream`. */
export function loginIn(upstream: readonly unknown[]): Promise<string> {
  if (!Array.isArray(upstream) || upstream.length !== 2) throw wrongArgument("upstream", "[iss, sid]", upstream);
  const [iss, sid] = upstream as unknown[];
  return loginOf(checkText(iss, "upstream"), checkText(sid, "upstream"));
}

/** Returns whether this has the form of a session ID: the owner, a dot and 16 random octets. */
export function isSessionId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{43}\.[\w-]{22}$/.test(value);
}

/** Returns the owner in a session ID, which locates the record. */
export function ownerIn(session: string): string {
  if (!isSessionId(session)) throw wrongArgument("session", "the ID of a session", session);
  return session.slice(0, 43);
}
