// Key sets as servers write them: serializers' empty members, zero octets in front of numbers, padding, short coordinates. And what
// a token is refused with whose key is there and cannot be used.
import { createECDH, createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  authenticate,
  createVerifier,
  ES256,
  exportJwk,
  importSigningKey,
  importSigningKeySync,
  importVerifyingKey,
  importVerifyingKeySync,
  localJwks,
  publicKeyOf,
  RS256,
  RS512,
  sign,
  thumbprint,
  verify,
  type AsymmetricAlgorithm,
  type Jwk,
  type JwksInput,
  type LocalJwks,
  type LocalJwksOptions,
  type SigningKey,
} from "../../../src/index.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { privateJwkFor, publicJwkFor } from "../keys/good-keys.ts";

const expected = { issuer: "https://issuer.example", audience: "web" } as const;
const setOf = (keys: readonly unknown[], options: Partial<LocalJwksOptions> = {}): Promise<LocalJwks> =>
  localJwks({ keys } as JwksInput, { algorithms: [RS256, ES256], ...options });
const octetsOf = (text: unknown): Buffer => Buffer.from(String(text), "base64url");
const withZeros = (text: unknown, count = 1): string =>
  Buffer.concat([Buffer.alloc(count), octetsOf(text)]).toString("base64url");
const plain = (text: unknown): string => octetsOf(text).toString("base64");

const rsa = publicJwkFor(RS256);
const ec = publicJwkFor(ES256);
const signers: Readonly<Record<string, Promise<SigningKey>>> = {
  RS256: importSigningKey(privateJwkFor(RS256), RS256, { kid: "k" }),
  ES256: importSigningKey(privateJwkFor(ES256), ES256, { kid: "k" }),
};
const tokenBy = async (alg: string): Promise<string> => sign({ sub: "user_123" }, await signers[alg]!, expected);
const outcome = async (alg: string, keys: LocalJwks): Promise<string> => {
  const token = await tokenBy(alg);
  return codeOf(() => verify(token, keys, expected));
};

/** A P-256 key of which one coordinate begins with a zero octet. */
function keyWithShortCoordinate(): { readonly jwk: Jwk; readonly member: "x" | "y" } {
  for (;;) {
    const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" }) as Jwk;
    for (const member of ["x", "y"] as const) if (octetsOf(jwk[member])[0] === 0) return { jwk, member };
  }
}

describe("members that serializers write for what a key does not have", () => {
  it.each<readonly [string, string, object]>([
    ["Microsoft's JsonWebKeySet", "RS256", { key_ops: [], oth: [], x5c: [] }],
    ["oth alone", "RS256", { oth: [] }],
    ["oth: null", "RS256", { oth: null }],
    [
      "System.Text.Json",
      "RS256",
      { d: null, p: null, q: null, dp: null, dq: null, qi: null, k: null, crv: null, x: null, y: null },
    ],
    ["Okta's", "RS256", { alg: null, use: null, key_ops: null, x5u: null, x5t: null }],
    ["Go's without omitempty", "RS256", { alg: "", use: "", d: "", k: "", key_ops: null }],
    ["an EC key's", "ES256", { d: null, k: null, n: null, e: null, alg: null, use: null, key_ops: [], oth: [] }],
    ["a key's issuer", "ES256", { issuer: null }],
  ])("%s: they are absent", async (_what, alg, members) => {
    const keys = await setOf([{ ...(alg === "RS256" ? rsa : ec), kid: "k", ...members }]);
    expect(keys.passedOver).toEqual([]);
    expect(keys.corrected).toBeUndefined();
    expect(await outcome(alg, keys)).toBe("accepted");
  });

  it("in a JWK that is imported too", async () => {
    await importVerifyingKey({ ...rsa, d: null, oth: [], key_ops: [], alg: null } as unknown as Jwk, RS256);
    await importSigningKey({ ...privateJwkFor(ES256), use: null, key_ops: [], alg: "" } as unknown as Jwk, ES256);
  });

  it("a private member that says anything is a private key, and its tokens are refused for good", async () => {
    for (const value of ["AQAB", "A", 0, false, {}, [null]]) {
      const keys = await setOf([{ ...ec, kid: "k", d: value }]);
      expect(keys.passedOver).toMatchObject([{ index: 0, kid: "k" }]);
      expect(await outcome("ES256", keys)).toBe("key_not_found");
    }
  });

  it("a kid that is null is none, and an empty issuer frees no key", async () => {
    const [found] = (await setOf([{ ...ec, kid: null }])).selectSync({ alg: "ES256" });
    expect(found).not.toHaveProperty("kid");
    expect((await setOf([{ ...ec, issuer: "" }])).size).toBe(0);
  });
});

