// The rows of the threat table about signatures and the keys that check them. Each describe quotes the fault.
import nodeCrypto, { constants, createPrivateKey, sign as nodeSign, webcrypto } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  Ed25519,
  EdDSA,
  ES256,
  HS256,
  PS256,
  PS384,
  PS512,
  RS256,
  RS384,
  RS512,
  importSecret,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  safeVerifySync,
  sign,
  signSync,
  verifyJws,
  verifySync,
} from "../../../src/index.ts";
import type { AsymmetricAlgorithm, Jwk, VerifyingKey } from "../../../src/index.ts";
import {
  base64url,
  claiming,
  expected,
  goodClaims,
  outcome,
  part,
  signatureOf,
  signedBy,
  verdict,
  verdictAsync,
  withSignature,
} from "./forge.ts";
import { everyKey, goodJwk, publicPart, secretText } from "./keys.ts";
import type { TestKey } from "./keys.ts";

const orders: Readonly<Record<string, bigint>> = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

const bigintOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const bytesOf = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");
const littleEndian = (bytes: Uint8Array): bigint => bigintOf(Uint8Array.from(bytes).reverse());

let keys: readonly TestKey[];
beforeAll(async () => {
  keys = await everyKey();
});
const keyFor = (alg: string): TestKey => keys.find((key) => key.alg === alg)!;

describe("ECDSA r = s = 0, r or s ≥ n, DER instead of fixed length (CVE-2022-21449)", () => {
  it.each([
    ["ES256", 32],
    ["ES384", 48],
    ["ES512", 66],
  ] as const)("%s", async (alg, size) => {
    const { signing, verifying, jwk } = keyFor(alg);
    const n = orders[alg]!;
    const token = await signedBy(signing, goodClaims());
    expect(await verdict(token, verifying)).toBe("accepted");
    const [r, s] = [signatureOf(token).subarray(0, size), signatureOf(token).subarray(size)];
    const zero = Buffer.alloc(size);
    const most = Buffer.alloc(size, 0xff);
    const pairs: readonly (readonly [Uint8Array, Uint8Array])[] = [
      [zero, zero],
      [zero, s],
      [r, zero],
      [most, most],
      [r, most],
      [most, s],
      [s, r],
      ...[0n, 1n, -1n].flatMap(
        (off) =>
          [
            [bytesOf(n + off, size), s],
            [r, bytesOf(n + off, size)],
            [bytesOf(n + off, size), bytesOf(n + off, size)],
          ] as const,
      ),
      [bytesOf(1n, size), zero],
      [bytesOf(1n, size), bytesOf(1n, size)],
      [r, r],
      [s, s],
      // r + n and s + n say the same to whoever reduces first; only P-521 has room for them.
      ...(alg === "ES512"
        ? ([
            [bytesOf(bigintOf(r) + n, size), s],
            [r, bytesOf(bigintOf(s) + n, size)],
          ] as const)
        : []),
    ];
    for (const [first, second] of pairs)
      expect(await verdict(withSignature(token, Buffer.concat([first, second])), verifying)).toBe("signature_invalid");

    const input = Buffer.from(token.slice(0, token.lastIndexOf(".")));
    const der = nodeSign(`sha${alg === "ES256" ? "256" : alg.slice(2)}`, input, {
      key: createPrivateKey({ key: jwk, format: "jwk" }),
      dsaEncoding: "der",
    });
    for (const signature of [
      der,
      Buffer.concat([der, Buffer.alloc(Math.max(0, 2 * size - der.length))]),
      der.subarray(0, 2 * size),
    ]) {
      expect(await verdict(withSignature(token, signature), verifying)).toBe("signature_invalid");
    }
    // And a key service that answers in DER is told so when it signs.
    const service = { alg, sign: () => Uint8Array.from(der), signSync: () => Uint8Array.from(der) };
    expect(await outcome(() => sign({}, service))).toBe("invalid_argument");
    expect(await outcome(() => signSync({}, service))).toBe("invalid_argument");
  });
});

