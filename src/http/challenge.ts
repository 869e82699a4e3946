/** The `WWW-Authenticate` header (RFC 6750 §3, RFC 9110 §11.6.1). Nothing in it is taken from the request or the token. */

import { checkText, wrongArgument } from "../base/options.ts";
import { isSecure, parseUrl } from "./origin.ts";
import type { ProofCheck } from "./proof.ts";

/** Parameters that all challenges of an application share. */
export interface ChallengeParameters {
  readonly realm: string;
  readonly scopes: readonly string[];
  readonly resourceMetadata: string | undefined;
  /** Adds the error code as `error_description`. */
  readonly describe: boolean;
}

/** Space to tilde: the characters that every implementation allows in a quoted-string. */
const printable = /^[ -~]+$/;

/** Checks the option `realm`. */
export function checkRealm(value: unknown): string {
  const realm = checkText(value, "realm");
  if (!printable.test(realm)) throw wrongArgument("realm", "printable ASCII characters", value);
  return realm;
}

/** Checks the option `resourceMetadata` (RFC 9728 §3): an https URL, or http on loopback. */
export function checkResourceMetadata(value: unknown): string {
  const text = (Object(value) as { readonly href?: unknown }).href ?? value; // a URL object, from any realm
  const url = typeof text === "string" ? parseUrl(text) : undefined;
  if (url === undefined || !isSecure(url)) throw wrongArgument("resourceMetadata", "an https URL", value);
  return url.href;
}

/**
 * Writes the challenges. `error`: the code of RFC 6750 §3.1 or RFC 9449 §7.1, if any; `code`: ours, for the description; `proof`: adds the
 * challenge of another scheme.
 */
export type Challenger = (error: string | undefined, code: string, proof?: ProofCheck) => string;

/** Returns a function that writes challenges: the shared parameters, then the error. */
export function challenger({ realm, scopes, resourceMetadata, describe }: ChallengeParameters): Challenger {
  const fixed = [
    parameter("realm", realm),
    ...(scopes.length > 0 ? [parameter("scope", scopes.join(" "))] : []),
    ...(resourceMetadata !== undefined ? [parameter("resource_metadata", resourceMetadata)] : []),
  ];
  const write = (scheme: string, parameters: readonly string[]): string =>
    `${scheme} ${[...fixed, ...parameters].join(", ")}`;
  return (error, code, proof) => {
    const reason = error === undefined ? [] : [parameter("error", error)];
    if (error !== undefined && describe) reason.push(parameter("error_description", code));
    return proof?.challenge(write, reason) ?? write("Bearer", reason);
  };
}

/** Writes `name="quoted-string"` (RFC 9110 §5.6.4). */
function parameter(name: string, value: string): string {
  return `${name}="${value.replace(/["\\]/g, "\\$&")}"`;
}
