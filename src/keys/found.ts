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

/** The name of something that is not a key yet, or is none. */
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

/** Tests for objects by what only they have, in the order in which they are made. */
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
  // null, undefined, a number, a boolean, a symbol: of the last three there are no hints.
  return (value === null ? "null" : quote(value)) as Found;
}

/** Instructions on what to write instead, by what was found. */
export type Hints = Partial<Readonly<Record<Found, string>>>;

const unset = "is the variable set?";

/** Hints that hold wherever a key is expected. */
const everywhere: Hints = { "a promise": "await it", undefined: unset, null: unset, "an empty string": unset };

/** Returns the hints that hold wherever a key is imported. `key`: how the caller would write it. */
export function importHints(key: string): Hints {
  const imported = "it is imported already, use it as it is";
  return {
    "a key set": `pass one of its keys, as ${key}.keys[0]`,
    "an object around a key": `pass ${key}.key alone`,
    "a URL": `pass readFileSync(${key})`,
    "a file or response": `pass await ${key}.text()`,
    "a Buffer as JSON": `pass Buffer.from(${key})`,
    "a private key": imported,
    "a public key": imported,
    "a list": "pass one of them",
  };
}

/** Refuses what is no key, with what to write where that is known. */
export function wrongKey(
  name: string,
  expected: string,
  value: unknown,
  hints: Hints,
  code?: ArgumentErrorCode,
): TypeError {
  const found = nameOf(value);
  const write = hints[found] ?? everywhere[found];
  return argumentError(`${name}: expected ${expected}, found ${found}${write === undefined ? "" : `: ${write}`}`, code);
}

/** Returns whether this is bytes, of any realm, in any view or none. */
export function isBytes(value: unknown): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

/** Returns whether this is a Web Crypto key, of any runtime. */
export function isHandle(key: unknown): key is Handle {
  return isObject(key) && isObject(key["algorithm"]) && Array.isArray(key["usages"]) && typeof key["type"] === "string";
}

/** Returns whether this is a key of `node:crypto`, of any realm. */
export function isKeyObject(key: unknown): key is KeyObjectLike {
  return isObject(key) && hasMethod(key, "export") && typeof key["type"] === "string";
}
