// importSecret: what spells a secret, and what is refused (RFC 7518 §3.2, RFC 7517). Weak
// secrets, keys of other kinds and hostile JWKs are in hostile-keys.test.ts.
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  exportJwk,
  HS256,
  HS384,
  HS512,
  importSecret,
  importSecretSync,
  sign,
  signSync,
  unchecked,
  verify,
  verifySync,
} from "../../../src/index.ts";
import type { HmacAlgorithm, ImportSecretOptions, Jwk, SecretKey } from "../../../src/index.ts";
import { hmacAlgorithms } from "../../spec/algorithms.ts";
import { secretBytes, secretLength, utf8 } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

type Secret = Parameters<typeof importSecret>[0];
type Untyped = (secret: unknown, alg: unknown, options?: unknown) => unknown;
const importers = [
  [
    "importSecret",
    (secret: Secret, alg: HmacAlgorithm, options?: ImportSecretOptions) => importSecret(secret, alg, options),
  ],
  [
    "importSecretSync",
    async (secret: Secret, alg: HmacAlgorithm, options?: ImportSecretOptions) => importSecretSync(secret, alg, options),
  ],
] as const;

const bytesOf = async (key: SecretKey): Promise<Buffer> => Buffer.from((await exportJwk(key)).k!, "base64url");
const out = { extractable: true } as const;

