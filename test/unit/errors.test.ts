// The closed set of codes: each is reached through the public surface, sync and async agree, and nothing
// secret is in any error.
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  buildClaims,
  createSigner,
  createVerifier,
  createVerifierForIssuers,
  decode,
  ES256,
  exportJwk,
  exportPem,
  generateKeyPair,
  HS256,
  importSecret,
  importSecretSync,
  isJwtError,
  isUnavailableError,
  JwtError,
  remoteJwks,
  RequestError,
  safeVerify,
  safeVerifySync,
  sign,
  signJws,
  signJwsJson,
  signSync,
  unchecked,
  UnavailableError,
  verify,
  verifyJws,
  verifyJwsJson,
  verifySync,
} from "../../src/index.ts";
import { isOwnError, quote, quoteSome } from "../../src/errors.ts";
import type { ArgumentErrorCode, JwtErrorCode, UnavailableErrorCode } from "../../src/index.ts";
import {
  at,
  countingKey,
  encode,
  expected,
  forge,
  goodClaims,
  jwtHeader,
  key,
  mac,
  sealed,
  second,
  secret,
  stranger,
  strangerSecret,
  without,
} from "./jwt/forge.ts";
import { codeOf, codeOfError, errorOf, outcome } from "./jwt/outcome.ts";

const refusing = (issues: readonly unknown[] = []): object => ({
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) },
});
const fail = (): never => {
  throw new Error("ECONNREFUSED");
};
const broken = countingKey({ verify: fail, verifySync: fail });
const failingSource = (error: Error): object => ({
  algorithms: ["HS256"],
  select: () => Promise.reject(error),
  selectSync: () => {
    throw error;
  },
});

interface Way {
  readonly token: string;
  readonly keys?: unknown;
  readonly options?: object;
  /** The claim at fault. */
  readonly claim?: string;
  /** The signature was good before the fault was found, and the payload is one. */
  readonly opened?: true;
}

/** One way to each code; the type says that none is left out. */
const tokenFaults: Readonly<Record<JwtErrorCode, Way>> = {
  token_malformed: { token: "a.b" },
  token_too_large: { token: forge(), options: { maxTokenLength: 20 } },
  header_invalid: { token: forge(goodClaims, "[]") },
  typ_mismatch: { token: forge(goodClaims, { alg: "HS256", typ: "at+jwt" }), opened: true },
  alg_not_allowed: { token: forge(goodClaims, { alg: "none" }) },
  crit_unsupported: { token: forge(goodClaims, { alg: "HS256", crit: ["x"], x: 1 }) },
  key_not_found: { token: forge(goodClaims, { alg: "HS256", kid: "k9" }), keys: countingKey({ kid: "k1" }) },
  signature_invalid: { token: forge(), keys: stranger },
  payload_invalid: { token: forge("[]") },
  claim_missing: { token: forge(without("exp")), claim: "exp", opened: true },
  claim_invalid: { token: forge({ ...goodClaims, exp: "2h" }), claim: "exp", opened: true },
  expired: { token: forge({ ...goodClaims, exp: second - 60 }), claim: "exp", opened: true },
  not_yet_valid: { token: forge({ ...goodClaims, nbf: second + 60 }), claim: "nbf", opened: true },
  too_old: {
    token: forge({ ...goodClaims, iat: second - 600 }),
    options: { maxTokenAge: 60 },
    claim: "iat",
    opened: true,
  },
  issuer_mismatch: { token: forge({ ...goodClaims, iss: "x" }), claim: "iss", opened: true },
  audience_mismatch: { token: forge({ ...goodClaims, aud: ["x"] }), claim: "aud", opened: true },
  subject_mismatch: { token: forge(), options: { subject: "x" }, claim: "sub", opened: true },
  claim_mismatch: {
    token: forge({ ...goodClaims, nonce: "a" }),
    options: { match: { nonce: "b" } },
    claim: "nonce",
    opened: true,
  },
  schema_mismatch: { token: forge(), options: { schema: refusing() }, opened: true },
  revoked: {
    token: forge(),
    options: { denylist: { has: () => true, hasSync: () => true } },
    claim: "jti",
    opened: true,
  },
  replayed: {
    token: forge(),
    options: { replay: { add: () => false, addSync: () => false } },
    claim: "jti",
    opened: true,
  },
};
const surroundings: Readonly<Record<UnavailableErrorCode, Way>> = {
  jwks_unavailable: { token: forge(), keys: failingSource(new UnavailableError("jwks_unavailable", "no answer")) },
  jwks_invalid: { token: forge(), keys: failingSource(new UnavailableError("jwks_invalid", "no key set")) },
  key_unavailable: { token: forge(), keys: broken },
  store_unavailable: { token: forge(), options: { denylist: { has: fail, hasSync: fail } } },
};
const ways = Object.entries({ ...tokenFaults, ...surroundings });
const errorBy = ({ token, keys = key, options = {} }: Way): Promise<unknown> =>
  errorOf(() => verify(token, keys as never, { ...expected, ...options }));
