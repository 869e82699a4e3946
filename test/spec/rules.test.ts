// Rules that no single part owns: what options may be, which step comes before which, and what a
// signature has to look like before a primitive is asked. The others are named where their part is tested: signing in
// claims/ and jwt/sign, verifying in claims/validate and jwt/, JWS in jws/.
import { constants, createPrivateKey, sign as nodeSign, verify as nodeVerify, webcrypto } from "node:crypto";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  buildClaims,
  createSigner,
  createVerifier,
  createVerifierForIssuers,
  Ed25519,
  ES256,
  exportPem,
  generateKeyPair,
  PS256,
  RS256,
  sign,
  signSync,
  unchecked,
  verify,
  verifySync,
} from "../../src/index.ts";
import type { KeyPair, SignOptions } from "../../src/index.ts";
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
  stranger,
  strangerSecret,
  without,
} from "../unit/jwt/forge.ts";
import { codeOf, outcome } from "../unit/jwt/outcome.ts";

const pssPair = generateKeyPair(PS256, { extractable: true });
const schemaOf = (validate: (value: unknown) => unknown): unknown => ({
  "~standard": { version: 1, vendor: "test", validate },
});
const store = { has: () => false, hasSync: () => false, add: () => true, addSync: () => true };

const [emptyList, holes, emptyText, emptyObject, listLike, aFunction, aMap] = [
  [],
  Array(2),
  [""],
  {},
  { length: 1 },
  (): Date => new Date(second * 1000),
  new Map(),
] as const;
/** Wrong for every option but those that say otherwise. */
const wrong: readonly unknown[] = [
  null,
  "",
  NaN,
  Infinity,
  -Infinity,
  -1,
  0,
  true,
  false,
  emptyList,
  holes,
  emptyText,
  [null],
  [undefined],
  [[]],
  [5],
  emptyObject,
  listLike,
  5n,
  Symbol("x"),
  Symbol("mintmark.unchecked"),
  aFunction,
  new Date(NaN),
  aMap,
];
const show = (value: unknown): string =>
  typeof value === "bigint" || typeof value === "symbol" || typeof value === "function" || typeof value === "number"
    ? String(value)
    : JSON.stringify(value);