describe("Signature of a length the key cannot have", () => {
  it("every algorithm: shorter, longer, doubled, empty, with zeros before or after", async () => {
    for (const { alg, signing, verifying } of keys) {
      const token = await signedBy(signing, goodClaims());
      const signature = signatureOf(token);
      const others = [
        signature.subarray(1),
        signature.subarray(0, -1),
        signature.subarray(0, signature.length / 2),
        Buffer.concat([signature, signature]),
        Buffer.concat([Buffer.alloc(1), signature]),
        Buffer.concat([signature, Buffer.alloc(1)]),
        Buffer.alloc(1),
        Buffer.alloc(signature.length),
        Buffer.alloc(100_000),
      ];
      for (const other of others) {
        expect(
          await outcome(() => verifyJws(withSignature(token, other), verifying)),
          `${alg}, ${String(other.length)} bytes`,
        ).toBe("signature_invalid");
      }
      expect(await verdictAsync(withSignature(token, Buffer.alloc(0)), verifying), alg).toBe("token_malformed");
    }
  });

  it("every family: the primitive is not asked", async () => {
    const [subtle, synchronous] = [vi.spyOn(webcrypto.subtle, "verify"), vi.spyOn(nodeCrypto, "verify")];
    try {
      for (const { alg, signing, verifying } of keys.filter(({ jwk }) => jwk.kty !== "oct")) {
        const token = await signedBy(signing, goodClaims());
        const signature = signatureOf(token);
        for (const other of [
          signature.subarray(1),
          signature.subarray(0, -1),
          Buffer.concat([Buffer.alloc(1), signature]),
          Buffer.concat([signature, signature]),
          Buffer.alloc(1),
        ]) {
          for (const verifier of [
            () => verifyJws(withSignature(token, other), verifying),
            ...(verifying.verifySync === undefined
              ? []
              : [() => verifySync(withSignature(token, other), verifying, expected)]),
          ]) {
            expect(await outcome(verifier), alg).toBe("signature_invalid");
          }
        }
        expect([subtle.mock.calls.length, synchronous.mock.calls.length], alg).toEqual([0, 0]);
        await verifyJws(token, verifying);
        expect(subtle, alg).toHaveBeenCalledTimes(1);
        subtle.mockClear();
      }
    } finally {
      vi.restoreAllMocks();
    }
  });

  it.each(["RS256", "PS256"])(
    "%s: the leading zero octet dropped or one added (RFC 8017 §8.1.2)",
    async (name) => {
      const { signing, verifying } = keyFor(name);
      const claims = goodClaims();
      for (let attempt = 0; attempt < 20_000; attempt++) {
        const input = `${part({ alg: name, attempt })}.${part(claims)}`;
        const signature = Buffer.from(signing.signSync!(Uint8Array.from(Buffer.from(input))));
        if (signature[0] !== 0) continue;
        expect(await verdict(`${input}.${base64url(signature)}`, verifying)).toBe("accepted");
        expect(await verdict(`${input}.${base64url(signature.subarray(1))}`, verifying)).toBe("signature_invalid");
        expect(await verdict(`${input}.${base64url(Buffer.concat([Buffer.alloc(1), signature]))}`, verifying)).toBe(
          "signature_invalid",
        );
        return;
      }
      expect.unreachable("no signature began with a zero octet");
    },
    30_000,
  );

  it("RSA: the signature plus the modulus, and numbers at its edges", async () => {
    const { signing, verifying, jwk } = keyFor("RS256");
    const n = bigintOf(Buffer.from(jwk.n!, "base64url"));
    const token = await signedBy(signing, goodClaims());
    const s = bigintOf(signatureOf(token));
    for (const value of [s + n, n, n - 1n, n + 1n, 0n, 1n, n - s]) {
      const bytes = bytesOf(value, value.toString(16).length > 512 ? 257 : 256);
      expect(await verdict(withSignature(token, bytes), verifying)).toBe("signature_invalid");
    }
  });

  it.each(["ES256", "ES384", "ES512"])("%s: coordinates shorter than the field (RFC 7518 §3.4)", async (alg) => {
    const { signing, verifying } = keyFor(alg);
    const claims = goodClaims();
    for (let attempt = 0; attempt < 20_000; attempt++) {
      const input = `${part({ alg, attempt })}.${part(claims)}`;
      const signature = Buffer.from(signing.signSync!(Uint8Array.from(Buffer.from(input))));
      const size = signature.length / 2;
      if (signature[0] !== 0) continue;
      const [r, s] = [signature.subarray(0, size), signature.subarray(size)];
      for (const short of [
        Buffer.concat([r.subarray(1), s]),
        Buffer.concat([r.subarray(1), s, Buffer.alloc(1)]),
        Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s]),
      ]) {
        expect(await verdict(`${input}.${base64url(short)}`, verifying)).toBe("signature_invalid");
      }
      return;
    }
    expect.unreachable("no r began with a zero octet");
  });

  it.each(["Ed25519", "EdDSA"])("%s: S ≥ L (RFC 8032 §5.1.7), and R of another encoding", async (alg) => {
    const { signing, verifying } = keyFor(alg);
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    const token = await signedBy(signing, goodClaims());
    const [R, S] = [signatureOf(token).subarray(0, 32), littleEndian(signatureOf(token).subarray(32))];
    for (let value = S + L; value < 2n ** 256n; value += L) {
      expect(await verdict(withSignature(token, Buffer.concat([R, bytesOf(value, 32).reverse()])), verifying)).toBe(
        "signature_invalid",
      );
    }
    for (const at of [0, 31, 32, 63]) {
      const bent = Buffer.from(signatureOf(token));
      bent[at]! ^= 0x80;
      expect(await verdict(withSignature(token, bent), verifying)).toBe("signature_invalid");
    }
    for (const r of [Buffer.alloc(32), Buffer.from(`01${"00".repeat(31)}`, "hex"), Buffer.alloc(32, 0xff)]) {
      expect(await verdict(withSignature(token, Buffer.concat([r, Buffer.alloc(32)])), verifying)).toBe(
        "signature_invalid",
      );
    }
  });

  it("public exponent 1, whose signatures anybody can write", async () => {
    const jwk = publicPart(goodJwk("rsa"));
    for (const e of ["AQ", "AA", "Aw", "AAAB", "AQAA", "AQAC", "AQABAAAAAQ"]) {
      for (const alg of [RS256, RS384, RS512, PS256, PS384, PS512]) {
        for (const importer of [importVerifyingKey, importVerifyingKeySync])
          expect(await outcome(() => importer({ ...jwk, e }, alg)), e).toBe("invalid_key");
      }
    }
  });
});