const errorBySync = ({ token, keys = key, options = {} }: Way): Promise<unknown> =>
  errorOf(() => verifySync(token, keys as never, { ...expected, ...options }));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("every code is reached, and sync and async agree", () => {
  it.each(ways)("%s", async (code, { token, keys = key, options = {} }) => {
    expect(await outcome(token, keys, { ...expected, ...options })).toBe(code);
  });

  it.each(Object.entries(tokenFaults))("%s is a JwtError, named so, with its code", async (code, way) => {
    for (const error of [await errorBy(way), await errorBySync(way)]) {
      expect(error).toBeInstanceOf(JwtError);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: "JwtError", code });
      expect([isJwtError(error), isUnavailableError(error)]).toEqual([true, false]);
      expect((error as Error).message).not.toBe("");
    }
  });

  it.each(Object.entries(surroundings))("%s is an UnavailableError, named so, with its code", async (code, way) => {
    for (const error of [await errorBy(way), await errorBySync(way)]) {
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ name: "UnavailableError", code });
      expect([isJwtError(error), isUnavailableError(error)]).toEqual([false, true]);
    }
  });

  /** Without `crypto`, as on a page that is neither https nor localhost. */
  const withoutCrypto = <T>(call: () => T): T => {
    vi.stubGlobal("crypto", undefined);
    try {
      return call();
    } finally {
      vi.unstubAllGlobals();
    }
  };
  const later = { alg: "HS256", sign: () => new Uint8Array(32), verify: () => true };
  const argumentFaults: Readonly<Record<ArgumentErrorCode, readonly (() => unknown)[]>> = {
    invalid_argument: [
      () => verify(forge(), key, { ...expected, audiance: "web" } as never),
      () => verifySync(forge(), key, { ...expected, audiance: "web" } as never),
      () => sign({ exp: "2h" } as never, key),
      () => signSync({ exp: "2h" } as never, key),
      () => buildClaims({ exp: "2h" } as never),
      () => safeVerify(forge(), [] as never, expected),
      () => safeVerifySync(forge(), [] as never, expected),
      () => signJws("text" as never, key),
      () => verifyJws(forge(), key, { understood: "x" } as never),
      () => signJwsJson(new Uint8Array(), []),
      () => verifyJwsJson({} as never, []),
      () => createVerifier(key, {} as never),
      () => createSigner({} as never),
      () => createVerifierForIssuers([]),
    ],
    invalid_key: [() => importSecret("short", HS256), () => importSecretSync("short", HS256)],
    sync_unavailable: [
      () => signSync({}, later),
      () => verifySync(forge(), later, expected),
      () => safeVerifySync(forge(), later, expected),
    ],
    unsupported_algorithm: [
      () => withoutCrypto(() => sign({}, key, { jwtId: true })),
      () => withoutCrypto(() => signSync({}, key, { jwtId: true })),
      () => withoutCrypto(() => generateKeyPair(ES256)),
    ],
  };

  it.each(Object.entries(argumentFaults))("%s is a TypeError with that code", async (code, calls) => {
    for (const call of calls) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(TypeError);
      expect(codeOfError(error)).toBe(code);
      expect([isJwtError(error), isUnavailableError(error)]).toEqual([false, false]);
    }
  });

  it("a key that cannot sign is key_unavailable, sync and async", async () => {
    const dead = { alg: "HS256", sign: fail, signSync: fail };
    expect([await codeOf(() => sign({}, dead)), await codeOf(() => signSync({}, dead))]).toEqual([
      "key_unavailable",
      "key_unavailable",
    ]);
  });
});

