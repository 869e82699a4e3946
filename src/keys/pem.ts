/**
 * Key files: PEM (RFC 7468) and bare DER, recognised by what they contain: labels in front of the wrong content are common.
 * Certificates give their public key; their dates and chains are not checked.
 */

import type { AsymmetricDefinition } from "../algorithms/algorithm.ts";
import { decodeBase64 } from "../encoding/base64url.ts";
import { argumentError, quote } from "../errors.ts";
import {
  derForm,
  explicitCurve,
  hasCompressedPoint,
  isExpandedKey,
  isPkcs12,
  kindOfDer,
  toPkcs8,
  toSpki,
  type DerForm,
  type DerKind,
} from "./der.ts";
import { adviceFor } from "./text.ts";

/** The most characters that are looked through. */
const maxLength = 100_000;

/** The algorithm that a key file has to fit. */
type Kind = DerKind & Pick<AsymmetricDefinition, "name" | "kty" | "crv">;

interface Block {
  readonly label: string;
  readonly der: Uint8Array;
  /** `undefined`: no key, certificate or request. */
  readonly form: DerForm | undefined;
}

const privateForms: readonly unknown[] = ["pkcs8", "pkcs1-private", "sec1"];
const publicForms: readonly unknown[] = ["spki", "x509", "pkcs1-public"];

/** Reads the one private key in a PEM text, as PKCS#8. */
export function readPrivatePem(text: string, kind: Kind): Uint8Array {
  return privateKeyOf(readBlocks(text), "PEM", kind);
}

/** Reads the one public key or certificate in a PEM text, as SPKI. A text that also holds a private key is refused. */
export function readPublicPem(text: string, kind: Kind): Uint8Array {
  return publicKeyOf(readBlocks(text), "PEM", kind);
}

/** Reads a private key or a public key in bytes as PKCS#8 or SPKI; `undefined` for bytes that are not DER. */
export function readDer(bytes: Uint8Array, format: "pkcs8" | "spki", kind: Kind): Uint8Array | undefined {
  if (isPkcs12(bytes)) throw invalid("DER", `found PKCS #12: take the key out with ${fromPkcs12}`);
  if (startsWith(bytes, [0xfe, 0xed, 0xfe, 0xed]))
    throw invalid(
      "DER",
      `found a Java key store: take the key out with \`keytool -importkeystore -srckeystore key.jks -destkeystore key.p12 -deststoretype pkcs12\` and ${fromPkcs12}`,
    );
  const form = derForm(bytes);
  if (form === undefined) return undefined;
  const blocks = [{ label: "", der: bytes, form }];
  return format === "pkcs8" ? privateKeyOf(blocks, "DER", kind) : publicKeyOf(blocks, "DER", kind);
}

/** Writes octets as PEM under a label, 64 characters to the line. */
export function writePem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
}

const fromPkcs12 = "`openssl pkcs12 -in key.p12 -nodes -nocerts -out key.pem`";
const notForJwt = "which no algorithm of JWTs takes";

function startsWith(bytes: Uint8Array, octets: readonly number[]): boolean {
  return octets.every((octet, i) => bytes[i] === octet);
}

function privateKeyOf(blocks: readonly Block[], syntax: string, kind: Kind): Uint8Array {
  const { der, form } = onlyBlock(blocks, privateForms, "private key", syntax);
  return toPkcs8(der, form, kind) ?? refuseKind(der, form, syntax, kind);
}

function publicKeyOf(blocks: readonly Block[], syntax: string, kind: Kind): Uint8Array {
  const { der, form } = onlyBlock(blocks, publicForms, "public key or certificate", syntax);
  return toSpki(der, form, kind) ?? refuseKind(der, form, syntax, kind);
}

function onlyBlock(
  blocks: readonly Block[],
  wanted: readonly unknown[],
  what: string,
  syntax: string,
): { der: Uint8Array; form: DerForm } {
  if (blocks.some(({ form }) => form === "encrypted")) {
    throw invalid(
      syntax,
      "the key is encrypted: decrypt it with `openssl pkey -in key.pem -out plain.pem`, or pass createPrivateKey({ key, passphrase }) of node:crypto",
    );
  }
  const candidates = blocks.filter(({ form }) => wanted.includes(form));
  const [only] = candidates;
  if (candidates.length > 1)
    throw invalid(
      syntax,
      candidates.every(({ form }) => form === "x509")
        ? `${candidates.length} certificates in one PEM, expected one: take the first with \`openssl x509 -in chain.pem -out first.pem\``
        : `${candidates.length} keys in one PEM, expected one`,
    );
  if (wanted === publicForms && blocks.some(({ form }) => privateForms.includes(form))) {
    throw invalid(
      syntax,
      "a private key where a public one is expected: publish `openssl pkey -in key.pem -pubout`, or use publicKeyOf",
    );
  }
  if (only?.form !== undefined) return { der: only.der, form: only.form };
  throw invalid(syntax, `no ${what} in this ${syntax}, found ${otherBlocks(blocks)}`);
}

