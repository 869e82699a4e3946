/** Scopes: what the holder of a token may do (RFC 6749 §3.3; `scope` by RFC 8693 §4.2, `scp` by Okta and Microsoft). */

import { checkTexts, wrongArgument } from "../base/options.ts";
import type { JwtClaims } from "../claims/build.ts";
import { own } from "../encoding/json.ts";

/** scope-token: no space, no quote, no backslash. */
const scopeToken = /^[!#-[\]-~]+$/;

/** The scopes that an application asks for. */
export function checkScopes(value: unknown): readonly string[] {
  const scopes = checkTexts(value, "scopes");
  for (const scope of scopes)
    if (!scopeToken.test(scope))
      throw wrongArgument("scopes", "one scope for each string, without spaces and quotes", scope);
  return scopes;
}

/** The first of the scopes that a token does not have. */
export function missingScope(payload: JwtClaims, wanted: readonly string[]): string | undefined {
  if (wanted.length === 0) return undefined;
  const granted = grantedScopes(payload);
  return wanted.find((scope) => !granted.includes(scope));
}

/** `scope`, else `scp`: a string of names or, as IdentityServer, Okta and Microsoft write it, a list. One of the wrong type grants nothing. */
function grantedScopes(payload: JwtClaims): readonly unknown[] {
  const granted = Object.hasOwn(payload, "scope") ? own(payload, "scope") : own(payload, "scp");
  if (Array.isArray(granted)) return granted;
  return typeof granted === "string" ? granted.split(" ") : [];
}
