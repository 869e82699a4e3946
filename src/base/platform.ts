/**
 * What this runtime offers beyond the language. The one file that knows which runtime this is:
 * each capability is looked for when it is first needed, never at import time.
 */

import { argumentError } from "../errors.ts";
import type * as nodeCryptoModule from "node:crypto";

export type NodeCrypto = typeof nodeCryptoModule;
export type SubtleCrypto = nodeCryptoModule.webcrypto.SubtleCrypto;
export type KeyObject = nodeCryptoModule.KeyObject;
/** A Web Crypto key handle. */
export type Handle = nodeCryptoModule.webcrypto.CryptoKey;

interface Runtime {
  readonly crypto?: {
    readonly subtle?: SubtleCrypto;
    randomUUID?(): string;
    getRandomValues<T extends ArrayBufferView>(array: T): T;
  };
  readonly process?: { getBuiltinModule?(id: "node:crypto"): NodeCrypto | undefined };
  readonly navigator?: { readonly userAgent?: string };
  readonly performance?: { now?(): number };
  readonly Buffer?: typeof Buffer;
}

const runtime = globalThis as unknown as Runtime;

/** `crypto.subtle`. */
export function subtleCrypto(): SubtleCrypto {
  return inSecureContext(runtime.crypto?.subtle, "crypto.subtle");
}

/** A random UUID (RFC 9562, version 4). */
export function randomUuid(): string {
  return inSecureContext(runtime.crypto?.randomUUID?.(), "crypto.randomUUID");
}

/** What browsers hide from pages that are neither https nor localhost. */
function inSecureContext<T>(found: T | undefined, name: string): T {
  if (found === undefined)
    throw argumentError(`${name} is missing: serve the page over https or from localhost`, "unsupported_algorithm");
  return found;
}

/** Bytes from the runtime's secure generator. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  if (runtime.crypto === undefined) throw argumentError("crypto is missing in this runtime", "unsupported_algorithm");
  return runtime.crypto.getRandomValues(bytes);
}

let buffer: typeof Buffer | null | undefined;

/** `Buffer`, the fastest base64url and UTF-8 of Node, Bun and Deno. Not of workerd, whose `Uint8Array` is twice as fast. */
export function nativeBuffer(): typeof Buffer | undefined {
  // Kept: Node looks the global up by a function of its own each time.
  buffer ??= isWorkerd() ? null : (runtime.Buffer ?? null);
  return buffer ?? undefined;
}

/** The same bytes as a `Buffer`, where there is one: a view, never a copy. */
export function asBuffer(bytes: Uint8Array): Buffer | undefined {
  const native = nativeBuffer();
  return native?.isBuffer(bytes) === true ? bytes : native?.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

let nodeCrypto: NodeCrypto | null | undefined;

/** Synchronous HMAC: Node from 20.16, Bun, Deno, and workerd with `nodejs_compat`. */
export function syncHmac(): NodeCrypto | undefined {
  nodeCrypto ??= runtime.process?.getBuiltinModule?.("node:crypto") ?? null;
  return nodeCrypto ?? undefined;
}

/** Synchronous HMAC where it also beats `crypto.subtle`: not on workerd, where subtle does not leave the thread. */
export function fastHmac(): NodeCrypto | undefined {
  return isWorkerd() ? undefined : syncHmac();
}

/** Synchronous signatures: not on workerd, whose KeyObjects cannot sign. */
export function syncSignatures(): NodeCrypto | undefined {
  return isWorkerd() ? undefined : syncHmac();
}

/**
 * Whether all requests share one event loop, as on Node, Bun and Deno, which have `node:crypto`. On an edge runtime a promise
 * belongs to the request that made it, and ends with it: nobody may wait for another's.
 */
export function sharesPromises(): boolean {
  return syncSignatures() !== undefined;
}

/** A clock that nobody sets, where the runtime has one. */
export function monotonicSeconds(): number | undefined {
  const milliseconds = runtime.performance?.now?.();
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** Whether requests have to name the client themselves: those of Workers have no User-Agent, which some firewalls refuse. */
export function lacksUserAgent(): boolean {
  return isWorkerd();
}

let workerd: boolean | undefined;

function isWorkerd(): boolean {
  return (workerd ??= runtime.navigator?.userAgent === "Cloudflare-Workers");
}
