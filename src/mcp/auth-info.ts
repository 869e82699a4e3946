/** Caller of an MCP server, in the form that the SDK hands to tools. */

import { wrongArgument } from "../base/options.ts";
import { compileHeader, readHeader, type RequestView } from "../http/bearer.ts";
import { parseUrl } from "../http/origin.ts";
import { grantedScopes } from "../http/scope.ts";
import type { Verified } from "../jwt/verify.ts";
import { clientOf } from "../oauth/access-token.ts";
import { metadataUrlOf } from "../oauth/metadata.ts";

/** Caller of a tool. The SDK calls it `AuthInfo`, too: in `extra.authInfo` of version 1, in `ctx.http.authInfo` of version 2. */
export interface AuthInfo {
  /** Access token. */
  token: string;
  /** Client that the token was issued to (`client_id`, `azp`, `cid` or `appid`, never `sub`). Empty if the token names none. */
  clientId: string;
  /** Scopes that the token grants (`scope`, or else `scp`). */
  scopes: string[];
  /** Time at which the token expires, in seconds since 1970. */
  expiresAt: number;
  /** Resource that the token is for. */
  resource?: URL;
  /** URL of the resource's metadata, for the challenges of version 2 of the SDK. */
  resourceMetadataUrl?: string;
  /** Verified claims of the token, such as `sub`. */
  extra: { claims: Record<string, unknown> };
}

/** A verified caller. One that a protected resource authenticated has its `resource`. */
export interface McpCaller extends Pick<Verified<unknown>, "claims" | "payload"> {
  /** Identifier of the protected resource. */
  readonly resource?: string;
}

const authorization = /* @__PURE__ */ compileHeader(undefined, true);

/**
 * Converts an authenticated caller to what MCP tools expect. `request` is the one that was authenticated: its token is handed on. Gates do
 * this themselves.
 *
 * @throws TypeError `invalid_argument`: not a verified caller, or a request without a token.
 * @example
 * import { authInfo } from "mintmark/mcp";
 * import { protectedResource } from "mintmark/oauth";
 *
 * const { privateKey, publicKey } = await generateKeyPair(ES256);
 * const issuer = "https://id.example";
 * const resource = "https://api.example/mcp";
 * const api = protectedResource({ resource, issuers: [{ issuer, keys: publicKey }], algorithms: [ES256] });
 * const token = await sign(
 *   { sub: "user_123", client_id: "editor", scope: "mcp:read" },
 *   privateKey,
 *   { typ: "at+jwt", issuer, audience: resource },
 * );
 *
 * const request = new Request(resource, { headers: { authorization: `Bearer ${token}` } });
 * const caller = await api.authenticate(request);
 * if (caller.ok) console.log(authInfo(caller, request).clientId); // editor
 */
export function authInfo(caller: McpCaller, request: RequestView): AuthInfo {
  const token = readHeader(request, authorization);
  if (token === undefined) throw wrongArgument("request", "the request that was authenticated, with its token", null);
  return authInfoOf(token, caller);
}

/** Builds the information about the caller with this token. */
export function authInfoOf(token: string, { claims, payload, resource }: McpCaller): AuthInfo {
  const { exp } = payload;
  if (typeof exp !== "number") throw wrongArgument("caller", "a verified caller, whose token has exp", exp);
  const url = resource === undefined ? undefined : parseUrl(resource);
  return {
    token,
    clientId: clientOf(payload) ?? "",
    scopes: grantedScopes(payload).filter((scope): scope is string => typeof scope === "string" && scope !== ""),
    expiresAt: exp,
    ...(url === undefined ? {} : { resource: url, resourceMetadataUrl: metadataUrlOf(url) }),
    extra: { claims: claims as Record<string, unknown> }, // a payload, or a schema's output, which tools know
  };
}
