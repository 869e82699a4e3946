/**
 * Just enough DER (X.690) to tell key files apart by their structure and to bring them into the two forms
 * that Web Crypto reads: PKCS#8 (RFC 5958) and SPKI (RFC 5280 §4.1.2.7). A key's numbers are checked in `algorithms/`.
 */

/** The forms a key comes in. */
export type DerForm = "pkcs8" | "spki" | "x509" | "pkcs1-private" | "pkcs1-public" | "sec1" | "encrypted" | "request";

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** The element with its tag and length. */
  readonly whole: Uint8Array;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OID = 0x06;
const SEQUENCE = 0x30;

/** Returns the form of a key, after parsing all of its outer structure; `undefined` for anything else. */
export function derForm(der: Uint8Array): DerForm | undefined {
  const parts = contents(der);
  if (parts === undefined) return undefined;
  const tags = parts.map((part) => part.tag);
  const starts = (...wanted: number[]): boolean => wanted.every((tag, i) => tags[i] === tag);
  const identified = (i: number): boolean => elements(parts[i]?.content)?.[0]?.tag === OID;
  const version = parts[0]?.content.length === 1 ? parts[0].content[0] : undefined;

  if (starts(SEQUENCE, BIT_STRING) && parts.length === 2 && identified(0)) return "spki";
  if (starts(SEQUENCE, SEQUENCE, BIT_STRING) && parts.length === 3 && identified(1))
    return isRequest(der) ? "request" : "x509";
  if (starts(SEQUENCE, OCTET_STRING) && parts.length === 2 && identified(0)) return "encrypted";
  if (starts(INTEGER, SEQUENCE, OCTET_STRING) && (version === 0 || version === 1) && identified(1)) return "pkcs8";
  if (starts(INTEGER, OCTET_STRING) && version === 1) return "sec1";
  if (tags.every((tag) => tag === INTEGER) && parts.length === 9 && version === 0) return "pkcs1-private";
  return tags.every((tag) => tag === INTEGER) && parts.length === 2 ? "pkcs1-public" : undefined;
}

/** The parts of a key's DER that an algorithm requires. Runtimes read more, and Node 20 aborts on some of it. */
export interface DerKind {
  /** The AlgorithmIdentifier (RFC 5280 §4.1.1.2), which PKCS#1 and SEC1 leave out. */
  readonly identifier: readonly number[];
  /** EC: octets of an uncompressed point, its leading 4 included (RFC 5480 §2.2). */
  readonly pointLength?: number;
  /** Ed25519, ML-DSA: the tags a private key may have (RFC 8410 §7, RFC 9881 §6): a seed of 32 octets, or seed and expanded key. */
  readonly seedTags?: readonly number[];
  /** RSA: the numbers of a key. Only RSA keys come as PKCS#1. */
  readonly integers?: readonly string[];
}

/** Returns whether this is any key's DER: one SEQUENCE whose elements fill it, with an INTEGER or SEQUENCE first. */
export function isDerKey(der: Uint8Array): boolean {
  const parts = contents(der);
  return parts !== undefined && parts.length > 1 && (parts[0]?.tag === INTEGER || parts[0]?.tag === SEQUENCE);
}

/** Converts a public key in any form to SPKI; `undefined` when it is not of this kind. */
export function toSpki(der: Uint8Array, form: DerForm, kind: DerKind): Uint8Array | undefined {
  if (form === "pkcs1-public")
    return (
      kind.integers && element(SEQUENCE, Uint8Array.from(kind.identifier), element(BIT_STRING, Uint8Array.of(0), der))
    );
  const spki = form === "x509" ? subjectPublicKey(der) : der;
  const [identifier, publicKey] = contents(spki) ?? [];
  return isIdentifier(identifier, kind) && isPublicKey(publicKey, kind) ? spki : undefined;
}

/** Converts a private key in any form to PKCS#8; `undefined` when it is not of this kind. */
export function toPkcs8(der: Uint8Array, form: DerForm, kind: DerKind): Uint8Array | undefined {
  const pkcs8 =
    form === "pkcs8"
      ? der
      : element(SEQUENCE, Uint8Array.of(INTEGER, 1, 0), Uint8Array.from(kind.identifier), element(OCTET_STRING, der));
  const [, identifier, privateKey] = contents(pkcs8) ?? [];
  if (!isIdentifier(identifier, kind) || privateKey === undefined) return undefined;
  const { seedTags, pointLength } = kind;
  if (seedTags !== undefined) return isSeed(privateKey.content, seedTags) ? pkcs8 : undefined;
  if (pointLength === undefined) return pkcs8;
  // ECPrivateKey (RFC 5915 §3): version, key, then [0] curve and [1] public key, both optional.
  const [, scalar, ...optional] = contents(privateKey.content) ?? [];
  const plain = optional.every(({ tag, content }) =>
    tag === 0xa0
      ? content.every((octet, i) => octet === kind.identifier.at(i - content.length))
      : isPublicKey(elements(content)?.[0], kind),
  );
  return plain && scalar?.content.length === (pointLength - 1) / 2 ? pkcs8 : undefined;
}