describe("zero octets in front of n and e", () => {
  it.each<readonly [string, object, string]>([
    ["n with one, as Java and .NET write it", { n: withZeros(rsa.n) }, "n: leading zero octets dropped"],
    ["n with several", { n: withZeros(rsa.n, 3) }, "n: leading zero octets dropped"],
    ["e as AAEAAQ", { e: "AAEAAQ" }, "e: leading zero octets dropped"],
    [
      "both",
      { n: withZeros(rsa.n), e: withZeros(rsa.e) },
      "n: leading zero octets dropped, e: leading zero octets dropped",
    ],
  ])("%s: dropped in a published set, which says so", async (_what, members, correction) => {
    const keys = await setOf([{ ...rsa, kid: "k", alg: "RS256", ...members }]);
    expect(keys).toMatchObject({ size: 1, passedOver: [], corrected: [{ index: 0, kid: "k", correction }] });
    expect(await outcome("RS256", keys)).toBe("accepted");
    const [key] = keys.selectSync({ alg: "RS256", kid: "k" });
    expect(await exportJwk(key!)).toMatchObject({ n: rsa.n, e: rsa.e });
    expect(await thumbprint(key!)).toBe(await thumbprint(rsa));
    expect(await thumbprint({ ...rsa, ...members })).toBe(await thumbprint(rsa));
  });

  it("a key that is too short does not become long enough by them", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const short = publicKey.export({ format: "jwk" }) as Jwk;
    const keys = await setOf([{ ...short, n: withZeros(short.n, 128), kid: "k", alg: "RS256" }]);
    expect(keys.passedOver).toMatchObject([{ reason: "JWK: 1024 bits, expected 2048 to 16384" }]);
  });

  it("nothing but zeros is no number", async () => {
    const keys = await setOf([{ ...rsa, n: Buffer.alloc(256).toString("base64url"), kid: "k" }]);
    expect(keys.size).toBe(0);
  });

  it("an import takes them only when it is told to, and says so", async () => {
    const written = { ...rsa, n: withZeros(rsa.n) };
    for (const read of [importVerifyingKey, importVerifyingKeySync]) {
      const error = (await errorOf(() => read(written, RS256))) as Error;
      expect(error.message).toBe("JWK: n or e has a leading zero octet; the option lenient takes this key");
      expect(await exportJwk(await read(written, RS256, { lenient: true }))).toMatchObject({ n: rsa.n });
    }
    const secret = privateJwkFor(RS256);
    const padded = Object.fromEntries(
      Object.entries(secret).map(([name, value]) => [name, name === "kty" ? value : withZeros(value)]),
    ) as unknown as Jwk;
    for (const read of [importSigningKey, importSigningKeySync]) {
      expect(await codeOf(() => read(padded, RS256))).toBe("invalid_key");
      const key = await read(padded, RS256, { lenient: true });
      expect(await exportJwk(await publicKeyOf(key))).toMatchObject({ n: rsa.n, e: rsa.e });
    }
  });
});