describe("Options of a verifier", () => {
  /** A check, and one of its values that holds for `forge()`. */
  const checks: Readonly<Record<string, unknown>> = {
    issuer,
    audience,
    subject: "user_123",
    typ: "JWT",
    required: ["sub"],
    match: { sub: "user_123" },
    maxTokenAge: "5m",
    schema: schemaOf((value) => ({ value })),
    denylist: store,
    replay: store,
  };
  const benign: Readonly<Record<string, unknown>> = {
    optional: ["iat"],
    clockTolerance: "1m",
    maxTokenLength: 1000,
    storeTimeout: 1,
    now: at(second),
  };
  /** What is wrong for the others, and right here. */
  const fine: Readonly<Record<string, readonly unknown[]>> = {
    clockTolerance: [0],
    optional: [emptyList],
    now: [aFunction],
    match: [listLike],
    denylist: [aMap],
  };

  it.each(Object.entries({ ...checks, ...benign }))("%s is known, and %o is good", async (name, value) => {
    expect(await outcome(forge(), key, { ...expected, [name]: value })).toBe("accepted");
  });

  const wrongs = Object.keys({ ...checks, ...benign }).flatMap((name) =>
    wrong.filter((value) => fine[name]?.includes(value) !== true).map((value) => [name, show(value), value] as const),
  );
  it.each(wrongs)(
    '%s: %s is a TypeError: "an option that is undefined, empty or misspelt never switches a check off"',
    async (name, _text, value) => {
      expect(await outcome(forge(), key, { ...expected, [name]: value })).toBe("invalid_argument");
      expect(await codeOf(() => createVerifier(key, { ...expected, [name]: value }))).toBe("invalid_argument");
      expect(await codeOf(() => createVerifierForIssuers([{ ...expected, keys: key, [name]: value }] as never))).toBe(
        "invalid_argument",
      );
    },
  );

  it.each(Object.keys(checks))('%s: undefined "given for a check is a TypeError"', async (name) => {
    expect(await outcome(forge(), key, { ...expected, [name]: undefined })).toBe("invalid_argument");
  });

  it.each(Object.keys(benign))('%s: "for a benign option `undefined` is not given"', async (name) => {
    const token = forge({ ...goodClaims, iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60 });
    expect(await outcome(token, key, { issuer, audience, [name]: undefined })).toBe("accepted");
  });

  it("benign options given as undefined have their defaults, not their absence", async () => {
    const none = {
      ...expected,
      clockTolerance: undefined,
      maxTokenLength: undefined,
      optional: undefined,
      storeTimeout: undefined,
    };
    expect(await outcome(forge({ ...goodClaims, exp: second - 4 }), key, none)).toBe("accepted");
    expect(await outcome(forge({ ...goodClaims, exp: second - 5 }), key, none)).toBe("expired");
    expect(await outcome("x".repeat(16_385), key, none)).toBe("token_too_large");
    expect(await outcome(forge(without("exp")), key, none)).toBe("claim_missing");
    expect(await outcome(forge(without("iat")), key, none)).toBe("claim_missing");
  });

  it.each(["issuer", "audience"])("%s is required: left out is a TypeError", async (name) => {
    const options = Object.fromEntries(Object.entries(expected).filter(([option]) => option !== name));
    expect(await outcome(forge(), key, options)).toBe("invalid_argument");
    expect(await outcome(forge(), key, { ...options, [name]: unchecked })).toBe("accepted");
  });

  it.each([
    "subject",
    "required",
    "match",
    "maxTokenAge",
    "schema",
    "denylist",
    "replay",
    "clockTolerance",
    "optional",
    "now",
  ])("%s has no `unchecked`: it is left out instead", async (name) => {
    expect(await outcome(forge(), key, { ...expected, [name]: unchecked })).toBe("invalid_argument");
  });

  it("`unchecked` is the same in every copy of the package, and no other symbol is", async () => {
    expect(Symbol.keyFor(unchecked)).toBeTypeOf("string");
    expect(await outcome(forge(), key, { ...expected, issuer: Symbol.for(Symbol.keyFor(unchecked)!) })).toBe(
      "accepted",
    );
    expect(await outcome(forge(), key, { ...expected, issuer: Symbol(Symbol.keyFor(unchecked)) })).toBe(
      "invalid_argument",
    );
    expect(await outcome(forge(), key, { ...expected, issuer: [unchecked] })).toBe("invalid_argument");
    expect(await outcome(forge(), key, { ...expected, audience: ["web", unchecked] })).toBe("invalid_argument");
  });

  it.each([
    "maxAge",
    "audiance",
    "issuers",
    "algorithms",
    "algorithm",
    "ignoreExpiration",
    "clockTimestamp",
    "Issuer",
    "iss",
    "aud",
    "nonce",
    "complete",
    "",
    "__proto__",
    "toString",
    "keys",
  ])('"Unknown names are a TypeError": %j', async (name) => {
    const options = Object.defineProperty({ ...expected }, name, { value: "x", enumerable: true });
    expect(await outcome(forge(), key, options)).toBe("invalid_argument");
    expect(await outcome("not even a token", key, options)).toBe("invalid_argument");
  });

  it("unknown names that are undefined are unknown all the same", async () => {
    expect(await outcome(forge(), key, { ...expected, audiance: undefined })).toBe("invalid_argument");
  });

  it.each([undefined, null, "options", 5, true, [], [expected], () => expected, Symbol("x")])(
    "options that are no object (%#) are a TypeError",
    async (options) => {
      expect(await outcome(forge(), key, options)).toBe("invalid_argument");
    },
  );

  it("clockTolerance: at most 1 h", async () => {
    for (const most of ["1h", 3600, "60m"])
      expect(await outcome(forge(), key, { ...expected, clockTolerance: most })).toBe("accepted");
    for (const more of ["61m", 3600.001, "1d", 1e10])
      expect(await outcome(forge(), key, { ...expected, clockTolerance: more })).toBe("invalid_argument");
  });

  it.each<[string, unknown]>([
    ["no claims", {}],
    ["an empty text", { nonce: "" }],
    ["undefined", { nonce: undefined }],
    ["null", { nonce: null }],
    ["NaN", { level: NaN }],
    ["Infinity", { level: Infinity }],
    ["a list", { azp: ["web"] }],
    ["an object", { cnf: {} }],
    ["one bad among good", { azp: "web", nonce: undefined }],
    ["a bigint", { n: 5n }],
  ])("match: %s is a TypeError: a nonce that was lost does not switch its check off", async (_name, match) => {
    expect(await outcome(forge(), key, { ...expected, match })).toBe("invalid_argument");
  });

  it.each(["issuer", "audience", "typ", "required"])("%s: a list with one bad value is a TypeError", async (name) => {
    for (const bad of ["", undefined, null, 5, unchecked, ["x"]])
      expect(await outcome(forge(), key, { ...expected, [name]: ["sub", bad] })).toBe("invalid_argument");
    expect(await outcome(forge(), key, { ...expected, [name]: Object.assign(Array(2), ["sub"]) })).toBe(
      "invalid_argument",
    );
  });

  it.each([["jti"], ["exp", "nbf"], ["EXP"], "exp", { exp: true }, [undefined]])(
    "optional: %j is a TypeError, exp and iat alone can be waived",
    async (optional) => {
      expect(await outcome(forge(), key, { ...expected, optional })).toBe("invalid_argument");
    },
  );
});