describe("isJwtError and isUnavailableError go by code, so they work across copies", () => {
  it("an error of another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("../../src/index.ts");
    expect(copy.JwtError).not.toBe(JwtError);
    for (const way of Object.values(tokenFaults)) {
      const error = await errorOf(() =>
        copy.verify(way.token, (way.keys ?? key) as never, { ...expected, ...way.options }),
      );
      expect(error).toBeInstanceOf(copy.JwtError);
      expect(error).not.toBeInstanceOf(JwtError);
      expect([isJwtError(error), isUnavailableError(error), copy.isJwtError(error)]).toEqual([true, false, true]);
    }
    const unavailable = await errorOf(() => copy.verify(forge(), broken, expected));
    expect([isJwtError(unavailable), isUnavailableError(unavailable)]).toEqual([false, true]);
    expect(copy.unchecked).toBe(unchecked);
    expect(await codeOf(() => copy.verify(forge(), key, { ...expected, issuer: unchecked }))).toBe("accepted");
  });

  it("a KeySource of another copy keeps its own refusals", async () => {
    vi.resetModules();
    const copy = await import("../../src/index.ts");
    const source = failingSource(new copy.UnavailableError("jwks_unavailable", "no answer"));
    expect(await outcome(forge(), source, expected)).toBe("jwks_unavailable");
    expect(await outcome(forge(), failingSource(new copy.JwtError("key_not_found", "no key")), expected)).toBe(
      "key_not_found",
    );
  });

  it.each([
    undefined,
    null,
    5,
    "expired",
    "code",
    true,
    [],
    {},
    { code: 5 },
    { code: null },
    { code: "ENOENT" },
    { code: "toString" },
    { code: "length" },
    { code: ["expired"] },
    new Error("expired"),
    Symbol("expired"),
    () => "expired",
  ])("what is no refusal is none: %o", (value) => {
    expect([isJwtError(value), isUnavailableError(value)]).toEqual([false, false]);
  });

  it("an error that crossed a structured clone, or lost its class, is known by its code", () => {
    expect(isJwtError({ code: "expired" })).toBe(true);
    expect(isUnavailableError(Object.assign(new Error("x"), { code: "store_unavailable" }))).toBe(true);
    expect(isJwtError(Object.assign(new Error("x"), { code: "store_unavailable" }))).toBe(false);
  });
});

describe("what an error carries", () => {
  it.each(ways)(
    "%s: claim where one is at fault, claims (not enumerable) only when the signature was good",
    async (_code, way) => {
      for (const error of [await errorBy(way), await errorBySync(way)]) {
        const found = error as JwtError;
        expect(found.claim).toBe(way.claim);
        expect(Object.keys(found)).not.toContain("claims");
        expect("claims" in found).toBe(way.opened === true);
        if (way.opened === true) expect(found.claims).toMatchObject({ jti: "token-1" });
        for (const text of [JSON.stringify(found), String(found), inspect(found)])
          expect(text).not.toContain("token-1");
        for (const name in found) expect(["name", "code", "claim", "issues"]).toContain(name);
      }
    },
  );

  it("issues for a schema, and for nothing else", async () => {
    const issues = [{ message: "expected a role", path: ["role"] }];
    expect(await errorBy({ token: forge(), options: { schema: refusing(issues) } })).toMatchObject({
      code: "schema_mismatch",
      issues,
    });
    for (const [code, way] of ways)
      expect("issues" in ((await errorBy(way)) as object)).toBe(code === "schema_mismatch");
  });

  it("of an issue its message and its path, and not the payload that validators put beside them", async () => {
    const issues = [
      {
        message: "no role",
        input: goodClaims,
        path: ["a", { type: "object", origin: "value", input: goodClaims, key: "role", value: goodClaims.jti }],
      },
    ];
    const error = (await errorBy({ token: forge(), options: { schema: refusing(issues) } })) as JwtError;
    expect(error.issues).toMatchObject([{ message: "no role", path: ["a", { key: "role" }] }]);
    for (const text of [JSON.stringify(error), inspect(error, { depth: 20 })]) expect(text).not.toContain("token-1");
  });

  it("claims are the payload, not what a schema made of it", async () => {
    const options = {
      schema: { "~standard": { version: 1, vendor: "x", validate: () => ({ value: { sub: "other" } }) } },
      replay: { add: () => false, addSync: () => false },
    };
    expect(((await errorBy({ token: forge(), options })) as JwtError).claims).toEqual(goodClaims);
  });

  it("safeVerify's error carries the same", async () => {
    const result = await safeVerify(tokenFaults.expired.token, key, expected);
    expect(!result.ok && isJwtError(result.error) && [result.error.claim, result.error.claims?.sub]).toEqual([
      "exp",
      "user_123",
    ]);
  });
});

