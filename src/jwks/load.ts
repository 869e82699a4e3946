/** Loads of a remote key set: from the issuer, or from the cache that processes share. */

import type { Moment } from "../base/moment.ts";
import { lacksUserAgent, sharesPromises } from "../base/platform.ts";
import { isObject } from "../encoding/json.ts";
import { cacheKey, readStored, writeStored, type JwksCache } from "./cache.ts";
import { readDocument, type KeySetDocument, type Limits } from "./document.ts";
import { fetchFailure, fetchText, privateRequest, withDeadline, type Fetch, type Fetched } from "./fetch.ts";

export type RequestHeaders = Readonly<Record<string, string>>;

/** The options of a load, checked. Spans are seconds. */
export interface LoadSettings extends Limits {
  readonly timeout: number;
  readonly staleIfError: number;
  readonly maxBytes: number;
  readonly fetch: Fetch;
  readonly headers: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>);
  /** Values beside the URL and the headers that decide which set the issuer sends. */
  readonly cacheParts: readonly unknown[];
  readonly cache: JwksCache | undefined;
  readonly signal: AbortSignal | undefined;
  readonly waitUntil: ((refresh: Promise<unknown>) => unknown) | undefined;
}

/** Fetches one of the documents on the way to the key set. `withHeaders`: also send the caller's headers. */
export type Get = (url: URL, withHeaders: boolean) => Promise<Fetched>;

/** Fetches the key set, in one request or more. */
export type GetDocument = (get: Get) => Promise<Fetched>;

/**
 * Fetches the set from the issuer, and leaves it in the cache. `held`: the document that is used now.
 *
 * @throws UnavailableError `jwks_unavailable`, `jwks_invalid`; nothing else.
 */
export async function fetchDocument(
  url: URL,
  settings: LoadSettings,
  getDocument: GetDocument,
  { time, elapsed }: Moment,
  held: KeySetDocument | undefined,
): Promise<{ readonly document: KeySetDocument; readonly headers: RequestHeaders }> {
  const { timeout, signal, fetch, maxBytes } = settings;
  return withDeadline(
    url,
    async (stop) => {
      const callersHeaders = await readHeaders(url, settings.headers);
      const fetched = await getDocument((from, withHeaders) => {
        const headers = {
          // kube-apiserver has nothing else than jwk-set+json for those who ask for one type alone.
          accept: "application/json, application/jwk-set+json",
          ...(lacksUserAgent() && { "user-agent": "mintmark" }),
          ...(withHeaders && callersHeaders),
        };
        const options = { headers, redirect: "manual" as const, signal: stop, ...privateRequest() };
        return fetchText(from, fetch, options, maxBytes, time);
      });
      const document = readDocument(url, { ...fetched, fetchedAt: time }, elapsed, settings, held);
      return { document, headers: callersHeaders };
    },
    timeout,
    signal,
  );
}

/** Returns the set that another process has fetched, if it is newer than the one that is held. */
export async function readCached(
  url: URL,
  settings: LoadSettings,
  cache: JwksCache,
  readClock: () => Moment,
  held: () => KeySetDocument | undefined,
): Promise<KeySetDocument | undefined> {
  const { timeout, cacheParts, maxBytes } = settings;
  const headers = await withDeadline(url, () => readHeaders(url, settings.headers), timeout, undefined);
  const stored = await readStored(cache, await cacheKey(url, cacheParts, headers), maxBytes);
  if (stored === undefined) return undefined;
  const [{ time, elapsed }, before] = [readClock(), held()];
  const age = time - stored.fetchedAt;
  if (!(age >= 0) || (before !== undefined && before.fetchedAt >= stored.fetchedAt)) return undefined;
  const found = readDocument(url, stored, elapsed - age, settings, before);
  return found.set.isEmpty ? undefined : found;
}

/** Leaves a set in the cache for other processes. Waits for that only where nothing else may. */
export async function writeCached(
  url: URL,
  { cache, cacheParts, staleIfError, waitUntil }: LoadSettings,
  document: KeySetDocument,
  headers: RequestHeaders,
): Promise<void> {
  if (cache === undefined || document.set.isEmpty) return;
  const write = async (): Promise<void> => {
    const key = await cacheKey(url, cacheParts, headers);
    await writeStored(cache, key, document, Math.max(document.maxAge, staleIfError));
  };
  const written = write();
  if (waitUntil !== undefined) waitUntil(written);
  else if (!sharesPromises()) await written;
}

/** Returns the caller's headers as they are now, by names in lower case. */
async function readHeaders(url: URL, headers: LoadSettings["headers"]): Promise<RequestHeaders> {
  if (typeof headers !== "function") return toLowerCase(headers);
  let given: unknown;
  try {
    given = await headers();
  } catch {
    throw fetchFailure(url, "headers() failed");
  }
  if (!isHeaderRecord(given)) throw fetchFailure(url, "headers(): expected an object of strings");
  return toLowerCase(given);
}

function toLowerCase(headers: RequestHeaders): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Returns whether a value is an object of strings. A `Headers` is none: its entries are not its members. */
export function isHeaderRecord(value: unknown): value is RequestHeaders {
  return isObject(value) && !("get" in value) && Object.values(value).every((text) => typeof text === "string");
}