describe("Options of a signer", () => {
  const options: Readonly<Record<string, unknown>> = {
    expiresIn: "5m",
    expiresAt: second + 60,
    maxLifetime: "1d",
    notBefore: "1m",
    issuer: "i",
    subject: "s",
    audience: ["a"],
    jwtId: "j",
    typ: "at+jwt",
    header: { x: 1 },
    sensitiveClaims: ["ssn"],
    now: at(second),
  };
  /** What is wrong for the others, and right here; whatever comes of it later. */
  const fine: Readonly<Record<string, readonly unknown[]>> = {
    jwtId: [true],
    header: [emptyObject, listLike],
    now: [aFunction],
    sensitiveClaims: [emptyText],
  };
  const claimOptions = Object.keys(options).filter((name) => name !== "typ" && name !== "header");

  it.each(Object.entries(options))("%s is known, and %j is good", async (name, value) => {
    const given = { now: at(second), [name]: value } as SignOptions;
    expect(await codeOf(() => sign({}, key, given))).toBe("accepted");
    expect(await codeOf(() => signSync({}, key, given))).toBe("accepted");
  });

  const wrongs = Object.keys(options).flatMap((name) =>
    wrong.filter((value) => fine[name]?.includes(value) !== true).map((value) => [name, show(value), value] as const),
  );
  it.each(wrongs)("%s: %s is a TypeError", async (name, _text, value) => {
    const given = { now: at(second), [name]: value } as SignOptions;
    expect(await codeOf(() => sign({}, key, given))).toBe("invalid_argument");
    expect(await codeOf(() => signSync({}, key, given))).toBe("invalid_argument");
    expect(await codeOf(() => createSigner(key, { now: at(second) }).sign({}, given))).toBe("invalid_argument");
    if (claimOptions.includes(name)) expect(await codeOf(() => buildClaims({}, given))).toBe("invalid_argument");
  });

  it.each(Object.keys(options))(
    "%s: undefined is not given: kid: process.env.KID compiles, and means nothing",
    async (name) => {
      expect(await codeOf(() => sign({}, key, { [name]: undefined }))).toBe("accepted");
      expect(await codeOf(() => createSigner(key, { [name]: undefined }).signSync({}, { [name]: undefined }))).toBe(
        "accepted",
      );
    },
  );

  it.each([
    "expireIn",
    "exp",
    "algorithm",
    "alg",
    "keyid",
    "kid",
    "noTimestamp",
    "mutatePayload",
    "allowInsecureKeySizes",
    "",
    "__proto__",
    "toString",
  ])('"Unknown names are a TypeError": %j', async (name) => {
    const given = Object.defineProperty({}, name, { value: "x", enumerable: true });
    expect(await codeOf(() => sign({}, key, given))).toBe("invalid_argument");
    expect(await codeOf(() => signSync({}, key, given))).toBe("invalid_argument");
    expect(await codeOf(() => buildClaims({}, given))).toBe("invalid_argument");
  });

  it.each([null, "15m", 5, true, [], () => ({})])("options that are no object (%#) are a TypeError", async (given) => {
    expect(await codeOf(() => sign({}, key, given as never))).toBe("invalid_argument");
    expect(await codeOf(() => signSync({}, key, given as never))).toBe("invalid_argument");
    expect(await codeOf(() => buildClaims({}, given as never))).toBe("invalid_argument");
  });
});