/** Names what there is instead of the key, with what to do about it. */
function otherBlocks(blocks: readonly Block[]): string {
  const other = blocks.find(({ form }) => form !== undefined) ?? blocks[0];
  const { label = "", form, der } = other ?? {};
  if (form === "x509") return "a certificate, which has the public key alone";
  if (form === "request")
    return "a certificate request: it has a public key, `openssl req -in request.csr -pubkey -noout`";
  if (publicForms.includes(form)) return "a public key";
  // A private key kept by OpenSSH, in a format of its own.
  if (label.startsWith("OPENSSH")) {
    return String.fromCharCode(...(der?.subarray(0, 200) ?? [])).includes("ssh-ed25519")
      ? "an OpenSSH key for Ed25519, which ssh-keygen does not convert: make one with `openssl genpkey -algorithm ed25519 -out key.pem`"
      : "an OpenSSH key: convert it in place with `ssh-keygen -p -m PKCS8 -f key`";
  }
  if (label.startsWith("PGP")) return `an OpenPGP block, ${notForJwt}`;
  return label === "DSA PRIVATE KEY" ? `a DSA key, ${notForJwt}` : `${quote(label)} without a key in it`;
}

function readBlocks(text: string): readonly Block[] {
  if (text.length > maxLength) throw invalid("PEM", `longer than ${maxLength} characters`);
  const blocks: Block[] = [];
  // Environment variables often carry line ends as the two characters \ and n.
  const repaired = text.replaceAll("\\r", "").replaceAll("\\n", "\n");
  for (const [, label = "", body = ""] of repaired.matchAll(
    /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:[^-]|-(?!-))*)-----END \1-----/g,
  )) {
    // A private key kept by OpenSSL's older encryption says so in header lines.
    if (body.includes("ENCRYPTED")) blocks.push({ label, der: new Uint8Array(), form: "encrypted" });
    const der = decodeBase64(body);
    blocks.push({ label, der: der ?? new Uint8Array(), form: der && derForm(der) });
    if (body.includes("\\"))
      throw invalid("PEM", 'backslashes within, as of line ends escaped twice: pass key.replace(/\\\\+[rn]?/g, "\\n")');
  }
  if (blocks.length > 0) return blocks;
  const found = adviceFor(text) ?? "neither PEM nor JSON: for a shared secret use importSecret";
  throw invalid("PEM", `no key in this string, found ${found}`);
}

/** Refuses a key of another kind than the algorithm's, or of this kind in a spelling that some runtime cannot read. */
function refuseKind(der: Uint8Array, form: DerForm, syntax: string, { name, kty, crv }: Kind): never {
  const expected = crv ?? (kty === "RSA" ? kty : name);
  const found = kindOfDer(der, form);
  const [input, output] = privateForms.includes(form) ? ["", ""] : [" -pubin", " -pubout"];
  const rewritten = (option: string): string =>
    `\`openssl pkey${input} -in key.pem ${option}${output} -out plain.pem\``;
  if (found === explicitCurve)
    throw invalid(
      syntax,
      `expected ${expected} by name, found ${found}: name it with ${rewritten("-ec_param_enc named_curve")}`,
    );
  if (found === "RSA-PSS" && kty === "RSA")
    throw invalid(
      syntax,
      `expected RSA, found RSA-PSS, which not all runtimes read: make a key with \`openssl genpkey -algorithm RSA -out key.pem\``,
    );
  if (found !== expected) throw invalid(syntax, `expected ${expected}, for ${name}, found ${found}`);
  if (isExpandedKey(der))
    throw invalid(
      syntax,
      `expected ${name} with its seed (RFC 9881 §6), found the expanded key alone: write it with the seed, or make a new key`,
    );
  throw invalid(
    syntax,
    hasCompressedPoint(der, form)
      ? `found a compressed point: write it in full with ${rewritten("-ec_conv_form uncompressed")}`
      : `expected ${expected} in a form that all runtimes read, found another`,
  );
}

function invalid(syntax: string, message: string): TypeError {
  return argumentError(`${syntax}: ${message}`, "invalid_key");
}
