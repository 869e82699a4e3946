// DER (X.690), just enough to tell key files apart by their structure (design §2, keys: "a full structural parse: a prefix
// alone would hit random secrets"). Real files of every form are in hostile-keys.test.ts.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { Ed25519, ES256, HS256, importSecret, importSigningKey, importSigningKeySync, importVerifyingKey, importVerifyingKeySync, RS256 } from "../../src/index.ts";
import { derForm } from "../../src/keys/der.ts";
import { privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

/** One element; the length in its shortest form, or in as many octets as wanted (then it is BER). */
function tlv(tag: number, content: Buffer | readonly Buffer[], lengthOctets = 0): Buffer {
  const body = Buffer.isBuffer(content) ? content : Buffer.concat(content);
  const shortest = body.length < 0x80 ? 0 : body.length < 0x100 ? 1 : body.length < 0x1_0000 ? 2 : body.length < 0x100_0000 ? 3 : 4;
  const octets = Math.max(shortest, lengthOctets);
  const length = Buffer.alloc(octets);
  if (octets > 0) length.writeUIntBE(body.length, 0, octets);
  return Buffer.concat([Buffer.of(tag, octets === 0 ? body.length : 0x80 | octets), length, body]);
}
const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, parts);
const integer = (...octets: number[]): Buffer => tlv(2, Buffer.from(octets));
const oid = (...octets: number[]): Buffer => tlv(6, Buffer.from(octets));
const octetString = (...octets: number[]): Buffer => tlv(4, Buffer.from(octets));
const bitString = (...octets: number[]): Buffer => tlv(3, Buffer.from([0, ...octets]));
const identifier = sequence(oid(0x2b, 0x65, 0x70));
const pemOf = (label: string, der: Buffer): string => `-----BEGIN ${label}-----\n${der.toString("base64")}\n-----END ${label}-----\n`;