/** y of the eight points, the sign bit cleared. */
const smallOrder = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

describe("Small-order or non-canonical Ed25519 keys verify any message", () => {
  const p = 2n ** 255n - 19n;
  const notCanonical = Array.from({ length: 19 }, (_, off) => bytesOf(p + BigInt(off), 32).reverse());

  it.each([Ed25519, EdDSA])("$name: each of the known points, both signs, refused at import", async (alg) => {
    for (const point of [...smallOrder.map((hex) => Buffer.from(hex, "hex")), ...notCanonical]) {
      for (const sign of [0, 0x80]) {
        const x = Buffer.from(point);
        x[31]! |= sign;
        const jwk = { kty: "OKP", crv: "Ed25519", x: base64url(x) };
        const spki = `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), x]).toString("base64")}\n-----END PUBLIC KEY-----\n`;
        for (const key of [jwk, spki]) {
          for (const importer of [importVerifyingKey, importVerifyingKeySync])
            expect(await outcome(() => importer(key, alg)), x.toString("hex")).toBe("invalid_key");
        }
      }
    }
  });
});

describe("Small-order or non-canonical Ed25519 keys verify any message", () => {
  const good = Buffer.from(goodJwk("ed25519").x!, "base64url");
  const handle = (x: Uint8Array, extractable: boolean): Promise<webcrypto.CryptoKey> =>
    webcrypto.subtle.importKey("raw", x, "Ed25519", extractable, ["verify"]);

  it.each([
    [true, "extractable"],
    [false, "not extractable, which does not show its point"],
  ])("extractable: %s", async (extractable) => {
    expect(await outcome(async () => importVerifyingKey(await handle(good, extractable), Ed25519))).toBe("accepted");
    // With y = p and y = p + 1, which are 0 and 1 to whoever reduces them.
    for (const y of [...smallOrder, `ed${"ff".repeat(30)}7f`, `ee${"ff".repeat(30)}7f`]) {
      for (const sign of [0, 0x80]) {
        const x = Buffer.from(y, "hex");
        x[31]! |= sign;
        let weak: webcrypto.CryptoKey;
        try {
          weak = await handle(x, extractable);
        } catch {
          continue; // this runtime refuses it itself
        }
        for (const alg of [Ed25519, EdDSA])
          expect(await outcome(() => importVerifyingKey(weak, alg)), x.toString("hex")).toBe("invalid_key");
      }
    }
  });
});

