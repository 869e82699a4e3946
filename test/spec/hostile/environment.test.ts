// A process in which other code misbehaves: polluted prototypes, getters, proxies, plug-ins that call back or change
// what they are given. Nothing of it makes mintmark accept what it would refuse, or sign what was not said.
import { beforeAll, describe, expect, it } from "vitest";
import {
  buildClaims,
  createSigner,
  createVerifier,
  createVerifierForIssuers,
  decode,
  ES256,
  exportJwk,
  HS256,
  importSecret,
  importSecretSync,
  importSigningKey,
  importVerifyingKey,
  sign,
  signSync,
  unchecked,
  verify,
  verifyJws,
  verifyJwsJson,
  verifySync,
} from "../../../src/index.ts";
import type { SecretKey, Verifier, VerifyingKey } from "../../../src/index.ts";
import {
  claiming,
  expected,
  goodClaims,
  hs256,
  macOver,
  nowSeconds,
  outcome,
  part,
  verdict,
} from "../threats/forge.ts";
import { goodJwk, publicPart, secretText } from "../threats/keys.ts";

let secret: SecretKey;
beforeAll(async () => {
  secret = await importSecret(secretText, HS256);
});

/** Runs with members on Object.prototype. What is thrown is kept until they are gone. */
async function polluted<T>(members: Readonly<Record<string, unknown>>, run: () => T): Promise<Awaited<T>> {
  const target = Object.prototype as Record<string, unknown>;
  const before = Object.keys(members).filter((name) => Object.hasOwn(target, name));
  if (before.length > 0) throw new Error(`already there: ${before.join(", ")}`);
  try {
    for (const [name, value] of Object.entries(members))
      Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
    return await run();
  } finally {
    for (const name of Object.keys(members)) Reflect.deleteProperty(target, name);
  }
}

const passes = (attempt: () => unknown): Promise<boolean> =>
  Promise.resolve()
    .then<unknown>(attempt)
    .then(
      () => true,
      () => false,
    );

