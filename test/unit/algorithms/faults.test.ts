// What is wrong with a key's numbers, at the limits of what is right; said in words, since a refusal has to say what to mend. Held against
// the definitions themselves: a runtime would refuse some of these too, and mend others.
import { describe, expect, it } from "vitest";
import { asymmetricDefinition, type Members } from "../../../src/algorithms/algorithm.ts";
import { Ed25519, EdDSA, ES256, ES384, ES512, PS256, RS256 } from "../../../src/index.ts";
import type { AsymmetricAlgorithm } from "../../../src/index.ts";
import { privateJwkFor } from "../keys/good-keys.ts";

/** A number in its fewest octets, or in this many. */
function octets(number: bigint, length?: number): Uint8Array<ArrayBuffer> {
  const hex = number.toString(16);
  const even = hex.padStart(length === undefined ? hex.length + (hex.length % 2) : 2 * length, "0");
  return Uint8Array.from(Buffer.from(even, "hex"));
}
const number = (bytes: Uint8Array | undefined): bigint => BigInt(`0x${Buffer.from(bytes ?? []).toString("hex")}`);

/** The members of a good private key, decoded. */
function goodMembers(alg: AsymmetricAlgorithm): Record<string, Uint8Array<ArrayBuffer>> {
  const jwk = privateJwkFor(alg) as Readonly<Record<string, unknown>>;
  const { publicMembers, privateMembers } = asymmetricDefinition(alg);
  return Object.fromEntries(
    [...publicMembers, ...privateMembers].map((name) => [
      name,
      Uint8Array.from(Buffer.from(String(jwk[name]), "base64url")),
    ]),
  );
}

