/** Keys as jsonwebtoken takes them: text, bytes, `KeyObject`s, and objects around a key. Each is read once, and remembered. */

import type { AsymmetricDefinition, HmacDefinition } from "../algorithms/algorithm.ts";
import { keyObjects, nativeBuffer, type KeyObject } from "../base/platform.ts";
import type { Steps } from "../base/steps.ts";
import { decodeBase64, decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { copyBytes, type Bytes } from "../encoding/bytes.ts";
import { sha256 } from "../encoding/digest.ts";
import { isObject } from "../encoding/json.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { bindAnySecret } from "../keys/any-secret.ts";
import { bindPrivateKey, bindPublicKey } from "../keys/bind.ts";
import { derForm, toPkcs8, toSpki } from "../keys/der.ts";
import { isBytes, isKeyObject } from "../keys/found.ts";
import { readFile } from "../keys/given.ts";
import { checkExactJwk, invalidKey, type Jwk } from "../keys/jwk.ts";
import type { SecretKey } from "../keys/key.ts";
import { signText, verifyText, type TextSigner, type TextVerifier } from "../keys/material.ts";
import { weaknessOf } from "../keys/secret.ts";

/** A key whose kind is known. It is bound to an algorithm when it is first used with it. */
export interface Opened {
  readonly type: "secret" | "private" | "public";
  /** The key of `node:crypto`, where that is. */
  readonly object?: KeyObject;
  /** The octets of a secret. */
  readonly bytes?: Bytes;
  /** A key file in DER, or a JWK, where there is no `node:crypto`. */
  readonly file?: Uint8Array | Jwk;
  /** The keys made of it, by algorithm. */
  readonly bound: Map<string, Bound>;
}

/** A key of one algorithm. A private key signs, a public key verifies, a secret does both. */
export interface Bound {
  readonly key: Partial<SecretKey & TextSigner & TextVerifier>;
  /** Words for what is weak about a secret. */
  readonly weakness?: string | undefined;
}

/** The use of a key: of a private key, `verify` takes the public half. */
export type Purpose = "sign" | "verify";

/** The most keys that are remembered by their digest. */
const maxRemembered = 256;
/** Keys that came as text or bytes, by the SHA-256 of their purpose and content; the one used last is last. */
const remembered = /* @__PURE__ */ new Map<string, Opened>();
/** Keys that came as objects, which do not change. */
const ofObjects = /* @__PURE__ */ new WeakMap<object, Opened>();

/** Returns a `KeyObject` that was opened before. */
export function knownObject(given: unknown): Opened | undefined {
  return typeof given === "object" && given !== null ? ofObjects.get(given) : undefined;
}

/** Opens a key in any form; `undefined`: it is none. */
export function* openKey(given: unknown, purpose: Purpose): Steps<Opened | undefined> {
  if (isKeyObject(given)) {
    const opened = openObject(given as unknown as KeyObject); // it is one: it has the members that are used
    ofObjects.set(given, opened);
    return opened;
  }
  const content = contentOf(given);
  if (content === undefined) return read(given, purpose);
  const name = yield* sha256(`${purpose} ${content}`);
  const known = remembered.get(name);
  const found = known ?? read(given, purpose);
  if (found === undefined) return undefined;
  remembered.delete(name);
  const [oldest] = remembered.size < maxRemembered ? [] : remembered.keys();
  if (oldest !== undefined) remembered.delete(oldest);
  remembered.set(name, found);
  return found;
}

/** Writes all there is to a key as one string, no two alike; `undefined` for what is not made of strings and bytes. */
function contentOf(given: unknown): string | undefined {
  const plain = writePlain(given);
  if (plain !== undefined || !isObject(given) || Object.getPrototypeOf(given) !== Object.prototype) return plain;
  const members = Object.entries(given).map(([name, value]) => [name, writePlain(value)]);
  return members.some(([, value]) => value === undefined) ? undefined : `object ${JSON.stringify(members)}`;
}

function writePlain(value: unknown): string | undefined {
  if (typeof value === "string") return `text ${value}`;
  return isBytes(value) ? `bytes ${encodeBase64url(copyBytes(value))}` : undefined;
}

function opened(type: Opened["type"], material: Pick<Opened, "object" | "bytes" | "file">): Opened {
  return { type, ...material, bound: new Map() };
}

function openObject(object: KeyObject): Opened {
  return opened(object.type, object.type === "secret" ? { bytes: copyBytes(object.export()) } : { object });
}

/** Reads a key that is no `KeyObject`, in the order in which jsonwebtoken tries: a key pair's half, then a secret. */
function read(given: unknown, purpose: Purpose): Opened | undefined {
  const text = typeof given === "string" ? given : isBytes(given) ? decodeUtf8(copyBytes(given)) : undefined;
  // Nothing else than PEM parses as a key file: jsonwebtoken tries all secrets, which is most of what it does.
  const half = text === undefined || text.includes("-----BEGIN ") ? readHalf(given, text, purpose) : undefined;
  if (half !== undefined) return half;
  const bytes = typeof given === "string" ? encodeUtf8(given) : isBytes(given) ? copyBytes(given) : undefined;
  return bytes && opened("secret", { bytes });
}

function readHalf(given: unknown, text: string | undefined, purpose: Purpose): Opened | undefined {
  const crypto = keyObjects();
  if (crypto === undefined) return text === undefined ? readDescription(given, purpose) : readPem(text, purpose);
  const create = purpose === "sign" ? crypto.createPrivateKey : crypto.createPublicKey;
  try {
    return openObject(create(given as string)); // it checks what it is given
  } catch {
    // Deno has ML-DSA in Web Crypto alone, and older runtimes not at all: that is found, and said, when it is bound.
    const found = text === undefined ? readDescription(given, purpose) : readPem(text, purpose);
    return found?.file && isMlDsa(found.file) ? found : undefined;
  }
}

/** Returns whether this is an ML-DSA key, by its `kty` (RFC 9964) or its object identifier (RFC 9881 §2). */
function isMlDsa(file: Uint8Array | Jwk): boolean {
  return file instanceof Uint8Array ? /,101,3,4,3,1[789],/.test(file.subarray(0, 40).join()) : file.kty === "AKP";
}

/** Reads the first key of a PEM text, where there is no `node:crypto`. */
function readPem(text: string, purpose: Purpose): Opened | undefined {
  const [, label = "", body = ""] =
    /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:[^-]|-(?!-))*)-----END \1-----/.exec(text) ?? [];
  const file = decodeBase64(body);
  const isPrivate = label.endsWith("PRIVATE KEY");
  if (file === undefined || derForm(file) === undefined || (purpose === "sign" && !isPrivate)) return undefined;
  return opened(purpose === "sign" ? "private" : "public", { file });
}