describe("a polluted Object.prototype", () => {
  const now = (): Date => new Date();
  const noExp = (): object => {
    const claims = goodClaims();
    delete claims.exp;
    return claims;
  };
  const noIat = (): object => {
    const claims = goodClaims();
    delete claims.iat;
    return claims;
  };
  const noIss = (): object => {
    const claims = goodClaims();
    delete claims.iss;
    return claims;
  };
  const noAud = (): object => {
    const claims = goodClaims();
    delete claims.aud;
    return claims;
  };
  const bad = (): readonly (readonly [string, string])[] => [
    ["no exp", claiming(noExp())],
    ["no iat", claiming(noIat())],
    ["no iss", claiming(noIss())],
    ["no aud", claiming(noAud())],
    ["expired", claiming(goodClaims({ exp: nowSeconds() - 60 }))],
    ["long expired", claiming(goodClaims({ exp: 1, iat: 0 }))],
    ["not yet valid", claiming(goodClaims({ nbf: nowSeconds() + 60 }))],
    ["another iss", claiming(goodClaims({ iss: "https://attacker.example" }))],
    ["another aud", claiming(goodClaims({ aud: "other" }))],
    ["another typ", hs256({ alg: "HS256", typ: "at+jwt" }, goodClaims())],
    ["alg none", `${part({ alg: "none" })}.${part(goodClaims())}.`],
    ["no alg", macOver(`${part({})}.${part(goodClaims())}`)],
    ["crit", hs256({ alg: "HS256", crit: ["x"], x: 1 }, goodClaims())],
    ["b64", hs256({ alg: "HS256", b64: false }, goodClaims())],
    ["forged", hs256({ alg: "HS256" }, goodClaims(), "x".repeat(40))],
    ["unsigned", `${part({ alg: "HS256" })}.${part(goodClaims())}.AA`],
    ["a list", claiming("[]")],
    ["kid", hs256({ alg: "HS256", kid: "other" }, goodClaims())],
  ];
  const pollutions: readonly (readonly [string, unknown])[] = [
    ["iss", expected.issuer],
    ["aud", expected.audience],
    ["exp", 9e9],
    ["iat", 1],
    ["nbf", 0],
    ["sub", "admin"],
    ["jti", "1"],
    ["alg", "HS256"],
    ["alg", "none"],
    ["kid", "other"],
    ["typ", "at+jwt"],
    ["typ", ["at+jwt", "JWT"]],
    ["crit", ["x"]],
    ["b64", false],
    ["b64", true],
    ["x", 1],
    ["optional", ["exp", "iat"]],
    ["optional", ["exp"]],
    ["optional", ["iat"]],
    ["clockTolerance", 3600],
    ["clockTolerance", "1h"],
    ["maxTokenAge", "1w"],
    ["maxTokenLength", 1e9],
    ["required", ["sub"]],
    ["match", { sub: "user_123" }],
    ["subject", "user_123"],
    ["issuer", "https://attacker.example"],
    ["issuer", unchecked],
    ["audience", "other"],
    ["audience", unchecked],
    ["typ", unchecked],
    ["now", () => new Date(0)],
    ["cache", 100],
    ["understood", ["x"]],
    ["payload", new Uint8Array(1)],
    ["then", "x"],
    ["verify", () => true],
    ["verifySync", () => true],
    ["select", () => []],
    ["algorithms", ["HS256"]],
    ["keys", []],
    ["schema", {}],
    ["denylist", { has: () => false }],
    ["replay", { add: () => true }],
    ["toJSON", "x"],
    ["length", 0],
    ["0", "HS256"],
    ["value", true],
    ["get", undefined],
    ["signature", ""],
    ["protected", ""],
    ["header", {}],
    ["saltLength", 0],
    ["dsaEncoding", "der"],
    ["padding", 1],
    ["enumerable", true],
  ];

  it.each(
    pollutions.map(
      ([name, value]) =>
        [
          name,
          typeof value === "function" ? "a function" : typeof value === "symbol" ? "unchecked" : JSON.stringify(value),
          value,
        ] as const,
    ),
  )("%s: %s", async (name, _json, value) => {
    const tokens = bad();
    const kidded = await importSecret(secretText, HS256, { kid: "good" });
    const made = createVerifier(secret, expected);
    const missing = { audience: expected.audience } as never;
    const accepted = await polluted({ [name]: value }, async () => {
      const found: string[] = [];
      for (const [what, token] of tokens) {
        const keys: VerifyingKey = what === "kid" ? kidded : secret;
        const ways: readonly (() => unknown)[] = [
          () => verify(token, keys, expected),
          () => verifySync(token, keys, expected),
          () => createVerifier(keys, { ...expected, now }).verify(token),
          () => createVerifierForIssuers([{ ...expected, keys }]).verify(token),
          ...(what === "kid" ? [] : [() => made.verify(token), () => made.verifySync(token)]),
          () => verify(token, keys, missing),
        ];
        // What is thrown, and whether it is documented, is not the question here: nothing may pass.
        for (const [at, way] of ways.entries())
          await passes(way).then((passed) => passed && found.push(`${what} (${String(at)})`));
        if (["alg none", "no alg", "crit", "b64", "forged", "unsigned", "kid"].includes(what))
          await verifyJws(token, keys).then(
            () => found.push(`${what} (JWS)`),
            () => undefined,
          );
      }
      return found;
    });
    expect(accepted).toEqual([]);
  });

  it.each([
    ["subject", "admin", "sub"],
    ["issuer", "https://attacker.example", "iss"],
    ["audience", "attacker", "aud"],
    ["jwtId", "1", "jti"],
    ["notBefore", "1h", "nbf"],
    ["expiresIn", "300d", "exp"],
    ["expiresAt", 2e9, "exp"],
    ["typ", "at+jwt", "typ"],
    ["header", { admin: true }, "admin"],
    ["kid", "evil", "kid"],
    ["sub", "admin", "sub"],
    ["iss", "https://attacker.example", "iss"],
    ["exp", 9e9, "exp"],
    ["role", "admin", "role"],
  ])("%s: %j does not get into a token", async (name, value, member) => {
    const plain = decode(await sign({ own: 1 }, secret, {}));
    const signer = createSigner(secret, {});
    const tokens = await polluted({ [name]: value }, async () => {
      const ways: readonly (() => unknown)[] = [
        () => sign({ own: 1 }, secret),
        () => sign({ own: 1 }, secret, {}),
        () => signSync({ own: 1 }, secret, {}),
        () => signer.sign({ own: 1 }),
        () => signer.sign({ own: 1 }, {}),
        async () => sign({ own: 1 }, await importSecret(secretText, HS256), {}),
      ];
      const made: string[] = [];
      for (const way of ways)
        await Promise.resolve()
          .then<unknown>(way)
          .then(
            (token) => made.push(token as string),
            () => undefined,
          );
      return made;
    });
    for (const token of tokens) {
      const { header, claims } = decode(token);
      if (member === "exp") expect((claims.exp as number) - (claims.iat as number)).toBe(900);
      else
        expect(
          [header, claims].filter((object) => Object.hasOwn(object, member)).map((object) => object[member]),
        ).toEqual(
          [plain.header, plain.claims]
            .filter((object) => Object.hasOwn(object, member))
            .map((object) => (object as Record<string, unknown>)[member]),
        );
    }
  });

  it("a sensitive claim is not let through, and no key becomes exportable", async () => {
    expect(await polluted({ sensitiveClaims: "allow" }, () => outcome(() => sign({ password: "x" }, secret, {})))).toBe(
      "invalid_argument",
    );
    for (const make of [
      () => importSecret(secretText, HS256),
      () => importSecretSync(secretText, HS256),
      () => importSigningKey(goodJwk("p256"), ES256),
    ]) {
      const exported = await polluted({ extractable: true }, async () =>
        Promise.resolve()
          .then(make)
          .then(exportJwk)
          .then(
            () => true,
            () => false,
          ),
      );
      expect(exported).toBe(false);
    }
  });

  it.each(
    ["next", "throw", "done", "value", "known", "ask", "now", "later", "select", "current"].flatMap((name) => [
      [name, "a number", 1] as const,
      [name, "a function", () => ({ done: true, value: [] })] as const,
    ]),
  )("%s: %s does not change how a call is told from its answer", async (name, _what, value) => {
    const [good, expired] = [claiming(goodClaims({ jti: "1" })), claiming(goodClaims({ exp: nowSeconds() - 60 }))];
    const source = { algorithms: ["HS256"], select: () => [secret], selectSync: () => [secret] };
    const schema = {
      "~standard": { version: 1 as const, vendor: "test", validate: (claims: unknown) => ({ value: claims }) },
    };
    const denylist = { has: () => Promise.resolve(false), hasSync: () => false };
    const verifiers = [
      createVerifier(secret, expected),
      createVerifier([secret], { ...expected, cache: 10, schema }),
      createVerifier(source, { ...expected, cache: 10, denylist }),
      createVerifierForIssuers([{ ...expected, keys: source }]),
    ];
    const signers = [
      createSigner(secret, expected),
      createSigner({ maxLifetime: 3600, current: () => Promise.resolve(secret), currentSync: () => secret }),
    ];
    const outcomes = await polluted({ [name]: value }, async () => {
      const found: unknown[] = [];
      const attempt = async (way: () => unknown): Promise<void> => {
        try {
          await way();
          found.push("fine");
        } catch (error) {
          found.push((error as { code?: unknown }).code ?? error);
        }
      };
      for (let time = 0; time < 2; time++) {
        for (const { verify: later, verifySync: now } of verifiers) {
          for (const token of [good, expired]) {
            await attempt(() => later(token));
            await attempt(() => now(token));
          }
        }
      }
      for (const { sign: later, signSync: now } of signers) {
        await attempt(() => later({}));
        await attempt(() => now({}));
      }
      return found;
    });
    const both = ["fine", "fine", "expired", "expired"];
    expect(outcomes).toEqual([
      ...Array.from({ length: 8 }, () => both).flat(),
      ...Array.from({ length: 4 }, () => "fine"),
    ]);
  });

  it("a secret is read as the caller says, not as the prototype says", async () => {
    const hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const token = await polluted({ encoding: "hex" }, async () =>
      Promise.resolve()
        .then(() => importSecret(hex, HS256))
        .then((key) => sign({}, key, expected))
        .catch(() => undefined),
    );
    if (token !== undefined) expect(await verdict(token, await importSecret(hex, HS256))).toBe("accepted");
  });
});

