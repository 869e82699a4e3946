// What everybody starts from runs with only the import changed; what jsonwebtoken lets pass is refused or warned of.
import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import theirs from "jsonwebtoken";
import { afterEach, describe, expect, test, vi } from "vitest";
import jwt, * as named from "../../../src/jsonwebtoken/index.ts";
import type { JsonwebtokenWarning } from "../../../src/jsonwebtoken/index.ts";
import { goodKeys } from "../../spec/conformance/algorithms.ts";

const secret = "a text of thirty-two bytes or more, for these tests alone";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privatePem = String(privateKey.export({ format: "pem", type: "pkcs8" }));
const publicPem = String(publicKey.export({ format: "pem", type: "spki" }));
const quiet = named.createJsonwebtoken({ onWarning: () => undefined });
const policy = { algorithms: ["HS256" as const], issuer: "my-api", audience: "web" };
const options = { expiresIn: "15m" as const, issuer: "my-api", audience: "web" };

describe("the snippets that everybody starts from", () => {
  test("a secret from the environment", () => {
    const payload = { sub: "user_123" };
    vi.stubEnv("JWT_SECRET", secret);
    const token = jwt.sign(payload, process.env.JWT_SECRET!, {
      algorithm: "HS256",
      expiresIn: "15m",
      issuer: "my-api",
    });
    expect(theirs.verify(token, secret, { issuer: "my-api" })).toMatchObject(payload);
    expect(jwt.verify(token, process.env.JWT_SECRET!, { issuer: "my-api" })).toMatchObject(payload);
  });

  test("a key from a file, as a Buffer", () => {
    const token = jwt.sign({ sub: "user_123" }, Buffer.from(privatePem), {
      algorithm: "RS256",
      expiresIn: "15m",
      issuer: "my-api",
    });
    expect(theirs.verify(token, publicPem)).toMatchObject({ sub: "user_123", iss: "my-api" });
    expect(jwt.verify(token, Buffer.from(publicPem), { algorithms: ["RS256"] })).toMatchObject({ sub: "user_123" });
  });

  test("HS256 tokens are the same, byte for byte", () => {
    const claims = { sub: "user_123", iat: 1_700_000_000, name: "Zoë" };
    const all = { ...options, algorithm: "HS384" as const, keyid: "k", jwtid: "j" };
    expect(quiet.sign(claims, secret, all)).toBe(theirs.sign(claims, secret, all));
  });
});

describe("callbacks", () => {
  test("sign calls back later, verify at once, and hands through what its callback returns", async () => {
    const order: string[] = [];
    const token = await new Promise<string>((resolve) => {
      jwt.sign({}, secret, options, (_, signed) => {
        order.push("signed");
        resolve(signed!);
      });
      order.push("after");
    });
    expect(order).toEqual(["after", "signed"]);
    const verify = jwt.verify as (...given: unknown[]) => unknown; // the types say that nothing comes back
    const returned = verify(token, secret, policy, (error: unknown, claims: unknown) => [error, typeof claims]);
    expect(returned).toEqual([null, "object"]);
  });

  test("an error of the callback is thrown by verify, not handed to it again", () => {
    const token = jwt.sign({}, secret, options);
    const callback = vi.fn(() => {
      throw new Error("mine");
    });
    expect(() => {
      jwt.verify(token, secret, policy, callback);
    }).toThrow("mine");
    expect(callback).toHaveBeenCalledOnce();
  });

  test("promisify and key getters work", async () => {
    const token = await promisify<object, string, object, string>(jwt.sign as never)({}, secret, options);
    const found = await promisify<string, unknown, unknown>(jwt.verify as never)(
      token,
      (header: { alg: string }, done: (error: null, key: string) => void) => {
        expect(header.alg).toBe("HS256");
        done(null, secret);
      },
    );
    expect(found).toMatchObject({ iss: "my-api" });
    expect(() => jwt.verify(token, (() => undefined) as never)).toThrow("must be called asynchronous");
  });
});

