/** Reads keys in whatever form they are given: JWK, PEM, DER, `KeyObject` or `CryptoKey`. What is no key is refused by its name. */

import type { AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { subtleCrypto, type Handle } from "../base/platform.ts";
import type { Steps } from "../base/steps.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { copyBytes, type Bytes } from "../encoding/bytes.ts";
import { parseUniqueJsonObject } from "../encoding/json.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { askRuntime, doNotFit } from "./bind.ts";
import { rsaIntegers, statedPublicKey, version1 } from "./der.ts";
import {
  importHints,
  isBytes,
  isHandle,
  isKeyObject,
  nameOf,
  wrongKey,
  type Hints,
  type KeyObjectLike,
} from "./found.ts";
import { invalidKey, type Jwk } from "./jwk.ts";
import { readDer, readPrivatePem, readPublicPem } from "./pem.ts";
import { forKeySets } from "./text.ts";

/** A key as it was given, opened as far as no runtime is needed. */
type Opened = { readonly jwk: Jwk } | { readonly der: Uint8Array } | { readonly handle: Handle };

/** Reads a key of this algorithm, in whatever form it was given, as a JWK, which is still to be checked. */
export function* readKey(key: unknown, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Steps<Jwk> {
  // Opened before anything is awaited: the key is imported as it was when it was given.
  const opened = openKey(key, format, definition);
  if ("jwk" in opened) return opened.jwk;
  if ("handle" in opened) {
    const exported = yield* askRuntime(definition, () => subtleCrypto().exportKey("jwk", opened.handle));
    return ofThisAlgorithm(exported, definition);
  }
  return yield* readFile(opened.der, format, definition);
}

/** Reads a key of this algorithm in PKCS#8 or SPKI as a JWK, which is still to be checked. */
export function* readFile(der: Uint8Array, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Steps<Jwk> {
  const { integers, keyParams, seedTags, publicMembers } = definition;
  if (integers !== undefined) return readIntegers(der, format, definition.kty, integers);
  // The runtime gets no public key beside a private one, and makes its own: it has to be the one that the file states.
  const isSeed = format === "pkcs8" && seedTags !== undefined;
  const input = Uint8Array.from(isSeed ? version1(der) : der);
  const exported = yield* askRuntime(
    definition,
    async (): Promise<object> => {
      const subtle = subtleCrypto();
      const usage = format === "pkcs8" ? "sign" : "verify";
      return subtle.exportKey("jwk", await subtle.importKey(format, input, keyParams, true, [usage]));
    },
    (crypto): object => {
      // node:crypto takes any Uint8Array, whatever its types say.
      const file = { key: input as Buffer, format: "der" } as const;
      const object =
        format === "pkcs8"
          ? crypto.createPrivateKey({ ...file, type: format })
          : crypto.createPublicKey({ ...file, type: format });
      return object.export({ format: "jwk" });
    },
  );
  const jwk = ofThisAlgorithm(exported, definition);
  const stated = isSeed ? statedPublicKey(der) : undefined;
  if (stated !== undefined && encodeBase64url(stated) !== jwk[publicMembers[0] ?? ""]) throw invalidKey(doNotFit);
  return jwk;
}

/** Opens a key in whatever form it was given; what is no key is refused by its name. */
function openKey(key: unknown, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  if (typeof key === "string") return openText(key, format, definition);
  if (isBytes(key)) return openBytes(copyBytes(key), format, definition);
  const found = nameOf(key);
  // A copy: the caller's object may change while something is awaited.
  if (found === "a JWK") return { jwk: { ...(key as Jwk) } };
  if (isHandle(key)) return { handle: key };
  if (isKeyObject(key)) return openKeyObject(key, format, definition);
  throw wrongKey("key", expectedForms, key, hintsFor(format, definition), "invalid_key");
}

const expectedForms = "a JWK, PEM, DER, a KeyObject or a CryptoKey";

function openText(text: string, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  if (!text.trimStart().startsWith("{")) {
    const read = format === "pkcs8" ? readPrivatePem : readPublicPem;
    return { der: read(text, definition) };
  }
  const json = parseUniqueJsonObject(text.trim());
  if (json === undefined) throw invalidKey("key: JSON that does not parse, or has a member twice: is it cut off?");
  if ("kty" in json) return { jwk: json as Jwk };
  throw wrongKey("key, parsed as JSON", "a JWK", json, hintsFor(format, definition, "JSON.parse(key)"), "invalid_key");
}

function openBytes(bytes: Bytes, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  const der = readDer(bytes, format, definition);
  if (der !== undefined) return { der };
  const text = decodeUtf8(bytes);
  if (text !== undefined && !text.includes("\0")) return openText(text, format, definition);
  throw invalidKey(
    bytes[0] === 0x30
      ? "key: expected a key, found DER that is truncated or not a key"
      : 'key: expected DER or UTF-8 text, found other bytes: for UTF-16 text, pass new TextDecoder("utf-16le").decode(key)',
  );
}

/** Opens a key of `node:crypto`, which gives out most kinds as JWK; the others show in DER what they are. */
function openKeyObject(key: KeyObjectLike, format: "pkcs8" | "spki", definition: AsymmetricDefinition): Opened {
  const wanted = format === "pkcs8" ? "private" : "public";
  if (key.type !== wanted)
    throw invalidKey(
      `key: expected a ${wanted} KeyObject, found a ${key.type} one${key.type === "private" ? ": pass createPublicKey(key)" : ""}`,
    );
  try {
    return { jwk: ofThisAlgorithm(key.export({ format: "jwk" }), definition) };
  } catch {
    const exportDer = key.export.bind(key) as (options: object) => unknown;
    const der = exportDer({ format: "der", type: format });
    if (isBytes(der)) return openBytes(copyBytes(der), format, definition);
    throw invalidKey("key: expected a KeyObject that can be exported, found one that this runtime cannot export");
  }
}

/** Returns what to write instead of each thing that is no key. `key`: how the caller would write it. */
function hintsFor(format: "pkcs8" | "spki", { name }: AsymmetricDefinition, key = "key"): Hints {
  const shared = importHints(key);
  const half = format === "pkcs8" ? "Private" : "Public";
  return {
    ...shared,
    "a key pair": `pass ${key}.${half.toLowerCase()}Key`,
    "an object around a key": `${shared["an object around a key"]} or, with a passphrase, create${half}Key(${key}) of node:crypto`,
    "a URL": `${shared["a URL"]} of a file; ${forKeySets}`,
    ...(format === "pkcs8"
      ? { "an X509Certificate": "it has no private key", "a service account": `pass ${key}.private_key` }
      : {
          "a key set": `${shared["a key set"]}, or use localJwks(${key}, { algorithms: [${name.replaceAll("-", "_")}] })`,
          "an X509Certificate": "pass key.publicKey",
          "a service account": "its key is private",
          "a private key": "pass it to publicKeyOf",
        }),
  };
}

/** Reads a key whose DER is a list of numbers (RSA) as a JWK, without asking the runtime. */
function readIntegers(der: Uint8Array, format: "pkcs8" | "spki", kty: string, names: readonly string[]): Jwk {
  const integers = rsaIntegers(der, format);
  if (integers?.length !== (format === "pkcs8" ? names.length : 2))
    throw invalidKey("PEM: not an RSA key of two primes");
  const members: Readonly<Record<string, string>> = Object.fromEntries(
    integers.map((octets, i) => [names[i] ?? "", encodeBase64url(octets)]),
  );
  return { kty, ...members };
}

/** Replaces what a runtime writes beside the key members of a JWK: it is not the caller's choice. */
function ofThisAlgorithm(jwk: object, definition: AsymmetricDefinition): Jwk {
  return { ...(jwk as Jwk), alg: definition.name, key_ops: undefined, use: undefined } as unknown as Jwk;
}
