/** Scopes of a token (RFC 6749 §3.3; `scope` of RFC 8693 §4.2, `scp` of Okta and Microsoft). */

import { checkTexts, wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import { own } from "../encoding/json.ts";

/** scope-token of RFC 6749 §3.3: printable ASCII without space, double quote and backslash. */
const scopeToken = /^[!#-[\]-~]+$/;

/** Checks an option that lists scopes. */
export function checkScopes(value: unknown, name = "scopes"): readonly string[] {
  const scopes = checkTexts(value, name);
  for (const scope of scopes)
    if (!scopeToken.test(scope)) throw wrongArgument(name, "one scope per string, without spaces and quotes", scope);
  return scopes;
}

/** Returns the wanted scopes that the token lacks. */
export function missingScopes(payload: JwtClaims, wanted: readonly string[]): readonly string[] {
  if (wanted.length === 0) return [];
  const granted = grantedScopes(payload);
  return wanted.filter((scope) => !granted.includes(scope));
}

/** Reads `scope`, or else `scp`: names in one string, or a list as IdentityServer, Okta and Microsoft write it. Another type grants nothing. */
export function grantedScopes(payload: JwtClaims): readonly unknown[] {
  const granted = Object.hasOwn(payload, "scope") ? own(payload, "scope") : own(payload, "scp");
  if (Array.isArray(granted)) return granted;
  return typeof granted === "string" ? granted.split(" ") : [];
}
