/**
 * Key sets found through an issuer's metadata: OpenID Connect Discovery 1.0 §4, or RFC 8414 §3 where the
 * first is missing. The issuer comes from the caller, never from a token.
 */

import { isLoopback } from "../base/loopback.ts";
import { checkText, wrongArgument, type Names } from "../base/options.ts";
import { own, parseJsonObject } from "../encoding/json.ts";
import { argumentError, quote, UnavailableError } from "../errors.ts";
import { checkUrl, fetchFailure, safeUrl, type Fetched, type StatusError } from "./fetch.ts";
import type { LocalJwksOptions } from "./local.ts";
import { keepFresh, type RemoteJwks } from "./refresh.ts";
import { readSettings, type RemoteJwksOptions } from "./remote.ts";

/** Options of `discoverJwks`: those of `remoteJwks` without `issuer`, which is an argument here. */
export interface DiscoverJwksOptions extends Omit<RemoteJwksOptions, "issuer"> {
  /** Origins that get `headers` beside the issuer's own, such as the API server of a Kubernetes cluster. Default: none. */
  readonly headerOrigins?: readonly string[] | undefined;
  /**
   * URL of the metadata, if it is not at a well-known place below the issuer: Azure B2C has it elsewhere, and a cluster may reach
   * its issuer by another name than clients do. It must still name the issuer, and its origin gets `headers`.
   */
  readonly metadataUrl?: string | URL | undefined;
}

/** Names of the options that `remoteJwks` does not read by itself: an issuer is not an option here. */
const discoverNames: readonly string[] = /* @__PURE__ */ Object.keys({
  algorithms: 1,
  allowSharedKeys: 1,
  lenient: 1,
  headerOrigins: 1,
  metadataUrl: 1,
} satisfies Names<Omit<DiscoverJwksOptions, Exclude<keyof RemoteJwksOptions, keyof LocalJwksOptions>>>);

/**
 * Returns the keys of an issuer, found through its metadata: `/.well-known/openid-configuration`, or where that is answered with a
 * status from 400 to 499, RFC 8414's `/.well-known/oauth-authorization-server`. They accept only tokens of this issuer. Everything else is as in `remoteJwks`; the metadata
 * is read again at each refresh, so a `jwks_uri` that moves is followed.
 *
 * Write `issuer` exactly as the issuer does: `https://tenant.auth0.com/` with its slash. Take it from your configuration: if it
 * came from a token, the author of the token could choose the keys that verify it.
 *
 * Verification throws UnavailableError `jwks_invalid` where the metadata names another issuer, or a `jwks_uri` that is not
 * allowed: not https, or on this machine although the issuer is not.
 *
 * @throws TypeError `invalid_argument`: an unknown or impossible option, an issuer that is no https URL or has a query.
 * @example
 * const issuer = "https://tenant.eu.auth0.com/";
 * const auth0 = createVerifier(discoverJwks(issuer, { algorithms: [RS256] }), { issuer, audience: "https://api.example" });
 */
export function discoverJwks(issuer: string, options: DiscoverJwksOptions): RemoteJwks {
  const { rules, ...settings } = readSettings(options, discoverNames);
  const { headerOrigins = [], metadataUrl } = options;
  const { allowInsecure } = settings;
  const base = checkUrl(checkText(issuer, "issuer"), "issuer", allowInsecure);
  if (/[?#]/.test(issuer)) throw wrongArgument("issuer", "a URL without query and fragment", issuer);
  if (metadataUrl === undefined && base.pathname.includes("/.well-known/o"))
    throw argumentError(
      "issuer: expected the issuer, as tokens write it in iss, found the URL of its metadata: leave out /.well-known/…, or pass it as metadataUrl",
    );
  if (!Array.isArray(headerOrigins)) throw wrongArgument("headerOrigins", "a list of origins", headerOrigins);
  const given = metadataUrl === undefined ? undefined : checkUrl(metadataUrl, "metadataUrl", allowInsecure);
  const origins = [
    base.origin,
    ...(given === undefined ? [] : [given.origin]),
    ...headerOrigins.map((origin) => checkUrl(origin, "headerOrigins", allowInsecure).origin),
  ];
  const path = base.pathname.replace(/\/$/, "");
  const metadata = given ?? new URL(`${base.origin}${path}/.well-known/openid-configuration`);
  const oauth = new URL(`${base.origin}/.well-known/oauth-authorization-server${path}`);
  // By default the metadata's URL says it all, but for a slash at the issuer's end.
  const isPlain = given === undefined && !allowInsecure && origins.length === 1 && issuer === `${base.origin}${path}`;
  const cacheParts = isPlain ? [] : [issuer, allowInsecure, origins];

  return keepFresh(metadata, { ...settings, rules: { ...rules, issuer }, cacheParts }, async (get) => {
    const send = (url: URL): Promise<Fetched> => get(url, origins.includes(url.origin));
    const { text } = await send(metadata).catch((error: unknown) => {
      const { responseStatus: status = 0, message } = error as Partial<StatusError>;
      // Some servers answer 401 or 403 to what they do not have.
      if (given !== undefined || status < 400 || status > 499) throw error;
      return send(oauth).catch((second: unknown) => {
        const failure = second as UnavailableError; // get() throws nothing else
        // Assigned: the response's status, and when to retry.
        throw Object.assign(new UnavailableError(failure.code, `${message}; ${failure.message}`), failure);
      });
    });
    return send(readJwksUri(metadata, text, issuer, given ?? base, allowInsecure));
  });
}

function readJwksUri(url: URL, text: string, issuer: string, base: URL, allowInsecure: boolean): URL {
  const metadata = parseJsonObject(text);
  if (metadata === undefined) throw fetchFailure(url, "not a JSON object", "jwks_invalid");
  const [stated, uri] = [own(metadata, "issuer"), own(metadata, "jwks_uri")];
  if (stated !== issuer)
    throw fetchFailure(url, `issuer: expected ${quote(issuer)}, found ${quote(stated)}`, "jwks_invalid");
  const safe = typeof uri === "string" ? safeUrl(uri, allowInsecure) : undefined;
  if (safe === undefined || (isLoopback(safe) && !isLoopback(base))) {
    throw fetchFailure(
      url,
      `jwks_uri: expected an https URL that is not on this machine, found ${quote(uri)}`,
      "jwks_invalid",
    );
  }
  return safe;
}
