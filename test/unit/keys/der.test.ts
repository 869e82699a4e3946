// DER (X.690), just enough to tell key files apart by their structure ("a full structural parse: a prefix
// alone would hit random secrets"). Real files of every form are in hostile-keys.test.ts.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import {
  Ed25519,
  ES256,
  HS256,
  importSecret,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  RS256,
} from "../../../src/index.ts";
import {
  derForm,
  explicitCurve,
  hasCompressedPoint,
  isDerKey,
  isExpandedKey,
  isPkcs12,
  kindOfDer,
  rsaIntegers,
  statedPublicKey,
  toPkcs8,
  toSpki,
  version1,
  type DerKind,
} from "../../../src/keys/der.ts";
import { privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

/** One element; the length in its shortest form, or in as many octets as wanted (then it is BER). */
function tlv(tag: number, content: Buffer | readonly Buffer[], lengthOctets = 0): Buffer {
  const body = Buffer.isBuffer(content) ? content : Buffer.concat(content);
  const shortest =
    body.length < 0x80 ? 0 : body.length < 0x100 ? 1 : body.length < 0x1_0000 ? 2 : body.length < 0x100_0000 ? 3 : 4;
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
const pemOf = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString("base64")}\n-----END ${label}-----\n`;

/** The forms that a key is brought into, without a runtime that may read more, or end on what it reads. */
describe("a key's DER in the form that Web Crypto reads", () => {
  const plain = identifier;
  const numbers: DerKind = { identifier: [...plain], integers: ["n", "e"] };
  const seed: DerKind = { identifier: [...plain], seedTags: [4, 0x80] };
  const point: DerKind = { identifier: [...plain], pointLength: 5 };
  const any: DerKind = { identifier: [...plain] };
  const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString("hex");

  it("SPKI stays as it is, of the one algorithm and no other", () => {
    for (const kind of [numbers, seed, any])
      expect(toSpki(sequence(plain, bitString(9, 9)), "spki", kind)).toEqual(sequence(plain, bitString(9, 9)));
    for (const other of [
      sequence(oid(0x2b, 0x65, 0x71)),
      sequence(oid(0x2b, 0x65)),
      sequence(oid(0x2b, 0x65, 0x70), integer(1)),
      tlv(0x31, [oid(0x2b, 0x65, 0x70)]),
    ])
      expect(toSpki(sequence(other, bitString(9)), "spki", any)).toBeUndefined();
  });

  it("the bits of a public key are whole octets, and of a point it is uncompressed and of its length", () => {
    expect(toSpki(sequence(plain, bitString(4, 1, 2, 3, 4)), "spki", point)).toBeDefined();
    for (const octets of [[4, 1, 2, 3], [4, 1, 2, 3, 4, 5], [2, 1, 2, 3, 4], [6, 1, 2, 3, 4], [0], []])
      expect(toSpki(sequence(plain, bitString(...octets)), "spki", point)).toBeUndefined();
    for (const unused of [1, 7, 255]) {
      expect(toSpki(sequence(plain, tlv(3, Buffer.of(unused, 4, 1, 2, 3, 4))), "spki", point)).toBeUndefined();
      expect(toSpki(sequence(plain, tlv(3, Buffer.of(unused, 9))), "spki", any)).toBeUndefined();
    }
    for (const kind of [any, point]) {
      expect(toSpki(sequence(plain, tlv(3, [])), "spki", kind)).toBeUndefined();
      expect(toSpki(sequence(plain), "spki", kind)).toBeUndefined();
      expect(toSpki(tlv(0x31, [plain, bitString(4, 1, 2, 3, 4)]), "spki", kind)).toBeUndefined();
    }
  });

  it("PKCS#1 public keys are put into SPKI, for RSA alone", () => {
    const pkcs1 = sequence(integer(5), integer(3));
    expect(hex(toSpki(pkcs1, "pkcs1-public", numbers))).toBe(
      hex(sequence(plain, tlv(3, Buffer.concat([Buffer.of(0), pkcs1])))),
    );
    for (const kind of [seed, point, any]) expect(toSpki(pkcs1, "pkcs1-public", kind)).toBeUndefined();
  });

  it("a certificate gives its sixth member, not counting the version", () => {
    const spki = sequence(plain, bitString(9));
    const members = Array.from({ length: 5 }, () => integer(1));
    const version = tlv(0xa0, integer(2));
    const certificate = (...parts: Buffer[]): Buffer => sequence(sequence(...parts), plain, bitString(1));
    for (const parts of [
      [...members, spki],
      [version, ...members, spki],
      [version, ...members, spki, integer(1)],
    ])
      expect(hex(toSpki(certificate(...parts), "x509", any))).toBe(hex(spki));
    for (const parts of [[...members], [version, ...members.slice(1), spki], [spki, ...members, integer(1)], []])
      expect(toSpki(certificate(...parts), "x509", any)).toBeUndefined();
    for (const none of [sequence(), integer(5), Buffer.alloc(0)]) expect(toSpki(none, "x509", any)).toBeUndefined();
  });

  it("PKCS#8 stays as it is, PKCS#1 and SEC1 are put into it", () => {
    const pkcs8 = sequence(integer(0), plain, octetString(1));
    expect(hex(toPkcs8(pkcs8, "pkcs8", any))).toBe(hex(pkcs8));
    for (const form of ["pkcs1-private", "sec1"] as const)
      expect(hex(toPkcs8(sequence(integer(7)), form, any))).toBe(
        hex(sequence(integer(0), plain, tlv(4, sequence(integer(7))))),
      );
    expect(toPkcs8(sequence(integer(0), sequence(oid(1)), octetString(1)), "pkcs8", any)).toBeUndefined();
    expect(toPkcs8(sequence(integer(0), plain), "pkcs8", any)).toBeUndefined();
    expect(toPkcs8(integer(0), "pkcs8", any)).toBeUndefined();
  });

  it("the length of what is put around a key is in its shortest form", () => {
    for (const length of [
      1,
      100,
      ...Array.from({ length: 12 }, (_, i) => 119 + i),
      200,
      255,
      256,
      257,
      1000,
      65_535,
      65_536,
      70_000,
    ]) {
      const inner = sequence(integer(...new Uint8Array(length).fill(7)));
      expect(hex(toPkcs8(inner, "sec1", any))).toBe(hex(sequence(integer(0), plain, tlv(4, inner))));
    }
  });

  it("a seed has its tag and 32 octets", () => {
    const of = (...content: number[]): unknown =>
      toPkcs8(sequence(integer(0), plain, octetString(...content)), "pkcs8", seed);
    const octets = (count: number): number[] => [...new Uint8Array(count).fill(9)];
    for (const tag of [4, 0x80]) expect(of(tag, 32, ...octets(32))).toBeDefined();
    for (const content of [
      [5, 32, ...octets(32)],
      [4, 31, ...octets(31)],
      [4, 33, ...octets(33)],
      [4, 31, ...octets(32)],
      [4, 32, ...octets(31)],
      [4, 32, ...octets(33)],
      [0x30, 32, ...octets(32)],
      [4, 32],
      [4],
      [],
    ])
      expect(of(...content)).toBeUndefined();
    // Seed and expanded key (RFC 9881 §6), where the algorithm has them.
    expect(
      toPkcs8(sequence(integer(0), plain, octetString(0x30, 3, 1, 2, 3)), "pkcs8", { ...seed, seedTags: [0x30] }),
    ).toBeDefined();
  });

  it("an ECPrivateKey has its scalar in full length, its curve or none, its point uncompressed or none (RFC 5915 §3)", () => {
    const of = (...parts: Buffer[]): unknown =>
      toPkcs8(sequence(integer(0), plain, tlv(4, sequence(...parts))), "pkcs8", point);
    const [version, scalar] = [integer(1), octetString(1, 2)];
    const curve = tlv(0xa0, oid(0x2b, 0x65, 0x70));
    const publicKey = tlv(0xa1, bitString(4, 1, 2, 3, 4));
    for (const parts of [
      [version, scalar],
      [version, scalar, curve],
      [version, scalar, publicKey],
      [version, scalar, curve, publicKey],
      [version, scalar, tlv(0xa0, [])],
    ])
      expect(of(...parts)).toBeDefined();
    for (const parts of [
      [],
      [version],
      [version, octetString(1)],
      [version, octetString(1, 2, 3)],
      [version, scalar, tlv(0xa0, oid(0x2b, 0x65, 0x71))],
      [version, scalar, tlv(0xa0, oid(0x2c, 0x65, 0x70))],
      [version, scalar, tlv(0xa1, bitString(2, 1, 2, 3, 4))],
      [version, scalar, curve, tlv(0xa1, bitString(4, 1, 2, 3))],
      [version, scalar, tlv(0xa0, oid(1)), publicKey],
      [version, scalar, tlv(0xa1, [])],
      [version, scalar, publicKey, integer(1)],
      [version, scalar, integer(4)],
    ])
      expect(of(...parts)).toBeUndefined();
    expect(toPkcs8(sequence(integer(0), plain, octetString(0x31, 0)), "pkcs8", point)).toBeUndefined();
  });

  it("the numbers of an RSA key are not negative, and in their fewest octets", () => {
    const spki = (...parts: Buffer[]): Buffer =>
      sequence(plain, tlv(3, Buffer.concat([Buffer.of(0), sequence(...parts)])));
    const pkcs8 = (...parts: Buffer[]): Buffer => sequence(integer(0), plain, tlv(4, sequence(...parts)));
    const read = (der: Buffer, form: "spki" | "pkcs8"): number[][] | undefined =>
      rsaIntegers(der, form)?.map((octets) => [...octets]);
    expect(read(spki(integer(0, 0x80, 1), integer(1, 0, 1)), "spki")).toEqual([
      [0x80, 1],
      [1, 0, 1],
    ]);
    expect(read(pkcs8(integer(5), integer(0x7f), integer(0, 0xff), integer(0)), "pkcs8")).toEqual([
      [0x7f],
      [0xff],
      [0],
    ]);
    for (const wrong of [
      integer(0x80),
      integer(0xff, 1),
      integer(0, 1),
      integer(0, 0x7f),
      integer(0, 0, 0x80),
      integer(),
      octetString(5),
      tlv(0xa2, Buffer.of(5)),
    ]) {
      expect(read(spki(integer(5), wrong), "spki")).toBeUndefined();
      expect(read(spki(wrong, integer(5)), "spki")).toBeUndefined();
      expect(read(pkcs8(integer(5), wrong), "pkcs8")).toBeUndefined();
    }
    for (const der of [
      Buffer.alloc(0),
      sequence(),
      sequence(plain),
      integer(5),
      sequence(plain, tlv(3, Buffer.of(0))),
      tlv(0x31, [plain, bitString(...sequence(integer(5)))]),
    ]) {
      for (const form of ["spki", "pkcs8"] as const) expect(read(der, form)).toBeUndefined();
    }
  });
});

describe("the public key that a private key of version 2 states (RFC 5958 §2)", () => {
  const versioned = (...optional: Buffer[]): Buffer => sequence(integer(1), identifier, octetString(1), ...optional);
  const stated = (...optional: Buffer[]): readonly number[] | undefined => {
    const bits = statedPublicKey(versioned(...optional));
    return bits && [...bits];
  };

  it("is the bits behind the tag [1], implicit as it has to be or explicit as ring writes it, attributes before it or not", () => {
    expect(stated(tlv(0x81, Buffer.of(0, 8, 9)))).toEqual([8, 9]);
    expect(stated(tlv(0xa1, bitString(8, 9)))).toEqual([8, 9]);
    expect(stated(tlv(0xa0, integer(1)), tlv(0x81, Buffer.of(0, 8, 9)))).toEqual([8, 9]);
  });

  it("is none where there is none, and empty where it is malformed: it fits no key then", () => {
    expect(stated()).toBeUndefined();
    expect(stated(tlv(0xa0, integer(1)))).toBeUndefined();
    expect(statedPublicKey(Buffer.alloc(0))).toBeUndefined();
    for (const content of [Buffer.alloc(0), Buffer.of(3), Buffer.of(3, 9, 1)])
      expect(stated(tlv(0xa1, content))).toEqual([]);
  });

  it("is left out of version 1, as attributes are", () => {
    const plain = sequence(integer(0), identifier, octetString(1));
    for (const optional of [[], [tlv(0xa0, integer(1))], [tlv(0xa0, integer(1)), tlv(0x81, Buffer.of(0, 9))]])
      expect(Buffer.from(version1(versioned(...optional)))).toEqual(plain);
  });
});

describe("the name of a key's kind", () => {
  const octets = (hex: string): Buffer => tlv(6, Buffer.from(hex, "hex"));
  const ec = octets("2a8648ce3d0201");
  const certificateOf = (spki: Buffer): Buffer =>
    sequence(sequence(integer(1), ...Array.from({ length: 4 }, () => sequence()), spki), identifier, bitString(1));

  it.each([
    ["2a864886f70d010101", "RSA"],
    ["2a864886f70d01010a", "RSA-PSS"],
    ["2a8648ce380401", "DSA"],
    ["2a864886f70d010301", "DH"],
    ["2b6570", "Ed25519"],
    ["2b6571", "Ed448"],
    ["2b656e", "X25519"],
    ["2b656f", "X448"],
    ["608648016503040311", "ML-DSA-44"],
    ["608648016503040312", "ML-DSA-65"],
    ["608648016503040313", "ML-DSA-87"],
    ["2b656d", "an unknown algorithm or curve"],
  ])("the algorithm %s is %s, in each form", (hex, name) => {
    const spki = sequence(sequence(octets(hex)), bitString(9));
    expect(kindOfDer(spki, "spki")).toBe(name);
    expect(kindOfDer(sequence(integer(0), sequence(octets(hex)), octetString(1)), "pkcs8")).toBe(name);
    expect(kindOfDer(certificateOf(spki), "x509")).toBe(name);
  });

  it.each([
    ["2b81040021", "P-224"],
    ["2a8648ce3d030107", "P-256"],
    ["2b81040022", "P-384"],
    ["2b81040023", "P-521"],
    ["2b8104000a", "secp256k1"],
    ["2b8104000b", "an unknown algorithm or curve"],
  ])("the curve %s is %s, in each form", (hex, name) => {
    const curve = octets(hex);
    expect(kindOfDer(sequence(sequence(ec, curve), bitString(9)), "spki")).toBe(name);
    expect(kindOfDer(sequence(integer(0), sequence(ec, curve), octetString(1)), "pkcs8")).toBe(name);
    expect(kindOfDer(sequence(integer(1), octetString(1), tlv(0xa0, curve)), "sec1")).toBe(name);
  });

  it("a curve may be given by its numbers, or not at all", () => {
    expect(kindOfDer(sequence(sequence(ec, sequence(integer(1))), bitString(9)), "spki")).toBe(explicitCurve);
    expect(kindOfDer(sequence(integer(1), octetString(1), tlv(0xa0, sequence(integer(1)))), "sec1")).toBe(
      explicitCurve,
    );
    expect(kindOfDer(sequence(sequence(ec), bitString(9)), "spki")).toBe("an unknown algorithm or curve");
    expect(kindOfDer(sequence(integer(1), octetString(1), tlv(0xa0, Buffer.of(6))), "sec1")).toBe(
      "an unknown algorithm or curve",
    );
    for (const der of [sequence(integer(1), octetString(1)), Buffer.alloc(0)])
      expect(kindOfDer(der, "sec1")).toBe("a curve without a name");
  });

  it("PKCS#1 is RSA, and what is cut off is unknown", () => {
    for (const form of ["pkcs1-private", "pkcs1-public"] as const) expect(kindOfDer(sequence(), form)).toBe("RSA");
    for (const form of ["spki", "pkcs8", "x509"] as const)
      for (const der of [Buffer.alloc(0), sequence(), sequence(integer(0))])
        expect(kindOfDer(der, form)).toBe("an unknown algorithm or curve");
  });

  it("a point is compressed by its first octet, 2 or 3 (SEC 1 §2.3.3), in each form", () => {
    for (const first of [0, 1, 2, 3, 4, 6, 7]) {
      const isCompressed = first === 2 || first === 3;
      const spki = sequence(identifier, bitString(first, 9));
      const sec1 = sequence(integer(1), octetString(1), tlv(0xa1, bitString(first, 9)));
      expect(hasCompressedPoint(spki, "spki")).toBe(isCompressed);
      expect(hasCompressedPoint(certificateOf(spki), "x509")).toBe(isCompressed);
      expect(hasCompressedPoint(sec1, "sec1")).toBe(isCompressed);
      expect(hasCompressedPoint(sequence(integer(0), identifier, tlv(4, sec1)), "pkcs8")).toBe(isCompressed);
    }
    for (const form of ["spki", "pkcs8", "x509", "sec1"] as const)
      for (const der of [Buffer.alloc(0), sequence(), sequence(integer(0))])
        expect(hasCompressedPoint(der, form)).toBe(false);
  });

  it("an ML-DSA key is expanded if it is an OCTET STRING of more than a seed (RFC 9881 §6)", () => {
    const of = (algorithm: Buffer, ...key: Buffer[]): boolean => isExpandedKey(sequence(integer(0), algorithm, ...key));
    const content = (length: number, tag = 4): Buffer => Buffer.alloc(length, 7).fill(tag, 0, 1);
    expect(of(identifier, tlv(4, content(1001)))).toBe(true);
    expect(of(identifier, tlv(4, content(1000)))).toBe(false);
    expect(of(identifier, tlv(4, content(1001, 0x30)))).toBe(false);
    expect(of(identifier, tlv(3, content(1001)))).toBe(false);
    expect(of(integer(1), tlv(4, content(1001)))).toBe(false);
    expect(of(identifier)).toBe(false);
    for (const der of [Buffer.alloc(0), sequence(), sequence(integer(0))]) expect(isExpandedKey(der)).toBe(false);
  });

  it("PKCS #12 is version 3 (RFC 7292 §4)", () => {
    expect(isPkcs12(sequence(integer(3), sequence()))).toBe(true);
    for (const der of [
      sequence(integer(2), sequence()),
      sequence(integer(3, 0), sequence()),
      sequence(octetString(3)),
      sequence(),
      Buffer.alloc(0),
    ])
      expect(isPkcs12(der)).toBe(false);
  });

  it("a certification request begins with its version (RFC 2986 §4), else it is a certificate", () => {
    const spki = sequence(identifier, bitString(9));
    const signed = (first: Buffer): Buffer => sequence(sequence(first, sequence(), spki), identifier, bitString(1));
    expect(derForm(signed(integer(0)))).toBe("request");
    expect(derForm(signed(octetString(0)))).toBe("x509");
  });
});

describe("isDerKey", () => {
  it("is a SEQUENCE of two elements or more, the first an INTEGER or a SEQUENCE, which fill it", () => {
    for (const der of [
      sequence(integer(5), integer(3)),
      sequence(identifier, bitString(1)),
      sequence(integer(1), tlv(5, []), tlv(5, [])),
      sequence(sequence(), octetString(1)),
    ])
      expect(isDerKey(der)).toBe(true);
    for (const der of [
      Buffer.alloc(0),
      sequence(),
      sequence(integer(5)),
      sequence(sequence()),
      sequence(octetString(5), integer(3)),
      sequence(tlv(5, []), integer(3)),
      tlv(0x31, [integer(5), integer(3)]),
      Buffer.concat([sequence(integer(5), integer(3)), Buffer.of(0)]),
      sequence(integer(5), integer(3)).subarray(0, -1),
      tlv(0x30, Buffer.of(2, 1, 5, 2, 9)),
      tlv(0x30, Buffer.of(2, 0x80, 2, 0x80)),
    ])
      expect(isDerKey(der)).toBe(false);
  });
});

describe("derForm", () => {
  it.each<readonly [string | undefined, string, Buffer]>([
    ["spki", "AlgorithmIdentifier, BIT STRING", sequence(identifier, bitString(1))],
    ["x509", "signed part, AlgorithmIdentifier, BIT STRING", sequence(sequence(integer(1)), identifier, bitString(1))],
    ["pkcs8", "version 0, AlgorithmIdentifier, OCTET STRING", sequence(integer(0), identifier, octetString(1))],
    [
      "pkcs8",
      "version 1 with a public key (RFC 5958)",
      sequence(integer(1), identifier, octetString(1), tlv(0x81, Buffer.of(0, 1))),
    ],
    ["pkcs8", "with attributes", sequence(integer(0), identifier, octetString(1), tlv(0xa0, sequence(integer(1))))],
    ["encrypted", "AlgorithmIdentifier, OCTET STRING", sequence(identifier, octetString(1))],
    ["sec1", "version 1, OCTET STRING", sequence(integer(1), octetString(1))],
    [
      "sec1",
      "with curve and public key",
      sequence(integer(1), octetString(1), tlv(0xa0, oid(1)), tlv(0xa1, bitString(4))),
    ],
    ["pkcs1-public", "two INTEGERs", sequence(integer(5), integer(3))],
    ["pkcs1-private", "nine INTEGERs, the first 0", sequence(...Array.from({ length: 9 }, (_, i) => integer(i)))],
    [
      undefined,
      "nine INTEGERs, the first 1: more than two primes",
      sequence(...Array.from({ length: 9 }, () => integer(1))),
    ],
    [
      undefined,
      "nine elements, the first the INTEGER 0",
      sequence(integer(0), ...Array.from({ length: 8 }, () => octetString(1))),
    ],
    [
      undefined,
      "nine elements, one of them no INTEGER",
      sequence(...Array.from({ length: 8 }, () => integer(0)), octetString(1)),
    ],
    [undefined, "eight INTEGERs, and ten", sequence(...Array.from({ length: 8 }, () => integer(0)))],
    [undefined, "ten INTEGERs", sequence(...Array.from({ length: 10 }, () => integer(0)))],
    [undefined, "two elements, one of them an INTEGER", sequence(integer(5), tlv(5, []))],
    [undefined, "two elements, the other an INTEGER", sequence(tlv(5, []), integer(5))],
    [
      undefined,
      "a certificate and something after it",
      sequence(sequence(integer(1)), identifier, bitString(1), integer(1)),
    ],
    [
      undefined,
      "a certificate whose algorithm has no OID",
      sequence(sequence(integer(1)), sequence(integer(1)), bitString(1)),
    ],
    [undefined, "encrypted, and something after it", sequence(identifier, octetString(1), integer(1))],
    [undefined, "encrypted, and an algorithm without OID", sequence(sequence(integer(1)), octetString(1))],
    [undefined, "PKCS#8 whose algorithm has no OID", sequence(integer(0), sequence(integer(1)), octetString(1))],
    [undefined, "a version of 1 and nothing to it", sequence(integer(1))],
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
    [
      undefined,
      "the structure twice",
      Buffer.concat([sequence(integer(5), integer(3)), sequence(integer(5), integer(3))]),
    ],
    [undefined, "a byte missing", sequence(integer(5), integer(3)).subarray(0, -1)],
    [undefined, "the tag alone", Buffer.of(0x30)],
    [
      undefined,
      "an indefinite length (BER)",
      Buffer.concat([Buffer.of(0x30, 0x80), integer(5), integer(3), Buffer.of(0, 0)]),
    ],
    [
      undefined,
      "an indefinite length, and 128 octets",
      Buffer.concat([Buffer.of(0x30, 0x80), integer(...new Uint8Array(123).fill(1)), integer(3)]),
    ],
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
    expect(await refusalOf(() => importSecret(Buffer.concat([long(integer(5)), Buffer.of(0)]), HS256))).toBe(
      "accepted",
    );
  });
});

describe("PEM whose structure is right and whose content is not", () => {
  const spki = createPublicKey({ key: publicJwkFor(ES256), format: "jwk" }).export({ type: "spki", format: "der" });
  const ecIdentifier = spki.subarray(2, 2 + 21);
  const signing = [
    importSigningKey,
    async (...args: Parameters<typeof importSigningKeySync>) => importSigningKeySync(...args),
  ] as const;
  const verifying = [
    importVerifyingKey,
    async (...args: Parameters<typeof importVerifyingKeySync>) => importVerifyingKeySync(...args),
  ] as const;

  it.each<readonly [string, Buffer]>([
    ["no ECPrivateKey in the OCTET STRING", sequence(integer(0), ecIdentifier, octetString(1, 2, 3))],
    ["an empty OCTET STRING", sequence(integer(0), ecIdentifier, octetString())],
    ["an ECPrivateKey without a key", sequence(integer(0), ecIdentifier, tlv(4, sequence(integer(1))))],
    [
      "an ECPrivateKey with something unknown",
      sequence(
        integer(0),
        ecIdentifier,
        tlv(4, sequence(integer(1), tlv(4, Buffer.from(privateJwkFor(ES256).d!, "base64url")), tlv(0xa5, integer(1)))),
      ),
    ],
    [
      "a public key that is none",
      sequence(
        integer(0),
        ecIdentifier,
        tlv(
          4,
          sequence(integer(1), tlv(4, Buffer.from(privateJwkFor(ES256).d!, "base64url")), tlv(0xa1, Buffer.of(3))),
        ),
      ),
    ],
    [
      "an empty public key",
      sequence(
        integer(0),
        ecIdentifier,
        tlv(
          4,
          sequence(integer(1), tlv(4, Buffer.from(privateJwkFor(ES256).d!, "base64url")), tlv(0xa1, Buffer.alloc(0))),
        ),
      ),
    ],
    [
      "parameters after the curve",
      sequence(
        integer(0),
        sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1), oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7), integer(1)),
        octetString(1),
      ),
    ],
  ])("PKCS#8: %s", async (_what, der) => {
    for (const importer of signing)
      expect(await refusalOf(() => importer(pemOf("PRIVATE KEY", der), ES256))).toBe("invalid_key");
  });

  it("a PKCS#1 key as long as an Ed25519 key is not one", async () => {
    const numbers = sequence(integer(...secretBytes(13)), integer(...secretBytes(13)));
    expect(numbers).toHaveLength(32);
    for (const importer of verifying)
      expect(await refusalOf(() => importer(pemOf("RSA PUBLIC KEY", numbers), Ed25519))).toBe("invalid_key");
  });

  it.each<readonly [string, Buffer]>([
    ["an empty BIT STRING", sequence(ecIdentifier, tlv(3, Buffer.alloc(0)))],
    ["a BIT STRING of nothing", sequence(ecIdentifier, bitString())],
    ["a certificate without a key", sequence(sequence(integer(1)), identifier, bitString(1))],
    ["a certificate that is empty", sequence(sequence(), identifier, bitString(1))],
    [
      "a certificate whose sixth member is no key",
      sequence(sequence(...Array.from({ length: 6 }, () => integer(1))), identifier, bitString(1)),
    ],
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
    const numbers = tlv(tag, [
      tlv(2, Buffer.concat([Buffer.of(0), modulus])),
      tlv(2, Buffer.concat([Buffer.alloc(zeros), Buffer.of(1, 0, 1)])),
    ]);
    return sequence(
      sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1), tlv(5, [])),
      tlv(3, [Buffer.of(octetOfUnusedBits), numbers]),
    );
  };
  it.each<readonly [string, string, Buffer]>([
    ["accepted", "as DER has it", rsa(0, 0)],
    ["invalid_key", "a BIT STRING that is not of whole octets", rsa(1, 0)],
    ["invalid_key", "a BIT STRING of an impossible number of unused bits", rsa(0x10, 0)],
    ["invalid_key", "numbers in something else than a SEQUENCE", rsa(0, 0, 0xb0)],
    ["invalid_key", "an INTEGER with a zero too many (X.690 §8.3.2)", rsa(0, 1)],
  ])("an RSA key, whose numbers no runtime reads again: %s, %s", async (code, _what, der) => {
    for (const importer of verifying)
      expect(await refusalOf(() => importer(pemOf("PUBLIC KEY", der), RS256))).toBe(code);
  });

  it("a certificate of version 1, which says no version (RFC 5280 §4.1.2.1), gives its key", async () => {
    const name = sequence();
    const validity = sequence(tlv(0x17, Buffer.from("250101000000Z")), tlv(0x17, Buffer.from("350101000000Z")));
    const certificate = sequence(
      sequence(integer(1), identifier, name, validity, name, spki),
      identifier,
      bitString(1),
    );
    for (const importer of verifying)
      expect(await refusalOf(() => importer(pemOf("CERTIFICATE", certificate), ES256))).toBe("accepted");
  });

  it("the label in front does not matter: a key is recognised by its content", async () => {
    const pkcs8 = createPrivateKey({ key: privateJwkFor(ES256), format: "jwk" }).export({
      type: "pkcs8",
      format: "der",
    });
    for (const label of ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "CERTIFICATE", "ANYTHING"]) {
      for (const importer of signing)
        expect(await refusalOf(() => importer(pemOf(label, pkcs8), ES256))).toBe("accepted");
      for (const importer of verifying) {
        expect(await refusalOf(() => importer(pemOf(label, spki), ES256))).toBe("accepted");
        expect(await refusalOf(() => importer(pemOf(label, pkcs8), ES256))).toBe("invalid_key");
      }
    }
  });

  it("the private key of RFC 8410 §10.3, of version 2 with its public key and an attribute: the same answer in both forms", async () => {
    const pem =
      "-----BEGIN PRIVATE KEY-----\nMHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\noB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";
    const answers = await Promise.all(signing.map((importer) => refusalOf(() => importer(pem, Ed25519))));
    expect([
      ["accepted", "accepted"],
      ["invalid_key", "invalid_key"],
    ]).toContainEqual(answers);
    expect(await refusalOf(() => importSecret(pem, HS256))).toBe("invalid_key");
  });
});