/** Everything a logger could print of an error. */
function everythingIn(error: unknown): string {
  const texts: string[] = [String(error), inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error)];
  if (error instanceof Error) {
    texts.push(error.message, error.stack ?? "", inspect(error.cause));
    for (const name of Object.getOwnPropertyNames(error)) {
      const value = (error as unknown as Record<string, unknown>)[name];
      texts.push(typeof value === "string" ? value : JSON.stringify(value));
    }
  }
  return texts.join("\n");
}

/** The first 12 characters in a row of a secret text that stand in another. */
function leakOf(text: string, secrets: readonly string[]): string | undefined {
  for (const hidden of secrets) {
    for (let i = 0; i + 12 <= hidden.length; i++)
      if (text.includes(hidden.slice(i, i + 12))) return hidden.slice(i, i + 12);
  }
  return undefined;
}

/** A secret in each of the spellings it may be given in. */
const spellings = (octets: Uint8Array): string[] =>
  (["hex", "base64", "base64url", "latin1"] as const).map((encoding) => Buffer.from(octets).toString(encoding));

describe("no message, stack, cause, property or JSON contains 12 characters of the token, the secret or a key", () => {
  const keySpellings = [...spellings(secret), ...spellings(strangerSecret)];

  it.each(ways)("%s", async (_code, way) => {
    for (const error of [await errorBy(way), await errorBySync(way)]) {
      expect(leakOf(everythingIn(error), [way.token, ...keySpellings])).toBeUndefined();
      expect("cause" in (error as object)).toBe(false);
    }
  });

  it("malformed tokens of every kind, in every function that reads one", async () => {
    const [header, payload, signature] = forge().split(".") as [string, string, string];
    const jwk = { kty: "oct", k: Buffer.from(secret).toString("base64url") };
    const tokens = [
      forge().slice(5),
      `${forge()}=`,
      `${forge()}.${payload}`,
      `${header}.${payload}`,
      `${payload}.${header}.${signature}`,
      `${header}.${signature}.${signature}`,
      `${header}!.${payload}.${signature}`,
      `${header}.${payload}!.${signature}`,
      `${header}.${payload}.${signature}!`,
      sealed(encode("not json at all, and long enough"), payload),
      sealed(header, encode("not json at all, and long enough")),
      forge(goodClaims, { ...jwtHeader, jwk }),
      forge(goodClaims, { alg: 5 }),
      forge(goodClaims, { ...jwtHeader, crit: [1] }),
      `Bearer ${forge()}`,
      JSON.stringify({ token: forge() }),
    ];
    for (const token of tokens) {
      const flattened = {
        protected: token.split(".")[0]!,
        payload: token.split(".")[1] ?? "",
        signature: token.split(".")[2] ?? "",
      };
      for (const attempt of [
        () => verify(token, stranger, expected),
        () => verifySync(token, stranger, expected),
        () => decode(token),
        () => verifyJws(token, stranger),
        () => verifyJws(token, stranger, { payload: secret }),
        () => verifyJwsJson(flattened, stranger),
        () => verifyJwsJson({ payload: flattened.payload, signatures: [flattened] }, stranger),
        () => verifyJwsJson(token as never, stranger),
        () => createVerifierForIssuers([{ ...expected, issuer: "other", keys: stranger }]).verify(token),
      ]) {
        expect(leakOf(everythingIn(await errorOf(attempt)), [token, ...keySpellings])).toBeUndefined();
      }
    }
  });

  it("an engine's own message: JSON.parse quotes its input on Node and Deno", async () => {
    for (const text of ['{"hidden-value": oops}', '{"a":1}trailing-garbage', "hidden-value", '{"hidden-value":"x']) {
      const engine = await errorOf(() => JSON.parse(text) as unknown);
      for (const attempt of [
        () => verify(forge(text), key, expected),
        () => decode(forge(text)),
        () => verify(forge(goodClaims, text), key, expected),
        () => verifyJws(forge(goodClaims, text), key),
      ]) {
        const found = everythingIn(await errorOf(attempt));
        expect(found).not.toContain((engine as Error).message);
        expect(found).not.toMatch(/hidden-value|trailing-garbage|oops|SyntaxError/);
      }
    }
  });

  it("what plug-ins say: their words stay with them", async () => {
    const boom = (): never => {
      throw Object.assign(new Error(`hunter2 ${forge()}`), { config: secret, cause: new Error("hunter2") });
    };
    const plug = countingKey({ verify: boom, verifySync: boom });
    const stores = { denylist: { has: boom, hasSync: boom }, replay: { add: boom, addSync: boom } };
    for (const attempt of [
      () => verify(forge(), plug, expected),
      () => verifySync(forge(), plug, expected),
      () => verify(forge(), failingSource(new Error("hunter2")) as never, expected),
      () => verify(forge(), key, { ...expected, ...stores }),
      () => verifySync(forge(), key, { ...expected, replay: stores.replay }),
      () => verify(forge(), key, { ...expected, schema: { "~standard": { version: 1, vendor: "x", validate: boom } } }),
      () => sign({}, { alg: "HS256", sign: boom }),
      () => signSync({}, { alg: "HS256", sign: boom, signSync: boom }),
      () => sign({}, { current: boom }),
      () => signJws(secret, { alg: "HS256", sign: boom }),
    ]) {
      const found = everythingIn(await errorOf(attempt));
      expect(found).not.toContain("hunter2");
      expect(leakOf(found, [forge(), ...keySpellings])).toBeUndefined();
    }
  });

  it("claims that are refused: their values stay out", async () => {
    const { privateKey } = await generateKeyPair(ES256, { extractable: true });
    const [jwk, pem] = [await exportJwk(privateKey), await exportPem(privateKey)];
    for (const claims of [
      { password: pem },
      { k: jwk },
      { k: JSON.stringify(jwk) },
      { k: pem },
      { nested: [{ client_secret: Buffer.from(secret).toString("hex") }] },
      { secret: jwk },
    ]) {
      for (const attempt of [() => sign(claims, key), () => signSync(claims, key), () => buildClaims(claims)]) {
        expect(
          leakOf(everythingIn(await errorOf(attempt)), [
            pem.replace(/-----[^-]+-----/g, ""),
            String(jwk.d),
            String(jwk.x),
            ...keySpellings,
          ]),
        ).toBeUndefined();
      }
    }
  });

  const text = Buffer.from(secret).toString("base64url");
  const token = forge();
  const policies = { ...expected, keys: key };
  it.each<[string, () => unknown]>([
    ["verify(options, key, token)", () => verify(expected as never, key, token as never)],
    ["verifySync(options, key, token)", () => verifySync(expected as never, key, token as never)],
    ["verify(key, token, options)", () => verify(key as never, token as never, expected)],
    ["verify(token, secret, options)", () => verify(token, text as never, expected)],
    ["verify(token, options, secret)", () => verify(token, expected as never, text as never)],
    ["verify(token, key, secret)", () => verify(token, key, text as never)],
    ["createVerifier(key, token)", () => createVerifier(key, token as never)],
    ["createVerifier(secret, options)", () => createVerifier(text as never, expected)],
    ["createVerifierForIssuers([token])", () => createVerifierForIssuers([token] as never)],
    ["createVerifierForIssuers(token)", () => createVerifierForIssuers(token as never)],
    [
      "createVerifierForIssuers with keys in text",
      () => createVerifierForIssuers([{ ...policies, keys: text }] as never),
    ],
    ["sign(claims, secret)", () => sign({}, text as never)],
    ["sign(claims, key, secret)", () => sign({}, key, text as never)],
    ["sign(secret, key)", () => sign(text as never, key)],
    ["signSync(claims, key, secret)", () => signSync({}, key, text as never)],
    ["createSigner(key, secret)", () => createSigner(key, text as never)],
    ["createSigner(key).sign(claims, secret)", () => createSigner(key).sign({}, text as never)],
    ["buildClaims(claims, token)", () => buildClaims({}, token as never)],
    ["signJws(payload, key, secret)", () => signJws(secret, key, text as never)],
    ["signJws(payload, key, { header: token })", () => signJws(secret, key, { header: token as never })],
    ["verifyJws(jws, key, secret)", () => verifyJws(token, key, text as never)],
    ["verifyJws(key, jws)", () => verifyJws(key as never, token as never)],
    ["signJwsJson(payload, secret)", () => signJwsJson(secret, text as never)],
    ["verifyJwsJson(token, key)", () => verifyJwsJson(token as never, key)],
    ["decode(key)", () => decode(key as never)],
    ["importSecret(secret, HS256, secret)", () => importSecret(text, HS256, text as never)],
  ])("arguments in the wrong place: %s", async (_name, attempt) => {
    const error = await errorOf(attempt);
    expect(error).toBeInstanceOf(Error);
    expect(leakOf(everythingIn(error), [token, text, ...keySpellings])).toBeUndefined();
  });
});

