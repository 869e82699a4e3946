// `verify`, `safeVerify`, their `…Sync` forms and `createVerifier`: what they give, and how they refuse.
import { describe, expect, it, vi } from "vitest";
import {
  createSigner,
  createVerifier,
  ES256,
  generateKeyPair,
  generateSecret,
  HS256,
  importSecret,
  isJwtError,
  safeVerify,
  safeVerifySync,
  sign,
  signJws,
  signJwsJson,
  signSync,
  unchecked,
  verify,
  verifyJws,
  verifyJwsJson,
  verifySync,
} from "../../../src/index.ts";
import type { Bytes, KeySource, VerifyingKey } from "../../../src/index.ts";
import {
  at,
  audience,
  countingKey,
  encode,
  expected,
  forge,
  goodClaims,
  issuer,
  jwtHeader,
  key,
  mac,
  sealed,
  second,
  secret,
  stranger,
  strangerSecret,
  unrelated,
} from "./forge.ts";
import { codeOf, codeOfError, errorOf, outcome } from "./outcome.ts";

const { privateKey, publicKey } = await generateKeyPair(ES256);
const esToken = await sign({ sub: "user_123" }, privateKey, { issuer, audience });

describe("what a good token gives", () => {
  it("claims, payload, header and key, the same from all eight functions", async () => {
    const verifier = createVerifier(key, expected);
    const results = [
      await verify(forge(), key, expected),
      verifySync(forge(), key, expected),
      await verifier.verify(forge()),
      verifier.verifySync(forge()),
    ];
    const safe = [
      await safeVerify(forge(), key, expected),
      safeVerifySync(forge(), key, expected),
      await verifier.safeVerify(forge()),
      verifier.safeVerifySync(forge()),
    ];
    for (const result of [...results, ...safe]) {
      expect(result).toMatchObject({
        claims: goodClaims,
        payload: goodClaims,
        header: jwtHeader,
        key: { alg: "HS256" },
      });
    }
    for (const result of safe) expect(Object.keys(result).sort()).toEqual(["claims", "header", "key", "ok", "payload"]);
  });

  it("without a schema the claims are the payload", async () => {
    const { claims, payload } = await verify(forge(), key, expected);
    expect(claims).toBe(payload);
  });

  it("Verified.key cannot sign, and still verifies", async () => {
    for (const verified of [
      await verify(forge(), key, expected),
      verifySync(forge(), [unrelated, key], expected),
      await createVerifier(key, { ...expected, cache: 5 }).verify(forge()),
    ]) {
      expect("sign" in verified.key || "signSync" in verified.key).toBe(false);
      expect(await outcome(forge(), verified.key, expected)).toBe("accepted");
    }
  });

  it("a public key is returned itself", async () => {
    const policy = { issuer, audience };
    expect((await verify(esToken, publicKey, policy)).key).toBe(publicKey);
    expect(verifySync(esToken, publicKey, policy).key).toBe(publicKey);
  });

  it("kid and issuer of the key come along", async () => {
    const named = await importSecret(secret, HS256, { kid: "k1", issuer });
    expect((await verify(forge(), named, expected)).key).toMatchObject({ alg: "HS256", kid: "k1", issuer });
  });

  it("the header is frozen", async () => {
    const { header } = await verify(forge(goodClaims, { ...jwtHeader, deep: { list: [{}] } }), key, expected);
    expect(Object.isFrozen(header)).toBe(true);
    expect(Object.isFrozen((header.deep as { list: object[] }).list[0])).toBe(true);
  });

  it("the payload without a cache is the caller's own to change", async ({ skip }) => {
    skip(process.env.FAST_PATHS === "tokens", "every verifier remembers tokens in this run");
    const verifier = createVerifier(key, expected);
    const { claims } = await verifier.verify(forge());
    (claims as { sub: string }).sub = "changed";
    expect((await verifier.verify(forge())).claims.sub).toBe("user_123");
  });

  it("a verifier's functions work apart from it", async () => {
    const verifier = createVerifier(key, expected);

    const { verify: one, verifySync: two, safeVerify: three, safeVerifySync: four } = verifier;
    expect([(await one(forge())).claims, two(forge()).claims]).toEqual([goodClaims, goodClaims]);
    expect([(await three(forge())).ok, four(forge()).ok]).toEqual([true, true]);
  });

  it("what is expected is fixed when the verifier is made", async () => {
    const audiences = ["web"];
    const match: Record<string, string> = { sub: "user_123" };
    const verifier = createVerifier(key, { ...expected, audience: audiences, match });
    audiences.splice(0, 1, "other");
    match.sub = "other";
    expect(await codeOf(() => verifier.verify(forge()))).toBe("accepted");
  });
});

