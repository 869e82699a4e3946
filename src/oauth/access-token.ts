/**
 * Access tokens without a type of their own (RFC 9068 §2.1 has `at+jwt`): Microsoft Entra, Okta and Keycloak write none. With one Entra
 * registration, ID tokens and access tokens even share an audience, so the claims have to tell them apart.
 */

import type { JwtClaims } from "../claims/build.ts";
import { own } from "../encoding/json.ts";
import { JwtError, quote } from "../errors.ts";
import type { JwsHeader } from "../jws/header.ts";
import { normalizeType } from "../jwt/header.ts";

/** The `typ` of access tokens (RFC 9068 §2.1). */
export const accessTokenType = "at+jwt";

/** Claims that other kinds of token have: ID tokens (OpenID Connect Core §2, §3.3.2.11) and logout tokens (Back-Channel Logout §2.4). */
const foreignClaims = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

/** Claims in which some issuers name the kind of a token: Keycloak (`Refresh`, `ID`), Cognito (`id`), and others (`refresh`). */
const kindClaims = ["typ", "token_use", "token_type"];
const foreignKind = /^(?:id|refresh|offline|logout)/i;

/** Claims that name the client of a token (RFC 9068 §2.2, OpenID Connect Core §2; Okta; Microsoft Entra's version 1). */
const clientClaims = ["client_id", "azp", "cid", "appid"];

/** Returns the client that a token was issued to, never its subject. */
export function clientOf(payload: JwtClaims): string | undefined {
  return clientClaims.map((name) => own(payload, name)).find((value) => typeof value === "string" && value !== "") as
    | string
    | undefined; // find() saw that it is a string
}

/** Refuses a token whose type does not say that it is an access token, and whose claims do not say so either. */
export function checkAccessToken(payload: JwtClaims, header: JwsHeader): void {
  const { typ } = header;
  if (typ !== undefined && normalizeType(typ) === accessTokenType) return;
  const foreign = foreignClaims.find((name) => Object.hasOwn(payload, name));
  if (foreign !== undefined) throw notAccess(`found ${foreign}, which it does not have`, foreign);
  for (const name of kindClaims) {
    const kind = own(payload, name);
    if (typeof kind === "string" && foreignKind.test(kind)) throw notAccess(`found ${name} ${quote(kind)}`, name);
  }
  if (Object.hasOwn(payload, "scope") || Object.hasOwn(payload, "scp")) return;
  if (!Object.hasOwn(payload, "roles")) throw notAccess("found neither scope, scp nor roles", "scope");
  // Microsoft Entra writes roles to ID tokens too, but a client to access tokens alone.
  if (clientOf(payload) === undefined) throw notAccess("found roles, but no client (azp, appid)", "azp");
}

function notAccess(found: string, claim: string): JwtError {
  return new JwtError("typ_mismatch", `typ: expected an access token, ${found}`, { claim });
}