describe("text from a token is bounded, quoted, and has control, bidi and zero-width characters escaped", () => {
  // Built from code points: the characters themselves are invisible in an editor.
  const hostile = [
    0x00, 0x07, 0x08, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f,
    0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfeff, 0xfffe, 0xe0001, 0xe0041,
  ];
  const unescaped = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;

  /** Every place of a token whose text a message may say. */
  const errorsAbout = async (text: string): Promise<unknown[]> => {
    const withHeader = (members: object): string => forge(goodClaims, { ...jwtHeader, ...members });
    const withClaims = (claims: object): string => forge({ ...goodClaims, ...claims });
    const options = { ...expected, maxTokenLength: 1e7 };
    const named = countingKey({ kid: "k1" });
    const flattened = {
      payload: encode("x"),
      protected: encode({ alg: "HS256" }),
      signature: mac(`${encode({ alg: "HS256" })}.${encode("x")}`),
    };
    return Promise.all(
      [
        () => verify(withHeader({ alg: text }), key, options),
        () => verify(withHeader({ kid: text }), named, options),
        () => verify(withHeader({ typ: text }), key, options),
        () => verify(withHeader({ alg: { [text]: text } }), key, options),
        () => verifyJws(withHeader({ crit: [text], [text]: 1 }), key),
        () => verifyJws(withHeader({ crit: [text] }), key),
        () => verifyJws(withHeader({ crit: [[text]] }), key),
        () =>
          verifyJwsJson({ ...flattened, protected: encode({ alg: "HS256", [text]: 1 }), header: { [text]: 1 } }, key),
        () => verify(withClaims({ iss: text }), key, options),
        () => verify(withClaims({ aud: text }), key, options),
        () => verify(withClaims({ aud: [text, text, text, text, text, text] }), key, options),
        () => verify(withClaims({ sub: text }), key, { ...options, subject: "x" }),
        () => verify(withClaims({ nonce: text }), key, { ...options, match: { nonce: "x" } }),
        () => verify(withClaims({ exp: text }), key, options),
        () => verify(withClaims({ iss: [text] }), key, options),
        () => createVerifierForIssuers([{ ...options, keys: key }]).verify(withClaims({ iss: text })),
      ].map((attempt) => errorOf(attempt)),
    );
  };

  it("control, bidi and zero-width characters are escaped", async () => {
    for (const code of hostile) {
      const character = String.fromCodePoint(code);
      for (const error of await errorsAbout(`a${character}b`)) {
        expect(error).toBeInstanceOf(JwtError);
        expect((error as JwtError).message).not.toMatch(unescaped);
        expect((error as JwtError).message).not.toContain(character);
      }
    }
  });

  it("half a surrogate pair is escaped, and a cut leaves none", async () => {
    for (const text of [
      "\ud800",
      "\udc00x",
      ...Array.from({ length: 60 }, (_, i) => `${"a".repeat(i)}\u{1fa99}\u{1fa99}`),
    ]) {
      for (const error of await errorsAbout(text)) expect((error as JwtError).message).not.toMatch(/\p{Cs}/u);
    }
  });

  it("is bounded", async () => {
    for (const text of ["x".repeat(100_000), "\u202e".repeat(10_000), '"'.repeat(10_000), "🪙".repeat(10_000)]) {
      for (const error of await errorsAbout(text)) {
        expect(error).toBeInstanceOf(JwtError);
        expect((error as JwtError).message.length).toBeLessThan(4000);
        expect((error as JwtError).message).not.toContain(text.slice(0, 200));
      }
    }
  });

  it("is quoted: it cannot end its own quotation", async () => {
    for (const error of await errorsAbout('x", found "y')) {
      expect((error as JwtError).message).not.toContain('x", found "y');
    }
  });

  it("a claim's name from the policy stands as it is: it is the caller's own", async () => {
    expect(
      await errorOf(() => verify(forge(), key, { ...expected, now: at(second), required: ["urn:example:role"] })),
    ).toMatchObject({ code: "claim_missing", claim: "urn:example:role" });
  });
});