/**
 * Reads the numbers of an RSA key (RFC 8017 appendix A.1) in PKCS#8 or SPKI, the version left out; or `undefined`. Read
 * here, because runtimes mend some wrong numbers, and some end on others.
 */
export function rsaIntegers(der: Uint8Array, form: "pkcs8" | "spki"): Uint8Array[] | undefined {
  const parts = contents(der) ?? [];
  const integers = contents(form === "pkcs8" ? parts[2]?.content : parts[1]?.content.subarray(1));
  // Positive, and in the fewest octets: a zero in front only where the number would be negative without (X.690 §8.3.2).
  const plain = integers?.every(
    ({ tag, content: [first = 0x80, second = 0x80] }) =>
      tag === INTEGER && (first === 0 ? second >= 0x80 : first < 0x80),
  );
  if (integers === undefined || plain !== true) return undefined;
  return integers
    .slice(form === "pkcs8" ? 1 : 0)
    .map(({ content }) => (content[0] === 0 && content.length > 1 ? content.subarray(1) : content));
}

/**
 * Returns the public key that a private key of version 2 states (RFC 8410 §10.3, RFC 5958 §2), or `undefined`. Some writers tag it
 * explicitly, against the specification.
 */
export function statedPublicKey(pkcs8: Uint8Array): Uint8Array | undefined {
  const [, , , ...optional] = contents(pkcs8) ?? [];
  const stated = optional.find(({ tag }) => tag === 0x81 || tag === 0xa1);
  const bits = stated?.tag === 0xa1 ? elements(stated.content)?.[0]?.content : stated?.content;
  return stated && (bits?.subarray(1) ?? new Uint8Array());
}

/** Writes a private key as version 1, without attributes and public key: most runtimes read no other. */
export function version1(pkcs8: Uint8Array): Uint8Array {
  const [, ...parts] = contents(pkcs8) ?? [];
  return element(SEQUENCE, Uint8Array.of(INTEGER, 1, 0), ...parts.slice(0, 2).map(({ whole }) => whole));
}

/** Object identifiers of keys and curves, as hexadecimal octets. */
const kinds: Readonly<Record<string, string>> = {
  "2a864886f70d010101": "RSA",
  "2a864886f70d01010a": "RSA-PSS",
  "2a8648ce380401": "DSA",
  "2a864886f70d010301": "DH",
  "2b6570": "Ed25519",
  "2b6571": "Ed448",
  "2b656e": "X25519",
  "2b656f": "X448",
  "608648016503040311": "ML-DSA-44",
  "608648016503040312": "ML-DSA-65",
  "608648016503040313": "ML-DSA-87",
  "2b81040021": "P-224",
  "2a8648ce3d030107": "P-256",
  "2b81040022": "P-384",
  "2b81040023": "P-521",
  "2b8104000a": "secp256k1",
};

/** An elliptic curve given by its numbers instead of by its name (RFC 5480 §2.1.1 forbids it). */
export const explicitCurve = "a curve with explicit parameters";

/** Names the kind of a key: its algorithm or, of elliptic curves, its curve. */
export function kindOfDer(der: Uint8Array, form: DerForm): string {
  const name = (found: Element | undefined): string =>
    kinds[Array.from(found?.content ?? [], (octet) => octet.toString(16).padStart(2, "0")).join("")] ??
    "an unknown algorithm or curve";
  if (form.startsWith("pkcs1")) return "RSA";
  const parts = contents(form === "x509" ? subjectPublicKey(der) : der);
  if (form === "sec1") {
    const curve = parts?.find(({ tag }) => tag === 0xa0);
    return curve === undefined ? "a curve without a name" : curveOf(elements(curve.content)?.[0], name);
  }
  const [algorithm, curve] = elements(parts?.[form === "pkcs8" ? 1 : 0]?.content) ?? [];
  const isEc = algorithm?.content.join() === "42,134,72,206,61,2,1";
  return isEc ? curveOf(curve, name) : name(algorithm);
}

function curveOf(curve: Element | undefined, name: (found: Element | undefined) => string): string {
  return curve?.tag === SEQUENCE ? explicitCurve : name(curve);
}