describe("Mismatched or malformed keys imported by a lax runtime", () => {
  const rsa = goodJwk("rsa");
  const p256 = goodJwk("p256");
  const ed = goodJwk("ed25519");
  const off = (text: string): string => {
    // the last octet's neighbour
    const bytes = Buffer.from(text, "base64url");
    bytes[bytes.length - 1]! ^= 2;
    return base64url(bytes);
  };
  const verifyingCases: readonly (readonly [string, Jwk, AsymmetricAlgorithm])[] = [
    ["e = 1", { ...publicPart(rsa), e: "AQ" }, RS256],
    ["an even modulus", { ...publicPart(rsa), n: off(rsa.n!).replace(/.$/, "A") }, RS256],
    [
      "a modulus with a leading zero",
      { ...publicPart(rsa), n: base64url(Buffer.concat([Buffer.alloc(1), Buffer.from(rsa.n!, "base64url")])) },
      RS256,
    ],
    ["an off-curve point", { ...publicPart(p256), y: off(p256.y!) }, ES256],
    [
      "the point (0, 0)",
      { ...publicPart(p256), x: base64url(Buffer.alloc(32)), y: base64url(Buffer.alloc(32)) },
      ES256,
    ],
    [
      "a coordinate too short",
      { ...publicPart(p256), x: base64url(Buffer.from(p256.x!, "base64url").subarray(1)) },
      ES256,
    ],
    [
      "a coordinate too long",
      { ...publicPart(p256), x: base64url(Buffer.concat([Buffer.alloc(1), Buffer.from(p256.x!, "base64url")])) },
      ES256,
    ],
    ["a padded RSA member", { ...publicPart(rsa), n: `${rsa.n!}==` }, PS256],
    ["a padded EC member", { ...publicPart(p256), x: `${p256.x!}=` }, ES256],
    ["a padded OKP member", { ...publicPart(ed), x: `${ed.x!}=` }, Ed25519],
    ["the other alphabet", { ...publicPart(rsa), n: Buffer.from(rsa.n!, "base64url").toString("base64") }, RS256],
    ["a P-384 key that says P-256", { ...publicPart(goodJwk("p384")), crv: "P-256" }, ES256],
  ];
  it.each(verifyingCases)("%s", async (_what, jwk, alg) => {
    for (const importer of [importVerifyingKey, importVerifyingKeySync])
      expect(await outcome(() => importer(jwk, alg))).toBe("invalid_key");
  });

  const signingCases: readonly (readonly [string, Jwk, AsymmetricAlgorithm])[] = [
    ["EC: the private half of another key", { ...p256, d: goodJwk("p256 with a zero in front of x").d! }, ES256],
    ["EC: d = 0", { ...p256, d: base64url(Buffer.alloc(32)) }, ES256],
    ["EC: d = n", { ...p256, d: base64url(bytesOf(orders.ES256!, 32)) }, ES256],
    ["Ed25519: the private half of another key", { ...ed, d: off(ed.d!) }, Ed25519],
    ["RSA: d of another key", { ...rsa, d: off(rsa.d!) }, RS256],
    ["RSA: p and q exchanged, the rest not", { ...rsa, p: rsa.q!, q: rsa.p! }, RS256],
    ["RSA: dp off by two", { ...rsa, dp: off(rsa.dp!) }, PS512],
    ["RSA: qi of another key", { ...rsa, qi: off(rsa.qi!) }, RS384],
    ["RSA: no primes", { kty: "RSA", n: rsa.n!, e: rsa.e!, d: rsa.d! }, RS256],
    ["RSA: a third prime", { ...rsa, oth: [{ r: rsa.p, d: rsa.dp, t: rsa.qi }] }, RS256],
    ["a padded private member", { ...p256, d: `${p256.d!}=` }, ES256],
  ];
  it.each(signingCases)("%s", async (_what, jwk, alg) => {
    for (const importer of [importSigningKey, importSigningKeySync])
      expect(await outcome(() => importer(jwk, alg))).toBe("invalid_key");
  });

  it("a private JWK is no public key, with or without the word of the caller", async () => {
    for (const [jwk, alg] of [
      [rsa, RS256],
      [p256, ES256],
      [ed, Ed25519],
    ] as const) {
      for (const importer of [importVerifyingKey, importVerifyingKeySync]) {
        expect(await outcome(() => importer(jwk, alg))).toBe("invalid_key");
        expect(await outcome(() => importer({ ...jwk, key_ops: ["verify"], use: "sig" }, alg))).toBe("invalid_key");
      }
    }
  });
});