describe("a value from outside, as it stands in a message", () => {
  it("of a text no more than so many characters, quoted", () => {
    expect(quote("x".repeat(48))).toBe(`"${"x".repeat(48)}"`);
    expect(quote("x".repeat(49))).toBe(`"${"x".repeat(48)}…"`);
    expect(quote("four", 4)).toBe('"four"');
    expect(quote("four!", 4)).toBe('"four…"');
    expect(quote("")).toBe('""');
    expect(quote('quo"te\\')).toBe('"quo\\"te\\\\"');
    expect(quote("plain text, Zoë, 日本語, 🪙")).toBe('"plain text, Zoë, 日本語, 🪙"');
  });

  it("of numbers and the like the value, of anything else the type", () => {
    expect([5, NaN, true, false, undefined].map((value) => quote(value))).toEqual([
      "5",
      "NaN",
      "true",
      "false",
      "undefined",
    ]);
    expect([null, [], {}, 5n, Symbol("x"), () => "x"].map((value) => quote(value))).toEqual([
      "object",
      "object",
      "object",
      "bigint",
      "symbol",
      "function",
    ]);
  });

  it.each([
    ["DEL", "\u007f", "7f"],
    ["a C1 control", "\u009b", "9b"],
    ["a soft hyphen", "\u00ad", "ad"],
    ["a zero-width space", "\u200b", "200b"],
    ["a bidi override", "\u202e", "202e"],
    ["a line separator", "\u2028", "2028"],
    ["a paragraph separator", "\u2029", "2029"],
    ["a byte order mark", "\ufeff", "feff"],
    ["a private use character", "\ue000", "e000"],
    ["an unassigned one", "\u0378", "378"],
    ["a filler that shows nothing", "\u3164", "3164"],
    ["a variation selector", "\ufe0f", "fe0f"],
    ["a grapheme joiner", "\u034f", "34f"],
    ["a tag", "\u{e0041}", "e0041"],
  ])("%s is escaped by its code point", (_what, character, code) => {
    expect(quote(`a${character}b${character}`)).toBe(`"a\\u{${code}}b\\u{${code}}"`);
  });

  it("what JSON escapes itself stays as JSON has it", () => {
    expect(quote("\0\n\u001b\ud800")).toBe('"\\u0000\\n\\u001b\\ud800"');
  });
});

