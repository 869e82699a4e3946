// What a JWK has to say before its key members are looked at (RFC 7517 §4), and that nothing else of it is handed on.
import { createECDH } from "node:crypto";
import { describe, expect, it } from "vitest";
import { asymmetricDefinition, hmacDefinition, type AsymmetricDefinition } from "../../../src/algorithms/algorithm.ts";
import { ES256, Ed25519, HS256, ML_DSA_44, RS256 } from "../../../src/index.ts";
import {
  checkExactJwk,
  checkPrivateJwk,
  checkPublicJwk,
  checkSecretJwk,
  invalidKey,
  kidOf,
  publicHalf,
} from "../../../src/keys/jwk.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";
import { privateJwkFor, publicJwkFor } from "./good-keys.ts";

const said = async (attempt: () => unknown): Promise<string> => {
  const code = await codeOf(attempt);
  return code === "invalid_key" ? String(await errorOf(attempt)).replace("TypeError: ", "") : code;
};
const [ec, rsa, ed, mldsa, hmac] = [
  asymmetricDefinition(ES256),
  asymmetricDefinition(RS256),
  asymmetricDefinition(Ed25519),
  asymmetricDefinition(ML_DSA_44),
  hmacDefinition(HS256),
];
const publicEc = publicJwkFor(ES256);
const privateEc = privateJwkFor(ES256);
const secret = { kty: "oct", k: Buffer.from(Uint8Array.from({ length: 32 }, (_, i) => i)).toString("base64url") };
type Jwk = Readonly<Record<string, unknown>>;

const kinds = [
  ["public", publicEc, (jwk: Jwk): unknown => checkPublicJwk(jwk, ec), "verify", "sign"],
  ["private", privateEc, (jwk: Jwk): unknown => checkPrivateJwk(jwk, ec), "sign", "verify"],
] as const;

describe.each(kinds)("a %s JWK", (_what, good, check, operation, other) => {
  const of = (changes: Jwk): Promise<string> => said(() => check({ ...good, ...changes }));

  it("has the kty and crv of its algorithm", async () => {
    expect(await of({})).toBe("accepted");
    for (const kty of ["RSA", "ec", "", undefined, null, ["EC"]])
      expect(await of({ kty })).toMatch(/^JWK: kty: expected EC, found/);
    for (const crv of ["P-384", "p-256", "", undefined, ["P-256"]])
      expect(await of({ crv })).toMatch(/^JWK: crv: expected P-256, found/);
  });

  it("says the alg it is used with, or none", async () => {
    for (const alg of ["ES256", undefined, null, "", []]) expect(await of({ alg })).toBe("accepted");
    for (const alg of ["ES384", "es256", ["ES256"], {}, "none"])
      expect(await of({ alg })).toMatch(/^JWK: alg: expected ES256, found/);
  });

  it("is for signatures, if it says what it is for", async () => {
    for (const use of ["sig", "jwt-svid", undefined, null, "", []]) expect(await of({ use })).toBe("accepted");
    for (const use of ["enc", "SIG", ["sig"], {}])
      expect(await of({ use })).toMatch(/^JWK: use: expected sig or jwt-svid, found/);
  });

  it("has its operation among its key_ops, and each once", async () => {
    for (const key_ops of [
      undefined,
      null,
      [],
      "",
      [operation],
      [operation, other],
      [other, operation],
      [operation, "wrapKey"],
    ])
      expect(await of({ key_ops })).toBe("accepted");
    for (const key_ops of [
      [other],
      [operation, operation],
      [operation, other, other],
      [operation, 5],
      [operation, null],
      operation,
      {},
      { 0: operation, length: 1 },
    ]) {
      expect(await of({ key_ops })).toBe(`JWK: key_ops: expected ${operation}, each name once`);
    }
  });

  it("has its members in base64url without padding", async () => {
    for (const name of ["x", "y"])
      for (const value of [undefined, null, 5, "", [], "+".repeat(43), `${String(good[name])}==`])
        expect(await of({ [name]: value })).toMatch(
          /^JWK: \w+: expected base64url without padding(?:, the member is missing)?$/,
        );
    expect(await of({ x: `${String(good.x)}=` })).toBe(
      "JWK: x: expected base64url without padding; the option lenient takes this key",
    );
    expect(await of({ x: publicEc.y, y: publicEc.x })).toBe("JWK: the point is not on the curve");
  });

  it("counts own members only", async () => {
    expect(await said(() => check(Object.create(good) as Jwk))).toMatch(/^JWK: kty/);
  });

  it("what it says beside its key is not handed on", () => {
    const { jwk } = check({
      ...good,
      alg: "ES256",
      use: "sig",
      key_ops: [operation],
      kid: "k1",
      x5c: ["AAAA"],
      ext: true,
    }) as { jwk: Jwk };
    expect(Object.keys(jwk).sort()).toEqual(Object.keys(good).sort());
  });
});

