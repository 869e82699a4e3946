/** Where key sets wait for processes that start cold: a store that isolates or processes share. */

import { own, parseJsonObject } from "../encoding/json.ts";
import { limited } from "./fetch.ts";
import type { Stored } from "./document.ts";

/**
 * A store shared by the processes or edge isolates of one application, so that a new one does not start with a fetch.
 *
 * **Whoever can write to it can forge tokens**: the keys that verify come out of it. It has to be as well guarded as the
 * application's own code. What comes out is checked as a response is, a text from the future is a miss, and so is a store that
 * throws or takes longer than 1 s. Its keys are full URLs.
 *
 * The guide on key sets has it for Redis, Workers KV and the Cache API of Workers.
 *
 * @example
 * const texts = new Map<string, string>();
 * const cache: JwksCache = { get: (url) => texts.get(url), set: (url, text) => texts.set(url, text) };
 * const keys = remoteJwks("https://issuer.example/jwks.json", { algorithms: [ES256], cache });
 */
export interface JwksCache {
  /** The text under this URL; anything else is a miss. */
  get(url: string): unknown;
  /** Keeps the text under this URL for `ttlSeconds`, a whole number. */
  set(url: string, text: string, ttlSeconds: number): unknown;
}

/** A shared store is to be quicker than the issuer, in seconds. */
const patience = 1;

/** What the store holds, if it can be what was put there. The document in it is still to be checked like a response. */
export async function readStored(cache: JwksCache, url: URL, maxBytes: number): Promise<Stored | undefined> {
  const value = await limited(url, () => cache.get(url.href), patience).catch(() => undefined);
  const entry = typeof value === "string" ? parseJsonObject(value) : undefined;
  if (entry === undefined) return undefined;
  const [fetchedAt, maxAge, text] = [own(entry, "fetchedAt"), own(entry, "maxAge"), own(entry, "jwks")];
  if (typeof fetchedAt !== "number" || typeof text !== "string" || text.length > maxBytes) return undefined;
  return { fetchedAt, text, maxAge: typeof maxAge === "number" ? maxAge : undefined };
}

/** A store that fails costs the next process a fetch, and nobody a token. */
export async function writeStored(
  cache: JwksCache,
  url: URL,
  { fetchedAt, maxAge, text }: Stored,
  ttl: number,
): Promise<void> {
  const value = JSON.stringify({ fetchedAt, maxAge, jwks: text });
  await limited(url, () => cache.set(url.href, value, Math.ceil(ttl)), patience).catch(() => undefined);
}