describe("safeVerify gives refusals as values; TypeErrors still throw", () => {
  it("a JwtError", async () => {
    for (const result of [await safeVerify("x", key, expected), safeVerifySync("x", key, expected)]) {
      expect(result.ok).toBe(false);
      if (!result.ok) expect(codeOfError(result.error)).toBe("token_malformed");
      expect(Object.keys(result).sort()).toEqual(["error", "ok"]);
    }
  });

  it("an UnavailableError", async () => {
    const broken = countingKey({
      verify: () => Promise.reject(new Error("HSM")),
      verifySync: () => {
        throw new Error("HSM");
      },
    });
    for (const result of [await safeVerify(forge(), broken, expected), safeVerifySync(forge(), broken, expected)]) {
      expect(!result.ok && codeOfError(result.error)).toBe("key_unavailable");
    }
  });

  it("not a TypeError", async () => {
    await expect(safeVerify(forge(), key, { ...expected, audiance: "x" } as never)).rejects.toThrow(TypeError);
    expect(() => safeVerifySync(forge(), key, {} as never)).toThrow(TypeError);
    expect(() => safeVerifySync(forge(), { alg: "HS256", verify: () => true }, expected)).toThrow(TypeError);
  });
});

describe("three parts, canonical, in this order", () => {
  const [header, payload, signature] = forge().split(".") as [string, string, string];

  it.each<[string, unknown, string]>([
    ["undefined", undefined, "token_malformed"],
    ["null", null, "token_malformed"],
    ["a number", 0, "token_malformed"],
    ["bytes", Buffer.from(forge()), "token_malformed"],
    ["a boxed text", new String(forge()), "token_malformed"],
    ["a list of its parts", forge().split("."), "token_malformed"],
    ["the empty text", "", "token_malformed"],
    ["two parts", `${header}.${payload}`, "token_malformed"],
    ["four parts", `${forge()}.x`, "token_malformed"],
    ["a dot before", `.${forge()}`, "token_malformed"],
    ["five parts (a JWE)", `${header}.a.b.c.${signature}`, "token_malformed"],
    ["Bearer before it", `Bearer ${forge()}`, "token_malformed"],
    ["a blank after it", `${forge()} `, "token_malformed"],
    ["an empty header", sealed("", payload), "token_malformed"],
    ["an empty payload", sealed(header, ""), "token_malformed"],
    ["an empty signature", `${header}.${payload}.`, "token_malformed"],
    ["padding after the signature", `${forge()}=`, "token_malformed"],
    ["padding after the payload, signed", sealed(header, `${payload}==`), "token_malformed"],
    ["padding after the header, signed", sealed(`${header}=`, payload), "token_malformed"],
    ["blanks in the payload, signed", sealed(header, `${payload.slice(0, 4)}\n${payload.slice(4)}`), "token_malformed"],
    [
      "the other alphabet in the payload, signed",
      sealed(header, Buffer.from('{"a":"\u00fb\u00ff"}', "latin1").toString("base64")),
      "token_malformed",
    ],
    ["one character of payload, signed", sealed(header, "A"), "token_malformed"],
    ["characters outside of ASCII in the payload, signed", sealed(header, `${payload}ü`), "token_malformed"],
    [
      "no UTF-8 in the payload",
      sealed(header, encode(Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d))),
      "payload_invalid",
    ],
    [
      "a byte order mark before the payload",
      sealed(header, encode(`\ufeff${JSON.stringify(goodClaims)}`)),
      "payload_invalid",
    ],
    ["a payload that is a list", forge([goodClaims]), "payload_invalid"],
    ["a payload that is null", forge(null), "payload_invalid"],
    ["a payload that is a text", forge('"claims"'), "payload_invalid"],
    ["a payload that is no JSON", forge("{'exp':1}"), "payload_invalid"],
    ["a payload nested 5000 deep", forge(`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`), "payload_invalid"],
    ["a header that is not UTF-8", sealed(encode(Uint8Array.of(0xff)), payload), "token_malformed"],
    ["a header that is no object", forge(goodClaims, "[]"), "header_invalid"],
    ["a header that is no JSON", forge(goodClaims, "alg"), "header_invalid"],
    ["a header without alg", forge(goodClaims, {}), "header_invalid"],
    ["an alg that is inherited", forge(goodClaims, '{"__proto__":{"alg":"HS256"}}'), "header_invalid"],
    ["alg twice", forge(goodClaims, '{"alg":"HS256","alg":"HS256"}'), "header_invalid"],
    ["typ twice", forge(goodClaims, '{"alg":"HS256","typ":"JWT","typ":"JWT"}'), "header_invalid"],
    ["a member twice, deep inside", forge(goodClaims, '{"alg":"HS256","x":{"y":[{"z":1,"z":2}]}}'), "header_invalid"],
    [
      "b64 true: a token's payload is always base64url (RFC 7797 §7)",
      forge(goodClaims, { alg: "HS256", b64: true }),
      "header_invalid",
    ],
    ["b64 false", forge(goodClaims, { alg: "HS256", b64: false }), "header_invalid"],
    ["alg 256", forge(goodClaims, { alg: 256 }), "header_invalid"],
    ["kid 1", forge(goodClaims, { alg: "HS256", kid: 1 }), "header_invalid"],
    ["kid null", forge(goodClaims, { alg: "HS256", kid: null }), "header_invalid"],
    ["alg none, unsigned", `${encode({ alg: "none" })}.${payload}.`, "alg_not_allowed"],
    ["alg none, signed", forge(goodClaims, { alg: "none" }), "alg_not_allowed"],
    ["alg nOnE", forge(goodClaims, { alg: "nOnE" }), "alg_not_allowed"],
    ["alg empty", forge(goodClaims, { alg: "" }), "alg_not_allowed"],
    ["alg in another case", forge(goodClaims, { alg: "hs256" }), "alg_not_allowed"],
    ["alg of another key", forge(goodClaims, { alg: "ES256" }), "alg_not_allowed"],
    ["alg constructor", forge(goodClaims, { alg: "constructor" }), "alg_not_allowed"],
    ["another signature", `${header}.${payload}.${mac("x")}`, "signature_invalid"],
    ["a signature cut short", `${header}.${payload}.${mac("x").slice(0, 4)}`, "signature_invalid"],
    ["another payload", `${header}.${encode({ ...goodClaims, sub: "admin" })}.${signature}`, "signature_invalid"],
    ["another secret", forge(goodClaims, jwtHeader, strangerSecret), "signature_invalid"],
  ])("%s", async (_name, token, code) => {
    expect(await outcome(token, key, expected)).toBe(code);
    expect(await outcome(token, countingKey(), expected)).toBe(code);
    const source = { algorithms: ["HS256"], select: () => [key], selectSync: () => [key] };
    expect(await outcome(token, source, expected)).toBe(code);
  });

  it("what a payload says twice is read once, as every JSON parser does (RFC 7519 §4)", async () => {
    const twice = forge(`{"sub":"first",${JSON.stringify(goodClaims).slice(1, -1)}}`);
    expect(verifySync(twice, key, expected).claims.sub).toBe("user_123");
  });

  it("claims called __proto__ or constructor arrive as claims", async () => {
    const token = forge(`{"__proto__":{"admin":true},"constructor":1,${JSON.stringify(goodClaims).slice(1)}`);
    const { claims } = await verify(token, key, expected);
    expect(Object.keys(claims).slice(0, 2)).toEqual(["__proto__", "constructor"]);
    expect(claims.admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe("maxTokenLength: default 16384 characters", () => {
  const ofLength = (length: number): string => {
    const base = forge({ ...goodClaims, pad: "" }).length;
    for (let pad = Math.floor(((length - base) * 3) / 4) - 3; ; pad++) {
      const token = forge({ ...goodClaims, pad: "x".repeat(pad) });
      if (token.length >= length) return token;
    }
  };

  it("is to the character", async () => {
    const token = ofLength(16_380);
    expect(token.length).toBeLessThanOrEqual(16_384);
    expect(await outcome(token, key, expected)).toBe("accepted");
    expect(await outcome(token, key, { ...expected, maxTokenLength: token.length })).toBe("accepted");
    expect(await outcome(token, key, { ...expected, maxTokenLength: token.length - 1 })).toBe("token_too_large");
    expect(await outcome(ofLength(16_386), key, expected)).toBe("token_too_large");
    expect(await outcome(ofLength(16_386), key, { ...expected, maxTokenLength: 20_000 })).toBe("accepted");
  });

  it("comes before anything is looked at", async () => {
    expect(await outcome("x".repeat(16_385), key, expected)).toBe("token_too_large");
    expect(await outcome(".".repeat(1e7), key, expected)).toBe("token_too_large");
    expect(await outcome("x".repeat(16_384), key, expected)).toBe("token_malformed");
  });
});

describe("candidates", () => {
  const keyOf = (kid?: string, withSecret = secret): Promise<VerifyingKey> => importSecret(withSecret, HS256, { kid });
  const withKid = (kid: string): string => forge(goodClaims, { alg: "HS256", kid });

  it("keys whose alg fits; when the header has a kid, those that carry it, else those without one", async () => {
    const [right, wrong, bare, wrongBare] = await Promise.all([
      keyOf("k1"),
      keyOf("k2", strangerSecret),
      keyOf(),
      keyOf(undefined, strangerSecret),
    ]);
    expect(await outcome(withKid("k1"), [wrong, right], expected)).toBe("accepted");
    expect(await outcome(withKid("k1"), [wrong, bare], expected)).toBe("accepted");
    expect(await outcome(withKid("k1"), [await keyOf("k1", strangerSecret), bare], expected)).toBe("signature_invalid");
    expect(await outcome(withKid("k1"), [wrong], expected)).toBe("key_not_found");
    expect(await outcome(withKid("k1"), [wrong, wrongBare], expected)).toBe("signature_invalid");
    expect(await outcome(withKid(""), [right], expected)).toBe("key_not_found");
    expect(await outcome(withKid("K1"), [right], expected)).toBe("key_not_found");
    expect(await outcome(withKid("__proto__"), [right], expected)).toBe("key_not_found");
  });

  it("several keys with one kid are all tried", async () => {
    expect(await outcome(withKid("k1"), [await keyOf("k1", strangerSecret), await keyOf("k1")], expected)).toBe(
      "accepted",
    );
  });

  it("no kid in the header: every key whose alg fits", async () => {
    expect(
      await outcome(forge(), [publicKey, await keyOf("k2", strangerSecret), stranger, await keyOf("k1")], expected),
    ).toBe("accepted");
    expect(await outcome(forge(), [publicKey, stranger, await keyOf("k2", strangerSecret)], expected)).toBe(
      "signature_invalid",
    );
  });

  it("more than 32 candidates: key_not_found, before any is tried", async () => {
    const counting = countingKey();
    const many = (count: number): VerifyingKey[] => Array.from({ length: count }, () => counting);
    expect(await outcome(forge(), many(32), expected)).toBe("accepted");
    const before = counting.calls();
    expect(await outcome(forge(), many(33), expected)).toBe("key_not_found");
    const source: KeySource = { algorithms: ["HS256"], select: () => many(33), selectSync: () => many(33) };
    expect(await outcome(forge(), source, expected)).toBe("key_not_found");
    expect(counting.calls()).toBe(before);
  });

  it("a thousand keys are no hindrance where a kid tells them apart", async () => {
    const keys = [
      ...Array.from({ length: 999 }, (_, i) => countingKey({ kid: `k${i}` })),
      countingKey({ kid: "mine" }),
    ];
    expect(await outcome(withKid("mine"), keys, expected)).toBe("accepted");
    expect(keys.slice(0, 999).every((one) => one.calls() === 0)).toBe(true);
  });

  it("a `verify` that throws is not `false`: the rest are tried, then it is key_unavailable", async () => {
    const broken = countingKey({
      verify: () => {
        throw new Error("HSM");
      },
      verifySync: () => {
        throw new Error("HSM");
      },
    });
    const rejecting = countingKey({
      verify: () => Promise.reject(new Error("HSM")),
      verifySync: () => {
        throw new Error("HSM");
      },
    });
    for (const failing of [broken, rejecting]) {
      expect(await outcome(forge(), [failing, key], expected)).toBe("accepted");
      expect(await outcome(forge(), [key, failing], expected)).toBe("accepted");
      expect(await outcome(forge(), [failing, stranger], expected)).toBe("key_unavailable");
      expect(await outcome(forge(), failing, expected)).toBe("key_unavailable");
    }
  });

  it("booleans from keys are compared `=== true`", async () => {
    for (const answer of [1, "true", {}, [], new Boolean(true), undefined, null, 0, false]) {
      const lying = countingKey({ verify: () => answer as boolean, verifySync: () => answer as boolean });
      expect(await outcome(forge(), lying, expected)).toBe("signature_invalid");
      expect(await outcome(forge(), [lying, key], expected)).toBe("accepted");
    }
  });

  it("a promise is not true: from verify it is awaited, from verifySync it is sync_unavailable", async () => {
    const promising = countingKey({
      verify: () => Promise.resolve(true),
      verifySync: () => Promise.resolve(true) as never,
    });
    expect(await codeOf(() => verify(forge(), promising, expected))).toBe("accepted");
    expect(await codeOf(() => verifySync(forge(), promising, expected))).toBe("sync_unavailable");
    expect(await codeOf(() => safeVerifySync(forge(), promising, expected))).toBe("sync_unavailable");
    const lying = countingKey({ verify: () => Promise.resolve(false) });
    expect(await codeOf(() => verify(forge(), lying, expected))).toBe("signature_invalid");
  });

  it("kid is only compared, never interpolated: it reaches a plug-in source as it is, and nothing else", async () => {
    const kid = "../../etc/passwd'; DROP TABLE keys;-- \u0000\u202e";
    const select = vi.fn(() => [key]);
    const source: KeySource = { algorithms: ["HS256"], select, selectSync: select };
    expect(await outcome(withKid(kid), source, expected)).toBe("accepted");
    expect(
      select.mock.calls.every(
        ([wanted]: unknown[]) => JSON.stringify(wanted) === JSON.stringify({ alg: "HS256", kid }),
      ),
    ).toBe(true);
  });
});

describe("KeySource", () => {
  const sourceOf = (answer: unknown, algorithms: unknown = ["HS256"]): unknown => ({
    algorithms,
    select: () => answer,
    selectSync: () => answer,
  });

  it("is never asked about an alg outside of `algorithms`, nor about `none`", async () => {
    const select = vi.fn(() => [key]);
    const source = { algorithms: ["HS256", "ES256"], select, selectSync: select };
    for (const alg of ["none", "None", "NONE", "", "HS512", "hs256", "__proto__"]) {
      expect(await outcome(forge(goodClaims, { alg }), source, expected)).toBe("alg_not_allowed");
      expect(await outcome(`${encode({ alg })}.${encode(goodClaims)}.`, source, expected)).toBe("alg_not_allowed");
    }
    expect(select).not.toHaveBeenCalled();
  });

  it("is not asked about a header that is refused anyway, and once for one that is not", async () => {
    const select = vi.fn(() => [key]);
    const source = { algorithms: ["HS256"], select };
    for (const header of [
      { alg: "HS256", crit: ["x"], x: 1 },
      { alg: "HS256", b64: false },
      { alg: "HS256", kid: 5 },
      [],
    ]) {
      await codeOf(() => verify(forge(goodClaims, header), source, expected));
    }
    expect(select).not.toHaveBeenCalled();
    await verify(forge(), source, expected);
    expect(select.mock.calls).toEqual([[{ alg: "HS256" }]]);
  });

  it("of its answer, keys of another alg or kid are left aside", async () => {
    const [k1, k2] = [
      await importSecret(secret, HS256, { kid: "k1" }),
      await importSecret(secret, HS256, { kid: "k2" }),
    ];
    const liar = countingKey({ alg: "HS512" });
    expect(await outcome(forge(), sourceOf([liar]), expected)).toBe("key_not_found");
    expect(liar.calls()).toBe(0);
    expect(await outcome(forge(goodClaims, { alg: "HS256", kid: "k1" }), sourceOf([k2]), expected)).toBe(
      "key_not_found",
    );
    expect(await outcome(forge(goodClaims, { alg: "HS256", kid: "k1" }), sourceOf([k2, k1]), expected)).toBe(
      "accepted",
    );
    expect(await outcome(forge(goodClaims, { alg: "HS256", kid: "k1" }), sourceOf([k2, key]), expected)).toBe(
      "accepted",
    );
    expect(await outcome(forge(), sourceOf([]), expected)).toBe("key_not_found");
  });

  it.each([undefined, null, {}, key, "keys", { 0: key, length: 1 }, new Set([key])])(
    "an answer that is no list (%#) is key_unavailable",
    async (answer) => {
      expect(await outcome(forge(), sourceOf(answer), expected)).toBe("key_unavailable");
    },
  );

  it.each([[null], [{}], [key, undefined], [privateKey], [{ alg: "none", verify: () => true }]])(
    "a list with what is no verifying key (%#) is a TypeError",
    async (...answer) => {
      expect(await outcome(forge(), sourceOf(answer), expected)).toBe("invalid_argument");
    },
  );

  it("one that throws is key_unavailable, its own refusals pass", async () => {
    const { UnavailableError, JwtError } = await import("../../../src/index.ts");
    const failing = (error: Error): unknown => ({
      algorithms: ["HS256"],
      select: () => Promise.reject(error),
      selectSync: () => {
        throw error;
      },
    });
    expect(await outcome(forge(), failing(new Error("ECONNREFUSED")), expected)).toBe("key_unavailable");
    expect(await outcome(forge(), failing(new UnavailableError("jwks_unavailable", "x")), expected)).toBe(
      "jwks_unavailable",
    );
    expect(await outcome(forge(), failing(new UnavailableError("jwks_invalid", "x")), expected)).toBe("jwks_invalid");
    expect(await outcome(forge(), failing(new JwtError("key_not_found", "x")), expected)).toBe("key_not_found");
  });

  it("an error is its own by code and name: another library's of the same name is key_unavailable", async () => {
    const foreign = Object.assign(new Error("hunter2"), { name: "UnavailableError" });
    const coded = Object.assign(new Error("hunter2"), { name: "JwtError", code: "E_FOREIGN" });
    for (const error of [foreign, coded]) {
      const source = {
        algorithms: ["HS256"],
        select: () => Promise.reject(error),
        selectSync: () => {
          throw error;
        },
      };
      expect(await outcome(forge(), source, expected)).toBe("key_unavailable");
    }
  });

  it("without selectSync: sync_unavailable before the token is read", async () => {
    const source: KeySource = { algorithms: ["HS256"], select: () => Promise.resolve([key]) };
    for (const token of [forge(), "x", undefined as never])
      expect(await codeOf(() => verifySync(token, source, expected))).toBe("sync_unavailable");
    expect(await codeOf(() => verify(forge(), source, expected))).toBe("accepted");
  });

  it("a selectSync that gives a promise is sync_unavailable", async () => {
    const source: KeySource = {
      algorithms: ["HS256"],
      select: () => [key],
      selectSync: () => Promise.resolve([key]) as never,
    };
    expect(await codeOf(() => verifySync(forge(), source, expected))).toBe("sync_unavailable");
  });

  it("a key it gives that cannot verify synchronously is sync_unavailable", async () => {
    const later: VerifyingKey = { alg: "HS256", verify: () => true };
    expect(await codeOf(() => verifySync(forge(), sourceOf([later]) as KeySource, expected))).toBe("sync_unavailable");
  });

  it.each<[string, unknown]>([
    ["no algorithms", { select: () => [] }],
    ["an empty list of them", { algorithms: [], select: () => [] }],
    ["none among them", { algorithms: ["HS256", "none"], select: () => [] }],
    ["an empty name", { algorithms: [""], select: () => [] }],
    ["a text", { algorithms: "HS256", select: () => [] }],
    ["numbers", { algorithms: [256], select: () => [] }],
    ["algorithm values instead of names", { algorithms: [HS256], select: () => [] }],
    ["no select", { algorithms: ["HS256"], select: null }],
  ])("a source with %s is a TypeError", async (_name, source) => {
    expect(await outcome(forge(), source, expected)).toBe("invalid_argument");
  });
});

describe("keys that are none are a TypeError, before the token is read", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["no keys", []],
    ["a secret as text", "a secret that is more than 32 bytes long"],
    ["a private key", privateKey],
    ["a promise", Promise.resolve(key)],
    ["an object", {}],
    ["null among keys", [key, null]],
    ["a list of lists", [[key]]],
    ["verify that is no function", { alg: "HS256", verify: true }],
    ["alg none", { alg: "none", verify: () => true }],
    ["alg NoNe", { alg: "NoNe", verify: () => true }],
    ["alg empty", { alg: "", verify: () => true }],
    ["kid 5", { alg: "HS256", kid: 5, verify: () => true }],
    ["issuer empty", { alg: "HS256", issuer: "", verify: () => true }],
    ["issuer null", { alg: "HS256", issuer: null, verify: () => true }],
    ["issuer in a list", { alg: "HS256", issuer: [issuer], verify: () => true }],
    ["a function", () => true],
  ])("%s", async (_name, keys) => {
    expect(await outcome(forge(), keys, expected)).toBe("invalid_argument");
    expect(await outcome(5, keys, expected)).toBe("invalid_argument");
  });
});

describe("a key that carries an `issuer` accepts only tokens of that `iss`, even with issuer: unchecked", () => {
  it("imported, plug-in, in a list, from a source", async () => {
    const own = await importSecret(secret, HS256, { issuer });
    const plug = countingKey({ issuer });
    const source = { algorithms: ["HS256"], select: () => [own], selectSync: () => [own] };
    for (const keys of [own, plug, [stranger, own], source]) {
      for (const policy of [expected, { ...expected, issuer: unchecked }, { ...expected, issuer: [issuer, "b"] }]) {
        expect(await outcome(forge(), keys, policy)).toBe("accepted");
        expect(await outcome(forge(without("iss")), keys, policy)).toBe("claim_missing");
        expect(await outcome(forge({ ...goodClaims, iss: "b" }), keys, policy)).toBe("issuer_mismatch");
        expect(await outcome(forge({ ...goodClaims, iss: [issuer] }), keys, policy)).toBe("claim_invalid");
      }
    }
  });

  it("another key of the set speaks for its own issuer", async () => {
    const [a, b] = [
      await importSecret(secret, HS256, { issuer: "a" }),
      await importSecret(strangerSecret, HS256, { issuer: "b" }),
    ];
    const policy = { ...expected, issuer: ["a", "b"] };
    expect(await outcome(forge({ ...goodClaims, iss: "a" }), [a, b], policy)).toBe("accepted");
    expect(await outcome(forge({ ...goodClaims, iss: "b" }), [a, b], policy)).toBe("issuer_mismatch");
    expect(await outcome(forge({ ...goodClaims, iss: "b" }, jwtHeader, strangerSecret), [a, b], policy)).toBe(
      "accepted",
    );
  });
});

const without = (name: string): object =>
  Object.fromEntries(Object.entries(goodClaims).filter(([claim]) => claim !== name));

describe("the synchronous form calls only `…Sync` members", () => {
  it("and the asynchronous one the others", async () => {
    const asked: string[] = [];
    const check =
      (name: string) =>
      (data: Bytes, signature: Bytes): boolean => {
        asked.push(name);
        return countingKey().verifySync?.(data, signature) === true;
      };
    const plug: VerifyingKey = { alg: "HS256", verify: check("verify"), verifySync: check("verifySync") };
    verifySync(forge(), plug, expected);
    await verify(forge(), plug, expected);
    expect(asked).toEqual(["verifySync", "verify"]);
  });

  it("a missing one is sync_unavailable before the token is read", async () => {
    const later: VerifyingKey = { alg: "ES256", verify: () => Promise.resolve(true) };
    for (const token of [forge(), "x", ".".repeat(1e6), undefined as never]) {
      expect(await codeOf(() => verifySync(token, later, expected))).toBe("sync_unavailable");
      expect(await codeOf(() => createVerifier([key, later], expected).safeVerifySync(token))).toBe("sync_unavailable");
    }
    expect(await codeOf(() => createVerifier([key, later], expected).verify(forge()))).toBe("accepted");
  });

  it("plug-ins that are classes keep their `this`", async () => {
    class Hsm implements VerifyingKey {
      readonly alg = "HS256";
      readonly inner = countingKey();
      verify(data: Bytes, signature: Bytes): boolean {
        return this.inner.verify(data, signature) === true;
      }
      verifySync(data: Bytes, signature: Bytes): boolean {
        return this.verify(data, signature);
      }
      sign(data: Bytes): Buffer<ArrayBuffer> {
        return Buffer.from(mac(data), "base64url");
      }
      signSync(data: Bytes): Buffer<ArrayBuffer> {
        return this.sign(data);
      }
    }
    const hsm = new Hsm();
    const options = { issuer, audience };
    for (const token of [await sign({}, hsm, options), signSync({}, hsm, options)])
      expect(await outcome(token, hsm, options)).toBe("accepted");
  });
});

describe("a header that was seen before", () => {
  it("is checked like the first: its token's other faults are found", async () => {
    const verifier = createVerifier(key, expected);
    await verifier.verify(forge());
    expect(await codeOf(() => verifier.verify(forge(goodClaims, jwtHeader, strangerSecret)))).toBe("signature_invalid");
    expect(await codeOf(() => verifier.verify(forge({ ...goodClaims, exp: 0 })))).toBe("expired");
    expect(await codeOf(() => verifier.verify(forge()))).toBe("accepted");
  });

  it("with crit is not remembered as one without", async () => {
    const verifier = createVerifier(key, expected);
    for (let i = 0; i < 3; i++)
      expect(await codeOf(() => verifier.verify(forge(goodClaims, { ...jwtHeader, crit: ["x"], x: 1 })))).toBe(
        "crit_unsupported",
      );
  });

  it("a thousand different ones do no harm", async () => {
    const verifier = createVerifier(await generateSecret(HS256), expected);
    const own = createVerifier(key, expected);
    for (let n = 0; n < 1000; n++) {
      const token = forge(goodClaims, { ...jwtHeader, n });
      expect(own.verifySync(token).header.n).toBe(n);
      if (n % 100 === 0) expect(isJwtError(await errorOf(() => verifier.verify(token)))).toBe(true);
    }
    expect(own.verifySync(forge(goodClaims, { ...jwtHeader, n: 1 })).header.n).toBe(1);
  });
});

describe("the asynchronous functions", () => {
  it("reject, and never throw, whatever they are given", async () => {
    const verifier = createVerifier(key, { ...expected, now: () => new Date(NaN) });
    const calls: (() => Promise<unknown>)[] = [
      () => verify(undefined as never, undefined as never, undefined as never),
      () => safeVerify("x", [] as never, {} as never),
      () => verifier.verify("x"),
      () => verifier.safeVerify(5 as never),
      () => sign(undefined as never, undefined as never),
      () => sign({}, key, { exp: 5 } as never),
      () => createSigner(key).sign(null as never),
      () => createSigner(key).sign({}, null as never),
      () => signJws(5 as never, key),
      () => verifyJws("x", null as never),
      () => signJwsJson(new Uint8Array(), null as never),
      () => verifyJwsJson(null as never, null as never),
    ];
    for (const call of calls) {
      const promise = call();
      expect(promise).toBeInstanceOf(Promise);
      expect(await codeOf(() => promise)).not.toBe("accepted");
    }
  });
});

describe("a polluted Object.prototype", () => {
  const polluted = async (members: object, attempt: () => unknown): Promise<string> => {
    Object.assign(Object.prototype, members);
    try {
      attempt();
      return "accepted";
    } catch (error) {
      return (error as Error).name;
    } finally {
      for (const name of Object.keys(members)) Reflect.deleteProperty(Object.prototype, name);
    }
  };

  it.each<[string, object, object]>([
    ["optional waives nothing", { optional: ["exp", "iat"] }, {}],
    ["clockTolerance stretches nothing", { clockTolerance: 3600 }, { ...goodClaims, exp: second - 60 }],
    ["typ switches nothing off", { typ: unchecked }, { ...goodClaims, exp: second - 60 }],
    ["iss, aud, exp, iat are not the token's", { ...goodClaims }, {}],
    ["alg is not the header's", { alg: "HS256" }, {}],
  ])("%s", async (_name, members, claims) => {
    expect(await polluted(members, () => verifySync(forge(claims), key, expected))).not.toBe("accepted");
  });

  it("does not open sensitiveClaims, nor make a token live longer", async () => {
    expect(await polluted({ sensitiveClaims: "allow" }, () => signSync({ password: 1 }, key))).toBe("TypeError");
    expect(
      await polluted({ maxLifetime: "5000d" }, () => signSync({ exp: Math.floor(Date.now() / 1000) + 4e7 }, key)),
    ).toBe("TypeError");
  });
});

describe("many at once", () => {
  it("do not mix", async () => {
    const verifier = createVerifier([key, publicKey], {
      issuer,
      audience,
      now: at(second),
      optional: ["iat"],
      clockTolerance: 3600,
    });
    const tokens = Array.from({ length: 50 }, (_, i) => forge({ ...goodClaims, sub: `user_${i}` }));
    const verified = await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(verified.map(({ claims }) => claims.sub)).toEqual(tokens.map((_, i) => `user_${i}`));
  });
});