describe("promises", () => {
  test("signAsync and verifyAsync take keys, getters by callback and getters by promise", async () => {
    const token = await jwt.signAsync({ sub: "user_123" }, privatePem, { ...options, algorithm: "RS256" });
    const rs = { ...policy, algorithms: ["RS256" as const] };
    for (const key of [publicPem, publicKey, async () => publicPem, () => publicKey])
      expect(await jwt.verifyAsync(token, key, rs)).toMatchObject({ sub: "user_123" });
    expect(
      await jwt.verifyAsync(
        token,
        (_header, done) => {
          done(null, publicPem);
        },
        { ...rs, complete: true },
      ),
    ).toMatchObject({ header: { alg: "RS256" }, payload: { sub: "user_123" } });
    await expect(
      jwt.verifyAsync(
        token,
        (_header, done) => {
          done(new Error("not found"));
        },
        rs,
      ),
    ).rejects.toThrow("error in secret or public key callback: not found");
    await expect(
      jwt.verifyAsync(
        token,
        async () => {
          throw new Error("gone");
        },
        rs,
      ),
    ).rejects.toThrow("callback: gone");
    await expect(jwt.verifyAsync(token, publicPem, (() => undefined) as never)).rejects.toThrow("has no callback");
  });
});

test.each(["EdDSA", "Ed25519"] as const)("%s signs and verifies", async (algorithm) => {
  const pair = generateKeyPairSync("ed25519");
  const token = jwt.sign({}, pair.privateKey, { ...options, algorithm });
  expect(jwt.decode(token, { complete: true })?.header.alg).toBe(algorithm);
  expect(jwt.verify(token, pair.publicKey, { ...policy, algorithms: [algorithm] })).toMatchObject({ iss: "my-api" });
  expect(await jwt.verifyAsync(token, String(pair.publicKey.export({ format: "pem", type: "spki" })))).toBeTruthy();
});