describe("objects that are not what they seem", () => {
  it("a getter for a check is read once, or checked each time", async () => {
    for (let reads = 0; reads < 6; reads++) {
      let read = 0;
      const options = {
        audience: "other",
        get issuer() {
          return read++ < reads ? expected.issuer : unchecked;
        },
      };
      expect(await outcome(() => verify(claiming(goodClaims()), secret, options))).not.toBe("accepted");
    }
  });

  it("keys, options and claims behind a proxy work, and those that throw are no acceptance", async () => {
    const through = new Proxy(secret, {});
    expect(await outcome(() => verify(claiming(goodClaims()), through, new Proxy(expected, {})))).toBe("accepted");
    const throwing = new Proxy(
      {},
      {
        get() {
          throw new Error("no");
        },
        has() {
          throw new Error("no");
        },
        ownKeys() {
          throw new Error("no");
        },
      },
    );
    for (const attempt of [
      () => verify(claiming(goodClaims()), throwing as never, expected),
      () => verify(claiming(goodClaims()), secret, throwing as never),
      () => verify(throwing as never, secret, expected),
      () => sign(throwing, secret),
      () => verifyJwsJson(throwing as never, secret),
    ]) {
      await expect(Promise.resolve().then<unknown>(attempt)).rejects.toThrow();
    }
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const attempt of [
      () => verify(revoked.proxy as never, secret, expected),
      () => verify(claiming(goodClaims()), revoked.proxy as never, expected),
      () => sign(revoked.proxy, secret),
    ])
      await expect(Promise.resolve().then<unknown>(attempt)).rejects.toThrow();
  });

  it("subclasses of String and Array are neither texts nor a way around a check", async () => {
    class Text extends String {
      override toString(): string {
        return expected.issuer;
      }
    }
    class List extends Array<string> {
      override includes(): boolean {
        return true;
      }
      override map(): never {
        return [expected.issuer] as never;
      }
      override some(): boolean {
        return true;
      }
    }
    expect(
      await verdict(claiming(goodClaims({ iss: "other" })), secret, { ...expected, issuer: new Text("other") }),
    ).toBe("invalid_argument");
    for (const list of [List.from(["another"]), List.from([expected.issuer, "x"]).slice(1)])
      expect(
        await outcome(() => verify(claiming(goodClaims({ iss: "third" })), secret, { ...expected, issuer: list })),
      ).not.toBe("accepted");
  });

  it("a schema's output may be a thenable: it is given out as it is", async () => {
    const schema = { "~standard": { version: 1 as const, vendor: "test", validate: () => ({ value: { then: 5 } }) } };
    expect((await verify(claiming(goodClaims()), secret, { ...expected, schema })).claims).toEqual({ then: 5 });
  });

  it("the header takes no sensitive member either: it is as readable as the claims", async () => {
    for (const header of [{ password: "x" }, { x: { client_secret: "x" } }, { jwk: goodJwk("p256") }])
      expect(await outcome(() => sign({}, secret, { header }))).toBe("invalid_argument");
    expect(await outcome(() => sign({}, secret, { header: { jwk: publicPart(goodJwk("p256")) } }))).toBe("accepted");
  });

  it("a private key in a claim is found however its text is indented", async () => {
    const jwk = goodJwk("p256");
    for (const value of [
      jwk,
      [jwk],
      JSON.stringify(jwk),
      JSON.stringify(jwk, null, 2),
      ` ${JSON.stringify(jwk)}`,
      `\n${JSON.stringify(jwk)}\n`,
      JSON.stringify({ keys: [jwk] }),
      { keys: [jwk] },
      "-----BEGIN PRIVATE KEY-----\nMIGH",
      "-----BEGIN EC PRIVATE KEY-----\nMIGH",
      "junk -----BEGIN OPENSSH PRIVATE KEY-----\nMIGH",
    ]) {
      expect(await outcome(() => sign({ value }, secret)), JSON.stringify(value).slice(0, 40)).toBe("invalid_argument");
    }
  });
});