describe.each(importers)("%s", (_name, importer) => {
  const untyped = importer as Untyped;
  const bytes = secretBytes(64);
  // Octets whose base64 needs both characters in which the alphabets differ.
  const awkward = Uint8Array.from({ length: 65 }, (_, at) =>
    at % 3 === 0 ? 0xfb : at % 3 === 1 ? 0xff : 0xbe + (at >> 3),
  );

  it.each(hmacAlgorithms)("$name takes bytes, text, base64, base64url, hex and a JWK", async (alg) => {
    const secret = secretBytes(secretLength[alg.name]!);
    const buffer = Buffer.from(secret);
    for (const [spelled, options] of [
      [secret, {}],
      [buffer, {}],
      [buffer.toString("base64"), { encoding: "base64" }],
      [buffer.toString("base64url"), { encoding: "base64url" }],
      [buffer.toString("hex"), { encoding: "hex" }],
      [buffer.toString("hex").toUpperCase(), { encoding: "hex" }],
      [{ kty: "oct", k: buffer.toString("base64url") }, {}],
    ] as const) {
      const key = await importer(spelled, alg, { ...options, ...out });
      expect(key.alg).toBe(alg.name);
      expect(await bytesOf(key)).toEqual(buffer);
    }
  });

  it("a text is its UTF-8 bytes, by default and with encoding utf8; non-Latin secrets keep all their bits", async () => {
    const text = "пароль, длиннее тридцати двух байт — 🪙";
    for (const encoding of ["utf8", undefined] as const) {
      expect(await bytesOf(await importer(text, HS256, { encoding, ...out }))).toEqual(Buffer.from(text));
    }
    // "A" and "Ł" share their low eight bits.
    const [latin, other] = await Promise.all(["A", "Ł"].map((letter) => importer(`${letter.repeat(32)}!`, HS256)));
    const token = await sign({}, latin!, { issuer: "i", audience: "a" });
    expect(await refusalOf(() => verify(token, other!, { issuer: "i", audience: "a" }))).toBe("signature_invalid");
  });

  it("a text is not guessed at: base64 and hex without encoding are text", async () => {
    const base64 = Buffer.from(bytes).toString("base64");
    expect(await bytesOf(await importer(base64, HS256, out))).toEqual(Buffer.from(base64));
    const hex = Buffer.from(bytes).toString("hex");
    expect(await bytesOf(await importer(hex, HS256, out))).toEqual(Buffer.from(hex));
  });

  it("base64 is read with and without padding, with line ends, in either alphabet", async () => {
    const buffer = Buffer.from(awkward);
    const base64 = buffer.toString("base64");
    expect(base64).toMatch(/\+.*\/|\/.*\+/);
    for (const text of [
      base64,
      base64.replace(/=+$/, ""),
      `${base64}\n`,
      base64.replace(/.{20}/g, "$&\n"),
      base64.replace(/.{20}/g, "$&\r\n"),
    ]) {
      expect(await bytesOf(await importer(text, HS512, { encoding: "base64", ...out }))).toEqual(buffer);
    }
  });

  it.each<readonly [string, string, string]>([
    ["base64", "three paddings", `${Buffer.from(secretBytes(64)).toString("base64")}=`],
    ["base64", "padding within", `AA==${"AbCd".repeat(20)}`],
    ["base64", "a stray character", `${"AbCd".repeat(20)}!`],
    ["base64", "stray bits", `${"AbCd".repeat(20)}AB`],
    ["base64", "one letter over", `${"AbCd".repeat(20)}A`],
    ["base64", "non-ASCII", `${"AbCd".repeat(20)}Łł`],
    ["base64url", "padding", `${Buffer.from(secretBytes(64)).toString("base64url")}==`],
    ["base64url", "the other alphabet", `${"AbCd".repeat(20)}++//`],
    ["base64url", "a line end", `${"AbCd".repeat(20)}\n`],
    ["base64url", "stray bits", `${"AbCd".repeat(20)}AB`],
    ["hex", "an odd number of digits", "abc".repeat(43)],
    ["hex", "a letter that is none", "0g".repeat(64)],
    ["hex", "a prefix", `0x${"ab".repeat(64)}`],
    ["hex", "colons", "ab:cd:".repeat(40)],
    ["hex", "a line end", `${"ab".repeat(64)}\n`],
    ["hex", "full-width digits", "１２".repeat(64)],
    ["utf8", "half of a surrogate pair", `${"long enough ".repeat(5)}\ud83e`],
  ])("refuses %s with %s", async (encoding, _what, text) => {
    expect(await refusalOf(() => untyped(text, HS256, { encoding }))).toBe("invalid_key");
  });

  it.each(["utf8", "base64", "base64url", "hex"] as const)("refuses nothing at all, as %s", async (encoding) => {
    expect(await refusalOf(() => importer("", HS256, { encoding }))).toBe("invalid_key");
    expect(await refusalOf(() => importer("=", HS256, { encoding }))).toBe("invalid_key");
  });

  it("a text that happens to be the base64 of other text is one: only keys are refused", async () => {
    const text = Buffer.from("a sentence of which no part is a key").toString("base64");
    expect(await bytesOf(await importer(text, HS256, out))).toEqual(Buffer.from(text));
  });

  it.each(["utf-8", "UTF8", "latin1", "binary", "ascii", "hexadecimal", "", null, 5, ["hex"]])(
    "refuses the encoding %j",
    async (encoding) => {
      expect(await refusalOf(() => untyped("a secret of more than thirty-two characters", HS256, { encoding }))).toBe(
        "invalid_argument",
      );
      await expect(
        (async () => untyped("a secret of more than thirty-two characters", HS256, { encoding }))(),
      ).rejects.toThrow(/^encoding: /);
    },
  );

  it.each([
    ["bytes", secretBytes(64)],
    ["a JWK", { kty: "oct", k: "A".repeat(86) }],
  ])("refuses an encoding for %s: it would not be used", async (_what, secret) => {
    expect(await refusalOf(() => untyped(secret, HS256, { encoding: "hex" }))).toBe("invalid_argument");
  });

  it.each([
    [HS256, 32],
    [HS384, 48],
    [HS512, 64],
  ] as const)("$name counts bytes, not characters, and says how to make enough of them", async ({ name }, least) => {
    const alg = hmacAlgorithms.find((one) => one.name === name)!;
    const text = "é".repeat(least / 2 - 1);
    expect(await refusalOf(() => importer(`${text}x`, alg))).toBe("invalid_key");
    expect(await refusalOf(() => importer(`${text}xy`, alg))).toBe("accepted");
    await expect(importer("too short", alg)).rejects.toThrow(`openssl rand -base64 ${String(least)}`);
    // 64 hexadecimal digits are 32 bytes.
    expect(
      await refusalOf(() => importer("0123456789abcdef".repeat(least / 8).slice(2), alg, { encoding: "hex" })),
    ).toBe("invalid_key");
  });

  it("takes secrets far longer than the hash (RFC 2104 §3)", async () => {
    const key = await importer(secretBytes(10_000), HS256);
    const token = await sign({}, key, { issuer: "i", audience: "a" });
    await expect(verify(token, key, { issuer: "i", audience: "a" })).resolves.toBeDefined();
  });

  it("bytes are recognised by ArrayBuffer.isView: of another realm, of any view", async () => {
    const foreign: unknown = runInNewContext("Uint8Array.from({ length: 64 }, (_, at) => (at * 73 + 19) % 253)");
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    expect(await bytesOf((await untyped(foreign, HS256, out)) as SecretKey)).toEqual(Buffer.from(bytes));
    for (const view of [
      new DataView(bytes.buffer),
      new Uint16Array(bytes.buffer),
      new BigUint64Array(bytes.buffer),
      new Uint8ClampedArray(bytes),
    ]) {
      expect(await bytesOf((await untyped(view, HS256, out)) as SecretKey)).toEqual(Buffer.from(bytes));
    }
  });

  it("of a slice of pooled or shared memory only the slice is the secret", async () => {
    const pool = Buffer.alloc(200, 1);
    const slice = pool.subarray(30, 70);
    slice.set(bytes.subarray(0, 40));
    expect(await bytesOf(await importer(slice, HS256, out))).toEqual(Buffer.from(bytes.subarray(0, 40)));
    const pooled = Buffer.from("a secret of more than thirty-two characters");
    expect(await bytesOf(await importer(pooled, HS256, out))).toEqual(pooled);
    const shared = new Uint8Array(new SharedArrayBuffer(64));
    shared.set(bytes);
    expect(await bytesOf((await untyped(shared, HS256, out)) as SecretKey)).toEqual(Buffer.from(bytes));
  });

  it("the key does not change when the caller's bytes do", async () => {
    const mine = secretBytes(64);
    const key = await importer(mine, HS256, out);
    const data = utf8("data");
    const before = Buffer.from(await key.sign(data));
    mine.fill(0);
    expect(Buffer.from(await key.sign(data))).toEqual(before);
    expect(await bytesOf(key)).toEqual(Buffer.from(secretBytes(64)));
    const unchanged = await importer(secretBytes(64), HS256);
    expect(await unchanged.verify(data, Uint8Array.from(before))).toBe(true);
  });

  it("nor when they change before the import is awaited", async () => {
    const mine = secretBytes(64);
    const pending = importer(mine, HS256, out);
    mine.fill(0);
    expect(await bytesOf(await pending)).toEqual(Buffer.from(secretBytes(64)));
  });

  it("refuses a detached buffer: there are no bytes left", async () => {
    const gone = secretBytes(64);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(await refusalOf(() => importer(gone, HS256))).toBe("invalid_key");
  });

  const jwk: Jwk = { kty: "oct", k: Buffer.from(secretBytes(64)).toString("base64url"), kid: "from the JWK" };

  it("kid: the option's, else the JWK's own, else none", async () => {
    expect((await importer(jwk, HS256)).kid).toBe("from the JWK");
    expect((await importer(jwk, HS256, { kid: "given" })).kid).toBe("given");
    expect((await importer(jwk, HS256, { kid: undefined })).kid).toBe("from the JWK");
    expect(await importer(bytes, HS256)).not.toHaveProperty("kid");
    expect((await importer(bytes, HS256, { kid: "given" })).kid).toBe("given");
    expect(await refusalOf(() => importer({ ...jwk, kid: 5 as unknown as string }, HS256))).toBe("invalid_key");
    expect(await importer({ ...jwk, kid: null as unknown as string }, HS256)).not.toHaveProperty("kid");
  });

  it("lenient: a JWK's k may be padded, or in the plain alphabet; it is the same secret", async () => {
    const octets = Uint8Array.from({ length: 32 }, (_, i) => 0xff - i);
    const plain = Buffer.from(octets).toString("base64");
    expect(plain).toMatch(/[+/].*=/);
    const padded = { kty: "oct", k: plain };
    expect(await refusalOf(() => importer(padded, HS256))).toBe("invalid_key");
    expect(await refusalOf(() => importer(padded, HS256, { lenient: "yes" as never }))).toBe("invalid_argument");
    const token = await sign({}, await importer(padded, HS256, { lenient: true }), { issuer: "i", audience: "a" });
    await verify(token, await importer(octets, HS256), { issuer: "i", audience: "a" });
  });

  it("kid goes into the header of tokens", async () => {
    const key = await importer(jwk, HS256);
    const { header } = await verify(await sign({}, key, { issuer: "i", audience: "a" }), key, {
      issuer: "i",
      audience: "a",
    });
    expect(header).toEqual({ alg: "HS256", typ: "JWT", kid: "from the JWK" });
  });

  it("issuer: the key then accepts only tokens of that iss, even with issuer unchecked", async () => {
    const key = await importer(bytes, HS256, { issuer: "https://a.example" });
    expect(key.issuer).toBe("https://a.example");
    const expected = { issuer: unchecked, audience: "web" } as const;
    const own = await sign({}, key, { issuer: "https://a.example", audience: "web" });
    const other = await sign({}, key, { issuer: "https://b.example", audience: "web" });
    const none = await sign({}, key, { audience: "web" });
    for (const check of [verify, async (...args: Parameters<typeof verifySync>) => verifySync(...args)]) {
      expect(await refusalOf(() => check(own, key, expected))).toBe("accepted");
      expect(await refusalOf(() => check(other, key, expected))).toBe("issuer_mismatch");
      expect(await refusalOf(() => check(other, key, { issuer: "https://b.example", audience: "web" }))).toBe(
        "issuer_mismatch",
      );
      expect(await refusalOf(() => check(none, key, expected))).not.toBe("accepted");
    }
  });

  it.each<readonly [string, unknown]>([
    ["an unknown name", { hash: "SHA-256" }],
    ["a misspelt name", { isuer: "a" }],
    ["the issuer of a list", { issuers: ["a"] }],
    ["an empty kid", { kid: "" }],
    ["a kid that is no string", { kid: 1 }],
    ["kid null", { kid: null }],
    ["issuer undefined", { issuer: undefined }],
    ["an empty issuer", { issuer: "" }],
    ["issuer null", { issuer: null }],
    ["issuer: unchecked", { issuer: unchecked }],
    ["a list of issuers", { issuer: ["a"] }],
    ["extractable as text", { extractable: "yes" }],
    ["extractable as number", { extractable: 1 }],
    ["extractable null", { extractable: null }],
    ["text for options", "hex"],
    ["a number for options", 5],
    ["true for options", true],
    ["null for options", null],
    ["a list for options", []],
    ["a function for options", () => ({})],
  ])("refuses %s", async (_what, options) => {
    expect(await refusalOf(() => untyped(bytes, HS256, options))).toBe("invalid_argument");
  });

  it("an inherited issuer is heard or refused, never dropped", async () => {
    const key = await Promise.resolve(untyped(bytes, HS256, Object.create({ issuer: "https://a.example" }))).catch(
      () => "refused",
    );
    expect(key === "refused" || (key as SecretKey).issuer === "https://a.example").toBe(true);
  });

  it("an inherited encoding is heard or refused, never dropped", async () => {
    const hex = Buffer.from(bytes).toString("hex");
    const options: unknown = Object.assign(Object.create({ encoding: "hex" }) as object, out);
    const key = await Promise.resolve(untyped(hex, HS256, options)).catch(() => "refused");
    expect(key === "refused" || (await bytesOf(key as SecretKey)).equals(bytes)).toBe(true);
  });

  it("does not change the caller's options or JWK", async () => {
    const options = Object.freeze({ kid: "k", issuer: "i", extractable: true });
    expect((await importer(Object.freeze({ ...jwk }), HS256, options)).kid).toBe("k");
  });
});

