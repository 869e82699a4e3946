// `sign`, `signSync`, `createSigner`: the header, the key, the source of keys (RFC 7519 §7.1).
import { describe, expect, it } from "vitest";
import {
  createSigner,
  decode,
  ES256,
  generateKeyPair,
  generateSecret,
  HS256,
  sign,
  signSync,
  UnavailableError,
  verify,
} from "../../../src/index.ts";
import type { Bytes, SignOptions, SigningKey, SigningKeySource } from "../../../src/index.ts";
import { at, audience, expected, issuer, key, second } from "./forge.ts";
import { codeOf } from "./outcome.ts";

const now = at(second);
const { privateKey, publicKey } = await generateKeyPair(ES256);
const headerText = (token: string): string => Buffer.from(token.split(".")[0]!, "base64url").toString();
const lifeOf = (token: string): number => Number(decode(token).claims.exp) - second;

/** What `sign`, `signSync` and both of a signer's come to. */
async function codeOfOptions(options: unknown, signingKey: unknown = key): Promise<string> {
  const [anyKey, any] = [signingKey as SigningKey, options as SignOptions];
  const codes = [
    await codeOf(() => sign({}, anyKey, any)),
    await codeOf(() => signSync({}, anyKey, any)),
    await codeOf(() => createSigner(anyKey, any).sign({})),
    await codeOf(() => createSigner(anyKey, any).signSync({})),
    await codeOf(() => createSigner(anyKey).sign({}, any)),
    await codeOf(() => createSigner(anyKey).signSync({}, any)),
  ];
  expect(new Set(codes)).toEqual(new Set([codes[0]]));
  return codes[0]!;
}

describe("header (order is `alg`, `typ`, `kid`, then the rest)", () => {
  it("alg and typ", async () => {
    expect(headerText(await sign({}, key))).toBe('{"alg":"HS256","typ":"JWT"}');
  });

  it("kid where the key has one, then the caller's members in their order", async () => {
    const named = await generateSecret(HS256, { kid: "k1" });
    const token = await sign({}, named, { typ: "at+jwt", header: { z: 1, a: { b: [null] }, cty: "JWT" } });
    expect(headerText(token)).toBe('{"alg":"HS256","typ":"at+jwt","kid":"k1","z":1,"a":{"b":[null]},"cty":"JWT"}');
    expect(signSync({}, named, { header: { z: 1 } }).split(".")[0]).toBe(
      createSigner(named, { header: { z: 1 } })
        .signSync({})
        .split(".")[0],
    );
  });

  it.each(["alg", "typ", "kid", "crit", "b64"])("further protected members; never %s", async (name) => {
    for (const value of ["none", undefined, null, ["b64"], false])
      expect(await codeOfOptions({ header: { [name]: value } })).toBe("invalid_argument");
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["a list", []],
    ["a text", "kid"],
    ["a number", 1],
    ["true", true],
    ["a Map", new Map()],
    ["undefined within", { x: undefined }],
    ["a function within", { x: () => 1 }],
    ["NaN within", { x: NaN }],
    ["half a surrogate pair", { x: "\ud800" }],
    ["half a surrogate pair in a name", { "\ud800": 1 }],
    ["bytes", { x: new Uint8Array(1) }],
  ])("header: %s is a TypeError", async (_name, header) => {
    expect(await codeOfOptions({ header })).toBe("invalid_argument");
  });

  it("a header with toJSON cannot put itself in the place of alg", async () => {
    const code = await codeOf(async () => {
      expect(decode(await sign({}, key, { header: { toJSON: () => ({ alg: "none" }) } })).header.alg).toBe("HS256");
    });
    expect(["accepted", "invalid_argument"]).toContain(code);
  });

  it.each([
    ["a text", "alg"],
    ["a list", []],
    ["null", null],
    ["undefined", undefined],
  ])("a header whose toJSON gives %s is a TypeError", async (_name, given) => {
    expect(await codeOfOptions({ header: { toJSON: () => given } })).toBe("invalid_argument");
  });

  it("a header that is changed after createSigner changes nothing", async () => {
    const header: Record<string, unknown> = { a: { b: 1 } };
    const signer = createSigner(key, { header });
    (header.a as Record<string, unknown>).b = () => 1;
    header.alg = "none";
    expect(headerText(await signer.sign({}))).toBe('{"alg":"HS256","typ":"JWT","a":{"b":1}}');
  });

  it("a member called __proto__ is a member", async () => {
    const token = await sign({}, key, {
      header: JSON.parse('{"__proto__":{"alg":"none"}}') as object as Record<string, unknown>,
    });
    expect(headerText(token)).toBe('{"alg":"HS256","typ":"JWT","__proto__":{"alg":"none"}}');
    expect(decode(token).header.alg).toBe("HS256");
  });

  it.each(["", null, 5, true, [], ["JWT"], {}])("typ %j is a TypeError", async (typ) => {
    expect(await codeOfOptions({ typ })).toBe("invalid_argument");
  });

  it("undefined is not given", async () => {
    expect(headerText(await sign({}, key, { typ: undefined, header: undefined }))).toBe('{"alg":"HS256","typ":"JWT"}');
  });
});

