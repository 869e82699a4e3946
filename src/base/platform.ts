/**
 * The capabilities of this runtime beyond the language. The one file that knows which runtime this is: each capability is
 * looked for when it is first needed, never at import time, and by trying. One that throws is absent: sandboxes such as
 * Next.js' Edge Runtime put a stub that throws behind what they do not have.
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
  readonly process?: {
    getBuiltinModule?(id: "node:crypto"): NodeCrypto | undefined;
    getBuiltinModule?(id: "node:process"): object | undefined;
    getuid?(): number;
    emitWarning?(warning: Error): void;
    nextTick?(task: () => void): void;
  };
  readonly navigator?: { readonly userAgent?: string };
  readonly performance?: { now?(): number };
  readonly isSecureContext?: boolean;
  readonly Buffer?: NativeBuffer;
  readonly TextEncoder?: typeof TextEncoder;
  readonly TextDecoder?: typeof TextDecoder;
  readonly atob?: typeof atob;
  readonly btoa?: typeof btoa;
}

const runtime = globalThis as unknown as Runtime;

function attempt<T>(find: () => T | undefined): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

/** Returns `crypto.subtle`. */
export function subtleCrypto(): SubtleCrypto {
  return needed(
    attempt(() => runtime.crypto?.subtle),
    "crypto.subtle",
  );
}

/** Returns a random UUID (RFC 9562, version 4). */
export function randomUuid(): string {
  return needed(
    attempt(() => runtime.crypto?.randomUUID?.()),
    "crypto.randomUUID",
  );
}

/** Makes a `TextEncoder`, or names it as missing. */
export function newTextEncoder(): InstanceType<typeof TextEncoder> {
  return new (needed(runtime.TextEncoder, "TextEncoder"))();
}

/** Makes a `TextDecoder` that refuses malformed bytes and keeps a byte order mark, or names it as missing. */
export function newTextDecoder(): InstanceType<typeof TextDecoder> {
  return new (needed(runtime.TextDecoder, "TextDecoder"))("utf-8", { fatal: true, ignoreBOM: true });
}

/** Returns `atob` or `btoa`, or names it as missing. */
export function base64Function(name: "atob" | "btoa"): (text: string) => string {
  return needed(runtime[name], name);
}

/** Returns a capability, and throws an error that names it where it is missing; browsers hide Web Crypto from pages that are neither https nor localhost. */
function needed<T>(found: T | undefined, name: string): T {
  if (found !== undefined) return found;
  const remedy =
    runtime.isSecureContext === false && name.startsWith("crypto")
      ? "serve the page over https or from localhost"
      : "this runtime needs a polyfill of it";
  throw argumentError(`${name} is missing: ${remedy}`, "unsupported_algorithm");
}

/** Returns bytes from the runtime's secure generator. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  return needed(
    attempt(() => runtime.crypto?.getRandomValues(bytes)),
    "crypto.getRandomValues",
  );
}

/**
 * The methods under `write` and `toString` of a `Buffer`, which Node, Bun and Deno have: those two look the encoding up on every call, and
 * together cost a tenth of a token.
 */
export interface NativeBytes extends Buffer<ArrayBuffer> {
  base64urlSlice(start: number, end: number): string;
  base64urlWrite(text: string): number;
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, start: number): number;
  latin1Write(octets: string, start: number): number;
  hexWrite(digits: string, start: number): number;
}

/** `Buffer`, whose bytes have the methods of `NativeBytes`. */
export interface NativeBuffer {
  allocUnsafeSlow(length: number): NativeBytes;
  from(bytes: ArrayBufferLike, start: number, length: number): NativeBytes;
  from(text: string, encoding?: BufferEncoding): NativeBytes;
  isBuffer(bytes: unknown): bytes is NativeBytes;
}

let buffer: NativeBuffer | null | undefined;

/** Returns `Buffer`, the fastest base64url and UTF-8 of Node, Bun and Deno. Not of workerd, whose `Uint8Array` is twice as fast. */
export function nativeBuffer(): NativeBuffer | undefined {
  // Kept: Node looks the global up by a function of its own each time.
  buffer ??= isWorkerd() ? null : (attempt(() => tryBuffer(runtime.Buffer)) ?? null);
  return buffer ?? undefined;
}

/** Returns whether a `Buffer` is Node's: the one that bundlers put in for browsers has no base64url. */
function tryBuffer(candidate: NativeBuffer | undefined): NativeBuffer | undefined {
  const bytes = candidate?.from("abc");
  return bytes?.base64urlSlice(0, bytes.base64urlWrite("-_-_")) === "-_-_" ? candidate : undefined;
}