describe("a secret key", () => {
  it("is the same by importSecret and importSecretSync, for sync and async alike", async () => {
    const [one, other] = [await importSecret(secretBytes(64), HS256), importSecretSync(secretBytes(64), HS256)];
    const options = { issuer: "i", audience: "a" };
    for (const [signer, verifier] of [
      [one, other],
      [other, one],
    ] as const) {
      for (const token of [await sign({}, signer, options), signSync({}, signer, options)]) {
        expect((await verify(token, verifier, options)).header.alg).toBe("HS256");
        expect(verifySync(token, verifier, options).header.alg).toBe("HS256");
      }
    }
  });

  it.each(hmacAlgorithms)("$name: a MAC of another length is no signature, in both forms", async (alg) => {
    const key = await importSecret(secretBytes(64), alg);
    const data = utf8("data");
    const mac = Buffer.from(await key.sign(data));
    const wrong = [
      Buffer.alloc(0),
      mac.subarray(0, -1),
      Buffer.concat([mac, Buffer.of(0)]),
      mac.subarray(0, 16),
      Buffer.concat([mac, mac]),
      Buffer.from(mac.map((octet) => octet ^ 1)),
    ];
    for (const signature of wrong.map((one) => Uint8Array.from(one))) {
      expect(await key.verify(data, signature)).toBe(false);
      expect(key.verifySync!(data, signature)).toBe(false);
    }
    expect(await key.verify(data, Uint8Array.from(mac))).toBe(true);
    expect(key.verifySync!(data, Uint8Array.from(mac))).toBe(true);
    expect(Buffer.from(key.signSync!(data))).toEqual(mac);
  });
});