it("a public JWK has nothing private, whichever algorithm it would be of", async () => {
  for (const name of ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]) {
    for (const value of ["AQAB", "A", 0, false, {}, [{}]])
      expect(await said(() => checkPublicJwk({ ...publicEc, [name]: value }, ec))).toMatch(
        new RegExp(`^JWK: a private key .*\\(member ${name}\\)`),
      );
    for (const value of [undefined, null, "", []])
      expect(await said(() => checkPublicJwk({ ...publicEc, [name]: value }, ec))).toBe("accepted");
  }
});

it("a private JWK has its private members, in range, and two primes", async () => {
  expect(await said(() => checkPrivateJwk(publicEc, ec))).toBe(
    "JWK: expected a private key, found none of its members: is it the public key?",
  );
  expect(await said(() => checkPrivateJwk({ ...privateJwkFor(RS256), d: undefined }, rsa))).toBe(
    "JWK: d: expected base64url without padding, the member is missing",
  );
  expect(await said(() => checkPrivateJwk({ ...privateEc, d: Buffer.alloc(32).toString("base64url") }, ec))).toBe(
    "JWK: d is out of range",
  );
  expect(await said(() => checkPrivateJwk(privateJwkFor(RS256), rsa))).toBe("accepted");
  for (const oth of [[{}], {}, "AQAB", 0])
    expect(await said(() => checkPrivateJwk({ ...privateJwkFor(RS256), oth }, rsa))).toMatch(/more than two primes/);
  for (const oth of [[], null, ""])
    expect(await said(() => checkPrivateJwk({ ...privateJwkFor(RS256), oth }, rsa))).toBe("accepted");
});

it("an ML-DSA JWK says its alg, which is part of the key", async () => {
  const jwk = publicJwkFor(ML_DSA_44);
  expect(await said(() => checkPublicJwk(jwk, mldsa))).toBe("accepted");
  expect(checkPublicJwk(jwk, mldsa).jwk).toEqual({ kty: "AKP", alg: "ML-DSA-44", pub: jwk.pub });
  for (const alg of [undefined, "ML-DSA-65", ""])
    expect(await said(() => checkPublicJwk({ ...jwk, alg }, mldsa))).toMatch(/^JWK: alg: expected ML-DSA-44/);
  // Of an AKP key no crv is asked, and none is handed on.
  expect(await said(() => checkPublicJwk({ ...jwk, crv: "anything" }, mldsa))).toBe("accepted");
});

it("the public half is the public members and what they are of", () => {
  for (const [alg, definition] of [
    [ES256, ec],
    [RS256, rsa],
    [Ed25519, ed],
    [ML_DSA_44, mldsa],
  ] as const)
    expect(publicHalf(privateJwkFor(alg), definition)).toEqual(publicJwkFor(alg));
});

describe("a secret's JWK", () => {
  const of = (changes: Jwk): Promise<string> => said(() => checkSecretJwk({ ...secret, ...changes }, hmac));

  it("is its octets", () => {
    expect([...checkSecretJwk(secret, hmac)]).toEqual(Array.from({ length: 32 }, (_, i) => i));
  });

  it("has kty oct, its alg or none, and both operations if it lists any", async () => {
    for (const changes of [
      { alg: "HS256" },
      { use: "sig" },
      { key_ops: ["sign", "verify"] },
      { key_ops: ["verify", "deriveBits", "sign"] },
      { crv: "anything" },
      { alg: null, use: "", key_ops: [] },
    ])
      expect(await of(changes)).toBe("accepted");
    expect(await of({ kty: "OCT" })).toMatch(/^JWK: kty: expected oct, found/);
    expect(await of({ alg: "HS512" })).toMatch(/^JWK: alg: expected HS256, found/);
    for (const key_ops of [["sign"], ["verify"], ["sign", "verify", "sign"], "sign"])
      expect(await of({ key_ops })).toBe("JWK: key_ops: expected sign and verify, each name once");
    for (const k of [undefined, "", 5, `${secret.k}=`])
      expect(await of({ k })).toMatch(/^JWK: k: expected base64url without padding/);
  });
});

it("a kid is a text, or none", async () => {
  expect([
    kidOf({ kid: "k1" }),
    kidOf({ kid: "" }),
    kidOf({}),
    kidOf({ kid: undefined }),
    kidOf({ kid: null }),
    kidOf(Object.create({ kid: "k1" }) as object),
  ]).toEqual(["k1", "", undefined, undefined, undefined, undefined]);
  for (const kid of [5, ["k1"], {}])
    expect(await said(() => kidOf({ kid }))).toMatch(/^JWK: kid: expected a string, found/);
});