describe('"`now()` must give a finite date"', () => {
  const bad: readonly (readonly [string, unknown])[] = [
    ["an invalid Date", new Date(NaN)],
    ["undefined", undefined],
    ["null", null],
    ["the empty text", ""],
    ["an ISO date", "2033-05-18T03:33:20.000Z"],
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["a promise", Promise.resolve(new Date())],
    ["an empty list", []],
    ["an object", {}],
    ["true", true],
    ["a function", () => new Date()],
    ["a symbol", Symbol("now")],
    ["a bigint", 5n],
    ["seconds since 1970, which read as milliseconds are 1970, when nothing has expired", second],
  ];

  it.each(bad)("%s is a TypeError when verifying", async (_name, now) => {
    const token = forge({ ...goodClaims, iat: 0, exp: 5 });
    expect(await outcome(token, key, { ...expected, now: () => now })).toBe("invalid_argument");
    expect(await outcome("not even a token", key, { ...expected, now: () => now })).toBe("invalid_argument");
  });

  it.each(bad)("%s is a TypeError when signing", async (_name, now) => {
    const given = { now: (() => now) as () => Date };
    expect(await codeOf(() => sign({}, key, given))).toBe("invalid_argument");
    expect(await codeOf(() => signSync({}, key, given))).toBe("invalid_argument");
    expect(await codeOf(() => buildClaims({}, given))).toBe("invalid_argument");
  });

  it("a Date of another realm is one (Jest and jsdom realms)", async () => {
    const now = (): Date => runInNewContext(`new Date(${second * 1000})`) as Date;
    expect(await outcome(forge(), key, { ...expected, now })).toBe("accepted");
    expect(buildClaims({}, { now }).iat).toBe(second);
  });

  it("is asked for every token", async () => {
    const now = vi.fn(at(second));
    const verifier = createVerifier(key, { ...expected, now });
    verifier.verifySync(forge());
    await verifier.verify(forge());
    expect(now).toHaveBeenCalledTimes(2);
  });
});

describe('"Comparisons are written so that NaN refuses"', () => {
  it("a number that JSON can spell and that is not finite is no date", async () => {
    for (const text of ["1e400", "-1e400"]) {
      expect(await outcome(forge(`{"iss":"${issuer}","aud":"web","iat":${second},"exp":${text}}`), key, expected)).toBe(
        "claim_invalid",
      );
    }
  });

  it.each(["clockTolerance", "maxTokenAge", "maxTokenLength", "storeTimeout", "cache"])(
    "%s NaN is a TypeError",
    async (name) => {
      expect(await codeOf(() => createVerifier(key, { ...expected, [name]: NaN }))).toBe("invalid_argument");
    },
  );

  it.each<[string, object, SignOptions]>([
    ["exp", { exp: NaN }, {}],
    ["iat", { iat: NaN }, {}],
    ["nbf", { nbf: NaN }, {}],
    ["expiresIn", {}, { expiresIn: NaN }],
    ["expiresAt", {}, { expiresAt: NaN }],
    ["maxLifetime", {}, { maxLifetime: NaN }],
    ["notBefore", {}, { notBefore: new Date(NaN) }],
  ])("%s NaN is a TypeError", async (_name, claims, options) => {
    expect(await codeOf(() => buildClaims(claims, options))).toBe("invalid_argument");
  });
});