describe("derForm", () => {
  it.each<readonly [string | undefined, string, Buffer]>([
    ["spki", "AlgorithmIdentifier, BIT STRING", sequence(identifier, bitString(1))],
    ["x509", "signed part, AlgorithmIdentifier, BIT STRING", sequence(sequence(integer(1)), identifier, bitString(1))],
    ["pkcs8", "version 0, AlgorithmIdentifier, OCTET STRING", sequence(integer(0), identifier, octetString(1))],
    ["pkcs8", "version 1 with a public key (RFC 5958)", sequence(integer(1), identifier, octetString(1), tlv(0x81, Buffer.of(0, 1)))],
    ["pkcs8", "with attributes", sequence(integer(0), identifier, octetString(1), tlv(0xa0, sequence(integer(1))))],
    ["encrypted", "AlgorithmIdentifier, OCTET STRING", sequence(identifier, octetString(1))],
    ["sec1", "version 1, OCTET STRING", sequence(integer(1), octetString(1))],
    ["sec1", "with curve and public key", sequence(integer(1), octetString(1), tlv(0xa0, oid(1)), tlv(0xa1, bitString(4)))],
    ["pkcs1-public", "two INTEGERs", sequence(integer(5), integer(3))],
    ["pkcs1-private", "nine INTEGERs, the first 0", sequence(...Array.from({ length: 9 }, (_, i) => integer(i)))],
    [undefined, "nine INTEGERs, the first 1: more than two primes", sequence(...Array.from({ length: 9 }, () => integer(1)))],
    [undefined, "one INTEGER", sequence(integer(5))],
    [undefined, "three INTEGERs", sequence(integer(1), integer(2), integer(3))],
    [undefined, "nothing", Buffer.alloc(0)],
    [undefined, "an empty SEQUENCE", sequence()],
    [undefined, "a SET", tlv(0x31, [integer(5), integer(3)])],
    [undefined, "an OCTET STRING with a key in it", tlv(4, sequence(integer(5), integer(3)))],
    [undefined, "BIT STRING first", sequence(bitString(1), identifier)],
    [undefined, "an AlgorithmIdentifier without OID", sequence(sequence(integer(1)), bitString(1))],
    [undefined, "an AlgorithmIdentifier that is empty", sequence(sequence(), bitString(1))],
    [undefined, "an AlgorithmIdentifier that is cut", sequence(tlv(0x30, Buffer.of(6, 5, 1)), bitString(1))],
    [undefined, "SPKI and something after its BIT STRING", sequence(identifier, bitString(1), integer(1))],
    [undefined, "a version of 2", sequence(integer(2), identifier, octetString(1))],
    [undefined, "a version of two octets", sequence(integer(0, 0), identifier, octetString(1))],
    [undefined, "an empty version", sequence(integer(), identifier, octetString(1))],
    [undefined, "SEC1 of version 0", sequence(integer(0), octetString(1))],
    [undefined, "a byte after the structure", Buffer.concat([sequence(integer(5), integer(3)), Buffer.of(0)])],
    [undefined, "the structure twice", Buffer.concat([sequence(integer(5), integer(3)), sequence(integer(5), integer(3))])],
    [undefined, "a byte missing", sequence(integer(5), integer(3)).subarray(0, -1)],
    [undefined, "the tag alone", Buffer.of(0x30)],
    [undefined, "an indefinite length (BER)", Buffer.concat([Buffer.of(0x30, 0x80), integer(5), integer(3), Buffer.of(0, 0)])],
    [undefined, "a length of four octets", tlv(0x30, [integer(5), integer(3)], 4)],
    [undefined, "a length of 2^24 - 1 with nothing behind it", Buffer.of(0x30, 0x83, 255, 255, 255, 2, 1, 5)],
    [undefined, "a length whose octets are missing", Buffer.of(0x30, 0x82, 1)],
    [undefined, "an element within that ends outside", tlv(0x30, Buffer.of(2, 5, 1, 2, 1, 3))],
  ])("%s: %s", (form, _what, der) => {
    expect(derForm(der)).toBe(form);
  });

  it("long lengths: one, two and three octets", () => {
    for (const length of [127, 128, 255, 256, 65535, 65536]) {
      expect(derForm(sequence(integer(...new Uint8Array(length).fill(1)), integer(3)))).toBe("pkcs1-public");
    }
  });

  it("SEQUENCEs nested a thousandfold take no stack and no time", () => {
    let der: Buffer = Buffer.alloc(0);
    for (let i = 0; i < 1000; i++) der = sequence(der);
    const started = performance.now();
    expect(derForm(der)).toBeUndefined();
    expect(derForm(Buffer.alloc(100_000, 0x30))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("random secrets are no keys, not even those that begin like one", () => {
    let state = 5;
    const octet = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
    let mistaken = 0;
    for (let i = 0; i < 20_000; i++) {
      const bytes = Buffer.from(Array.from({ length: 48 }, octet));
      if (derForm(bytes) !== undefined) mistaken++;
      bytes.set([0x30, 46]);
      if (derForm(bytes) !== undefined) mistaken++;
      bytes.set([0x30, 46, 0x30, 5, 6, 3]);
      if (derForm(bytes) !== undefined) mistaken++;
    }
    expect(mistaken).toBe(0);
  });

  it("a key as secret is refused, what is only shaped similarly is not", async () => {
    const long = (...parts: Buffer[]): Buffer => sequence(...parts, integer(...secretBytes(32)));
    expect(await refusalOf(() => importSecret(long(integer(5)), HS256))).toBe("invalid_key");
    expect(await refusalOf(() => importSecret(long(octetString(5)), HS256))).toBe("accepted");
    expect(await refusalOf(() => importSecret(Buffer.concat([long(integer(5)), Buffer.of(0)]), HS256))).toBe("accepted");
  });
});

describe("PEM whose structure is right and whose content is not", () => {
  const spki = createPublicKey({ key: publicJwkFor(ES256), format: "jwk" }).export({ type: "spki", format: "der" });
  const ecIdentifier = spki.subarray(2, 2 + 21);
  const signing = [importSigningKey, async (...args: Parameters<typeof importSigningKeySync>) => importSigningKeySync(...args)] as const;
  const verifying = [importVerifyingKey, async (...args: Parameters<typeof importVerifyingKeySync>) => importVerifyingKeySync(...args)] as const;

  it.each<readonly [string, Buffer]>([
    ["no ECPrivateKey in the OCTET STRING", sequence(integer(0), ecIdentifier, octetString(1, 2, 3))],
    ["an empty OCTET STRING", sequence(integer(0), ecIdentifier, octetString())],
    ["an ECPrivateKey without a key", sequence(integer(0), ecIdentifier, tlv(4, sequence(integer(1))))],
    ["an ECPrivateKey with something unknown", sequence(integer(0), ecIdentifier, tlv(4, sequence(integer(1), tlv(4, Buffer.from(privateJwkFor(ES256).d!, "base64url")), tlv(0xa5, integer(1)))))],
    ["a public key that is none", sequence(integer(0), ecIdentifier, tlv(4, sequence(integer(1), tlv(4, Buffer.from(privateJwkFor(ES256).d!, "base64url")), tlv(0xa1, Buffer.of(3)))))],
    ["an empty public key", sequence(integer(0), ecIdentifier, tlv(4, sequence(integer(1), tlv(4, Buffer.from(privateJwkFor(ES256).d!, "base64url")), tlv(0xa1, Buffer.alloc(0)))))],
    ["parameters after the curve", sequence(integer(0), sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1), oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7), integer(1)), octetString(1))],
  ])("PKCS#8: %s", async (_what, der) => {
    for (const importer of signing) expect(await refusalOf(() => importer(pemOf("PRIVATE KEY", der), ES256))).toBe("invalid_key");
  });

  it("a PKCS#1 key as long as an Ed25519 key is not one", async () => {
    const numbers = sequence(integer(...secretBytes(13)), integer(...secretBytes(13)));
    expect(numbers).toHaveLength(32);
    for (const importer of verifying) expect(await refusalOf(() => importer(pemOf("RSA PUBLIC KEY", numbers), Ed25519))).toBe("invalid_key");
  });

  it.each<readonly [string, Buffer]>([
    ["an empty BIT STRING", sequence(ecIdentifier, tlv(3, Buffer.alloc(0)))],
    ["a BIT STRING of nothing", sequence(ecIdentifier, bitString())],
    ["a certificate without a key", sequence(sequence(integer(1)), identifier, bitString(1))],
    ["a certificate that is empty", sequence(sequence(), identifier, bitString(1))],
    ["a certificate whose sixth member is no key", sequence(sequence(...Array.from({ length: 6 }, () => integer(1))), identifier, bitString(1))],
    ["a certificate cut within", sequence(tlv(0x30, Buffer.of(2, 5, 1)), identifier, bitString(1))],
    ["a PKCS#1 key for an EC algorithm", sequence(integer(5), integer(3))],
  ])("SPKI and X.509: %s", async (_what, der) => {
    for (const importer of verifying) {
      expect(await refusalOf(() => importer(pemOf("PUBLIC KEY", der), ES256))).toBe("invalid_key");
      expect(await refusalOf(() => importer(pemOf("CERTIFICATE", der), RS256))).toBe("invalid_key");
    }
  });

  const rsa = (octetOfUnusedBits: number, zeros: number, tag = 0x30): Buffer => {
    const modulus = Buffer.from(publicJwkFor(RS256).n!, "base64url"); // of a first bit that is set
    const numbers = tlv(tag, [tlv(2, Buffer.concat([Buffer.of(0), modulus])), tlv(2, Buffer.concat([Buffer.alloc(zeros), Buffer.of(1, 0, 1)]))]);
    return sequence(sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1), tlv(5, [])), tlv(3, [Buffer.of(octetOfUnusedBits), numbers]));
  };
  it.each<readonly [string, string, Buffer]>([
    ["accepted", "as DER has it", rsa(0, 0)],
    ["invalid_key", "a BIT STRING that is not of whole octets", rsa(1, 0)],
    ["invalid_key", "a BIT STRING of an impossible number of unused bits", rsa(0x10, 0)],
    ["invalid_key", "numbers in something else than a SEQUENCE", rsa(0, 0, 0xb0)],
    ["invalid_key", "an INTEGER with a zero too many (X.690 §8.3.2)", rsa(0, 1)],
  ])("an RSA key, whose numbers no runtime reads again: %s, %s", async (code, _what, der) => {
    for (const importer of verifying) expect(await refusalOf(() => importer(pemOf("PUBLIC KEY", der), RS256))).toBe(code);
  });

  it("a certificate of version 1, which says no version (RFC 5280 §4.1.2.1), gives its key", async () => {
    const name = sequence();
    const validity = sequence(tlv(0x17, Buffer.from("250101000000Z")), tlv(0x17, Buffer.from("350101000000Z")));
    const certificate = sequence(sequence(integer(1), identifier, name, validity, name, spki), identifier, bitString(1));
    for (const importer of verifying) expect(await refusalOf(() => importer(pemOf("CERTIFICATE", certificate), ES256))).toBe("accepted");
  });

  it("the label in front does not matter: a key is recognised by its content (design §2)", async () => {
    const pkcs8 = createPrivateKey({ key: privateJwkFor(ES256), format: "jwk" }).export({ type: "pkcs8", format: "der" });
    for (const label of ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "CERTIFICATE", "ANYTHING"]) {
      for (const importer of signing) expect(await refusalOf(() => importer(pemOf(label, pkcs8), ES256))).toBe("accepted");
      for (const importer of verifying) {
        expect(await refusalOf(() => importer(pemOf(label, spki), ES256))).toBe("accepted");
        expect(await refusalOf(() => importer(pemOf(label, pkcs8), ES256))).toBe("invalid_key");
      }
    }
  });

  it("the private key of RFC 8410 §10.3, of version 2 with its public key and an attribute: the same answer in both forms", async () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nMHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\noB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";
    const answers = await Promise.all(signing.map((importer) => refusalOf(() => importer(pem, Ed25519))));
    expect([["accepted", "accepted"], ["invalid_key", "invalid_key"]]).toContainEqual(answers);
    expect(await refusalOf(() => importSecret(pem, HS256))).toBe("invalid_key");
  });
});
