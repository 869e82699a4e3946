/** Names what was given in place of a key, so that a refusal says what it is and what to write instead. */

import { definition } from "../algorithms/algorithm.ts";
import type { Handle } from "../base/platform.ts";
import { isObject, type JsonObject } from "../encoding/json.ts";
import { argumentError, quote, type ArgumentErrorCode } from "../errors.ts";

/** A key of `node:crypto`. */
export interface KeyObjectLike {
  /** `secret`, `private` or `public`. */
  readonly type: string;
  /** Gives the key out. */
  export(options?: { readonly format: "jwk" }): object;
}

/** A name of something that is not a key yet, or is none. */
export type Found =
  | "a string"
  | "an empty string"
  | "bytes"
  | "an ArrayBuffer"
  | "a promise"
  | "a JWK"
  | "a CryptoKey"
  | "a KeyObject"
  | "a key pair"
  | "an X509Certificate"
  | "a private key"
  | "a public key"
  | "a key source"
  | "a key set"
  | "a service account"
  | "a URL"
  | "a file or response"
  | "a Buffer as JSON"
  | "an algorithm"
  | "an object around a key"
  | "a list"
  | "a function"
  | "undefined"
  | "null"
  | "an object that is no key";

const hasMethod = (it: JsonObject, name: string): boolean => typeof it[name] === "function";

/** Objects by what only they have, in the order in which they are looked for. */
const objects: readonly (readonly [Found, (it: JsonObject) => boolean])[] = [
  ["a promise", (it) => hasMethod(it, "then")],
  ["a JWK", (it) => "kty" in it],
  ["a CryptoKey", isHandle],
  ["a KeyObject", isKeyObject],
  ["a key pair", (it) => "privateKey" in it && "publicKey" in it],
  ["an X509Certificate", (it) => hasMethod(it, "checkIssued")],
  ["a private key", (it) => hasMethod(it, "sign")],
  ["a public key", (it) => hasMethod(it, "verify")],
  ["a key source", (it) => "select" in it || "current" in it],
  ["a key set", (it) => Array.isArray(it["keys"])],
  ["a service account", (it) => typeof it["private_key"] === "string"],
  ["a URL", (it) => typeof it["href"] === "string"],
  ["a file or response", (it) => hasMethod(it, "arrayBuffer")],
  ["a Buffer as JSON", (it) => it["type"] === "Buffer" && Array.isArray(it["data"])],
  ["an algorithm", (it) => definition in it],
  ["an object around a key", (it) => "key" in it],
];

/** Names a value for a message: never by its content. */
export function nameOf(value: unknown): Found {
  if (typeof value === "string") return value === "" ? "an empty string" : "a string";
  if (typeof value === "function") return "a function";
  if (isBytes(value)) return ArrayBuffer.isView(value) ? "bytes" : "an ArrayBuffer";
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return objects.find(([, test]) => test(value))?.[0] ?? "an object that is no key";
  // The rest has no advice: null, undefined, a number, a boolean, a symbol.
  return (value === null ? "null" : quote(value)) as Found;
}

/** Refuses what is no key, with what to write where that is known. */
export function wrongKey(
  name: string,
  expected: string,
  value: unknown,
  advice: Partial<Readonly<Record<Found, string>>>,
  code?: ArgumentErrorCode,
): TypeError {
  const found = nameOf(value);
  const write = advice[found];
  return argumentError(`${name}: expected ${expected}, found ${found}${write === undefined ? "" : `: ${write}`}`, code);
}

/** Bytes of any realm, in any view or none. */
export function isBytes(value: unknown): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

/** A Web Crypto key of any runtime. */
export function isHandle(key: unknown): key is Handle {
  return isObject(key) && isObject(key["algorithm"]) && Array.isArray(key["usages"]) && typeof key["type"] === "string";
}

/** A key of `node:crypto`, of any realm. */
export function isKeyObject(key: unknown): key is KeyObjectLike {
  return isObject(key) && hasMethod(key, "export") && typeof key["type"] === "string";
}