describe('"The output of step N is the only input of step N+1" (§0): what comes first decides', () => {
  /** Every next token has one fault less, and is refused for the next. */
  const claims = {
    iss: "x",
    aud: "x",
    sub: "x",
    nonce: "x",
    iat: second - 1000,
    nbf: second + 1000,
    exp: second - 500,
  };
  const policy = {
    ...expected,
    subject: "user_123",
    match: { nonce: "n-1" },
    maxTokenAge: 60,
    maxTokenLength: 800,
    required: ["sub"],
    schema: schemaOf(() => ({ issues: [] })),
    denylist: { has: () => true, hasSync: () => true },
    replay: { add: () => false, addSync: () => false },
  };
  const bad = encode(claims);
  const good = { iss: issuer, aud: audience, sub: "user_123", nonce: "n-1", jti: "1", iat: second, exp: second + 60 };
  const badHeader = { alg: "none", crit: ["x"], x: 1, kid: "k2", typ: "x" };
  const named = countingKey({ kid: "k1" });

  it.each<[string, unknown, unknown, unknown]>([
    ["invalid_argument", "!", [named], { ...policy, audiance: "x" }],
    ["invalid_argument", "!", [], policy],
    ["invalid_argument", "!", [named], { ...policy, now: () => new Date(NaN) }],
    ["token_too_large", "!".repeat(801), [named], policy],
    ["token_malformed", "!", [named], policy],
    ["token_malformed", "!.!.!", [named], policy],
    ["header_invalid", `${encode('{"alg":"none","alg":"none"}')}.!.!`, [named], policy],
    ["header_invalid", `${encode({ ...badHeader, alg: 5 })}.!.!`, [named], policy],
    ["crit_unsupported", `${encode(badHeader)}.!.!`, [named], policy],
    ["alg_not_allowed", `${encode({ ...badHeader, crit: undefined })}.!.!`, [named], policy],
    ["key_not_found", `${encode({ alg: "HS256", kid: "k2", typ: "x" })}.!.!`, [named], policy],
    ["token_malformed", `${encode({ alg: "HS256", kid: "k1", typ: "x" })}.!.!`, [named], policy],
    ["signature_invalid", forge("[]", { alg: "HS256", typ: "x" }, strangerSecret), [named], policy],
    ["signature_invalid", forge(claims, { alg: "HS256", typ: "x" }, strangerSecret), [named], policy],
    ["payload_invalid", forge("[]", { alg: "HS256", typ: "x" }), [named], policy],
    ["typ_mismatch", sealed(encode({ alg: "HS256", typ: "x" }), bad), [named], policy],
    ["claim_invalid", forge({ ...claims, jti: 5 }), [named], policy],
    ["claim_missing", forge({ ...claims, sub: undefined }), [named], policy],
    ["issuer_mismatch", forge(claims), [named], policy],
    ["audience_mismatch", forge({ ...claims, iss: issuer }), [named], policy],
    ["subject_mismatch", forge({ ...claims, iss: issuer, aud: audience }), [named], policy],
    ["claim_mismatch", forge({ ...claims, iss: issuer, aud: audience, sub: "user_123" }), [named], policy],
    ["not_yet_valid", forge({ ...good, iat: second - 1000, nbf: second + 1000, exp: second + 2000 }), [named], policy],
    ["too_old", forge({ ...good, iat: second - 1000 }), [named], policy],
    ["expired", forge({ ...good, exp: second - 60 }), [named], policy],
    ["schema_mismatch", forge(good), [named], policy],
    ["revoked", forge(good), [named], { ...policy, schema: schemaOf((value) => ({ value })) }],
    ["replayed", forge(good), [named], { ...policy, schema: schemaOf((value) => ({ value })), denylist: store }],
    [
      "accepted",
      forge(good),
      [named],
      { ...policy, schema: schemaOf((value) => ({ value })), denylist: store, replay: store },
    ],
  ])("%s (%#)", async (code, token, keys, options) => {
    expect(await outcome(token, keys, options)).toBe(code);
  });

  it("nothing of a token whose signature is bad is looked at, asked or reported", async () => {
    const validate = vi.fn((value: unknown) => ({ value }));
    const has = vi.fn(() => false);
    const add = vi.fn(() => true);
    for (const payload of [claims, good, "[]", "\u0000", Uint8Array.of(0xff)]) {
      expect(
        await outcome(forge(payload, jwtHeader, strangerSecret), key, {
          ...expected,
          schema: schemaOf(validate),
          denylist: { has, hasSync: has },
          replay: { add, addSync: add },
        }),
      ).toBe("signature_invalid");
    }
    expect([validate, has, add].map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0]);
  });

  it("sync_unavailable comes before the token is read, invalid_argument before that", async () => {
    const later = { alg: "HS256", verify: () => true };
    expect(await codeOf(() => verifySync("!", later, expected))).toBe("sync_unavailable");
    expect(await codeOf(() => verifySync("!", later, { ...expected, issuer: "" }))).toBe("invalid_argument");
  });
});