describe("createSigner: call options override", () => {
  const signer = createSigner(key, {
    now,
    issuer: "one",
    expiresIn: "1h",
    typ: "at+jwt",
    header: { a: 1 },
    jwtId: "fixed",
  });

  it("without any, the signer's hold", async () => {
    for (const token of [
      await signer.sign({}),
      signer.signSync({}),
      await signer.sign({}, undefined),
      await signer.sign({}, {}),
    ]) {
      expect(decode(token).claims).toEqual({ iss: "one", jti: "fixed", iat: second, exp: second + 3600 });
      expect(decode(token).header).toEqual({ alg: "HS256", typ: "at+jwt", a: 1 });
    }
  });

  it("each for itself, and for one call", async () => {
    expect(decode(await signer.sign({}, { issuer: "two" })).claims).toMatchObject({ iss: "two", jti: "fixed" });
    expect(decode(signer.signSync({}, { jwtId: "other", typ: "JWT" })).claims).toMatchObject({
      iss: "one",
      jti: "other",
    });
    expect(decode(await signer.sign({}, { header: { b: 2 } })).header).toEqual({ alg: "HS256", typ: "at+jwt", b: 2 });
    expect(decode(await signer.sign({})).claims.iss).toBe("one");
  });

  it("expiresAt replaces expiresIn, and the reverse", async () => {
    expect(lifeOf(await signer.sign({}, { expiresAt: second + 60 }))).toBe(60);
    expect(lifeOf(await signer.sign({}, { expiresIn: "2m" }))).toBe(120);
    const until = createSigner(key, { now, expiresAt: second + 30 });
    expect(lifeOf(await until.sign({}))).toBe(30);
    expect(lifeOf(until.signSync({}, { expiresIn: 10 }))).toBe(10);
    expect(lifeOf(until.signSync({}, { expiresAt: new Date((second + 20) * 1000) }))).toBe(20);
    expect(await codeOf(() => signer.sign({}, { expiresIn: 1, expiresAt: second + 1 }))).toBe("invalid_argument");
  });

  it("undefined is not given: the signer's option holds", async () => {
    const token = await signer.sign(
      {},
      {
        issuer: undefined,
        expiresIn: undefined,
        expiresAt: undefined,
        typ: undefined,
        header: undefined,
        now: undefined,
        jwtId: undefined,
      },
    );
    expect(decode(token).claims).toEqual({ iss: "one", jti: "fixed", iat: second, exp: second + 3600 });
    expect(decode(token).header).toEqual({ alg: "HS256", typ: "at+jwt", a: 1 });
  });

  it("what is no set of options is a TypeError, unknown names included", async () => {
    for (const options of [null, [], "1h", 5, { expireIn: "1h" }, { algorithm: "HS256" }, { kid: "x" }]) {
      expect(await codeOf(() => signer.sign({}, options as never))).toBe("invalid_argument");
      expect(await codeOf(() => signer.signSync({}, options as never))).toBe("invalid_argument");
    }
  });

  it("options that an object inherits are options too", async () => {
    const inherited = Object.create({ expiresIn: 60 }) as SignOptions;
    expect(lifeOf(await sign({}, key, Object.assign(Object.create({ expiresIn: 60 }) as SignOptions, { now })))).toBe(
      60,
    );
    expect(lifeOf(await signer.sign({}, inherited))).toBe(60);
  });

  it("wrong options are refused when the signer is made", async () => {
    for (const options of [
      { issuer: "" },
      { typ: "" },
      { expiresIn: "86400" },
      { header: { alg: "none" } },
      { maxLifetime: NaN },
      { unknown: 1 },
      null,
      [],
    ]) {
      expect(await codeOf(() => createSigner(key, options as never))).toBe("invalid_argument");
    }
  });

  it("its functions work apart from it", async () => {
    const { sign: signApart, signSync: signSyncApart } = createSigner(key, { issuer, audience });
    for (const token of [await signApart({}), signSyncApart({})]) await verify(token, key, { issuer, audience });
  });

  it("a claim given by the signer's options cannot be given again", async () => {
    expect(await codeOf(() => signer.sign({ iss: "two" }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.sign({ exp: second + 1 }))).toBe("invalid_argument");
    expect(await codeOf(() => signer.sign({ sub: "x" }))).toBe("accepted");
  });
});

describe("what cannot sign is a TypeError", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a secret as text", "a secret that is more than 32 bytes long"],
    ["bytes", new Uint8Array(32)],
    ["a public key", publicKey],
    ["a promise", Promise.resolve(key)],
    ["an object without sign", { alg: "HS256" }],
    ["sign that is no function", { alg: "HS256", sign: true }],
    ["a list", [key]],
    ["no alg", { sign: () => new Uint8Array(32) }],
    ["alg 5", { alg: 5, sign: () => 1 }],
    ["alg none", { alg: "none", sign: () => new Uint8Array(1) }],
    ["alg NONE", { alg: "NONE", sign: () => new Uint8Array(1) }],
    ["alg empty", { alg: "", sign: () => new Uint8Array(1) }],
    ["alg in blanks", { alg: " none\t", sign: () => new Uint8Array(1) }],
    ["kid 5", { alg: "HS256", kid: 5, sign: () => new Uint8Array(32) }],
  ])("%s", async (_name, signingKey) => {
    expect(await codeOf(() => sign({}, signingKey as never))).toBe("invalid_argument");
    expect(await codeOf(() => createSigner(signingKey as never))).toBe("invalid_argument");
    expect(await codeOf(() => signSync({}, signingKey as never))).toBe("invalid_argument");
  });
});