/** Reads `{ key: jwk, format: "jwk" }`, where there is no `node:crypto`. */
function readDescription(given: unknown, purpose: Purpose): Opened | undefined {
  if (!isObject(given) || given["format"] !== "jwk" || !isObject(given["key"])) return undefined;
  const jwk = given["key"] as Jwk; // its members are checked when it is bound
  const isPrivate = "d" in jwk || "priv" in jwk;
  return opened(isPrivate && purpose === "sign" ? "private" : "public", { file: { ...jwk } });
}

/** Binds a key to an algorithm that it is not bound to yet. */
export function* bindKey(opened: Opened, definition: HmacDefinition | AsymmetricDefinition): Steps<Bound> {
  const made =
    definition.kty === "oct" ? yield* bindSecret(opened, definition) : { key: yield* bindHalf(opened, definition) };
  opened.bound.set(definition.name, made);
  return made;
}

function* bindSecret({ bytes }: Opened, definition: HmacDefinition): Steps<Bound> {
  if (bytes === undefined || bytes.length === 0) throw invalidKey("secret: expected at least one byte, found none");
  return { key: yield* bindAnySecret(bytes, definition), weakness: weaknessOf(bytes, definition) };
}

/** Binds one half of a key pair. Of a private key that is to verify, the public members are read alone. */
function* bindHalf(opened: Opened, definition: AsymmetricDefinition): Steps<Bound["key"]> {
  const isPrivate = opened.type === "private";
  const checked = checkExactJwk(yield* readJwk(opened, definition), definition, isPrivate);
  return isPrivate ? yield* bindPrivateKey(checked, definition, {}) : yield* bindPublicKey(checked, definition, {});
}

/** Returns a key as a JWK that is still to be checked. */
function* readJwk({ type, object, file }: Opened, definition: AsymmetricDefinition): Steps<object> {
  const jwk = file instanceof Uint8Array ? undefined : (file ?? exportJwk(object));
  if (jwk !== undefined) return { ...jwk, alg: definition.name };
  const form = file instanceof Uint8Array ? derForm(file) : undefined;
  const format = type === "private" || /pkcs8|private|sec1/.test(form ?? "") ? "pkcs8" : "spki";
  // What node:crypto does not give out as a JWK it gives out in DER.
  const der =
    object?.export({ format: "der", type: format } as { format: "der"; type: "spki" }) ??
    (form && (format === "pkcs8" ? toPkcs8 : toSpki)(file as Uint8Array, form, definition));
  if (der === undefined)
    throw invalidKey(`PEM: expected a key for ${definition.name}, found another, or one that is encrypted`);
  return yield* readFile(der, format, definition);
}

function exportJwk(object: KeyObject | undefined): object | undefined {
  try {
    return object?.export({ format: "jwk" });
  } catch {
    return undefined;
  }
}

/** Signs a signing input, and returns the signature as base64url. */
export function* signInput({ key }: Bound, input: string): Steps<string> {
  const mac = key[signText]?.(input);
  if (mac !== undefined) return mac;
  const data = bytesOf(input);
  const signature = yield { later: () => key.sign?.(data), now: key.signSync?.bind(key, data) };
  return encodeBase64url(signature as Bytes); // our own keys return nothing else
}

/** Returns whether a signature, as base64url, is good. */
export function* isSignedBy({ key }: Bound, input: string, segment: string): Steps<boolean> {
  if (key[verifyText] !== undefined) return key[verifyText](input, segment);
  const signature = decodeSignature(segment);
  if (signature === undefined) return false;
  const data = bytesOf(input);
  return (
    (yield { later: () => key.verify?.(data, signature), now: key.verifySync?.bind(key, data, signature) }) === true
  );
}

// Neither is a secret, so that both may lie in the memory that Buffer shares: memory of their own takes Node ten times as long.

function bytesOf(input: string): Bytes {
  return nativeBuffer()?.from(input) ?? encodeUtf8(input);
}

/** Decodes base64url; `undefined`: it is not canonical. */
function decodeSignature(segment: string): Bytes | undefined {
  const native = nativeBuffer();
  if (native === undefined) return decodeBase64url(segment);
  const bytes = native.from(segment, "base64url");
  return bytes.toString("base64url") === segment ? bytes : undefined;
}