describe.each([RS256, PS256])("RSA ($name, RFC 7518 §6.3)", (alg) => {
  const definition = asymmetricDefinition(alg);
  const good = goodMembers(alg);
  const ofPublic = (changes: Members): string | undefined => definition.faultOfPublic({ ...good, ...changes });
  const odd = (bits: number): Uint8Array<ArrayBuffer> => octets((1n << BigInt(bits - 1)) + 1n);

  it.each([2048, 2049, 2055, 3072, 4096, 16_383, 16_384])("a modulus of %d bits is right", (bits) => {
    expect(ofPublic({ n: odd(bits) })).toBeUndefined();
  });

  it.each([2047, 2046, 2040, 1024, 8, 16_385, 16_392])("a modulus of %d bits is not", (bits) => {
    expect(ofPublic({ n: odd(bits) })).toBe(`${bits} bits, expected 2048 to 16384`);
  });

  it("leading zero octets, even numbers and missing ones are faults of their own", () => {
    expect(ofPublic({ n: Uint8Array.of(0, ...good.n!) })).toMatch(/leading zero/);
    expect(ofPublic({ e: Uint8Array.of(0, 1, 0, 1) })).toMatch(/leading zero/);
    expect(ofPublic({ n: octets(number(good.n) - 1n) })).toBe("n is even");
    expect(definition.faultOfPublic({ e: good.e! })).toMatch(/bits, expected 2048/);
    expect(definition.faultOfPublic({ n: good.n! })).toMatch(/^e: expected/);
  });

  it("an exponent is odd, from 65537 to below 2^32", () => {
    for (const e of [65_537n, 65_539n, 2n ** 24n + 1n, 2n ** 32n - 1n])
      expect(ofPublic({ e: octets(e) }), String(e)).toBeUndefined();
    for (const e of [1n, 3n, 65_535n, 65_536n, 65_538n, 2n ** 32n - 2n, 2n ** 32n + 1n, 2n ** 64n + 1n])
      expect(ofPublic({ e: octets(e) }), String(e)).toBe("e: expected an odd number from 65537 to 2^32");
  });

  it("a signature is as long as the modulus", () => {
    expect(definition.signatureLength({ n: odd(2049) })).toBe(257);
  });

  describe("the private numbers (RFC 8017 §3.2)", () => {
    const [n, e, d, p, q, dp, dq, qi] = ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map((name) =>
      number(good[name]),
    ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    const ofPrivate = (changes: Readonly<Record<string, bigint>>): string | undefined =>
      definition.faultOfPrivate({
        ...good,
        ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, octets(value)])),
      });
    const wrong = "the private members do not fit together";

    it("fit as they were made, and with the primes in the other order", () => {
      expect(ofPrivate({})).toBeUndefined();
      let inverse = 1n;
      for (let power = p % q, left = q - 2n; left > 0n; left >>= 1n, power = (power * power) % q)
        if ((left & 1n) === 1n) inverse = (inverse * power) % q;
      expect(ofPrivate({ p: q, q: p, dp: dq, dq: dp, qi: inverse })).toBeUndefined();
    });

    it("d may be any number that undoes e, such as one larger by both primes' orders", () => {
      expect(ofPrivate({ d: d + (p - 1n) * (q - 1n) })).toBeUndefined();
    });

    it.each<readonly [string, Readonly<Record<string, bigint>>]>([
      ["another d", { d: d + 2n }],
      ["a d that is right for q alone", { d: d + (q - 1n) }],
      ["a d that is right for p alone", { d: d + (p - 1n) }],
      ["another p", { p: p + 2n }],
      ["another q", { q: q + 2n }],
      ["primes of another modulus", { p: q }],
      ["the modulus of another key", { n: n + 2n }],
      ["another dp", { dp: dp + 1n }],
      ["another dq", { dq: dq + 1n }],
      ["a dp that is not reduced", { dp: dp + p - 1n }],
      ["a dq that is not reduced", { dq: dq + q - 1n }],
      ["another e", { e: e + 2n }],
      ["another qi", { qi: qi + 1n }],
      ["a qi that is not reduced", { qi: qi + p }],
      ["d, dp and dq of another e", { d: 1n, dp: 1n, dq: 1n }],
      ["dp and d for another exponent of p", { d: d + (q - 1n), dp: (d + (q - 1n)) % (p - 1n) }],
      ["dq and d for another exponent of q", { d: d + (p - 1n), dq: (d + (p - 1n)) % (q - 1n) }],
      ["1 and the modulus for primes", { p: 1n, q: n, qi: 0n, dp: 0n }],
      ["the modulus and 1 for primes", { p: n, q: 1n, qi: 1n, dq: 0n }],
      ["1 for both", { p: 1n, q: 1n, qi: 0n }],
      ["no primes", { p: 0n, q: 0n }],
      ["qi 0", { qi: 0n }],
      ["d 0", { d: 0n }],
    ])("do not: %s", (_what, changes) => {
      expect(ofPrivate(changes)).toBe(wrong);
    });

    it("do not where 1 stands for a prime and all else fits: nothing is taken modulo 0", () => {
      let [last, next, before, inverse] = [n - 1n, e, 0n, 1n];
      while (next > 1n) [last, next, before, inverse] = [next, last % next, inverse, before - (last / next) * inverse];
      const undoes = ((inverse % (n - 1n)) + n - 1n) % (n - 1n);
      expect((undoes * e) % (n - 1n)).toBe(1n);
      expect(ofPrivate({ d: undoes, p: n, dp: undoes, q: 1n, dq: 0n, qi: 1n })).toBe(wrong);
      expect(ofPrivate({ d: undoes, p: 1n, dp: 0n, q: n, dq: undoes, qi: 0n })).toBe(wrong);
    });

    it("a number longer than the modulus is not computed with, even where it would fit", () => {
      const order = (p - 1n) * (q - 1n);
      const long = d + order * (1n << 64n);
      expect(long % (p - 1n)).toBe(dp);
      expect(ofPrivate({ d: long })).toBe(wrong);
    });

    it.each(["d", "p", "q", "dp", "dq", "qi"])("do not without %s", (name) => {
      expect(
        definition.faultOfPrivate(Object.fromEntries(Object.entries(good).filter(([other]) => other !== name))),
      ).toBe(wrong);
    });
  });
});

