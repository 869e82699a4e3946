/**
 * Fetches of small JSON documents: https, no redirect followed, only status 200, bounded in time and in decoded bytes. The
 * response says how long it is fresh (RFC 9111 §5.2) and, if it is an error, when to retry (RFC 9110 §10.2.3).
 */

import { isPlainLoopback } from "../base/loopback.ts";
import { wrongArgument } from "../base/options.ts";
import { withTimeout } from "../base/timeout.ts";
import { quote, UnavailableError, type UnavailableErrorCode } from "../errors.ts";

/** Options of a fetch. The global `fetch` of every runtime takes them. */
export interface FetchOptions {
  /** `accept`, and the headers that the application gives. Names are in lower case. */
  readonly headers: Record<string, string>;
  /** No redirect is followed. */
  readonly redirect: "manual";
  /** Aborts the request when its time is over. */
  readonly signal: AbortSignal;
  /** Bypasses HTTP caches, so that a withdrawn key does not stay valid. Absent if the runtime does not support it. */
  readonly cache?: "no-store";
  /** No cookies are sent. Missing where the runtime does not take it. */
  readonly credentials?: "omit";
}

/** The parts of a response that are read. */
export interface FetchResponse {
  /** Anything but 200 is a failure. */
  readonly status: number;
  /** `true` is a failure. */
  readonly redirected?: boolean;
  /** `cache-control`, `age` and `retry-after` are read. */
  readonly headers: { get(name: string): string | null };
  /** Read up to `maxBytes`. */
  readonly body: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> } } | null;
}

/** The global `fetch`, or one with a proxy, a client certificate or a CA of its own. */
export type Fetch = (url: string, options: FetchOptions) => Promise<FetchResponse>;

/** A document as a server sent it. */
export interface Fetched {
  readonly text: string;
  /** Seconds for which the server calls it fresh; `undefined` if it does not say. */
  readonly maxAge: number | undefined;
}

/** The error for a response with a status other than 200. */
export interface StatusError extends UnavailableError {
  readonly responseStatus: number;
  /** Seconds to wait before a retry; NaN if the server did not say. */
  readonly retryAfter: number;
}

/** Parses an https URL without credentials; with `allowInsecure`, and for `localhost`, `127.0.0.1` and `[::1]`, http too. */
export function safeUrl(url: unknown, allowInsecure: boolean): URL | undefined {
  let parsed: URL;
  try {
    parsed = new URL(String(url));
  } catch {
    return undefined;
  }
  const { protocol, username, password } = parsed;
  const isSafe = protocol === "https:" || (protocol === "http:" && (allowInsecure || isPlainLoopback(parsed)));
  return isSafe && username + password === "" ? parsed : undefined;
}

/** Parses a URL as `safeUrl` does, and refuses an argument that is none. */
export function checkUrl(url: unknown, name: string, allowInsecure: boolean): URL {
  const safe = safeUrl(url, allowInsecure);
  if (safe === undefined) throw wrongArgument(name, "an https URL (http on localhost, or with allowInsecure)", url);
  return safe;
}

/**
 * Runs `work` until it ends, its time (in seconds) is over, or the caller's signal stops it. Then the signal that `work` got is
 * aborted. `url`: what the error names.
 */
export async function withDeadline<T>(
  url: URL,
  work: (signal: AbortSignal) => Promise<T>,
  seconds: number,
  outer: AbortSignal | undefined,
): Promise<T> {
  const controller = new AbortController();
  let stop = (): void => undefined;
  // Not left to `work`: a fetch of the caller's own need not look at its signal.
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(fetchFailure(url, "aborted"));
    };
  });
  outer?.addEventListener("abort", stop);
  try {
    if (outer?.aborted === true) stop();
    const call = (): Promise<T> =>
      Promise.race(outer?.aborted === true ? [stopped] : [stopped, work(controller.signal)]);
    return await withTimeout(call, seconds, () => tooLate(url, seconds));
  } finally {
    outer?.removeEventListener("abort", stop);
    controller.abort(); // an answer that was not read to its end still holds a connection
  }
}

/** Builds the error for an answer that did not come in time. */
export function tooLate(url: URL, seconds: number): UnavailableError {
  return fetchFailure(url, `no answer within ${seconds} s`);
}

type RequestMode = Pick<FetchOptions, "cache" | "credentials">;

let requestMode: RequestMode | undefined;

/** Returns the options that keep a request out of HTTP caches and free of cookies, as far as the runtime takes them: workerd throws on some. */
export function privateRequest(): RequestMode {
  return (requestMode ??= {
    ...(isTaken({ cache: "no-store" }) && { cache: "no-store" }),
    ...(isTaken({ credentials: "omit" }) && { credentials: "omit" }),
  });
}

function isTaken(mode: RequestMode): boolean {
  try {
    return new Request("https://localhost/", mode).url !== "";
  } catch {
    return false;
  }
}

/** Fetches the document at a URL. `now`: seconds, for a `Retry-After` that is a date. */
export async function fetchText(
  url: URL,
  fetch: Fetch,
  options: FetchOptions,
  maxBytes: number,
  now: number,
): Promise<Fetched> {
  try {
    const { status, headers, redirected, body } = await fetch(url.href, options);
    if (status === 200 && redirected !== true)
      return { text: await readText(url, body, maxBytes), maxAge: readMaxAge(headers) };
    throw Object.assign(
      fetchFailure(
        url,
        `status: expected 200 without a redirect, found ${status}${redirected === true ? " after a redirect" : ""}`,
      ),
      {
        responseStatus: status,
        retryAfter: readRetryAfter(headers.get("retry-after"), now),
      },
    );
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    // A code such as ECONNREFUSED or CERT_HAS_EXPIRED: a runtime's own message may quote anything.
    const {
      name = "the fetch failed",
      code = name,
      cause,
    } = Object(error) as { name?: unknown; code?: unknown; cause?: unknown };
    throw fetchFailure(url, quote((Object(cause) as { code?: unknown }).code ?? code));
  }
}

/** Makes the error for a failed fetch. */
export function fetchFailure(
  url: URL,
  message: string,
  code: UnavailableErrorCode = "jwks_unavailable",
): UnavailableError {
  return new UnavailableError(code, `${quote(url.host + url.pathname, 80)}: ${message}`);
}

/** Reads a body as UTF-8. Bytes are counted after decompression: few on the wire can be many. */
async function readText(url: URL, body: FetchResponse["body"], maxBytes: number): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw fetchFailure(url, "not UTF-8", "jwks_invalid");
    }
  };
  let text = "";
  for (let length = 0; ; ) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) return text + decode();
    length += value.byteLength;
    if (!(length <= maxBytes)) throw fetchFailure(url, `more than ${maxBytes} bytes`, "jwks_invalid");
    text += decode(value);
  }
}

function readMaxAge(headers: FetchResponse["headers"]): number | undefined {
  const control = headers.get("cache-control") ?? "";
  const [, seconds] = /(?:^|[\s,])max-age="?(\d+)/i.exec(control) ?? [];
  if (/no-(?:cache|store)/i.test(control)) return 0;
  // The time in caches on the way counts (RFC 9111 §4.2.3).
  return seconds === undefined ? undefined : Number(seconds) - (Number(headers.get("age")) || 0);
}

/** Reads `Retry-After`, which is seconds or a date. */
function readRetryAfter(value: string | null, now: number): number {
  const text = value ?? "";
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000 - now;
}