describe("other ways to write a key, which are taken where it is written", () => {
  const short = keyWithShortCoordinate();
  const trimmed = octetsOf(short.jwk[short.member]).subarray(1).toString("base64url");
  const forms: readonly (readonly [string, AsymmetricAlgorithm, Jwk, Jwk])[] = [
    ["n padded", RS256, rsa, { ...rsa, n: `${rsa.n ?? ""}==` }],
    ["n in the plain alphabet", RS256, rsa, { ...rsa, n: plain(rsa.n).replace(/=+$/, "") }],
    ["n in standard base64, with zero octets", RS256, rsa, { ...rsa, n: plain(withZeros(rsa.n)), e: "AAEAAQ==" }],
    ["coordinates padded", ES256, ec, { ...ec, x: plain(ec.x), y: `${ec.y ?? ""}=` }],
    ["coordinates of 33 octets", ES256, ec, { ...ec, x: withZeros(ec.x), y: withZeros(ec.y) }],
    ["a coordinate of 31 octets", ES256, short.jwk, { ...short.jwk, [short.member]: trimmed }],
    ["33 octets in standard base64", ES256, ec, { ...ec, x: plain(withZeros(ec.x)) }],
  ];

  it.each(forms)("%s", async (_what, alg, canonical, written) => {
    const strict = await setOf([{ ...written, kid: "k" }]);
    expect(strict.size).toBe(0);
    expect(strict.passedOver[0]?.reason).toMatch(/; the option lenient takes this key$/);
    const keys = await setOf([{ ...written, kid: "k" }], { lenient: true });
    expect(keys.size).toBe(1);
    expect(keys.corrected).toMatchObject([{ index: 0, kid: "k" }]);
    const [key] = keys.selectSync({ alg: alg.name, kid: "k" });
    expect(await thumbprint(key!)).toBe(await thumbprint(canonical));
    expect(await exportJwk(key!)).toMatchObject(canonical);

    for (const read of [importVerifyingKey, importVerifyingKeySync]) {
      expect(await codeOf(() => read(written, alg))).toBe("invalid_key");
      expect(await exportJwk(await read(written, alg, { lenient: true }))).toMatchObject(canonical);
    }
  });

  it.each<readonly [string, Jwk]>([
    ["white space", { ...ec, x: `${ec.x ?? ""}\n` }],
    ["too much padding", { ...ec, x: `${ec.x ?? ""}==` }],
    ["bits that no octet has", { ...ec, x: `${(ec.x ?? "").slice(0, -1)}B` }],
    [
      "a coordinate of 33 octets that begins with 1",
      { ...ec, x: Buffer.concat([Buffer.of(1), octetsOf(ec.x)]).toString("base64url") },
    ],
    ["a point off the curve", { ...ec, x: withZeros(ec.y), y: withZeros(ec.x) }],
    ["a coordinate that is not there", { ...ec, x: undefined } as unknown as Jwk],
    ["an Ed25519 key of 31 octets", { kty: "OKP", crv: "Ed25519", x: Buffer.alloc(31, 9).toString("base64url") }],
  ])("%s is no key all the same", async (_what, jwk) => {
    expect((await setOf([{ ...jwk, kid: "k" }], { lenient: true })).size).toBe(0);
    expect(await codeOf(() => importVerifyingKey(jwk, ES256, { lenient: true }))).toBe("invalid_key");
  });

  it.each(["yes", 1, null, ["padding"]])("lenient: %j is a TypeError", async (lenient) => {
    expect(await codeOf(() => setOf([], { lenient: lenient as unknown as boolean }))).toBe("invalid_argument");
    expect(await codeOf(() => importVerifyingKey(ec, ES256, { lenient: lenient as unknown as boolean }))).toBe(
      "invalid_argument",
    );
  });

  it("the point that is used is the one that a runtime makes of the private key", () => {
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(octetsOf(privateJwkFor(ES256).d));
    expect(createPublicKey({ key: ec as never, format: "jwk" }).export({ format: "jwk" }).x).toBe(
      ecdh.getPublicKey().subarray(1, 33).toString("base64url"),
    );
  });
});