/** Returns the same bytes as a `Buffer`, where there is one: a view, never a copy. */
export function asBuffer(bytes: Uint8Array): NativeBytes | undefined {
  const native = nativeBuffer();
  return native?.isBuffer(bytes) === true ? bytes : native?.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

let nodeCrypto: NodeCrypto | null | undefined;

/** Returns synchronous HMAC: Node from 20.16, Bun, Deno, and workerd with `nodejs_compat`. */
export function syncHmac(): NodeCrypto | undefined {
  nodeCrypto ??= attempt(() => runtime.process?.getBuiltinModule?.("node:crypto")) ?? null;
  return nodeCrypto ?? undefined;
}

/** Returns synchronous HMAC where it also beats `crypto.subtle`: not on workerd, where subtle does not leave the thread. */
export function fastHmac(): NodeCrypto | undefined {
  return isWorkerd() ? undefined : syncHmac();
}

/** A digest in one call, without a stream object, and what HMAC needs beside it. */
export interface OneShotHash {
  readonly hash: (algorithm: string, data: Uint8Array, encoding: "binary" | "hex" | "base64url") => string;
  readonly native: NativeBuffer;
  /** The encoding in which a digest is handed over fastest: an octet for each character, or hexadecimal. */
  readonly encoding: "binary" | "hex";
  /** The method that writes this encoding. */
  readonly write: "latin1Write" | "hexWrite";
}

/**
 * Returns `crypto.hash`, on Node from 20.12, Bun and Deno. Not in FIPS mode: a MAC that is put together from two digests is no approved one.
 */
export function oneShotHash(): OneShotHash | undefined {
  const crypto = fastHmac();
  const native = nativeBuffer();
  if (crypto === undefined || native === undefined || typeof crypto.hash !== "function") return undefined;
  if (attempt(() => crypto.getFips()) !== 0) return undefined;
  const form =
    "Deno" in globalThis
      ? ({ encoding: "hex", write: "hexWrite" } as const)
      : ({ encoding: "binary", write: "latin1Write" } as const);
  return { hash: crypto.hash, native, ...form };
}

/** Returns `node:crypto` where its `KeyObject`s read keys in every form: not on workerd. */
export function keyObjects(): NodeCrypto | undefined {
  return isWorkerd() ? undefined : syncHmac();
}

/** Returns synchronous signatures, where `node:crypto` is. Which algorithms it has is found by trying, with the first key of each. */
export function syncSignatures(): NodeCrypto | undefined {
  return syncHmac();
}

let sharing: boolean | undefined;

/**
 * Returns whether all requests share one event loop, as on Node, Bun and Deno, which have Node's modules. On an edge runtime a promise
 * belongs to the request that made it, and ends with it: nobody may wait for another's.
 */
export function sharesPromises(): boolean {
  // By a module that is loaded already: a verifier with key pairs alone never needs `node:crypto`.
  return (sharing ??= !isWorkerd() && attempt(() => runtime.process?.getBuiltinModule?.("node:process")) !== undefined);
}

/** Returns the number of the user that this process runs as, where users have numbers and modes are kept: not on Windows. */
export function processUser(): number | undefined {
  return attempt(() => runtime.process?.getuid?.()); // throws in Deno without --allow-sys
}

/** Returns the seconds of a clock that nobody sets, where the runtime has one. */
export function monotonicSeconds(): number | undefined {
  const milliseconds = attempt(() => runtime.performance?.now?.());
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** Returns whether requests have to name the client themselves: those of Workers have no User-Agent, which some firewalls refuse. */
export function lacksUserAgent(): boolean {
  return isWorkerd();
}

let workerd: boolean | undefined;

function isWorkerd(): boolean {
  return (workerd ??= attempt(() => runtime.navigator?.userAgent) === "Cloudflare-Workers");
}

/** Hands a warning to the process, where there is one: Node, Bun and Deno print it, and applications can listen. */
export function emitWarning(warning: Error): void {
  attempt(() => runtime.process?.emitWarning?.(warning));
}

/** Runs a task after this turn of the event loop's code, before anything else: by `process.nextTick`, or as a microtask. */
export function runNext(task: () => void): void {
  const { process } = runtime;
  if (typeof process?.nextTick === "function") process.nextTick(task);
  else void Promise.resolve().then(task);
}