describe('"Signature lengths are checked against the key before the primitive is asked"', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each<[string, () => Promise<KeyPair>, number]>([
    ["ES256", () => generateKeyPair(ES256), 64],
    ["Ed25519", () => generateKeyPair(Ed25519), 64],
    ["RS256", () => generateKeyPair(RS256), 256],
    ["PS256", () => pssPair, 256],
  ])("%s", async (_name, pair, length) => {
    const { privateKey, publicKey } = await pair();
    const policy = { issuer, audience };
    const token = await sign({}, privateKey, policy);
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const octets = Buffer.from(signature, "base64url");
    expect(octets).toHaveLength(length);
    const primitive = vi.spyOn(webcrypto.subtle, "verify");
    const changed = [
      octets.subarray(1),
      octets.subarray(0, -1),
      Buffer.concat([octets, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), octets]),
      Buffer.alloc(1),
      Buffer.alloc(72, 0x30),
      Buffer.alloc(10_000),
    ];
    for (const other of changed)
      expect(await outcome(`${header}.${payload}.${other.toString("base64url")}`, publicKey, policy)).toBe(
        "signature_invalid",
      );
    expect(primitive).not.toHaveBeenCalled();
    await verify(token, publicKey, policy);
    expect(primitive).toHaveBeenCalledTimes(1);
  });
});

describe('HMAC: "all code-unit differences of two equally long canonical segments"', () => {
  it("a MAC that differs in any one character, or in length, is refused", async () => {
    const [header, payload, signature] = forge().split(".") as [string, string, string];
    const verifier = createVerifier(key, expected);
    for (let i = 0; i < signature.length; i++) {
      const other = signature[i] === "A" ? "Q" : "A"; // canonical in the last place too
      expect(
        await codeOf(() =>
          verifier.verify(`${header}.${payload}.${signature.slice(0, i)}${other}${signature.slice(i + 1)}`),
        ),
      ).toBe("signature_invalid");
      expect(
        await codeOf(() =>
          verifier.verifySync(`${header}.${payload}.${signature.slice(0, i)}${other}${signature.slice(i + 1)}`),
        ),
      ).toBe("signature_invalid");
    }
    for (let length = 1; length < 64; length++) {
      const cut = Buffer.concat([Buffer.from(signature, "base64url"), Buffer.alloc(32)])
        .subarray(0, length)
        .toString("base64url");
      expect(await codeOf(() => verifier.verify(`${header}.${payload}.${cut}`))).toBe(
        length === 32 ? "accepted" : "signature_invalid",
      );
    }
  });

  it("characters that only look alike, or equal in the low byte, are no base64url", async () => {
    const [header, payload, signature] = forge().split(".") as [string, string, string];
    const shifted = String.fromCharCode(signature.charCodeAt(0) + 0x100) + signature.slice(1);
    for (const other of [shifted, `${signature}\u0000`, signature.normalize("NFD") + "\u200b"]) {
      expect(await outcome(`${header}.${payload}.${other}`, key, expected)).toBe("token_malformed");
    }
    expect(mac(`${header}.${payload}`)).toBe(signature);
    expect(await outcome(forge(), stranger, expected)).toBe("signature_invalid");
  });
});

describe('"PSS salt is the hash\'s length, both ways"', () => {
  it("signing, sync and async", async () => {
    const { privateKey, publicKey } = await pssPair;
    const pem = await exportPem(publicKey);
    const options = { issuer, audience };
    for (const token of [signSync({}, privateKey, options), await sign({}, privateKey, options)]) {
      const at = token.lastIndexOf(".");
      const good = nodeVerify(
        "sha256",
        Buffer.from(token.slice(0, at)),
        { key: pem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
        Buffer.from(token.slice(at + 1), "base64url"),
      );
      expect(good).toBe(true);
      expect(await outcome(token, publicKey, options)).toBe("accepted");
    }
  });

  it("verifying: salts of length 0, 20 and the greatest possible are refused, sync and async", async () => {
    const { privateKey, publicKey } = await pssPair;
    const nodeKey = createPrivateKey(await exportPem(privateKey));
    const input = `${encode({ alg: "PS256", typ: "JWT" })}.${encode(goodClaims)}`;
    const salted = (saltLength: number): string =>
      `${input}.${nodeSign("sha256", Buffer.from(input), { key: nodeKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }).toString("base64url")}`;
    for (const saltLength of [0, 20, 33, constants.RSA_PSS_SALTLEN_MAX_SIGN])
      expect(await outcome(salted(saltLength), publicKey, expected)).toBe("signature_invalid");
    expect(await outcome(salted(32), publicKey, expected)).toBe("accepted");
  });
});