describe("a token whose key is there and cannot be used", () => {
  const meantOtherwise: readonly (readonly [string, object, RegExp])[] = [
    ["is for encryption", { use: "enc" }, /use: expected sig or jwt-svid, found "enc"/],
    ["has other operations", { key_ops: ["encrypt"] }, /key_ops: expected verify/],
    ["is of an algorithm that is not listed", { alg: "RS384" }, /alg "RS384".*for none of the algorithms/],
    ["is of another algorithm that is listed", { alg: "RS512" }, /it is for RS512/],
    [
      "is another issuer's",
      { issuer: "https://other.example" },
      /the key belongs to the issuer "https:\/\/other\.example"/,
    ],
    ["is private", { d: "AQAB" }, /a private key where a public one is expected/],
  ];

  it.each(meantOtherwise)("%s: key_not_found that says so, and 401", async (_what, members, reason) => {
    const keys = await setOf(
      [
        { ...ec, kid: "other" },
        { ...rsa, kid: "k", ...members },
      ],
      {
        algorithms: [RS256, RS512, ES256],
        issuer: expected.issuer,
      },
    );
    const error = (await errorOf(async () => verify(await tokenBy("RS256"), keys, expected))) as Error;
    expect(error).toMatchObject({ name: "JwtError", code: "key_not_found" });
    expect(error.message).toMatch(/^no key for kid "k": key 1 of the set is passed over, /);
    expect(error.message).toMatch(reason);
    const request = new Request("https://a.example", {
      headers: { authorization: `Bearer ${await tokenBy("RS256")}` },
    });
    expect(await authenticate(request, createVerifier(keys, expected))).toMatchObject({ ok: false, status: 401 });
  });

  it.each<readonly [string, object, RegExp]>([
    ["padded", { n: `${rsa.n ?? ""}==` }, /n: expected base64url/],
    ["cut short", { n: (rsa.n ?? "").slice(0, 100) }, /bits, expected 2048/],
    ["without a member", { e: undefined }, /e: expected base64url/],
    ["of another kind than its alg", { alg: "ES256", kty: "RSA", crv: "P-256" }, /kty: expected EC/],
  ])("is malformed (%s): jwks_invalid that says so, and 503", async (_what, members, reason) => {
    const keys = await setOf([{ ...rsa, kid: "k", ...members }]);
    const alg = "alg" in members ? "ES256" : "RS256";
    const error = (await errorOf(async () => verify(await tokenBy(alg), keys, expected))) as Error;
    expect(error).toMatchObject({ name: "UnavailableError", code: "jwks_invalid" });
    expect(error.message).toMatch(/^no key for kid "k": key 0 of the set is passed over, JWK: /);
    expect(error.message).toMatch(reason);
    const request = new Request("https://a.example", { headers: { authorization: `Bearer ${await tokenBy(alg)}` } });
    expect(await authenticate(request, createVerifier(keys, expected))).toMatchObject({ ok: false, status: 503 });
  });

  it("a kid that is nowhere in the set is 401, whatever else is wrong with the set", async () => {
    const keys = await setOf([{ ...rsa, kid: "other", n: "AQAB" }]);
    expect(await outcome("RS256", keys)).toBe("key_not_found");
    expect(await keys.select({ alg: "RS256", kid: "k" })).toEqual([]);
  });

  it("a good key of the same kid, or without one, is used", async () => {
    expect(
      await outcome(
        "RS256",
        await setOf([
          { ...rsa, kid: "k", n: "AQAB" },
          { ...rsa, kid: "k" },
        ]),
      ),
    ).toBe("accepted");
    expect(await outcome("RS256", await setOf([{ ...rsa, kid: "k", n: "AQAB" }, rsa]))).toBe("accepted");
  });

  it("the message names three keys at most", async () => {
    const keys = await setOf(Array.from({ length: 900 }, () => ({ ...rsa, kid: "k", use: "x".repeat(1000) })));
    const { message } = (await errorOf(async () => verify(await tokenBy("RS256"), keys, expected))) as Error;
    expect(message).toMatch(/; and 897 more$/);
    expect(message.length).toBeLessThan(600);
  });

  it("Microsoft Entra: a token of version 1 names the issuer that its key is bound to", async () => {
    const bound = "https://login.microsoftonline.com/{tenantid}/v2.0";
    const keys = await setOf([{ ...rsa, kid: "k", issuer: bound }]);
    const iss = "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/";
    const token = await sign({ tid: "72f988bf-86f1-41af-91ab-2d7cd011db47" }, await signers.RS256!, {
      issuer: iss,
      audience: "web",
    });
    const error = (await errorOf(() => verify(token, keys, { issuer: iss, audience: "web" }))) as Error;
    expect(error).toMatchObject({ code: "issuer_mismatch", claim: "iss" });
    expect(error.message).toBe(
      'iss: the key that signed is bound to the issuer "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0", ' +
        `found "${iss}"`,
    );
  });
});