test.each(["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] as const)(
  "%s signs where the runtime has it, and is refused elsewhere",
  async (algorithm) => {
    const key = { key: goodKeys[algorithm]!.jwk, format: "jwk" } as const;
    const wanted = { ...policy, algorithms: [algorithm] };
    const attempt = jwt.signAsync({}, key, { ...options, algorithm });
    const isHere = await crypto.subtle.generateKey(algorithm, false, ["sign"]).then(
      () => true,
      () => false,
    );
    if (isHere) expect(await jwt.verifyAsync(await attempt, key, wanted)).toMatchObject({ iss: "my-api" });
    else await expect(attempt).rejects.toThrow(/not valid key material|ML-DSA/);
  },
);

test("an RSA key for PSS alone signs its own algorithm", () => {
  const pair = generateKeyPairSync("rsa-pss" as "rsa", {
    ...{ modulusLength: 2048, hashAlgorithm: "sha256", mgf1HashAlgorithm: "sha256", saltLength: 32 },
  });
  const token = jwt.sign({}, pair.privateKey, { ...options, algorithm: "PS256" });
  expect(theirs.verify(token, pair.publicKey, { algorithms: ["PS256"] })).toMatchObject({ iss: "my-api" });
  expect(jwt.verify(token, pair.publicKey, { algorithms: ["PS256"] })).toMatchObject({ iss: "my-api" });
  expect(() => jwt.sign({}, pair.privateKey, { algorithm: "PS384" })).toThrow("RSA-PSS parameters");
  expect(() => jwt.sign({}, pair.privateKey, { algorithm: "RS256", allowInvalidAsymmetricKeyTypes: true })).toThrow(
    "must be one of: PS256",
  );
});

describe("refused, always:", () => {
  const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.e30.`;
  test("none", () => {
    expect(() => quiet.sign({}, secret, { algorithm: "none" as never })).toThrow('"none" is refused');
    expect(() => quiet.sign({}, secret, { header: { alg: "none" } })).toThrow('"none" is refused');
    expect(() => quiet.verify(none, null as never, { algorithms: ["none" as never] })).toThrow(jwt.JsonWebTokenError);
    expect(() => quiet.verify(none, secret, { algorithms: ["none" as never] })).toThrow("jwt signature is required");
  });

  test("RSA under 2048 bits, and exponents under 65537", () => {
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const three = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 });
    const signed = theirs.sign({}, small.privateKey, { algorithm: "RS256", allowInsecureKeySizes: true });
    expect(() => quiet.sign({}, small.privateKey, { algorithm: "RS256", allowInsecureKeySizes: true })).toThrow(
      "2048 bits",
    );
    expect(() => quiet.verify(signed, small.publicKey)).toThrow("2048 bits");
    expect(() => quiet.sign({}, three.privateKey, { algorithm: "RS256" })).toThrow("65537");
  });

  test("a public key as a secret, in any form", () => {
    const der = publicKey.export({ format: "der", type: "spki" });
    for (const key of [publicPem, Buffer.from(publicPem), der, `${publicPem.trim()} `])
      expect(() => quiet.sign({}, key, { algorithm: "HS256" }), String(key)).toThrow();
    const forged = theirs.sign({}, createSecretKey(der), { algorithm: "HS256" });
    expect(() => quiet.verify(forged, der, { algorithms: ["HS256"] })).toThrow("a key of another kind");
  });

  test("crit, a member name twice, a signature in another spelling", () => {
    const head = (json: string): string => Buffer.from(json).toString("base64url");
    const sign = (input: string): string =>
      `${input}.${process.getBuiltinModule("node:crypto").createHmac("sha256", secret).update(input).digest("base64url")}`;
    expect(() => quiet.verify(sign(`${head('{"alg":"HS256","crit":["x"],"x":1}')}.e30`), secret)).toThrow(
      '"x" is not understood',
    );
    expect(() => quiet.verify(sign(`${head('{"alg":"HS256","alg":"HS256"}')}.e30`), secret)).toThrow("invalid token");
    expect(() => quiet.sign({}, secret, { header: { alg: "HS256", crit: ["x"] } })).toThrow('"crit" is refused');
    const token = quiet.sign({}, privateKey, { algorithm: "RS256" });
    const twin = token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1);
    expect(theirs.verify(twin, publicKey)).toBeTruthy();
    expect(() => quiet.verify(twin, publicKey)).toThrow("invalid signature");
  });

  test.each(["5", NaN, Infinity, null, {}, ""])("clockTolerance: %j", (clockTolerance) => {
    const token = quiet.sign({ exp: 1_700_000_000 }, secret);
    const given = { clockTolerance: clockTolerance as number };
    expect(() => quiet.verify(token, secret, given)).toThrow("clockTolerance must be a finite number");
  });

  test('clockTolerance: "5" lets a token pass for centuries there', () => {
    const token = theirs.sign({ exp: 1_700_000_000 }, secret);
    expect(theirs.verify(token, secret, { clockTolerance: "5" as never })).toBeTruthy();
  });

  test("an empty secret", () => {
    expect(() => quiet.sign({}, Buffer.alloc(0))).toThrow("at least one byte");
    expect(() => quiet.sign({}, "")).toThrow("secretOrPrivateKey must have a value");
  });
});

describe("warnings", () => {
  const warningsOf = (call: (jwt: named.Jsonwebtoken) => unknown): readonly string[] => {
    const found: JsonwebtokenWarning[] = [];
    try {
      call(named.createJsonwebtoken({ onWarning: (warning) => found.push(warning) }));
    } catch {
      // what is refused is warned of all the same
    }
    return found.flatMap(({ codes }) => codes);
  };
  const good = quiet.sign({ sub: "user_123" }, secret, options);
  const forEver = quiet.sign({}, secret);
  const reset = quiet.sign({}, secret, { ...options, header: { alg: "HS256", typ: "reset+jwt" } });

  test.each<[string, (jwt: named.Jsonwebtoken) => unknown, readonly string[]]>([
    ["nothing", (it) => it.sign({ sub: "user_123" }, secret, options), []],
    ["nothing, again", (it) => it.verify(good, secret, policy), []],
    ["no exp", (it) => it.sign({}, secret, { issuer: "a", audience: "b" }), ["sign_without_exp"]],
    ["no iss, no aud", (it) => it.sign({}, secret, { expiresIn: 60 }), ["sign_without_iss", "sign_without_aud"]],
    ["milliseconds", (it) => it.sign({}, secret, { ...options, expiresIn: "3600" }), ["milliseconds"]],
    ["a long life", (it) => it.sign({ exp: Date.now() }, secret, { issuer: "a", audience: "b" }), ["long_lifetime"]],
    ["367 days", (it) => it.sign({}, secret, { ...options, expiresIn: "367d" }), ["long_lifetime"]],
    ["a password", (it) => it.sign({ user: { Password: "x" } }, secret, options), ["sensitive_claim"]],
    ["sub that is a number", (it) => it.sign({ sub: 5 }, secret, options), ["claim_type"]],
    ["a short secret", (it) => it.sign({}, "secret", options), ["weak_secret"]],
    ["equal bytes", (it) => it.sign({}, Buffer.alloc(64, 7), options), ["weak_secret"]],
    [
      "no policy",
      (it) => it.verify(good, secret),
      ["verify_without_algorithms", "verify_without_issuer", "verify_without_audience"],
    ],
    [
      "an issuer that is not set",
      (it) => it.verify(good, secret, { ...policy, issuer: undefined }),
      ["verify_without_issuer"],
    ],
    ["a pattern", (it) => it.verify(good, secret, { ...policy, audience: /web/ }), ["regexp_audience"]],
    ["ignoreExpiration", (it) => it.verify(good, secret, { ...policy, ignoreExpiration: true }), ["ignore_expiration"]],
    ["ignoreNotBefore", (it) => it.verify(good, secret, { ...policy, ignoreNotBefore: true }), ["ignore_not_before"]],
    ["algorithm", (it) => it.verify(good, secret, { ...policy, algorithm: "HS256" } as never), ["misspelt_option"]],
    ["maxage", (it) => it.verify(good, secret, { ...policy, maxage: 60 } as never), ["misspelt_option"]],
    [
      "a framework's options",
      (it) => it.verify(good, secret, { ...policy, secret, getToken: 1, credentialsRequired: true } as never),
      [],
    ],
    [
      "a token without exp",
      (it) => it.verify(forEver, secret, { algorithms: ["HS256"] }),
      ["verify_without_issuer", "verify_without_audience", "token_without_exp"],
    ],
    ["a token of another kind", (it) => it.verify(reset, secret, policy), ["token_type"]],
    ["a token of another kind that is meant", (it) => it.verify(reset, secret, { ...policy, typ: "reset+jwt" }), []],
    ["maxAge in milliseconds", (it) => it.verify(good, secret, { ...policy, maxAge: "3600" }), ["milliseconds"]],
  ])("%s", (_, call, codes) => {
    expect(warningsOf(call)).toEqual(codes);
  });

  test("come once per kind, with the place, and are errors where strict", () => {
    const warnings: JsonwebtokenWarning[] = [];
    const it = named.createJsonwebtoken({ onWarning: (warning) => warnings.push(warning) });
    it.sign({}, secret, { issuer: "a", audience: "b" });
    it.sign({}, secret, { issuer: "a", audience: "b" });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      name: "JsonwebtokenWarning",
      code: "sign_without_exp",
      codes: ["sign_without_exp"],
    });
    expect(warnings[0]!.message).toContain("pass expiresIn");
    expect(warnings[0]!.message).toContain("docs/migrating/jsonwebtoken.md");
    expect(warnings[0]!.detail).toMatch(/jsonwebtoken\.test\.ts/);
    expect(warnings[0]!.detail.split("\n")[0]).not.toContain("src/jsonwebtoken");

    const strict = named.createJsonwebtoken({ strict: true });
    expect(() => strict.sign({}, secret)).toThrow(/sign_without_exp.*sign_without_iss.*sign_without_aud/s);
    expect(() => strict.verify(reset, secret, policy)).toThrow(jwt.JsonWebTokenError);
    expect(strict.verify(good, secret, policy)).toMatchObject({ sub: "user_123" });
    const some = named.createJsonwebtoken({ strict: ["token_type"], onWarning: () => undefined });
    expect(() => some.verify(reset, secret)).toThrow("token_type");
    expect(some.verify(forEver, secret)).toBeTruthy();
    expect(() => named.createJsonwebtoken({ strict: ["nonsense" as never] })).toThrow("strict: expected one of");
    expect(() => named.createJsonwebtoken({ strcit: true } as never)).toThrow("unknown option");
    expect(() => named.createJsonwebtoken({ onWarning: 5 as never })).toThrow("onWarning: expected a function");
    expect(() => named.createJsonwebtoken({ strict: "all" as never })).toThrow("strict: expected true, false");
  });

  test("go to the process by default, once for all copies", async () => {
    const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    Reflect.deleteProperty(globalThis, Symbol.for("mintmark.jsonwebtoken.warned"));
    const bundled = createRequire(import.meta.url)("../../../dist/jsonwebtoken.cjs") as named.Jsonwebtoken;
    named.sign({}, secret);
    bundled.sign({}, secret);
    expect(emitted).toHaveBeenCalledOnce();
    expect(emitted.mock.calls[0]![0]).toMatchObject({
      codes: ["sign_without_exp", "sign_without_iss", "sign_without_aud"],
    });
    await expect(jwt.verifyAsync(forEver, secret)).resolves.toBeTruthy();
    expect(emitted).toHaveBeenCalledTimes(2);
  });
});

describe("errors", () => {
  test("are written as JSON as before, and known across copies", () => {
    const token = quiet.sign({ exp: 1_700_000_000 }, secret);
    const [there, here] = [theirs, quiet].map((library) => {
      try {
        return (library as typeof quiet).verify(token, secret) as never;
      } catch (error) {
        return error as named.TokenExpiredError;
      }
    });
    expect(JSON.stringify(here)).toBe(JSON.stringify(there));
    expect(Object.keys(here!)).toEqual(["name", "message", "expiredAt"]);
    const bundled = createRequire(import.meta.url)("../../../dist/jsonwebtoken.cjs") as typeof jwt;
    for (const { TokenExpiredError, JsonWebTokenError, NotBeforeError } of [jwt, bundled]) {
      expect(here).toBeInstanceOf(TokenExpiredError);
      expect(here).toBeInstanceOf(JsonWebTokenError);
      expect(here).not.toBeInstanceOf(NotBeforeError);
    }
    class Own extends jwt.JsonWebTokenError {}
    expect(here).not.toBeInstanceOf(Own);
    expect(new Own("mine")).toBeInstanceOf(bundled.JsonWebTokenError);
    expect(new jwt.JsonWebTokenError("a", new Error("b")).inner.message).toBe("b");
    expect(null).not.toBeInstanceOf(jwt.JsonWebTokenError);
  });
});

describe("keys", () => {
  test("with a passphrase, of every object and text, and bytes that change later", () => {
    const passphrase = "kept elsewhere";
    const encrypted = String(privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase }));
    for (const key of [
      { key: encrypted, passphrase },
      { key: Buffer.from(encrypted), passphrase: Buffer.from(passphrase) },
      { key: privateKey.export({ format: "jwk" }), format: "jwk" as const },
      createPrivateKey(privatePem),
    ])
      expect(quiet.verify(quiet.sign({ a: 1 }, key, { algorithm: "RS256" }), createPublicKey(publicPem))).toMatchObject(
        { a: 1 },
      );
    expect(() => quiet.sign({}, { key: encrypted, passphrase: "another" }, { algorithm: "RS256" })).toThrow(
      "not valid key material",
    );
    const bytes = Buffer.from(secret);
    const before = quiet.sign({ iat: 1 }, bytes);
    bytes.fill(1);
    expect(quiet.sign({ iat: 1 }, bytes)).not.toBe(before);
    expect(quiet.sign({ iat: 1 }, secret)).toBe(before);
  });

  test("hundreds of secrets, one after the other, are not mixed up", () => {
    const tokens = Array.from({ length: 600 }, (_, at) => quiet.sign({ at }, `${secret} ${at}`));
    for (const [at, token] of tokens.entries()) {
      expect(quiet.verify(token, `${secret} ${at}`)).toMatchObject({ at });
      expect(() => quiet.verify(token, `${secret} ${at + 1}`)).toThrow("invalid signature");
    }
  });

  test("what is no key", () => {
    for (const key of [5, {}, [], { key: secret }, Symbol.iterator])
      expect(() => quiet.sign({}, key as never)).toThrow("secretOrPrivateKey is not valid key material");
    const token = quiet.sign({}, secret);
    expect(() => quiet.verify(token, {} as never)).toThrow("secretOrPublicKey is not valid key material");
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