describe("an error of any copy of the package", () => {
  it.each(["JwtError", "UnavailableError"])("is known by its name, %s, and the spelling of its code", (name) => {
    for (const code of ["token_malformed", "a_code_of_a_later_release", "x"])
      expect(isOwnError({ name, code })).toBe(true);
    for (const code of [
      undefined,
      null,
      5,
      "",
      "Token",
      "ECONNREFUSED",
      "token malformed",
      " x",
      "x ",
      "x\n",
      "x1",
      "x-y",
      ["x"],
      { toString: () => "x" },
    ])
      expect(isOwnError({ name, code }), String(code)).toBe(false);
  });

  it.each([
    undefined,
    null,
    "JwtError",
    5,
    {},
    [],
    new Error("x"),
    Object.assign(new Error("x"), { code: "x" }),
    { name: "TypeError", code: "invalid_argument" },
    { code: "token_malformed" },
  ])("is none: %o", (value) => {
    expect(isOwnError(value)).toBe(false);
  });
});

describe("the status of an error that nobody caught", () => {
  it.each([
    [new JwtError("expired", "exp"), 401],
    [new UnavailableError("jwks_unavailable", "no network"), 503],
    [new RequestError("token_missing", "none"), 401],
    [new RequestError("request_invalid", "two"), 400],
    [new RequestError("token_bound", "cnf"), 401],
    [new RequestError("scope_missing", "a"), 403],
    [new RequestError("origin_mismatch", "another"), 403],
  ])("%j: %d, for frameworks, and not for loggers", (error, status) => {
    expect([error.status, error.statusCode]).toEqual([status, status]);
    expect(Object.keys(error)).not.toContain("status");
    expect(JSON.stringify(error)).not.toContain("tatus");
    expect(inspect(error)).not.toContain("statusCode");
  });

  it("can be written, as Koa does, and defined anew", () => {
    for (const error of [new JwtError("expired", "exp"), new UnavailableError("jwks_unavailable", "none")]) {
      Object.assign(error, { status: 418, statusCode: 418 });
      expect([error.status, error.statusCode]).toEqual([418, 418]);
      Object.defineProperty(error, "status", { value: 500 });
      expect(error.status).toBe(500);
      expect(Object.getOwnPropertyDescriptor(error, "statusCode")).toMatchObject({ configurable: true });
    }
  });

  it("is 503 where a key set's server answered another status", async () => {
    const keys = remoteJwks("https://issuer.example/jwks.json", {
      algorithms: [ES256],
      fetch: () => Promise.resolve(new Response("", { status: 404 })),
    });
    const error: unknown = await keys.reload().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "jwks_unavailable", status: 503, statusCode: 503 });
  });
});

