/**
 * How a small JSON text is got from an issuer's server: https, no redirect followed, only status 200, bounded in time and in
 * decoded bytes. And what the answer says of the time until it may, or should, be asked for again (RFC 9111 §5.2, RFC 9110
 * §10.2.3).
 */

import { wrongArgument } from "../base/options.ts";
import { quote, UnavailableError, type UnavailableErrorCode } from "../errors.ts";
import { isPlainLoopback } from "./loopback.ts";

/** What a `fetch` is asked with: the global one of every runtime takes it. */
export interface FetchOptions {
  /** `accept`, and those that the application gives. Names are in lower case. */
  readonly headers: Record<string, string>;
  /** No redirect is followed. */
  readonly redirect: "manual";
  /** Ends the request when its time is over. */
  readonly signal: AbortSignal;
  /** No HTTP cache answers: a key that was withdrawn would stay good. Missing where the runtime does not take it. */
  readonly cache?: "no-store";
  /** No cookies are sent. Missing where the runtime does not take it. */
  readonly credentials?: "omit";
}

/** What is read of a response. */
export interface FetchResponse {
  /** Anything but 200 is a failure. */
  readonly status: number;
  /** `true` is a failure. */
  readonly redirected?: boolean;
  /** Of these, `cache-control`, `age` and `retry-after` are read. */
  readonly headers: { get(name: string): string | null };
  /** Read up to `maxBytes`. */
  readonly body: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> } } | null;
}

/** The global `fetch`, or one with a proxy, a client certificate or a CA of its own. */
export type Fetch = (url: string, options: FetchOptions) => Promise<FetchResponse>;

/** A text as it came from a server. */
export interface Fetched {
  readonly text: string;
  /** Seconds for which the server calls it fresh, if it says so. */
  readonly maxAge: number | undefined;
}

/** A server that answered something else than 200. */
export interface StatusError extends UnavailableError {
  readonly responseStatus: number;
  /** Seconds; NaN unless it said when to come back. */
  readonly retryAfter: number;
}

/** An https URL without credentials; http for this machine's own three names, or where it is allowed in writing. */
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

/** The same, of an argument. */
export function checkUrl(url: unknown, name: string, allowInsecure: boolean): URL {
  const safe = safeUrl(url, allowInsecure);
  if (safe === undefined) throw wrongArgument(name, "an https URL (http on localhost, or with allowInsecure)", url);
  return safe;
}

/** Runs `work` until it ends, its time (in seconds) is over, or the caller's signal stops it. `url`: what it is about. */
export async function limited<T>(
  url: URL,
  work: (signal: AbortSignal) => T | Promise<T>,
  seconds: number,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  // A longer timer fires at once.
  const timer = setTimeout(abort, Math.min(seconds * 1000, 2 ** 31 - 1));
  outer?.addEventListener("abort", abort);
  try {
    return await new Promise<T>((resolve, reject) => {
      // Not left to `work`: a fetch of the caller's own need not look at its signal.
      controller.signal.addEventListener("abort", () => {
        reject(failure(url, outer?.aborted === true ? "aborted" : `no answer within ${seconds} s`));
      });
      if (outer?.aborted === true) abort();
      else Promise.resolve(work(controller.signal)).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
    abort(); // an answer that was not read to its end still holds a connection
  }
}

type RequestMode = Pick<FetchOptions, "cache" | "credentials">;

let requestMode: RequestMode | undefined;

/** Returns what keeps a request out of HTTP caches and free of cookies, as far as the runtime takes it: workerd throws on some. */
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

/** The text at a URL. `now`: seconds, for a `Retry-After` that is a date. */
export async function fetchText(
  url: URL,
  ask: Fetch,
  options: FetchOptions,
  maxBytes: number,
  now: number,
): Promise<Fetched> {
  try {
    const { status, headers, redirected, body } = await ask(url.href, options);
    if (status === 200 && redirected !== true)
      return { text: await readText(url, body, maxBytes), maxAge: readMaxAge(headers) };
    throw Object.assign(failure(url, `status ${status}, expected 200 without a redirect`), {
      responseStatus: status,
      retryAfter: readRetryAfter(headers.get("retry-after"), now),
    });
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    // A code such as ECONNREFUSED or CERT_HAS_EXPIRED: an engine's own message may quote anything.
    const {
      name = "the fetch failed",
      code = name,
      cause,
    } = Object(error) as { name?: unknown; code?: unknown; cause?: unknown };
    throw failure(url, quote((Object(cause) as { code?: unknown }).code ?? code));
  }
}

/** What every failed fetch ends in. By default it is the server, or what is between, that did not do its part. */
export function failure(url: URL, message: string, code: UnavailableErrorCode = "jwks_unavailable"): UnavailableError {
  return new UnavailableError(code, `${quote(url.host + url.pathname, 80)}: ${message}`);
}

/** Counts what comes out of the decompression: few bytes on the wire can be many. */
async function readText(url: URL, body: FetchResponse["body"], maxBytes: number): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw failure(url, "not UTF-8", "jwks_invalid");
    }
  };
  let text = "";
  for (let length = 0; ; ) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) return text + decode();
    length += value.byteLength;
    if (!(length <= maxBytes)) throw failure(url, `more than ${maxBytes} bytes`, "jwks_invalid");
    text += decode(value);
  }
}

function readMaxAge(headers: FetchResponse["headers"]): number | undefined {
  const control = headers.get("cache-control") ?? "";
  const [, seconds] = /(?:^|[\s,])max-age="?(\d+)/i.exec(control) ?? [];
  if (/no-(?:cache|store)/i.test(control)) return 0;
  // What a cache on the way has held it for counts (RFC 9111 §4.2.3).
  return seconds === undefined ? undefined : Number(seconds) - (Number(headers.get("age")) || 0);
}

/** Seconds as a number, or a date. */
function readRetryAfter(value: string | null, now: number): number {
  const text = value ?? "";
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000 - now;
}
