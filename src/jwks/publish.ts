/** Publication of keys: a JWK Set (RFC 7517 §5) of public members, and the HTTP response that carries it. */

import { checkOptions, wrongArgument } from "../base/options.ts";
import { readDuration, type Duration } from "../base/duration.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { isObject } from "../encoding/json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { argumentError, quote } from "../errors.ts";
import type { SigningKey, VerifyingKey } from "../keys/key.ts";
import { materialOf } from "../keys/material.ts";
import { invalidKey, type Jwk } from "../keys/jwk.ts";
import { thumbprintOf } from "../keys/thumbprint.ts";
import { subtleCrypto } from "../base/platform.ts";

/** A publisher of keys that change, such as a key ring. */
export interface KeyPublisher {
  /** Returns the public keys of this moment. */
  published(): readonly VerifyingKey[] | Promise<readonly VerifyingKey[]>;
  /** Seconds for which a response may be cached. Must be less than the time that a new key is published before it signs. */
  readonly maxAge: number;
}

/** Keys to publish: private keys (their public half is published), public keys, or a key ring. */
export type PublishedKeys = readonly (SigningKey | VerifyingKey)[] | KeyPublisher;

/** The parts of a request that `jwksResponse` reads. */
export interface JwksRequest {
  /** `GET` and `HEAD` are answered. */
  readonly method: string;
  /** `if-none-match` is read. */
  readonly headers: { get(name: string): string | null };
}

/** Options of `jwksResponse`. */
export interface JwksResponseOptions {
  /** Time for which the response may be cached. Default: a key ring's own bound, which cannot be exceeded; for a list, 5 min. */
  readonly maxAge?: Duration | undefined;
}

/**
 * Returns the public halves of keys as a JWK Set (RFC 7517 §5), each with `alg`, `use` and `kid`. A key without `kid` is named by its
 * RFC 7638 thumbprint. Only public members are published, whatever the keys hold.
 *
 * @throws TypeError `invalid_key`: a shared secret (whoever verifies with it can sign), a plug-in key (publish the key that
 * `importVerifyingKey` makes of its public half), a `CryptoKey` that could not be exported.
 * @throws TypeError `invalid_argument`: no keys, or two with one `kid`.
 * @example
 * const { privateKey } = await generateKeyPair(ES256, { kid: "2026-11" });
 * const { keys } = await publicJwks([privateKey]);
 * console.log(Object.keys(keys[0]).join(" ")); // kty crv x y alg use kid
 */
export async function publicJwks(keys: PublishedKeys): Promise<{ keys: Jwk[] }> {
  const list: unknown = isPublisher(keys) ? await keys.published() : keys;
  if (!Array.isArray(list) || list.length === 0) throw wrongArgument("keys", "a list of keys, or a key ring", list);
  const byKid = new Map<unknown, Jwk>();
  for (const jwk of await Promise.all(Array.from(list, publicJwk))) {
    const same = byKid.get(jwk.kid);
    if (same !== undefined && JSON.stringify(same) !== JSON.stringify(jwk))
      throw argumentError(`keys: two with the kid ${quote(jwk.kid)}: verifiers could not tell them apart`);
    byKid.set(jwk.kid, jwk);
  }
  return { keys: [...byKid.values()] };
}

/**
 * Answers a request for `/.well-known/jwks.json`, for any server that speaks `Request` and `Response`: `GET` and
 * `HEAD` with a strong `ETag` and `Cache-Control`, 304 for a matching `If-None-Match`, 405 for another method (RFC 9110 §9.3,
 * §13.1.2).
 *
 * A new key has to be published before it signs for as long as anyone may cache the set: `maxAge` (default 5 min), or longer
 * where verifiers keep keys longer (mintmark's and jose's up to 10 min). A key ring sees to that itself.
 *
 * @throws TypeError as `publicJwks`.
 * @example
 * const { privateKey } = await generateKeyPair(ES256);
 * const response = await jwksResponse(new Request("https://issuer.example/.well-known/jwks.json"), [privateKey]);
 * console.log(response.headers.get("cache-control")); // public, max-age=300
 */
export async function jwksResponse(
  request: JwksRequest,
  keys: PublishedKeys,
  options: JwksResponseOptions = {},
): Promise<Response> {
  const { maxAge: given } = checkOptions<JwksResponseOptions>(options, { maxAge: 1 });
  const wanted = given === undefined ? undefined : readDuration(given, "maxAge");
  const { method, headers } = checkRequest(request);
  if (method !== "GET" && method !== "HEAD")
    return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
  const body = JSON.stringify(await publicJwks(keys));
  const most = isPublisher(keys) ? readDuration(keys.maxAge, "maxAge of the key ring") : undefined;
  const seconds = Math.min(wanted ?? most ?? 300, most ?? Infinity);
  const etag = `"${encodeBase64url(new Uint8Array(await subtleCrypto().digest("SHA-256", encodeUtf8(body))))}"`;
  const shared = { etag, "cache-control": `public, max-age=${Math.floor(seconds)}` };
  if (matches(headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers: shared });
  return new Response(method === "GET" ? body : null, { headers: { "content-type": "application/json", ...shared } });
}

async function publicJwk(key: unknown): Promise<Jwk> {
  const known = materialOf(key);
  if (known?.definition.kty === "oct")
    throw invalidKey("a shared secret cannot be published: whoever verifies with it can also sign");
  if (known?.publicJwk === undefined)
    throw invalidKey("the public half of this key is not known: publish what importVerifyingKey makes of it");
  const { kid = await thumbprintOf(known.publicJwk) } = key as SigningKey;
  const { definition, publicJwk: jwk } = known;
  // Only public members leave, whatever the material holds.
  const members = ["kty", "crv", ...definition.publicMembers].filter((name) => jwk[name] !== undefined);
  const picked = Object.fromEntries(members.map((name) => [name, jwk[name]]));
  return { kty: jwk.kty, ...picked, alg: definition.name, use: "sig", kid };
}

function isPublisher(keys: PublishedKeys): keys is KeyPublisher {
  return isObject(keys) && "published" in keys;
}

function checkRequest(request: unknown): JwksRequest {
  const { method, headers } = (isObject(request) ? request : {}) as Partial<JwksRequest>;
  // Node.js has headers of its own kind: they would never match.
  if (typeof method !== "string" || typeof headers?.get !== "function")
    throw wrongArgument("request", "a Request", request);
  return { method, headers };
}

/** Reports whether `If-None-Match` names the tag. It compares weakly: a cache on the way may have weakened the tag it has. */
function matches(header: string | null, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}
