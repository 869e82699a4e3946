/**
 * PEM files (RFC 7468), recognised by what they contain: labels in front of the wrong content are common.
 * Certificates give their public key; their dates and chains are not checked.
 */

import { decodeBase64 } from "../encoding/base64url.ts";
import { argumentError } from "../errors.ts";
import { derForm, toPkcs8, toSpki, type DerForm, type DerKind } from "./der.ts";

/** A key file's worth, and the bound on what is looked through. */
const maxLength = 100_000;

/** The one private key in a PEM text, as PKCS#8. */
export function readPrivatePem(text: string, kind: DerKind): Uint8Array {
  const { der, form } = onlyBlock(text, ["pkcs8", "pkcs1-private", "sec1"], "private key");
  return orRefuse(toPkcs8(der, form, kind));
}

/** The one public key or certificate in a PEM text, as SPKI. A text that also holds a private key is refused. */
export function readPublicPem(text: string, kind: DerKind): Uint8Array {
  const { der, form } = onlyBlock(text, ["spki", "x509", "pkcs1-public"], "public key or certificate");
  return orRefuse(toSpki(der, form, kind));
}

/** Octets as PEM under a label, 64 characters to the line. */
export function writePem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
}

function onlyBlock(text: string, wanted: readonly DerForm[], what: string): { der: Uint8Array; form: DerForm } {
  const blocks = readBlocks(text);
  if (blocks.some(({ form }) => form === "encrypted")) {
    throw invalidPem("the key is encrypted: decrypt it with `openssl pkey -in key.pem -out plain.pem`");
  }
  const candidates = blocks.filter(({ form }) => wanted.includes(form));
  const [only] = candidates;
  if (candidates.length > 1) throw invalidPem(`${candidates.length} keys in one PEM, expected one`);
  if (what !== "private key" && blocks.some(({ form }) => !wanted.includes(form))) {
    throw invalidPem(
      "a private key where a public one is expected: publish `openssl pkey -in key.pem -pubout`, or use publicKeyOf",
    );
  }
  if (only === undefined) throw invalidPem(`no ${what} in this PEM; convert it with \`openssl pkey\``);
  return only;
}

function readBlocks(text: string): { der: Uint8Array; form: DerForm }[] {
  if (text.length > maxLength) throw invalidPem(`longer than ${maxLength} characters`);
  const blocks: { der: Uint8Array; form: DerForm }[] = [];
  // Environment variables often carry line ends as the two characters \ and n.
  const repaired = text.replaceAll("\\r", "").replaceAll("\\n", "\n");
  for (const [, label = "", body = ""] of repaired.matchAll(
    /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:[^-]|-(?!-))*)-----END \1-----/g,
  )) {
    // A private key kept by OpenSSL's older encryption says so in header lines.
    if (body.includes("ENCRYPTED")) blocks.push({ der: new Uint8Array(), form: "encrypted" });
    const der = decodeBase64(body);
    const form = der === undefined ? undefined : derForm(der);
    if (der !== undefined && form !== undefined) blocks.push({ der, form });
    else if (label.startsWith("OPENSSH"))
      throw invalidPem("an OpenSSH key: convert it with `ssh-keygen -p -m PKCS8 -f key`");
  }
  return blocks;
}

function orRefuse(der: Uint8Array | undefined): Uint8Array {
  if (der === undefined) throw invalidPem("not a key of the algorithm's kind and named curve, written plainly");
  return der;
}

function invalidPem(message: string): TypeError {
  return argumentError(`PEM: ${message}`, "invalid_key");
}
