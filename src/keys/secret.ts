/** Shared secrets for HMAC (RFC 7518 §3.2): what may be one, and the keys made of them. */

import { hmacDefinition, type HmacAlgorithm, type HmacDefinition } from "../algorithms/algorithm.ts";
import { wrongArgument } from "../base/options.ts";
import { decodeBase64, decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { copyBytes, type Bytes } from "../encoding/bytes.ts";
import { isObject } from "../encoding/json.ts";
import { encodeUtf8, isWellFormed } from "../encoding/utf8.ts";
import { argumentError } from "../errors.ts";
import { fastHmac, subtleCrypto, syncHmac, type Handle } from "../base/platform.ts";
import {
  material,
  signText,
  verifyText,
  type JwkInput,
  type KeyMaterial,
  type SecretKey,
  type TextSigner,
  type TextVerifier,
} from "./key.ts";
import { isDerKey } from "./der.ts";
import { keepHandle } from "./handle.ts";
import { checkSecretJwk, invalidKey } from "./jwk.ts";
import { readTraits, statedMembers, withKidOf, type KeyTraits } from "./key-options.ts";

/** How a secret is written, and what it is told. */
export interface ImportSecretOptions {
  /** How a text spells the secret's bytes. Default `"utf8"`: the text itself is the secret. */
  readonly encoding?: "utf8" | "base64" | "base64url" | "hex" | undefined;
  /** Written to the header of every token. Default: the JWK's own `kid`, if it has one. */
  readonly kid?: string | undefined;
  /** The key then accepts only tokens of this `iss`. */
  readonly issuer?: string;
  /** Whether `exportJwk` may give the secret out again. Default `false`. */
  readonly extractable?: boolean | undefined;
  /** Takes a JWK whose `k` is padded or in the plain base64 alphabet, which RFC 7515 forbids. Default `false`. */
  readonly lenient?: boolean | undefined;
}

/**
 * Makes a shared secret ready to sign and verify with one HMAC algorithm (RFC 7518 §3.2).
 *
 * The secret is bytes, a text (UTF-8 unless `encoding` says base64, base64url or hex) or an `oct` JWK, and has at
 * least 32, 48 or 64 bytes for HS256, HS384, HS512. Anything that parses as a key of another kind (PEM, DER, SSH,
 * JWK) is refused: a public key taken for a secret lets everybody sign.
 *
 * @throws TypeError `invalid_key`: too short, all bytes equal, not in the encoding, a key of another kind.
 * @throws TypeError `invalid_argument`: an unknown option, an algorithm that is not HMAC.
 * @example
 * const key = await importSecret("a secret of 32 bytes or more, kept safe", HS256);
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api", audience: "web" });
 */
export async function importSecret(
  secret: Uint8Array | string | JwkInput,
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
 * As `importSecret`, at once: CommonJS has no top-level await. On Node, Bun, Deno, and workerd with `nodejs_compat`.
 *
 * @throws TypeError `sync_unavailable`: no synchronous HMAC in this runtime; else as `importSecret`.
 * @example
 * const key = importSecretSync("a secret of 32 bytes or more, kept safe", HS256);
 */
export function importSecretSync(
  secret: Uint8Array | string | JwkInput,
  alg: HmacAlgorithm,
  options: ImportSecretOptions = {},
): SecretKey {
  const { bytes, definition, traits } = readSecret(secret, alg, options);
  if (syncHmac() === undefined)
    throw argumentError("no synchronous HMAC in this runtime: use importSecret", "sync_unavailable");
  return bindSecret(bytes, definition, traits, undefined);
}

/** A key made of bytes that were checked or made to be a secret. */
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
  const macText =
    fast && ((input: string | Bytes): string => fast.createHmac(digest, secret).update(input).digest("base64url"));

  const withHandle = keepHandle(() => importHandle(bytes, definition), imported);
  const subtleSign = (data: Bytes): Promise<Bytes> =>
    withHandle((handle) => subtleCrypto().sign("HMAC", handle, data)).then((mac) => new Uint8Array(mac));
  const subtleVerify = (data: Bytes, signature: Bytes): boolean | Promise<boolean> =>
    signature.length === length && withHandle((handle) => subtleCrypto().verify("HMAC", handle, signature, data));

  const key: SecretKey & TextSigner & TextVerifier & { [material]: () => KeyMaterial } = {
    ...statedMembers(definition, traits),
    sign: (macText && signSync) ?? subtleSign,
    verify: (macText && verifySync) ?? subtleVerify,
    ...(signSync && verifySync && { signSync, verifySync }),
    ...(macText && {
      [signText]: macText,
      [verifyText]: (input: string | Bytes, segment: string): boolean => equalInConstantTime(macText(input), segment),
    }),
    [material]: () => ({
      definition,
      ...(traits.extractable === true && { privateJwk: { kty: definition.kty, k: encodeBase64url(bytes) } }),
    }),
  };
  return Object.freeze(key);
}

export async function importHandle(bytes: Bytes, { webCrypto }: HmacDefinition): Promise<Handle> {
  return subtleCrypto().importKey("raw", bytes, webCrypto, false, ["sign", "verify"]);
}

/** Every code unit is looked at whatever was found before: nothing about the MAC shows in the time taken. */
function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

function readSecret(
  secret: unknown,
  alg: HmacAlgorithm,
  options: ImportSecretOptions,
): { bytes: Bytes; definition: HmacDefinition; traits: KeyTraits } {
  const definition = hmacDefinition(alg);
  const traits = readTraits(options, ["kid", "issuer", "extractable", "encoding", "lenient"]);
  const { encoding = "utf8" } = options;
  if (options.encoding !== undefined && typeof secret !== "string")
    throw argumentError("encoding: only a text has one");
  const isJwk = isObject(secret) && !ArrayBuffer.isView(secret);
  const bytes = isJwk ? checkSecretJwk(secret, definition, traits.reading) : toBytes(secret, encoding);
  checkStrength(bytes, definition);
  return { bytes, definition, traits: isJwk ? withKidOf(secret, traits) : traits };
}

const decoders: Readonly<Record<string, (text: string) => Bytes | undefined>> = {
  utf8: (text) => (isWellFormed(text) ? encodeUtf8(text) : undefined),
  base64: (text) => (/[-_]/.test(text) ? undefined : decodeBase64(text)),
  base64url: decodeBase64url,
  hex: (text) =>
    /^(?:[0-9a-f]{2})*$/i.test(text)
      ? Uint8Array.from(text.match(/../g) ?? [], (octet) => parseInt(octet, 16))
      : undefined,
};

function toBytes(secret: unknown, encoding: unknown): Bytes {
  // Not instanceof: under Jest and jsdom bytes come from another realm.
  if (ArrayBuffer.isView(secret)) return copyBytes(secret);
  if (typeof secret !== "string") throw invalidKey("secret: expected bytes, a text or an oct JWK");
  const decode = typeof encoding === "string" && Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (decode === undefined) throw wrongArgument("encoding", Object.keys(decoders).join(", "), encoding);
  const bytes = decode(secret);
  if (bytes === undefined) throw invalidKey(`secret: not ${String(encoding)}`);
  return bytes;
}

function checkStrength(bytes: Bytes, { name, length }: HmacDefinition): void {
  if (bytes.length < length)
    throw invalidKey(
      `${name} needs a secret of ${length} bytes or more, found ${bytes.length}: make one with \`openssl rand -base64 ${length}\``,
    );
  if (bytes.every((octet) => octet === bytes[0])) throw invalidKey("secret: all bytes are equal");
  if (isOtherKey(bytes, true)) throw invalidKey("secret: this is a key of another kind, which anyone may know");
}

/** Armour as in PEM, a JWK or JWK Set, or the wire format of SSH keys (RFC 4253 §6.6), an octet a character. */
const otherKey =
  /-{4,5} ?BEGIN [A-Z0-9 ]{1,40}-{4,5}|"(?:kty"\s{0,9}:\s{0,9}"|keys"\s{0,9}:\s{0,9}\[)|^\0{3}[^](?:ssh-|ecdsa-sha2-|sk-)[\w@.-]+/;

/** Whether the bytes are a key file of any form: a public key taken for an HMAC secret lets everybody sign. */
function isOtherKey(bytes: Bytes, orBase64: boolean): boolean {
  const text = bytes.reduce((octets, octet) => octets + String.fromCharCode(octet), "");
  if (otherKey.test(text) || isDerKey(bytes) || isDerKey(withoutLineEnd(bytes))) return true;
  // An SSH key's file has a type word in front of the base64, and a comment after it.
  return (
    orBase64 &&
    [text, /\bAAAA[\w+/]+={0,2}/.exec(text)?.[0] ?? ""].some((part) => {
      const decoded = decodeBase64(part);
      return decoded !== undefined && isOtherKey(decoded, false);
    })
  );
}

/** An editor's line end is no part of a DER file. */
function withoutLineEnd(bytes: Bytes): Bytes {
  let end = bytes.length;
  while (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d) end--;
  return bytes.subarray(0, end);
}
