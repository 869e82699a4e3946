/** The `WWW-Authenticate` header (RFC 6750 §3, RFC 9110 §11.6.1). Nothing in it comes from the request or the token. */

import { checkText, wrongArgument } from "../base/options.ts";
import { isSecure, parseUrl } from "./origin.ts";

/** What every challenge of an application says. */
export interface ChallengeParameters {
  readonly realm: string;
  readonly scopes: readonly string[];
  readonly resourceMetadata: string | undefined;
  /** Whether the code of what is wrong is told. */
  readonly describe: boolean;
}

/** Space to tilde: what a quoted-string can say everywhere. */
const printable = /^[ -~]+$/;

/** A realm that a header can carry. */
export function checkRealm(value: unknown): string {
  const realm = checkText(value, "realm");
  if (!printable.test(realm)) throw wrongArgument("realm", "printable ASCII characters", value);
  return realm;
}

/** The URL of an application's metadata (RFC 9728 §3): https, or http on loopback. */
export function checkResourceMetadata(value: unknown): string {
  const text = (Object(value) as { readonly href?: unknown }).href ?? value; // a URL's, whatever realm it is from
  const url = typeof text === "string" ? parseUrl(text) : undefined;
  if (url === undefined || !isSecure(url)) throw wrongArgument("resourceMetadata", "an https URL", value);
  return url.href;
}

/** Makes one challenge: with an RFC 6750 error there is something to say, and the code says what. */
export type Challenger = (error: string | undefined, code: string) => string;

/** Makes challenges: the parameters that are always the same, then what is wrong this time. */
export function challenger({ realm, scopes, resourceMetadata, describe }: ChallengeParameters): Challenger {
  const fixed = [
    parameter("realm", realm),
    ...(scopes.length > 0 ? [parameter("scope", scopes.join(" "))] : []),
    ...(resourceMetadata !== undefined ? [parameter("resource_metadata", resourceMetadata)] : []),
  ];
  return (error, code) =>
    `Bearer ${[
      ...fixed,
      ...(error !== undefined ? [parameter("error", error)] : []),
      ...(error !== undefined && describe ? [parameter("error_description", code)] : []),
    ].join(", ")}`;
}

/** name="quoted-string" (RFC 9110 §5.6.4) */
function parameter(name: string, value: string): string {
  return `${name}="${value.replace(/["\\]/g, "\\$&")}"`;
}