interface Curve {
  readonly alg: typeof ES256 | typeof ES384 | typeof ES512;
  readonly size: number;
  readonly field: bigint;
  readonly b: bigint;
  readonly order: bigint;
}
// SP 800-186 §3.2.1, the primes as sums of powers of two.
const curves: readonly Curve[] = [
  {
    alg: ES256,
    size: 32,
    field: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    alg: ES384,
    size: 48,
    field: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    alg: ES512,
    size: 66,
    field: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

describe.each(curves)("EC ($alg.name, RFC 7518 §6.2)", ({ alg, size, field, b, order }) => {
  const definition = asymmetricDefinition(alg);
  const good = goodMembers(alg);
  const point = (x: bigint, y: bigint): Members => ({ x: octets(x, size), y: octets(y, size) });
  const offCurve = "the point is not on the curve";

  /** y of the point with this x, or undefined where there is none. All three fields have primes of 3 modulo 4. */
  function yOf(x: bigint): bigint | undefined {
    const square = (((x * x * x - 3n * x + b) % field) + field) % field;
    let root = 1n;
    for (let power = square, left = (field + 1n) / 4n; left > 0n; left >>= 1n, power = (power * power) % field)
      if ((left & 1n) === 1n) root = (root * power) % field;
    return (root * root) % field === square ? root : undefined;
  }

  it("points of the curve are right, both of each x", () => {
    let seen = 0;
    for (let x = 0n; x < 20n; x++) {
      const y = yOf(x);
      if (y === undefined) continue;
      seen++;
      expect(definition.faultOfPublic(point(x, y))).toBeUndefined();
      expect(definition.faultOfPublic(point(x, field - y))).toBeUndefined();
      expect(definition.faultOfPublic(point(x, y + 1n))).toBe(offCurve);
      expect(definition.faultOfPublic(point(x + field, y)), "the same x modulo the field").toBe(offCurve);
      // Of the three only P-521's coordinates have room for y and the field.
      if (alg === ES512) expect(definition.faultOfPublic(point(x, y + field))).toBe(offCurve);
    }
    expect(seen).toBeGreaterThan(0);
    expect(definition.faultOfPublic(good)).toBeUndefined();
  });

  it("0 for a coordinate is right where the curve has it; the field itself is no other spelling of 0", () => {
    const y = yOf(0n);
    expect(y === undefined ? "none" : definition.faultOfPublic(point(0n, y))).toBe(
      y === undefined ? "none" : undefined,
    );
    expect(definition.faultOfPublic(point(field, y ?? 1n))).toBe(offCurve);
    expect(definition.faultOfPublic(point(0n, 0n))).toBe(offCurve);
  });

  it("coordinates have the field's length, each (§6.2.1.2)", () => {
    for (const name of ["x", "y"]) {
      for (const bytes of [good[name]!.slice(1), Uint8Array.of(0, ...good[name]!), new Uint8Array()])
        expect(definition.faultOfPublic({ ...good, [name]: bytes })).toBe(`x and y: expected ${size} octets each`);
      expect(
        definition.faultOfPublic(Object.fromEntries(Object.entries(good).filter(([other]) => other !== name))),
      ).toMatch(/^x and y: expected/);
    }
  });

  it("a private number lies between 0 and the order", () => {
    for (const d of [1n, 2n, order - 1n]) expect(definition.faultOfPrivate({ d: octets(d, size) })).toBeUndefined();
    for (const d of [0n, order, order + 1n, 2n ** BigInt(8 * size) - 1n])
      expect(definition.faultOfPrivate({ d: octets(d, size) })).toBe("d is out of range");
    for (const d of [octets(1n, size - 1), octets(1n, size + 1)])
      expect(definition.faultOfPrivate({ d })).toBe(`d: expected ${size} octets`);
    expect(definition.faultOfPrivate({})).toMatch(/^d: expected/);
  });

  describe("signatures on their way to node:crypto and back (RFC 3279 §2.2.3)", () => {
    const { nodeSignature } = asymmetricDefinition(alg);

    /** An ECDSA-Sig-Value, by DER's rules alone. */
    function sigValue(r: bigint, s: bigint): Uint8Array {
      const integers = [r, s].flatMap((value) => {
        const digits = octets(value);
        return [2, digits.length + ((digits[0] ?? 0) >> 7), ...((digits[0] ?? 0) >> 7 === 1 ? [0] : []), ...digits];
      });
      return Uint8Array.of(0x30, ...(integers.length > 127 ? [0x81] : []), integers.length, ...integers);
    }
    const bits = BigInt(8 * size);
    // Every length of both numbers, with the first bit set and not; 62 octets each make up 128, the first long length.
    const lengths = Array.from({ length: size }, (_, i) => BigInt(8 * (i + 1)));
    const samples = [
      0n,
      1n,
      127n,
      128n,
      255n,
      256n,
      order - 1n,
      ...lengths.flatMap((length) => [2n ** (length - 1n), 2n ** (length - 1n) - 1n, 2n ** (length - 2n)]),
    ].filter((value) => value < 2n ** bits);

    it("r and s become integers in their fewest octets, and come back in the field's length", () => {
      for (const r of samples) {
        for (const s of [r, 1n, order - 1n]) {
          const jose = Uint8Array.of(...octets(r, size), ...octets(s, size));
          const der = sigValue(r, s);
          expect(Buffer.from(nodeSignature!.toNode(jose)).toString("hex")).toBe(Buffer.from(der).toString("hex"));
          expect(Buffer.from(nodeSignature!.fromNode(der)).toString("hex")).toBe(Buffer.from(jose).toString("hex"));
        }
      }
    });
  });
});

describe.each([Ed25519, EdDSA])("Ed25519 ($name, RFC 8032 §5.1)", (alg) => {
  const definition = asymmetricDefinition(alg);
  const field = 2n ** 255n - 19n;
  const encode = (y: bigint, sign = 0n): Uint8Array<ArrayBuffer> => octets(y + (sign << 255n), 32).reverse();

  it.each([0n, 1n])("y is below the field, and of no point of small order (sign %s)", (sign) => {
    for (const y of [2n, 3n, field - 2n, 2n ** 254n, 2n ** 255n - 256n, 0xffn, 2n ** 248n])
      expect(definition.faultOfPublic({ x: encode(y, sign) }), String(y)).toBeUndefined();
    for (const y of [0n, 1n, field - 1n])
      expect(definition.faultOfPublic({ x: encode(y, sign) }), String(y)).toBe("the point has a small order");
    for (let y = field; y < 2n ** 255n; y++)
      expect(definition.faultOfPublic({ x: encode(y, sign) }), String(y)).toBe("y is not canonical");
  });

  it("octets close to those of the field are right where one of them is lower", () => {
    for (const at of [1, 15, 30])
      expect(
        definition.faultOfPublic({ x: encode(field).map((octet, i) => (i === at ? octet - 1 : octet)) }),
      ).toBeUndefined();
    expect(definition.faultOfPublic({ x: encode(field).map((octet, i) => (i === 31 ? 0x7e : octet)) })).toBeUndefined();
    expect(definition.faultOfPublic({ x: encode(field).map((octet, i) => (i === 0 ? 0xeb : octet)) })).toBeUndefined();
  });

  it("the points of order 8 are known, too", () => {
    const y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
    // Doubled they have y = 0, so d·y⁴ + 2y² − 1 = 0, where d = −121665/121666 (§5.1).
    expect((-121_665n * y ** 4n + 2n * 121_666n * y ** 2n - 121_666n) % field).toBe(0n);
    for (const root of [y, field - y])
      for (const sign of [0n, 1n])
        expect(definition.faultOfPublic({ x: encode(root, sign) })).toBe("the point has a small order");
  });

  it("a key has 32 octets, either half", () => {
    for (const bytes of [new Uint8Array(31).fill(9), new Uint8Array(33).fill(9), new Uint8Array()]) {
      expect(definition.faultOfPublic({ x: bytes })).toBe("x: expected 32 octets");
      expect(definition.faultOfPrivate({ d: bytes })).toBe("d: expected 32 octets");
    }
    expect(definition.faultOfPublic({})).toBe("x: expected 32 octets");
    expect(definition.faultOfPrivate({})).toBe("d: expected 32 octets");
    expect(definition.faultOfPrivate({ d: new Uint8Array(32) })).toBeUndefined();
  });
});