describe("plug-ins that interfere", () => {
  const token = (): string => claiming(goodClaims({ jti: "1" }));

  it("a verify that calls verify again, a schema and a store that do", async () => {
    const holder: { verifier?: Verifier } = {};
    let depth = 0;
    const again = async (): Promise<void> => {
      if (depth++ < 3) await holder.verifier!.verify(token());
    };
    const key: VerifyingKey = {
      alg: "HS256",
      verify: async (data, signature) => {
        await again();
        return secret.verify(data, signature);
      },
    };
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: async (value: unknown) => {
          await again();
          return { value };
        },
      },
    };
    holder.verifier = createVerifier(key, {
      ...expected,
      schema: schema as never,
      denylist: {
        has: async () => {
          await again();
          return false;
        },
      },
      cache: 5,
      now: () => new Date(),
    });
    const forged = hs256({ alg: "HS256" }, goodClaims(), "x".repeat(40));
    expect(await outcome(() => holder.verifier!.verify(token()))).toBe("accepted");
    expect(await outcome(() => holder.verifier!.verify(forged))).toBe("signature_invalid");

    const nested = createVerifier(secret, {
      ...expected,
      now: () => {
        if (depth++ < 8) nested.safeVerifySync(forged);
        return new Date();
      },
    });
    depth = 0;
    expect(await outcome(() => nested.verifySync(token()))).toBe("accepted");
    expect(await outcome(() => nested.verifySync(forged))).toBe("signature_invalid");
  });

  it("a verify that changes the bytes it is given makes no other key accept", async () => {
    const wiping: VerifyingKey = {
      alg: "HS256",
      verify: (data, signature) => {
        data.fill(0);
        signature.fill(0);
        return false;
      },
      verifySync: (data, signature) => {
        data.fill(0);
        signature.fill(0);
        return false;
      },
    };
    const forged = hs256({ alg: "HS256" }, goodClaims(), "x".repeat(40));
    const plain: VerifyingKey = {
      alg: "HS256",
      verify: (data, signature) => secret.verify(data, signature),
      verifySync: (data, signature) => secret.verifySync!(data, signature),
    };
    for (const keys of [
      [wiping, secret],
      [wiping, plain],
      [plain, wiping],
    ])
      expect(await verdict(forged, keys)).toBe("signature_invalid");
  });

  it("a list of keys that is changed after the verifier was made, or while it verifies", async () => {
    const keys: VerifyingKey[] = [{ alg: "HS256", verify: () => false, verifySync: () => false }];
    const verifier = createVerifier(keys, expected);
    keys[0] = { alg: "HS256", verify: () => true, verifySync: () => true };
    keys.push(keys[0]);
    expect(await outcome(() => verifier.verify(token()))).toBe("signature_invalid");

    const given: VerifyingKey[] = [
      {
        alg: "HS256",
        verify: async () => {
          given.push({ alg: "HS256", verify: () => true });
          return false;
        },
      },
    ];
    expect(await outcome(() => verify(token(), { algorithms: ["HS256"], select: () => given }, expected))).toBe(
      "signature_invalid",
    );
  });

  it("a key that could not verify is not one that refused: the others are tried, and then it is said", async () => {
    const broken: VerifyingKey = {
      alg: "HS256",
      verify: () => {
        throw new Error("HSM");
      },
      verifySync: () => {
        throw new Error("HSM");
      },
    };
    expect(await verdict(token(), [broken, secret])).toBe("accepted");
    expect(await verdict(token(), [broken, { alg: "HS256", verify: () => false, verifySync: () => false }])).toBe(
      "key_unavailable",
    );
    expect(await verdict(token(), broken)).toBe("key_unavailable");
  });

  it("a source that answers late, or never again, for one token does not hold up another", async () => {
    let calls = 0;
    const source = {
      algorithms: ["HS256"],
      select: async () => (calls++ === 0 ? new Promise<never>(() => undefined) : [secret]),
    };
    const verifier = createVerifier(source, expected);
    const first = verifier.verify(token());
    expect(await outcome(() => verifier.verify(token()))).toBe("accepted");
    expect(await Promise.race([first.then(() => "answered"), Promise.resolve("pending")])).toBe("pending");
  });

  it("claims are read before the first wait: what the caller changes meanwhile is not signed", async () => {
    const claims: Record<string, unknown> = { role: "user" };
    const slow = {
      alg: "HS256",
      sign: async (data: Parameters<SecretKey["sign"]>[0]) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
        return secret.sign(data);
      },
    };
    const pending = sign(claims, slow, expected);
    claims.role = "admin";
    expect((await verify(await pending, secret, expected)).claims.role).toBe("user");
    expect(Object.isFrozen(buildClaims(claims))).toBe(false);
  });

  it("an imported JWK that is changed meanwhile is imported as it was", async () => {
    const jwk = { ...publicPart(goodJwk("p256")) };
    const pending = importVerifyingKey(jwk, ES256);
    Object.assign(jwk, publicPart(goodJwk("p256 with a zero in front of x")));
    expect((await exportJwk(await pending)).x).toBe(goodJwk("p256").x);
  });
});