describe("PSS salt of any length, DER for ECDSA in the synchronous API", () => {
  it.each([
    ["PS256", 32],
    ["PS384", 48],
    ["PS512", 64],
  ] as const)("%s: salts of 0, maximum and every other wrong length", async (alg, right) => {
    const { jwk, verifying } = keyFor(alg);
    const key = createPrivateKey({ key: jwk, format: "jwk" });
    const input = `${part({ alg })}.${part(goodClaims())}`;
    const salted = (saltLength: number): string =>
      `${input}.${base64url(nodeSign(`sha${alg.slice(2)}`, Buffer.from(input), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }))}`;
    expect(await verdict(salted(right), verifying)).toBe("accepted");
    for (const length of [0, 1, 20, right - 1, right + 1, 32, 48, 64, 128, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
      if (length !== right) expect(await verdict(salted(length), verifying), String(length)).toBe("signature_invalid");
    }
  });

  it("PKCS#1 v1.5 is no PSS and the reverse", async () => {
    for (const [from, to] of [
      ["RS256", "PS256"],
      ["PS256", "RS256"],
      ["RS512", "PS512"],
    ] as const) {
      const other = keyFor(from).signing;
      expect(
        await verdict(
          await signedBy({ alg: to, sign: (data) => other.sign(data) }, goodClaims(), { alg: to }),
          keyFor(to).verifying,
        ),
      ).toBe("signature_invalid");
    }
  });

  it("what the synchronous API signs is of fixed length and of the right salt", async () => {
    for (const { alg, signing, verifying } of keys.filter((key) => key.signing.signSync !== undefined)) {
      const token = signSync({}, signing, expected);
      const size: Readonly<Record<string, number>> = {
        ES256: 64,
        ES384: 96,
        ES512: 132,
        Ed25519: 64,
        EdDSA: 64,
        HS256: 32,
        HS384: 48,
        HS512: 64,
      };
      expect(signatureOf(token).length, alg).toBe(size[alg] ?? signatureOf(token).length);
      expect(await verdictAsync(token, verifying), alg).toBe("accepted");
    }
  });
});

describe("A promise taken for `true`; an invalid date that makes every comparison false", () => {
  const token = (): string => claiming(goodClaims());
  const late = (): string => claiming(goodClaims({ iat: 1, exp: 2 }));
  const plugIn = (answer: unknown): VerifyingKey => ({
    alg: "HS256",
    verify: () => answer as boolean,
    verifySync: () => answer as boolean,
  });

  it("a plug-in's synchronous verify that gives a promise", async () => {
    for (const promise of [
      Promise.resolve(true),
      Promise.resolve(false),
      { then: (done?: (value: boolean) => void) => done?.(true) },
    ]) {
      expect(await outcome(() => verifySync(token(), plugIn(promise), expected))).toBe("sync_unavailable");
      expect(await outcome(() => safeVerifySync(token(), plugIn(promise), expected))).toBe("sync_unavailable");
    }
    const rejecting = {
      alg: "HS256",
      verify: () => true,
      verifySync: () => Promise.reject(new Error("late")) as never,
    };
    expect(await outcome(() => verifySync(token(), rejecting, expected))).toBe("sync_unavailable");
  });

  it.each([
    1,
    "true",
    "yes",
    {},
    [],
    [true],
    Object(true),
    Symbol("true"),
    () => true,
    Infinity,
    undefined,
    null,
    NaN,
    0,
    "",
  ])("a plug-in's verify that gives %s, which is not true", async (answer) => {
    expect(await verdict(token(), plugIn(answer))).toBe("signature_invalid");
  });

  it("a key without a synchronous form in a synchronous call, before the token is read", async () => {
    const key: VerifyingKey = { alg: "HS256", verify: () => true };
    for (const any of [token(), "", "not a token", undefined])
      expect(await outcome(() => verifySync(any as never, key, expected))).toBe("sync_unavailable");
  });

  it("stores and sources that give promises in a synchronous call", async () => {
    const good = claiming(goodClaims({ jti: "1" }));
    const secret = await importSecret(secretText, HS256);
    const select = (): readonly VerifyingKey[] => [secret];
    for (const options of [
      { ...expected, replay: { add: () => true, addSync: () => Promise.resolve(true) as never } },
      { ...expected, denylist: { has: () => false, hasSync: () => Promise.resolve(false) as never } },
      {
        ...expected,
        schema: {
          "~standard": { version: 1 as const, vendor: "test", validate: async (value: unknown) => ({ value }) },
        },
      },
    ])
      expect(await outcome(() => verifySync(good, secret, options))).toBe("sync_unavailable");
    expect(
      await outcome(() =>
        verifySync(good, { algorithms: ["HS256"], select, selectSync: async () => [secret] } as never, expected),
      ),
    ).toBe("sync_unavailable");
  });

  it.each([1, "true", {}, undefined, null])("stores that give %s, which is neither true nor false", async (answer) => {
    const good = claiming(goodClaims({ jti: "1" }));
    const secret = await importSecret(secretText, HS256);
    const give = (): never => answer as never;
    expect(await verdict(good, secret, { ...expected, replay: { add: give, addSync: give } })).toBe(
      "store_unavailable",
    );
    expect(await verdict(good, secret, { ...expected, denylist: { has: give, hasSync: give } })).toBe(
      "store_unavailable",
    );
  });

  it.each([
    ["an invalid Date", new Date(NaN)],
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["undefined", undefined],
    ["a word", "now"],
    ["a promise", Promise.resolve(new Date())],
    ["null", null],
    ["0", 0],
    ["false", false],
    ["no text", ""],
    ["an empty list", []],
    ["seconds as a number", 1_700_000_000],
    ["seconds as a text", "1700000000"],
    ["a Date's text", "2020-01-01"],
  ])("now() that gives %s", async (_what, value) => {
    const secret = await importSecret(secretText, HS256);
    const options = { ...expected, now: () => value as Date };
    for (const any of [token(), late()]) expect(await verdict(any, secret, options)).toBe("invalid_argument");
    expect(await outcome(() => sign({}, secret, { now: () => value as Date }))).toBe("invalid_argument");
  });

  it.each([null, 0, "now", {}, true])("now that is %j and no function", async (now) => {
    const secret = await importSecret(secretText, HS256);
    expect(await verdict(token(), secret, { ...expected, now })).toBe("invalid_argument");
    expect(await outcome(() => sign({}, secret, { now: now as never }))).toBe("invalid_argument");
  });

  it.each([NaN, Infinity, -Infinity, -1, "5", "NaN s", "Infinitys", "-5s", "1e3s", null, [], {}, true, 3601, "2h"])(
    "a clockTolerance of %j",
    async (clockTolerance) => {
      const secret = await importSecret(secretText, HS256);
      expect(await verdict(late(), secret, { ...expected, clockTolerance })).toBe("invalid_argument");
    },
  );
});
