/** Shared secrets for HMAC (RFC 7518 §3.2): their checks, and the keys made of them. */

import { hmacDefinition, type HmacAlgorithm, type HmacDefinition } from "../algorithms/algorithm.ts";
import { wrongArgument } from "../base/options.ts";
import { decodeBase64, decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { copyBytes, type Bytes } from "../encoding/bytes.ts";
import { encodeUtf8, isWellFormed } from "../encoding/utf8.ts";
import { argumentError } from "../errors.ts";
import { fastHmac, subtleCrypto, syncHmac, type Handle } from "../base/platform.ts";
import type { SecretKey } from "./key.ts";
import { material, signText, verifyText, type KeyMaterial, type TextSigner, type TextVerifier } from "./material.ts";
import { isDerKey } from "./der.ts";
import { importHints, isKeyObject, nameOf, wrongKey, type Hints, type KeyObjectLike } from "./found.ts";
import { keepHandle } from "./handle.ts";
import { checkSecretJwk, invalidKey, type JwkInput } from "./jwk.ts";
import { oneShotMac } from "./mac.ts";
import { readTraits, describeKey, withJwkKid, type KeyTraits } from "./key-options.ts";

/** @inline */
type SecretInput = Uint8Array | string | JwkInput | KeyObjectLike;

/** Options of `importSecret`. */
export interface ImportSecretOptions {
  /** The encoding of a string. Default `"utf8"`: the string itself is the secret. */
  readonly encoding?: "utf8" | "base64" | "base64url" | "hex" | undefined;
  /** Written to the header of every token. Default: the JWK's own `kid`, if it has one. */
  readonly kid?: string | undefined;
  /** The key then accepts only tokens of this `iss`. */
  readonly issuer?: string;
  /** Lets `exportJwk` give the secret out again. Default `false`. */
  readonly extractable?: boolean | undefined;
  /** Takes a JWK whose `k` is padded or in the plain base64 alphabet, which RFC 7515 forbids. Default `false`. */
  readonly lenient?: boolean | undefined;
}

/**
 * Makes a shared secret ready to sign and verify with one HMAC algorithm (RFC 7518 §3.2).
 *
 * The secret is bytes, a string (UTF-8 unless `encoding` says base64, base64url or hex), an `oct` JWK or a secret `KeyObject`,
 * and has at least 32, 48 or 64 bytes for HS256, HS384, HS512. A string that ends in a line end is refused: drop it with
 * `trimEnd()`. Anything that parses as a key of another kind (PEM, DER, SSH, JWK) is refused, too: if a public key were
 * the secret, anyone could sign. So are the examples of well-known documentation.
 *
 * @throws TypeError `invalid_key`: too short, all bytes equal, well known, not in the encoding, a key of another kind.
 * @throws TypeError `invalid_argument`: an unknown option, an algorithm that is not HMAC.
 * @example
 * const key = await importSecret(crypto.getRandomValues(new Uint8Array(32)), HS256);
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 */
export async function importSecret(
  secret: SecretInput,
  alg: HmacAlgorithm,
  options: ImportSecretOptions = {},
): Promise<SecretKey> {
  const { bytes, definition, traits } = readSecret(secret, alg, options);
  return bindSecret(
    bytes,
    definition,
    traits,
    fastHmac() === undefined ? await importHandle(bytes, definition) : undefined,
  );
}

/**
 * Imports a secret at once, as `importSecret` does: CommonJS has no top-level await. On Node, Bun, Deno, and workerd with `nodejs_compat`.
 *
 * @throws TypeError `sync_unavailable`: no synchronous HMAC in this runtime; else as `importSecret`.
 * @example
 * const key = importSecretSync(crypto.getRandomValues(new Uint8Array(32)), HS256);
 */
export function importSecretSync(
  secret: SecretInput,
  alg: HmacAlgorithm,
  options: ImportSecretOptions = {},
): SecretKey {
  const { bytes, definition, traits } = readSecret(secret, alg, options);
  if (syncHmac() === undefined)
    throw argumentError("no synchronous HMAC in this runtime: use importSecret", "sync_unavailable");
  return bindSecret(bytes, definition, traits, undefined);
}

/** Makes a key of bytes that were checked or made to be a secret. */
export function bindSecret(
  bytes: Bytes,
  definition: HmacDefinition,
  traits: KeyTraits,
  imported: Handle | undefined,
): SecretKey {
  const { digest, length } = definition;
  const sync = syncHmac();
  // A KeyObject, not the bytes: Node 24 takes seven times as long to take in bytes for each MAC.
  const secret = sync?.createSecretKey(bytes) ?? bytes;
  const signSync =
    sync && ((data: Bytes): Bytes => new Uint8Array(sync.createHmac(digest, secret).update(data).digest()));
  const verifySync =
    sync &&
    ((data: Bytes, signature: Bytes): boolean =>
      signature.length === length &&
      sync.timingSafeEqual(sync.createHmac(digest, secret).update(data).digest(), signature));

  const fast = fastHmac();
  const oneShot = oneShotMac(bytes, definition);
  const streamed =
    fast && ((input: string | Bytes): string => fast.createHmac(digest, secret).update(input).digest("base64url"));
  const macText = streamed && oneShot ? (input: string | Bytes): string => oneShot(input) ?? streamed(input) : streamed;

  const withHandle = keepHandle(() => importHandle(bytes, definition), imported);
  const subtleSign = (data: Bytes): Promise<Bytes> =>
    withHandle((handle) => subtleCrypto().sign("HMAC", handle, data)).then((mac) => new Uint8Array(mac));
  const subtleVerify = (data: Bytes, signature: Bytes): boolean | Promise<boolean> =>
    signature.length === length && withHandle((handle) => subtleCrypto().verify("HMAC", handle, signature, data));

  const keyMaterial: KeyMaterial = {
    definition,
    // Read now, and of the object itself: nothing that happens to a prototype later lets a secret out.
    ...(Object.hasOwn(traits, "extractable") &&
      traits.extractable === true && { privateJwk: { kty: definition.kty, k: encodeBase64url(bytes) } }),
  };
  const key: SecretKey & TextSigner & TextVerifier & { [material]: () => KeyMaterial } = {
    ...describeKey(definition, traits),
    sign: (macText && signSync) ?? subtleSign,
    verify: (macText && verifySync) ?? subtleVerify,
    ...(signSync && verifySync && { signSync, verifySync }),
    ...(macText && {
      [signText]: macText,
      [verifyText]: (input: string | Bytes, segment: string): boolean => equalInConstantTime(macText(input), segment),
    }),
    [material]: () => keyMaterial,
  };
  return Object.freeze(key);
}

export async function importHandle(bytes: Bytes, { webCrypto }: HmacDefinition): Promise<Handle> {
  return subtleCrypto().importKey("raw", bytes, webCrypto, false, ["sign", "verify"]);
}

/** Compares every code unit, whatever was found before: nothing about the MAC shows in the time taken. */
function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** Hints for what else is given as a secret. */
const hints = (): Hints => ({
  ...importHints("secret"),
  "an ArrayBuffer": "pass new Uint8Array(secret)",
  "a CryptoKey": "pass the bytes that it was made of",
  "a key pair": "it is for importSigningKey, with ES256 or another algorithm of key pairs",
});

function readSecret(
  given: unknown,
  alg: HmacAlgorithm,
  options: ImportSecretOptions,
): { bytes: Bytes; definition: HmacDefinition; traits: KeyTraits } {
  const definition = hmacDefinition(alg);
  const traits = readTraits<ImportSecretOptions>(options, {
    kid: 1,
    issuer: 1,
    extractable: 1,
    encoding: 1,
    lenient: 1,
  });
  // Read once: what is checked is what is used.
  const encoding: unknown = options.encoding;
  if (encoding !== undefined && typeof given !== "string") throw argumentError("encoding: only a string has one");
  const secret = isKeyObject(given) && given.type === "secret" ? given.export() : given;
  const isJwk = nameOf(secret) === "a JWK";
  const bytes = isJwk
    ? checkSecretJwk(secret as object, definition, traits.reading)
    : toBytes(secret, encoding === undefined ? "utf8" : encoding);
  checkStrength(bytes, definition);
  return { bytes, definition, traits: isJwk ? withJwkKid(secret as object, traits) : traits };
}

const decoders: Readonly<Record<string, (text: string) => Bytes | undefined>> = {
  utf8: (text) => (isWellFormed(text) ? encodeUtf8(text) : undefined),
  base64: (text) => (/[-_]/.test(text) ? undefined : decodeBase64(text)),
  base64url: decodeBase64url,
  hex: decodeHex,
};

function decodeHex(text: string): Bytes | undefined {
  return /^(?:[0-9a-f]{2})*$/i.test(text)
    ? Uint8Array.from(text.match(/../g) ?? [], (octet) => parseInt(octet, 16))
    : undefined;
}

function toBytes(secret: unknown, encoding: unknown): Bytes {
  // Not instanceof: under Jest and jsdom bytes come from another realm.
  if (ArrayBuffer.isView(secret)) {
    const bytes = copyBytes(secret);
    // Random bytes may end like a line, a text of 32 characters is not random bytes.
    const text = latin1(bytes);
    if (asciiText.test(text)) refuseLineEnd(text);
    return bytes;
  }
  if (typeof secret !== "string" || secret === "")
    throw wrongKey("secret", "bytes, a string or an oct JWK", secret, hints(), "invalid_key");
  const decode = typeof encoding === "string" && Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (decode === undefined) throw wrongArgument("encoding", Object.keys(decoders).join(", "), encoding);
  // Base64 is written in lines, so that a line end has no meaning in it.
  if (encoding !== "base64") refuseLineEnd(secret);
  const bytes = decode(secret);
  if (bytes === undefined) throw invalidKey(`secret: not ${encoding as string}`);
  if (isWellKnown(secret)) throw invalidKey(wellKnownMessage);
  return bytes;
}

/** Refuses the line end of a file, which is no part of the agreed secret, and a byte order mark. */
function refuseLineEnd(text: string): void {
  if (otherKey.test(text)) return; // not a secret with or without it, and refused as what it is
  if (/[\r\n]$/.test(text)) throw invalidKey("secret: ends in a line end, as files do: drop it with .trimEnd()");
  if (text.startsWith("\ufeff"))
    throw invalidKey("secret: begins with a byte order mark, as some editors write it: drop it with .trimStart()");
}

/** Refuses a secret that is too short for its algorithm, or known. */
function checkStrength(bytes: Bytes, definition: HmacDefinition): void {
  const weakness = weaknessOf(bytes, definition);
  if (weakness !== undefined)
    throw invalidKey(`${weakness}: make one with \`openssl rand -base64 ${definition.length}\``);
  if (isOtherKey(bytes, 2))
    throw invalidKey(
      `secret: expected a shared secret, found a key of another kind, which may be public${bytes[0] === 0x7b ? ": for an oct JWK as text, pass JSON.parse(secret)" : ""}`,
    );
}

/** Returns in a few words what is weak about a secret; `undefined`: nothing that can be seen. */
export function weaknessOf(bytes: Bytes, { name, length }: HmacDefinition): string | undefined {
  if (bytes.length < length) return `${name} needs a secret of ${length} bytes or more, found ${bytes.length}`;
  if (bytes.every((octet) => octet === bytes[0])) return "secret: all bytes are equal";
  return isWellKnown(latin1(bytes)) ? "secret: found a published example" : undefined;
}

const wellKnownMessage = "secret: found a published example: make one with `openssl rand -base64 32`";

/** Secrets of examples, long enough to be taken: those of this documentation, jwt.io, Supabase, PostgREST and Spring Boot tutorials. */
const wellKnown =
  /^(a secret of 32 bytes or more, kept safe|a-(valid-)?string-secret-.*-bits-long.*|(your-)?super-secret-jwt-token-.*|(really)+verysafe|404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970|@NcRfUjXn2r5u8x\/A\?D\(G\+KbPdSgVkYp)$/;

/** Returns whether a secret is one of the examples. */
function isWellKnown(text: string): boolean {
  return wellKnown.test(text.trim());
}

/** Armour as in PEM, a JWK or JWK Set, or the wire format of SSH keys (RFC 4253 §6.6), an octet a character. */
const otherKey =
  /-{4,5} ?BEGIN [A-Z0-9 ]{1,40}-{4,5}|"(?:kty"\s{0,9}:\s{0,9}"|keys"\s{0,9}:\s{0,9}\[)|^\0{3}[^](?:ssh-|ecdsa-sha2-|sk-)[\w@.-]+/;

/**
 * Returns whether the bytes are a key file of any form: a public key taken for an HMAC secret lets everybody sign. `layers`: how
 * many encodings are taken off, of which one may be base64.
 */
export function isOtherKey(bytes: Bytes, layers: number, orBase64 = true): boolean {
  const text = latin1(bytes);
  if (otherKey.test(text) || isDerKey(bytes) || isDerKey(withoutLineEnd(bytes))) return true;
  if (layers === 0) return false;
  // An SSH key's file has a type word in front of the base64, and a comment after it.
  const encoded = orBase64 ? [text, /\bAAAA[\w+/]+={0,2}/.exec(text)?.[0] ?? ""].map(decodeBase64) : [];
  return (
    plainTexts(text).some((plain) => isOtherKey(plain, layers - 1, orBase64)) ||
    encoded.some((decoded) => decoded !== undefined && isOtherKey(decoded, layers - 1, false))
  );
}

/** Printable ASCII, as armour, JSON and every encoding of them are. */
const asciiText = /^[\t\r\n -~]+$/;

/** Returns the bytes of a text in UTF-16, percent-encoded, with escaped quotes and line ends, or in hexadecimal digits. */
function plainTexts(text: string): readonly Bytes[] {
  if (/^(?:\xff\xfe)?(?:[^]\0)+$|^(?:\xfe\xff)?(?:\0[^])+$/.test(text))
    return [octets(text.replace(/^(?:\xff\xfe|\xfe\xff)|\0/g, ""))];
  if (!asciiText.test(text)) return [];
  const plain = [
    text.replace(/%([0-9a-f]{2})/gi, (_, octet: string) => String.fromCharCode(parseInt(octet, 16))),
    text.replaceAll("+", " "),
    text.replace(/\\+[rn]?/g, ""),
  ].filter((other) => other !== text);
  const digits = decodeHex(text.replace(/[\s:]|0x/g, ""));
  return [...plain.map(octets), ...(digits ? [digits] : [])];
}

function octets(text: string): Bytes {
  return Uint8Array.from(text, (octet) => octet.charCodeAt(0));
}

/** Returns a string of one character for each octet. */
function latin1(bytes: Bytes): string {
  return bytes.reduce((octets, octet) => octets + String.fromCharCode(octet), "");
}

/** Drops an editor's line end, which is no part of a DER file. */
function withoutLineEnd(bytes: Bytes): Bytes {
  let end = bytes.length;
  while (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d) end--;
  return bytes.subarray(0, end);
}
