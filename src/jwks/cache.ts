/** The cache in which key sets wait for processes that start cold: a store that isolates or processes share. */

import { subtleCrypto } from "../base/platform.ts";
import { withTimeout } from "../base/timeout.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { own, parseJsonObject } from "../encoding/json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import type { StoredDocument } from "./document.ts";

/**
 * A store shared by the processes or edge isolates of one application, so that a new one does not start with a fetch.
 *
 * **Whoever can write to it can forge tokens**: the keys that verify come out of it. It has to be as well guarded as the
 * application's own code. What comes out is checked as a response is. An entry dated in the future is a miss, and so is a store
 * that throws or takes longer than 1 s. Its keys are full URLs; where more than the URL decides what is fetched (headers, the issuer of
 * `discoverJwks`), a digest of it is in the query, as `mintmark`.
 *
 * The guide on key sets has it for Redis, Workers KV and the Cache API of Workers.
 *
 * @example
 * const texts = new Map<string, string>();
 * const cache: JwksCache = { get: (url) => texts.get(url), set: (url, text) => texts.set(url, text) };
 * const keys = remoteJwks("https://issuer.example/jwks.json", { algorithms: [ES256], cache });
 */
export interface JwksCache {
  /** Returns the string under this URL, unchanged; anything else is a miss. */
  get(url: string): unknown;
  /** Keeps the string under this URL for `ttlSeconds`, a whole number. */
  set(url: string, text: string, ttlSeconds: number): unknown;
}

/** Seconds to wait for the shared cache; it must beat a fetch. */
const cacheTimeout = 1;

/**
 * Returns the key of a set in a cache: its URL, and a digest of whatever else decides which set comes. `parts`: what the caller
 * says of the request; `headers`: secrets may be among them, so they are never in the clear.
 */
export async function cacheKey(
  url: URL,
  parts: readonly unknown[],
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const names = Object.keys(headers).sort();
  if (parts.length + names.length === 0) return url.href;
  const varying = JSON.stringify([parts, names.map((name) => [name, headers[name]])]);
  const digest = new Uint8Array(await subtleCrypto().digest("SHA-256", encodeUtf8(varying)));
  const key = new URL(url);
  key.hash = "";
  key.search += `${key.search === "" ? "?" : "&"}mintmark=${encodeBase64url(digest)}`;
  return key.href;
}

/** Reads a cache entry. The document in it must still be checked like a response. */
export async function readStored(cache: JwksCache, key: string, maxBytes: number): Promise<StoredDocument | undefined> {
  const value: unknown = await inCacheTime(() => cache.get(key));
  const entry = typeof value === "string" ? parseJsonObject(value) : undefined;
  if (entry === undefined) return undefined;
  const [fetchedAt, maxAge, text] = [own(entry, "fetchedAt"), own(entry, "maxAge"), own(entry, "jwks")];
  if (typeof fetchedAt !== "number" || typeof text !== "string" || text.length > maxBytes) return undefined;
  return { fetchedAt, text, maxAge: typeof maxAge === "number" ? maxAge : undefined };
}

/** Writes a cache entry. If the cache fails, the next process has to fetch, but no token is refused. */
export async function writeStored(
  cache: JwksCache,
  key: string,
  { fetchedAt, maxAge, text }: StoredDocument,
  ttl: number,
): Promise<void> {
  const value = JSON.stringify({ fetchedAt, maxAge, jwks: text });
  await inCacheTime(() => cache.set(key, value, Math.ceil(ttl)));
}

/** Makes a call to the cache. `undefined` where it fails or takes too long. */
async function inCacheTime(call: () => unknown): Promise<unknown> {
  return withTimeout(call, cacheTimeout, () => new Error("late")).catch(() => undefined);
}
