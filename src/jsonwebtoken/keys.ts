/** Keys as jsonwebtoken takes them: text, bytes, `KeyObject`s, and objects around a key. Each is read once, and remembered. */

import type { AsymmetricDefinition, HmacDefinition } from "../algorithms/algorithm.ts";
import { keyObjects, type KeyObject } from "../base/platform.ts";
import type { Steps } from "../base/steps.ts";
import { decodeBase64, encodeBase64url } from "../encoding/base64url.ts";
import { copyBytes, type Bytes } from "../encoding/bytes.ts";
import { sha256 } from "../encoding/digest.ts";
import { isObject } from "../encoding/json.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { bindAnySecret, weaknessOf } from "../keys/any-secret.ts";
import { bindPrivateKey, bindPublicKey } from "../keys/bind.ts";
import { derForm, rsaIntegers, toPkcs8, toSpki, type DerForm } from "../keys/der.ts";
import { isBytes, isKeyObject } from "../keys/found.ts";
import { readFile } from "../keys/given.ts";
import { checkPrivateJwk, checkPublicJwk, invalidKey, publicHalf, type CheckedJwk, type Jwk } from "../keys/jwk.ts";
import type { SigningKey, VerifyingKey } from "../keys/key.ts";

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
  readonly secrets: Map<string, Signing & Verifying>;
  readonly signing: Map<string, Signing>;
  readonly verifying: Map<string, Verifying>;
}

interface Strength {
  /** Words for what is weak about a secret. */
  readonly weakness?: string | undefined;
}
/** A key that signs with one algorithm. */
export interface Signing extends Strength {
  readonly key: SigningKey;
}
/** A key that verifies one algorithm. */
export interface Verifying extends Strength {
  readonly key: VerifyingKey;
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
  return { type, ...material, secrets: new Map(), signing: new Map(), verifying: new Map() };
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
    // Deno has ML-DSA in Web Crypto alone, and older runtimes not at all: that is found when it is bound.
    const described = text === undefined ? readDescription(given, purpose) : undefined;
    return described?.file !== undefined && "kty" in described.file && described.file.kty === "AKP"
      ? described
      : undefined;
  }
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
  return opened(isPrivateJwk(jwk) && purpose === "sign" ? "private" : "public", { file: { ...jwk } });
}

/** Binds a secret to its algorithm. */
export function* secretKey(opened: Opened, definition: HmacDefinition): Steps<Signing & Verifying> {
  const { bytes, secrets } = opened;
  const known = secrets.get(definition.name);
  if (known !== undefined) return known;
  if (bytes === undefined || bytes.length === 0) throw invalidKey("secret: expected at least one byte, found none");
  const key = yield* bindAnySecret(bytes, definition);
  return keep(secrets, definition.name, { key, weakness: weaknessOf(bytes, definition) });
}

/** Binds a private key to its algorithm. */
export function* privateKey(opened: Opened, definition: AsymmetricDefinition): Steps<Signing> {
  const known = opened.signing.get(definition.name);
  if (known !== undefined) return known;
  const checked = checkPrivateJwk(yield* readJwk(opened, "pkcs8", definition), definition);
  return keep(opened.signing, definition.name, { key: yield* bindPrivateKey(checked, definition, {}) });
}

/** Binds a public key, or the public half of a private one, to its algorithm. */
export function* publicKey(opened: Opened, definition: AsymmetricDefinition): Steps<Verifying> {
  const known = opened.verifying.get(definition.name);
  if (known !== undefined) return known;
  const key = yield* bindPublicKey(yield* readPublic(opened, definition), definition, {});
  return keep(opened.verifying, definition.name, { key });
}

function keep<T>(kept: Map<string, T>, name: string, made: T): T {
  kept.set(name, made);
  return made;
}

function* readPublic(opened: Opened, definition: AsymmetricDefinition): Steps<CheckedJwk> {
  const { file } = opened;
  const isPrivate = file instanceof Uint8Array ? isPrivateForm(derForm(file)) : file && isPrivateJwk(file);
  if (isPrivate !== true) return checkPublicJwk(yield* readJwk(opened, "spki", definition), definition);
  const checked = checkPrivateJwk(yield* readJwk(opened, "pkcs8", definition), definition);
  return { ...checked, jwk: publicHalf(checked.jwk, definition) };
}

function isPrivateJwk(jwk: Jwk): boolean {
  return "d" in jwk || "priv" in jwk;
}

function isPrivateForm(form: DerForm | undefined): boolean {
  return form === "pkcs8" || form === "pkcs1-private" || form === "sec1";
}

/** Returns a key as a JWK that is still to be checked. */
function* readJwk({ object, file }: Opened, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Steps<Jwk> {
  if (object !== undefined) {
    if (object.asymmetricKeyType !== "rsa-pss") {
      const jwk = exportJwk(object);
      if (jwk !== undefined) return { ...jwk, alg: definition.name };
    }
    const der = new Uint8Array(object.export({ format: "der", type: format } as { format: "der"; type: "spki" }));
    // A key for RSA-PSS alone has the same numbers, under another name.
    const integers = object.asymmetricKeyType === "rsa-pss" ? rsaIntegers(der, format) : undefined;
    if (integers === undefined) return yield* readFile(der, format, definition);
    const names = definition.integers ?? [];
    return {
      kty: definition.kty,
      ...Object.fromEntries(integers.map((octets, at) => [names[at] ?? "", encodeBase64url(octets)])),
    };
  }
  if (file === undefined) throw invalidKey(`expected a key for ${definition.name}, found a secret`);
  if (!(file instanceof Uint8Array)) return { ...file, alg: definition.name, key_ops: [], use: "" };
  const form = derForm(file);
  const convert = format === "pkcs8" ? toPkcs8 : toSpki;
  const der = form && convert(file, form, definition);
  if (der === undefined)
    throw invalidKey(`PEM: expected a key for ${definition.name}, found another, or one that is encrypted`);
  return yield* readFile(der, format, definition);
}

function exportJwk(object: KeyObject): Jwk | undefined {
  try {
    return object.export({ format: "jwk" }) as Jwk;
  } catch {
    return undefined;
  }
}