it("every refusal of a key is a TypeError with one code", () => {
  expect(invalidKey("what is wrong")).toMatchObject({
    name: "TypeError",
    code: "invalid_key",
    message: "what is wrong",
  });
});

describe("a JWK as a runtime gives it", () => {
  it("is its key members, checked and otherwise as they are", () => {
    for (const [jwk, isPrivate] of [
      [publicEc, false],
      [privateEc, true],
    ] as const) {
      const checked = checkExactJwk({ ...jwk, use: "enc", key_ops: [], ext: true }, ec, isPrivate);
      expect(checked.jwk).toStrictEqual({ ...jwk });
      expect(Object.keys(checked.members).sort()).toEqual(isPrivate ? ["d", "x", "y"] : ["x", "y"]);
      expect(checked.corrections).toEqual([]);
    }
    expect(checkExactJwk(privateEc, ec, false).jwk).toStrictEqual({ ...publicEc });
    expect(checkExactJwk(publicJwkFor(RS256), rsa, false).jwk).toStrictEqual({ ...publicJwkFor(RS256) });
  });

  it("is refused for a fault of either half", async () => {
    const off = { ...privateEc, y: publicEc.x };
    const small = { ...privateEc, d: "AA" };
    expect(await said(() => checkExactJwk(off, ec, false))).toMatch(/^JWK: /);
    expect(await said(() => checkExactJwk(off, ec, true))).toMatch(/^JWK: /);
    expect(await said(() => checkExactJwk(small, ec, true))).toMatch(/^JWK: /);
    expect(await said(() => checkExactJwk(small, ec, false))).toBe("accepted");
  });
});

describe("what a lenient reading corrects is said, and a strict one refuses it", () => {
  /** Private keys 1, 2, 3, …: the first whose x begins with a zero octet. */
  const short = (() => {
    for (let scalar = 1; ; scalar++) {
      const pair = createECDH("prime256v1");
      pair.setPrivateKey(Buffer.from(scalar.toString(16).padStart(64, "0"), "hex"));
      const [, ...point] = pair.getPublicKey();
      if (point[0] === 0) return { x: Buffer.from(point.slice(0, 32)), y: Buffer.from(point.slice(32)) };
    }
  })();
  const rsaPublic = publicJwkFor(RS256) as { kty: string; n: string; e: string };
  const ecOf = (x: string): object => ({ kty: "EC", crv: "P-256", x, y: short.y.toString("base64url") });
  const zeros = (octets: Uint8Array, count: number): string =>
    Buffer.concat([Buffer.alloc(count), octets]).toString("base64url");
  const modulus = Buffer.from(rsaPublic.n, "base64url");
  const padded = `${short.x.toString("base64url")}=`;

  it.each<readonly [string, object, AsymmetricDefinition, readonly string[]]>([
    ["a key as it should be", publicEc, ec, []],
    ["a coordinate that begins with a zero octet", ecOf(short.x.toString("base64url")), ec, []],
    ["… without it", ecOf(short.x.subarray(1).toString("base64url")), ec, ["x: leading zero octets added"]],
    ["… with more of them", ecOf(zeros(short.x, 2)), ec, ["x: leading zero octets dropped"]],
    ["… padded", ecOf(padded), ec, ["x: written as base64url without padding"]],
    ["a modulus", rsaPublic, rsa, []],
    ["… with zero octets", { ...rsaPublic, n: zeros(modulus, 1) }, rsa, ["n: leading zero octets dropped"]],
  ])("%s", async (_what, jwk, definition, corrections) => {
    const checked = checkPublicJwk(jwk, definition, "lenient");
    expect(checked.corrections).toEqual(corrections);
    if (definition === ec) expect((checked.jwk as { x: string }).x).toHaveLength(43);
    else expect(checked.jwk).toEqual(rsaPublic);
    const strictly = await said(() => checkPublicJwk(jwk, definition));
    if (corrections.length === 0) expect(strictly).toBe("accepted");
    else expect(strictly).toMatch(/^JWK: .*; the option lenient takes this key$/);
  });

  it("but a member without characters is none", async () => {
    expect(await said(() => checkPublicJwk({ ...publicEc, x: "" }, ec, "lenient"))).toBe(
      "JWK: x: expected base64url without padding",
    );
  });

  it("of a private key too", async () => {
    const jwk = { ...privateJwkFor(RS256), n: zeros(modulus, 1) };
    expect(checkPrivateJwk(jwk, rsa, "lenient").corrections).toEqual(["n: leading zero octets dropped"]);
    expect(await said(() => checkPrivateJwk(jwk, rsa))).toMatch(/; the option lenient takes this key$/);
  });
});