/** Returns whether a key's point is written as one coordinate and a sign (SEC 1 §2.3.3). */
export function hasCompressedPoint(der: Uint8Array, form: DerForm): boolean {
  const parts = contents(form === "x509" ? subjectPublicKey(der) : der) ?? [];
  const key = form === "pkcs8" ? contents(parts[2]?.content) : parts;
  const inner = elements(key?.find(({ tag }) => tag === 0xa1)?.content)?.[0];
  const [, first] = (form === "pkcs8" || form === "sec1" ? inner : parts[1])?.content ?? [];
  return first === 2 || first === 3;
}

/** Returns whether a PKCS#8 file holds an expanded ML-DSA key without its seed (RFC 9881 §6). */
export function isExpandedKey(der: Uint8Array): boolean {
  const [, algorithm, key] = contents(der) ?? [];
  return (
    algorithm?.tag === SEQUENCE &&
    key?.tag === OCTET_STRING &&
    key.content[0] === OCTET_STRING &&
    key.content.length > 1000
  );
}

/** Returns whether this is a PKCS #12 file (RFC 7292 §4), which is encrypted for the most part. */
export function isPkcs12(bytes: Uint8Array): boolean {
  const [version] = contents(bytes) ?? [];
  return version?.tag === INTEGER && version.content.length === 1 && version.content[0] === 3;
}

function isSeed(content: Uint8Array, tags: readonly number[]): boolean {
  const [tag = 0, length] = content;
  return tags.includes(tag) && (tag === SEQUENCE || (length === 32 && content.length === 34));
}

function isIdentifier(found: Element | undefined, { identifier }: DerKind): boolean {
  return found?.whole.length === identifier.length && found.whole.every((octet, i) => octet === identifier[i]);
}

/** Returns whether this is a BIT STRING of whole octets. A point in it has to be uncompressed: not the point at infinity, not compressed, not hybrid. */
function isPublicKey(found: Element | undefined, { pointLength }: DerKind): boolean {
  return (
    found?.content[0] === 0 &&
    (pointLength === undefined || (found.content.length === pointLength + 1 && found.content[1] === 4))
  );
}

/** Returns the elements within the one SEQUENCE that `der` is. */
function contents(der: Uint8Array | undefined): Element[] | undefined {
  const outer = der?.[0] === SEQUENCE ? elements(der) : undefined;
  return outer?.length === 1 ? elements(outer[0]?.content) : undefined;
}

/** Returns the elements that follow each other in `bytes`, or `undefined` when they do not fill it exactly. */
function elements(bytes: Uint8Array | undefined): Element[] | undefined {
  if (bytes === undefined) return undefined;
  const found: Element[] = [];
  let start = 0;
  while (start < bytes.length) {
    const tag = bytes[start] ?? 0;
    let length = bytes[start + 1] ?? 0x80;
    let header = 2;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 3) return undefined;
      header += octets;
      length = bytes.subarray(start + 2, start + header).reduce((sum, octet) => sum * 256 + octet, 0);
    }
    const end = start + header + length;
    if (end > bytes.length) return undefined;
    found.push({ tag, content: bytes.subarray(start + header, end), whole: bytes.subarray(start, end) });
    start = end;
  }
  return found;
}

function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const header = length < 0x80 ? [tag, length] : [tag, 0x83, length >> 16, (length >> 8) & 255, length & 255];
  // DER wants the shortest form of a length: leading zero octets go.
  while (header.length > 3 && header[2] === 0) {
    header.splice(2, 1);
    header[1] = (header[1] ?? 0) - 1;
  }
  const bytes = new Uint8Array(header.length + length);
  bytes.set(header);
  let at = header.length;
  for (const content of contents) {
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}

/** Returns whether this is a certification request (RFC 2986 §4): version, subject and public key come first in what is signed. */
function isRequest(signed: Uint8Array): boolean {
  const [version, , publicKey] = signedMembers(signed);
  return version?.tag === INTEGER && derForm(publicKey?.whole ?? new Uint8Array()) === "spki";
}

/** Returns the members of the signed part, without a certificate's version. */
function signedMembers(certificate: Uint8Array): Element[] {
  const signed = elements(contents(certificate)?.[0]?.content) ?? [];
  return signed[0]?.tag === 0xa0 ? signed.slice(1) : signed;
}

/** Returns a certificate's `subjectPublicKeyInfo`: the sixth member of its signed part. */
function subjectPublicKey(certificate: Uint8Array): Uint8Array {
  return signedMembers(certificate)[5]?.whole ?? new Uint8Array();
}