describe("a key that cannot sign now", () => {
  it("one that throws or rejects is key_unavailable, in both forms", async () => {
    const broken: SigningKey = {
      alg: "HS256",
      sign: () => Promise.reject(new Error("HSM")),
      signSync: () => {
        throw new Error("HSM");
      },
    };
    expect(await codeOfOptions({}, broken)).toBe("key_unavailable");
  });

  it("one without signSync is sync_unavailable in the synchronous form, and works in the other", async () => {
    const later: SigningKey = { alg: key.alg, sign: (data) => Promise.resolve().then(() => key.sign(data)) };
    expect(await codeOf(() => signSync({}, later))).toBe("sync_unavailable");
    expect(await codeOf(() => createSigner(later).signSync({}))).toBe("sync_unavailable");
    await verify(await sign({}, later, { issuer, audience, now }), key, expected);
  });

  it("a missing synchronous member is said before the claims are looked at", async () => {
    const later: SigningKey = { alg: "HS256", sign: (data) => key.sign(data) };
    expect(await codeOf(() => signSync({ exp: "2h" } as never, later))).toBe("sync_unavailable");
    expect(await codeOf(() => signSync({ exp: "2h" } as never, { current: () => key }))).toBe("sync_unavailable");
  });

  it("a promise from signSync is no signature: sync_unavailable", async () => {
    const lying = {
      alg: "HS256",
      sign: (data: Bytes) => key.sign(data),
      signSync: (data: Bytes) => Promise.resolve(key.sign(data)) as never,
    };
    expect(await codeOf(() => signSync({}, lying))).toBe("sync_unavailable");
  });

  it("and when that promise rejects, nobody is left to handle it", async () => {
    const lying = {
      alg: "HS256",
      sign: (data: Bytes) => key.sign(data),
      signSync: () => Promise.reject(new Error("HSM")) as never,
    };
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on("unhandledRejection", note);
    expect(await codeOf(() => signSync({}, lying))).toBe("sync_unavailable");
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});

describe("SigningKeySource: asked once per token, before the header", () => {
  const rotating = async (): Promise<SigningKeySource & { asked: () => number }> => {
    const keys = [await generateSecret(HS256, { kid: "k1" }), await generateSecret(HS256, { kid: "k2" })];
    let asked = 0;
    const next = (): SigningKey => keys[asked++ % 2]!;
    return { current: () => Promise.resolve(next()), currentSync: next, asked: () => asked };
  };

  it("once per token, and the header says which key it was", async () => {
    const source = await rotating();
    const signer = createSigner(source);
    expect(source.asked()).toBe(0);
    const kids = [
      decode(await signer.sign({})),
      decode(await signer.sign({})),
      decode(signer.signSync({})),
      decode(await sign({}, source)),
      decode(signSync({}, source)),
    ].map(({ header }) => header.kid);
    expect(kids).toEqual(["k1", "k2", "k1", "k2", "k1"]);
    expect(source.asked()).toBe(5);
  });

  it("each token verifies with the key its header names", async () => {
    const keys = [await generateSecret(HS256, { kid: "k1" }), privateKey];
    const source: SigningKeySource = { current: () => keys[0]! };
    const signer = createSigner(source, { issuer, audience });
    await verify(await signer.sign({}), keys[0] as never, { issuer, audience });
    keys.shift();
    await verify(await signer.sign({}), publicKey, { issuer, audience });
    expect(decode(await signer.sign({})).header).toMatchObject({ alg: "ES256", kid: publicKey.kid });
  });

  it("without currentSync: sync_unavailable before anybody is asked", async () => {
    let asked = 0;
    const source: SigningKeySource = {
      current: () => {
        asked++;
        return key;
      },
    };
    expect(await codeOf(() => signSync({}, source))).toBe("sync_unavailable");
    expect(asked).toBe(0);
    expect(await codeOf(() => sign({}, source))).toBe("accepted");
  });

  it("a currentSync that gives a promise, or a key without signSync: sync_unavailable", async () => {
    expect(
      await codeOf(() => signSync({}, { current: () => key, currentSync: () => Promise.resolve(key) as never })),
    ).toBe("sync_unavailable");
    expect(
      await codeOf(() =>
        signSync({}, { current: () => key, currentSync: () => ({ alg: "HS256", sign: (data) => key.sign(data) }) }),
      ),
    ).toBe("sync_unavailable");
  });

  it("says how long its tokens may live, whatever the options say", async () => {
    const source = (maxLifetime: number): SigningKeySource => ({
      current: () => key,
      currentSync: () => key,
      maxLifetime,
    });
    expect(await codeOf(() => sign({}, source(900)))).toBe("accepted");
    expect(await codeOf(() => sign({}, source(899)))).toBe("invalid_argument");
    expect(await codeOf(() => signSync({}, source(899), { maxLifetime: "366d" }))).toBe("invalid_argument");
    expect(await codeOf(() => sign({}, source(3600), { maxLifetime: 60 }))).toBe("invalid_argument");
    expect(await codeOf(() => createSigner(source(3600)).sign({}, { expiresIn: "2h" }))).toBe("invalid_argument");
    expect(await codeOf(() => sign({ iat: Math.floor(Date.now() / 1000) - 3600 }, source(3600)))).toBe(
      "invalid_argument",
    );
    for (const wrong of [0, -1, NaN, "900", null, {}])
      expect(() => createSigner(source(wrong as number)), JSON.stringify(wrong)).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
  });

  it("one that throws is key_unavailable, its own UnavailableError passes", async () => {
    const failing = (error: Error): SigningKeySource => ({
      current: () => Promise.reject(error),
      currentSync: () => {
        throw error;
      },
    });
    expect(await codeOfOptions({}, failing(new Error("store down")))).toBe("key_unavailable");
    expect(await codeOfOptions({}, failing(new TypeError("x is not a function")))).toBe("key_unavailable");
    expect(await codeOfOptions({}, failing(new UnavailableError("store_unavailable", "ring")))).toBe(
      "store_unavailable",
    );
  });

  it.each([undefined, null, {}, "key", [key], publicKey, { alg: "none", sign: () => 1 }])(
    "one that gives what is no signing key (%#) is a TypeError",
    async (wrong) => {
      expect(await codeOfOptions({}, { current: () => wrong, currentSync: () => wrong })).toBe("invalid_argument");
    },
  );

  it("wrong claims are refused after the key was asked for, and burn nothing else", async () => {
    const source = await rotating();
    expect(await codeOf(() => sign({ exp: "2h" } as never, source))).toBe("invalid_argument");
    expect(await codeOf(() => sign({}, source))).toBe("accepted");
  });
});

describe("sync and async sign alike", () => {
  it("HMAC: the same token, byte for byte", async () => {
    const options = { now, issuer, audience, jwtId: "1" };
    expect(signSync({ sub: "ü" }, key, options)).toBe(await sign({ sub: "ü" }, key, options));
  });

  it("ES256: ECDSA in sync mode is IEEE P1363", async () => {
    for (const token of [
      signSync({}, privateKey, { issuer, audience }),
      await sign({}, privateKey, { issuer, audience }),
    ]) {
      expect(decode(token).signature).toHaveLength(64);
      await verify(token, publicKey, { issuer, audience });
    }
  });
});

describe("what the options say, in the token", () => {
  it("no text in the header that is a private key: it is as readable as the claims", async () => {
    expect(await codeOfOptions({ header: { note: "a note" } })).toBe("accepted");
    expect(await codeOfOptions({ header: { note: "-----BEGIN PRIVATE KEY-----" } })).toBe("invalid_argument");
  });

  it("an expiry as a Date stays what it was when it was given", async () => {
    const expiresAt = new Date((second + 60) * 1000);
    const signer = createSigner(key, { expiresAt, now });
    expiresAt.setTime(0);
    for (const options of [undefined, { subject: "user_123" }]) expect(lifeOf(await signer.sign({}, options))).toBe(60);
  });

  it("times of theirs and of the claims, once each", async () => {
    const token = await sign({ iat: second - 1, exp: second + 60 }, key, { notBefore: "10s", now });
    expect(decode(token).claims).toEqual({ iat: second - 1, nbf: second + 10, exp: second + 60 });
  });
});