describe("a value whose escapes are long", () => {
  it("is cut behind them too, at twice its length, and not within a pair", () => {
    expect(quote("\u0001".repeat(3), 3)).toBe(String.raw`"\u000…"`);
    expect(quote("a".repeat(48))).toBe(`"${"a".repeat(48)}"`);
    // A quotation mark takes two characters: twice the limit and the two quotes are shown whole.
    expect(quote('"'.repeat(48))).toBe(`"${String.raw`\"`.repeat(48)}"`);
    expect(quote("\u200b".repeat(48))).toHaveLength(98);
    // The cut would leave half of a pair: 😀 has two units.
    expect(quote(`${"\u0001".repeat(7)}aaaa😀bbbbbb`, 24)).toMatch(/aaaa…"$/);
    expect(quote(`${"\u0001".repeat(7)}aaa😀bbbbbbb`, 24)).toMatch(/aaa😀…"$/u);
    for (let lead = 0; lead < 12; lead++) {
      const shown = quote(`${"\u0001".repeat(6)}${"a".repeat(lead)}${"😀".repeat(6)}`, 24);
      expect(shown).toMatch(/^"(?:[^\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])*"$/);
    }
  });

  it("shows at the limit what fits, and cuts what is one longer", () => {
    // 24 characters may take 52: eight escapes of six, and two plain ones, with the quotes.
    const fits = `${"\u0001".repeat(8)}aa`;
    expect(quote(fits, 24)).toHaveLength(52);
    expect(quote(fits, 24).endsWith('aa"')).toBe(true);
    expect(quote(`${fits}a`, 24)).toBe(`${quote(fits, 24).slice(0, 48)}…"`);
  });
});

describe("several values in a message", () => {
  it.each([
    [[], ""],
    [["a"], '"a"'],
    [["a", "b"], '"a" or "b"'],
    [["a", "b", "c"], '"a" or "b" or "c"'],
    [["a", "b", "c", "d"], '"a" or "b" or "c" and 1 more'],
    [["a", "b", "c", "d", "e"], '"a" or "b" or "c" and 2 more'],
    [[1, true], "1 or true"],
  ])("%j", (values, shown) => {
    expect(quoteSome(values, values.length)).toBe(shown);
  });

  it("are no more than are counted", () => {
    expect(quoteSome(["a", "b", "c"], 1)).toBe('"a"');
    expect(quoteSome(["a", "b", "c"], 2)).toBe('"a" or "b"');
  });
});
