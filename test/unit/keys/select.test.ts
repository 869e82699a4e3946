// Which keys a header leads to (RFC 7515 §4.1.4, §6): asked through the public verify and
// verifySync with keys that note what they are asked.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createVerifier,
  ES256,
  exportJwk,
  HS256,
  importSecretSync,
  importSigningKeySync,
  importVerifyingKeySync,
  JwtError,
  RS256,
  safeVerify,
  safeVerifySync,
  sign,
  signJws,
  signSync,
  unchecked,
  UnavailableError,
  verify,
  verifyJws,
  verifySync,
} from "../../../src/index.ts";
import type { KeySource, SigningKey, VerificationKeys, VerifyingKey } from "../../../src/index.ts";
import { indexKeys, withoutSign } from "../../../src/keys/select.ts";
import { privateJwkFor, publicJwkFor, secretBytes } from "./good-keys.ts";
import { refusalOf } from "./refusal.ts";

const expected = { issuer: unchecked, audience: unchecked } as const;

const lengths: Readonly<Record<string, number>> = { HS256: 32, ES384: 96, ES512: 132 };
/** A token whose signature only the spies below judge. */
const tokenOf = (alg: string, kid?: string): Promise<string> => {
  const key: SigningKey = {
    alg,
    ...(kid !== undefined && { kid }),
    sign: () => new Uint8Array(lengths[alg] ?? 64).fill(1),
  };
  return sign({}, key, {});
};

/** The names of the keys in the order in which they were tried. */
let tried: string[] = [];
beforeEach(() => {
  tried = [];
});

type Answer = boolean | (() => unknown);
function spy(
  name: string,
  { alg = "ES256", kid, answer = false }: { alg?: string; kid?: string; answer?: Answer } = {},
): VerifyingKey {
  const judge = (): boolean => {
    tried.push(name);
    return (typeof answer === "function" ? answer() : answer) as boolean;
  };
  return { alg, ...(kid !== undefined && { kid }), verify: judge, verifySync: judge };
}

type Check = (token: string, keys: VerificationKeys) => Promise<unknown>;
const checks: readonly (readonly [string, Check])[] = [
  ["verify", (token, keys) => verify(token, keys, expected)],
  ["verifySync", async (token, keys) => verifySync(token, keys, expected)],
  ["createVerifier().verify", async (token, keys) => createVerifier(keys, expected).verify(token)],
  [
    "createVerifier().verify, with a cache",
    async (token, keys) => createVerifier(keys, { ...expected, cache: 10 }).verify(token),
  ],
  ["verifyJws", (token, keys) => verifyJws(token, keys)],
];
const sourceOf = (keys: readonly VerifyingKey[], algorithms: readonly string[] = ["ES256"]): KeySource => ({
  algorithms,
  select: () => keys,
  selectSync: () => keys,
});
const listOrSource = [
  ["a list", (keys: readonly VerifyingKey[]): VerificationKeys => keys],
  ["a KeySource", (keys: readonly VerifyingKey[]): VerificationKeys => sourceOf(keys)],
] as const;

describe.each(checks)("%s", (_name, check) => {
  describe.each(listOrSource)("keys from %s", (_what, from) => {
    const keys = (): VerificationKeys =>
      from([
        spy("a", { kid: "a" }),
        spy("b", { kid: "b" }),
        spy("nameless"),
        spy("other alg", { alg: "ES384", kid: "a" }),
        spy("a again", { kid: "a" }),
        spy("nameless, other alg", { alg: "HS256" }),
      ]);

    it("a kid in the header: those that carry it, in their order, and no others", async () => {
      expect(await refusalOf(async () => check(await tokenOf("ES256", "a"), keys()))).toBe("signature_invalid");
      expect(tried).toEqual(["a", "a again"]);
    });

    it("a kid that no key carries: those without one", async () => {
      expect(await refusalOf(async () => check(await tokenOf("ES256", "unknown"), keys()))).toBe("signature_invalid");
      expect(tried).toEqual(["nameless"]);
    });

    it("no kid in the header: every key whose alg fits", async () => {
      expect(await refusalOf(async () => check(await tokenOf("ES256"), keys()))).toBe("signature_invalid");
      expect(tried).toEqual(["a", "b", "nameless", "a again"]);
    });

    it("a kid that no key carries, and none is without: key_not_found, none is tried", async () => {
      expect(
        await refusalOf(async () =>
          check(await tokenOf("ES256", "c"), from([spy("a", { kid: "a" }), spy("b", { kid: "b" })])),
        ),
      ).toBe("key_not_found");
      expect(tried).toEqual([]);
    });

    it("a kid is compared and nothing else: case, prefixes, paths, prototypes, a megabyte", async () => {
      const hostile = [
        "A",
        "a ",
        " a",
        "a\0",
        "../a",
        "' OR 1=1 --",
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "undefined",
        "null",
        "*",
        "á".normalize("NFD"),
        "x".repeat(12_000),
      ];
      for (const kid of hostile)
        expect(
          await refusalOf(async () =>
            check(await tokenOf("ES256", kid), from([spy("a", { kid: "a" }), spy("á", { kid: "á" })])),
          ),
          kid,
        ).toBe("key_not_found");
      expect(tried).toEqual([]);
      for (const kid of ["__proto__", "constructor", ""])
        expect(
          await refusalOf(async () => check(await tokenOf("ES256", kid), from([spy("it", { kid, answer: true })]))),
        ).toBe("accepted");
    });

    it("the first good one ends it", async () => {
      const result = (await check(
        await tokenOf("ES256"),
        from([spy("bad"), spy("good", { kid: "g", answer: true }), spy("never asked", { answer: true })]),
      )) as { key: VerifyingKey };
      expect(tried).toEqual(["bad", "good"]);
      expect(result.key.kid).toBe("g");
    });

    it.each([1, "true", {}, [true], "yes", () => true, Symbol("true"), 1n, new Boolean(true)])(
      "only true is a good signature (%#)",
      async (answer) => {
        expect(
          await refusalOf(async () => check(await tokenOf("ES256"), from([spy("truthy", { answer: () => answer })]))),
        ).not.toBe("accepted");
        expect(tried).toEqual(["truthy"]);
      },
    );

    it("32 candidates are all tried", async () => {
      const many = Array.from({ length: 32 }, (_, i) => spy(String(i), { kid: "k" }));
      expect(await refusalOf(async () => check(await tokenOf("ES256", "k"), from(many)))).toBe("signature_invalid");
      expect(tried).toHaveLength(32);
    });

    it.each([33, 1000])("%i candidates: key_not_found before any is tried, with and without kid", async (length) => {
      for (const [kid, keyKid] of [
        ["k", "k"],
        [undefined, "k"],
        ["other", undefined],
        [undefined, undefined],
      ] as const) {
        const many = Array.from({ length }, (_, i) =>
          spy(String(i), { answer: true, ...(keyKid !== undefined && { kid: keyKid }) }),
        );
        expect(await refusalOf(async () => check(await tokenOf("ES256", kid), from(many)))).toBe("key_not_found");
      }
      expect(tried).toEqual([]);
    });

    it("1000 keys of which the kid picks one: that one", async () => {
      const many = Array.from({ length: 1000 }, (_, i) => spy(String(i), { kid: String(i), answer: true }));
      expect(await refusalOf(async () => check(await tokenOf("ES256", "777"), from(many)))).toBe("accepted");
      expect(tried).toEqual(["777"]);
    });

    const fails = (): never => {
      throw new Error("the HSM is gone");
    };
    it("a verify that throws is not a bad signature: the others are tried, then it is key_unavailable", async () => {
      expect(
        await refusalOf(async () => check(await tokenOf("ES256"), from([spy("gone", { answer: fails }), spy("bad")]))),
      ).toBe("key_unavailable");
      expect(tried).toEqual(["gone", "bad"]);
      expect(
        await refusalOf(async () => check(await tokenOf("ES256"), from([spy("bad"), spy("gone", { answer: fails })]))),
      ).toBe("key_unavailable");
      expect(
        await refusalOf(async () =>
          check(await tokenOf("ES256"), from([spy("gone", { answer: fails }), spy("good", { answer: true })])),
        ),
      ).toBe("accepted");
    });

    it.each<readonly [string, () => never]>([
      [
        "a JwtError",
        () => {
          throw new JwtError("expired", "no");
        },
      ],
      [
        "undefined",
        () => {
          throw undefined as unknown as Error;
        },
      ],
      [
        "a TypeError",
        () => {
          throw Object.assign(new TypeError("no"), { code: "sync_unavailable" });
        },
      ],
    ])("whatever it throws: %s", async (_thing, answer) => {
      expect(await refusalOf(async () => check(await tokenOf("ES256"), from([spy("gone", { answer })])))).toBe(
        "key_unavailable",
      );
    });

    it("an alg that no key has: alg_not_allowed, none is tried", async () => {
      expect(await refusalOf(async () => check(await tokenOf("ES512"), from([spy("a"), spy("b", { kid: "b" })])))).toBe(
        "alg_not_allowed",
      );
      expect(await refusalOf(async () => check(await tokenOf("es256"), from([spy("a")])))).toBe("alg_not_allowed");
      expect(tried).toEqual([]);
    });
  });

  it.each([
    { alg: "none" },
    { alg: "None" },
    { alg: "nOnE" },
    { alg: " none" },
    { alg: "" },
    { alg: "foo" },
    { alg: "toString" },
    { alg: "__proto__" },
    { alg: null },
    { alg: 5 },
    { alg: ["ES256"] },
    {},
  ])("the header %j never reaches a key or a source (RFC 8725 §3.1)", async (header) => {
    const select = vi.fn(() => [spy("a", { answer: true })]);
    const segment = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
    for (const signature of ["", "AAAA"]) {
      const token = `${segment(header)}.${segment({ exp: 9e9, iat: 1 })}.${signature}`;
      for (const keys of [[spy("a", { answer: true })], { algorithms: ["ES256"], select, selectSync: select }]) {
        expect(["alg_not_allowed", "header_invalid", "token_malformed"]).toContain(
          await refusalOf(() => check(token, keys)),
        );
      }
    }
    expect(tried).toEqual([]);
    expect(select).not.toHaveBeenCalled();
  });

  it.each<readonly [string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["an empty list", []],
    ["text", "secret"],
    ["bytes", secretBytes(32)],
    ["a JWK", publicJwkFor(ES256)],
    ["a signing key", importSigningKeySync(privateJwkFor(ES256), ES256)],
    ["a list with undefined in it", [undefined]],
    ["a sparse list", Object.assign([], { length: 1 })],
    ["a list in a list", [[spy("a")]]],
    ["a function", () => spy("a")],
    ["a key without verify", { alg: "ES256" }],
    ["a verify that is no function", { alg: "ES256", verify: true }],
    ["a key without alg", { verify: () => true }],
    ["a kid that is no string", { alg: "ES256", kid: 5, verify: () => true }],
    ["kid null", { alg: "ES256", kid: null, verify: () => true }],
    ["an empty issuer", { alg: "ES256", issuer: "", verify: () => true }],
    ["an issuer that is no string", { alg: "ES256", issuer: ["a"], verify: () => true }],
    ["a source without algorithms", { select: () => [] }],
    ["a source with no algorithm", { algorithms: [], select: () => [] }],
    ["a source whose algorithms are text", { algorithms: "ES256", select: () => [] }],
    ["a source with a number", { algorithms: [5], select: () => [] }],
    ["a source whose select is no function", { algorithms: ["ES256"], select: [] }],
  ])("keys that are %s: a TypeError, before the token is looked at", async (_what, keys) => {
    expect(await refusalOf(() => check("not a token", keys as VerificationKeys))).toBe("invalid_argument");
  });

  const nones = ["", " ", "none", "None", "NONE", "nOnE", " none", "none ", "\tnone\n", "\u00a0none"];
  it.each(nones)("alg %j in a plug-in: a TypeError, for keys and for sources", async (alg) => {
    const key = { alg, verify: () => true, verifySync: () => true };
    for (const keys of [
      key,
      [key],
      [spy("a"), key],
      { algorithms: [alg], select: () => [key] },
      { algorithms: ["ES256", alg], select: () => [key] },
    ]) {
      expect(await refusalOf(() => check("not a token", keys))).toBe("invalid_argument");
    }
  });

  it("what verifies is looked at again only by its contract: members of a class work, with their this", async () => {
    class Hsm implements VerifyingKey {
      readonly #secret = importSecretSync(secretBytes(64), HS256);
      get alg(): string {
        return this.#secret.alg;
      }
      verify(...args: Parameters<VerifyingKey["verify"]>) {
        return this.#secret.verify(...args);
      }
      verifySync(...args: Parameters<VerifyingKey["verify"]>) {
        return this.#secret.verifySync!(...args);
      }
    }
    class Keys implements KeySource {
      readonly #key = new Hsm();
      get algorithms(): string[] {
        return ["HS256"];
      }
      select() {
        return [this.#key];
      }
      selectSync() {
        return [this.#key];
      }
    }
    const token = signSync({}, importSecretSync(secretBytes(64), HS256), {});
    for (const keys of [new Hsm(), [new Hsm()], new Keys()])
      expect(await refusalOf(() => check(token, keys))).toBe("accepted");
  });
});

describe("signing keys", () => {
  it.each(["", " ", "none", "None", "NONE", " none", "none\n", 5, null, undefined, ["ES256"]])(
    "alg %j in a plug-in: a TypeError, and it is not asked to sign",
    async (alg) => {
      const ask = vi.fn(() => new Uint8Array(64));
      const key = { alg, sign: ask, signSync: ask } as unknown as SigningKey;
      for (const attempt of [
        () => sign({}, key, {}),
        () => signSync({}, key, {}),
        () => signJws(secretBytes(3), key),
        () => sign({}, { current: () => key }, {}),
        () => signSync({}, { current: () => key, currentSync: () => key }, {}),
      ]) {
        expect(await refusalOf(attempt)).toBe("invalid_argument");
      }
      expect(ask).not.toHaveBeenCalled();
    },
  );
});

describe("a list of keys", () => {
  it("is read when the verifier is made: what is added later verifies nothing, what is removed still does", async () => {
    const keys = [spy("first", { answer: true, kid: "1" })];
    const verifier = createVerifier(keys, expected);
    keys.push(spy("second", { answer: true, kid: "2" }));
    expect(await refusalOf(async () => verifier.verify(await tokenOf("ES256", "2")))).toBe("key_not_found");
    keys.length = 0;
    expect(await refusalOf(async () => verifier.verify(await tokenOf("ES256", "1")))).toBe("accepted");
  });

  it("that holds the same key twice is no harm", async () => {
    const key = importVerifyingKeySync(publicJwkFor(ES256), ES256);
    const token = signSync({}, importSigningKeySync(privateJwkFor(ES256), ES256), {});
    expect((await verify(token, [key, key], expected)).key).toBe(key);
  });

  it("with a key that has no verifySync: sync_unavailable, whatever the token, even when another would do", async () => {
    const asynchronous: VerifyingKey = { alg: "ES256", kid: "a", verify: async () => true };
    for (const keys of [asynchronous, [asynchronous], [spy("b", { kid: "b", answer: true }), asynchronous]]) {
      expect(await refusalOf(() => verifySync("not a token", keys, expected))).toBe("sync_unavailable");
      expect(await refusalOf(async () => verifySync(await tokenOf("ES256", "b"), keys, expected))).toBe(
        "sync_unavailable",
      );
      expect(await refusalOf(async () => safeVerifySync(await tokenOf("ES256", "b"), keys, expected))).toBe(
        "sync_unavailable",
      );
    }
    expect(tried).toEqual([]);
  });
});

describe("a KeySource", () => {
  const watched = (answer: () => unknown, algorithms: readonly string[] = ["ES256", "ES384"]) => {
    const select = vi.fn(answer);
    return { select, source: { algorithms, select, selectSync: select } as unknown as KeySource };
  };
  const ways: readonly (readonly [string, (token: string, source: KeySource) => Promise<unknown>])[] = [
    ["verify", (token, source) => verify(token, source, expected)],
    ["verifySync", async (token, source) => verifySync(token, source, expected)],
    ["verifyJws", (token, source) => verifyJws(token, source)],
  ];

  describe.each(ways)("asked by %s", (way, check) => {
    it("hears alg and kid, and no kid where the header has none; never the claims", async () => {
      const { select, source } = watched(() => [spy("a", { answer: true })]);
      await check(await tokenOf("ES256", "a"), source);
      await check(await tokenOf("ES256"), source);
      expect(select.mock.calls).toStrictEqual([[{ alg: "ES256", kid: "a" }], [{ alg: "ES256" }]]);
    });

    it("is never asked about an alg outside its algorithms", async () => {
      const { select, source } = watched(() => [spy("a", { alg: "ES512", answer: true })]);
      expect(await refusalOf(async () => check(await tokenOf("ES512"), source))).toBe("alg_not_allowed");
      expect(await refusalOf(async () => check(await tokenOf("HS256"), source))).toBe("alg_not_allowed");
      expect(select).not.toHaveBeenCalled();
    });

    it("that gives keys of another alg: they are not tried (the header, then the key, then alg equals the key's)", async () => {
      const { source } = watched(() => [
        spy("HS256", { alg: "HS256", answer: true }),
        spy("ES384", { alg: "ES384", kid: "a", answer: true }),
      ]);
      expect(await refusalOf(async () => check(await tokenOf("ES256", "a"), source))).toBe("key_not_found");
      expect(tried).toEqual([]);
    });

    it("that gives an empty list: key_not_found", async () => {
      expect(await refusalOf(async () => check(await tokenOf("ES256"), watched(() => []).source))).toBe(
        "key_not_found",
      );
    });

    it.each<readonly [string, unknown]>([
      ["undefined", undefined],
      ["null", null],
      ["one key", spy("a", { answer: true })],
      ["a Set", new Set([spy("a", { answer: true })])],
      ["text", "key"],
      ["what looks like a list", { length: 1, 0: spy("a", { answer: true }) }],
    ])("that gives no list but %s: never accepted, key_unavailable", async (_what, answer) => {
      expect(await refusalOf(async () => check(await tokenOf("ES256"), watched(() => answer).source))).toBe(
        "key_unavailable",
      );
      expect(tried).toEqual([]);
    });

    it.each<readonly [string, unknown]>([
      ["undefined", undefined],
      ["a JWK", publicJwkFor(ES256)],
      ["a key whose alg is none", { alg: "none", verify: () => true }],
      ["a key without alg", { verify: () => true }],
    ])("that gives a list with %s in it: never accepted", async (_what, item) => {
      expect(["invalid_argument", "key_unavailable"]).toContain(
        await refusalOf(async () =>
          check(await tokenOf("ES256"), watched(() => [item, spy("a", { answer: true })]).source),
        ),
      );
    });

    it("that throws: key_unavailable, and what it said is not repeated", async () => {
      const { source } = watched(() => {
        throw new Error("password=hunter2");
      });
      const token = await tokenOf("ES256");
      expect(await refusalOf(() => check(token, source))).toBe("key_unavailable");
      await expect(check(token, source)).rejects.not.toThrow("hunter2");
    });

    it("that throws an UnavailableError or a JwtError: it is passed on", async () => {
      const token = await tokenOf("ES256");
      const errors = [
        new UnavailableError("jwks_unavailable", "down"),
        new UnavailableError("jwks_invalid", "odd"),
        new JwtError("key_not_found", "no such kid"),
      ];
      for (const error of errors)
        await expect(
          check(
            token,
            watched(() => {
              throw error;
            }).source,
          ),
        ).rejects.toBe(error);
    });

    it("that is asked once for every token, whatever it answered before", async () => {
      const answers = [[spy("old", { kid: "a", answer: true })], []];
      const { select, source } = watched(() => answers.shift());
      const token = await tokenOf("ES256", "a");
      expect(await refusalOf(() => check(token, source))).toBe("accepted");
      expect(await refusalOf(() => check(token, source))).toBe("key_not_found");
      expect(select).toHaveBeenCalledTimes(2);
    });

    if (way !== "verifySync")
      it("may answer later, and reject", async () => {
        const token = await tokenOf("ES256");
        expect(
          await refusalOf(() => check(token, watched(() => Promise.resolve([spy("a", { answer: true })])).source)),
        ).toBe("accepted");
        expect(await refusalOf(() => check(token, watched(() => Promise.reject(new Error("no"))).source))).toBe(
          "key_unavailable",
        );
        expect(
          await refusalOf(() =>
            check(token, watched(() => Promise.reject(new UnavailableError("jwks_unavailable", "no"))).source),
          ),
        ).toBe("jwks_unavailable");
      });
  });

  it("keeps the algorithms it had when the verifier was made", async () => {
    const algorithms = ["ES256"];
    const verifier = createVerifier({ algorithms, select: () => [spy("a", { alg: "ES384", answer: true })] }, expected);
    algorithms.push("ES384");
    expect(await refusalOf(async () => verifier.verify(await tokenOf("ES384")))).toBe("alg_not_allowed");
  });

  it("without selectSync: sync_unavailable before the token is read", async () => {
    const select = vi.fn(() => [spy("a", { answer: true })]);
    const source: KeySource = { algorithms: ["ES256"], select };
    for (const token of ["not a token", await tokenOf("ES256"), await tokenOf("none-of-these")]) {
      expect(await refusalOf(() => verifySync(token, source, expected))).toBe("sync_unavailable");
    }
    expect(select).not.toHaveBeenCalled();
    expect(await refusalOf(async () => verify(await tokenOf("ES256"), source, expected))).toBe("accepted");
  });

  it("whose keys have no verifySync: sync_unavailable, never accepted", async () => {
    const source = sourceOf([{ alg: "ES256", verify: () => true }]);
    expect(await refusalOf(async () => verifySync(await tokenOf("ES256"), source, expected))).toBe("sync_unavailable");
  });
});

describe("a promise from a …Sync member is never an answer", () => {
  let unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  beforeEach(() => {
    unhandled = [];
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  const good = { alg: "ES256", verify: () => true, verifySync: () => true } satisfies VerifyingKey;
  const promises: readonly (readonly [string, (value: unknown) => unknown])[] = [
    ["a promise", (value) => Promise.resolve(value)],
    ["a promise that rejects", () => Promise.reject(new Error("later"))],
    [
      "a thenable",
      (value) => ({
        then: (resolve?: (value: unknown) => void) => {
          resolve?.(value);
        },
      }),
    ],
  ];

  describe.each(promises)("%s", (_what, promise) => {
    it("from verifySync", async () => {
      const key = { ...good, verifySync: () => promise(true) } as unknown as VerifyingKey;
      const token = await tokenOf("ES256");
      for (const keys of [key, [key, key], sourceOf([key])]) {
        expect(await refusalOf(() => verifySync(token, keys, expected))).toBe("sync_unavailable");
        expect(await refusalOf(() => safeVerifySync(token, keys, expected))).toBe("sync_unavailable");
      }
    });

    it("from selectSync", async () => {
      const source = {
        algorithms: ["ES256"],
        select: () => [good],
        selectSync: () => promise([good]),
      } as unknown as KeySource;
      expect(await refusalOf(async () => verifySync(await tokenOf("ES256"), source, expected))).toBe(
        "sync_unavailable",
      );
    });

    it("from signSync and currentSync: a TypeError, no token", async () => {
      const key = {
        alg: "ES256",
        sign: () => new Uint8Array(64),
        signSync: () => promise(new Uint8Array(64)),
      } as unknown as SigningKey;
      expect(await refusalOf(() => signSync({}, key, {}))).toBe("sync_unavailable");
      const source = { current: () => key, currentSync: () => promise(key) } as never;
      expect(await refusalOf(() => signSync({}, source, {}))).toBe("sync_unavailable");
    });
  });

  it("a promise of true from verify is true, of anything else false, one that rejects key_unavailable", async () => {
    const token = await tokenOf("ES256");
    const with_ = (answer: () => unknown): VerifyingKey => ({ alg: "ES256", verify: answer as () => boolean });
    expect(
      await safeVerify(
        token,
        with_(async () => true),
        expected,
      ),
    ).toMatchObject({ ok: true });
    for (const value of [false, 1, "true", {}, undefined])
      expect(
        await refusalOf(() =>
          verify(
            token,
            with_(async () => value),
            expected,
          ),
        ),
      ).toBe("signature_invalid");
    expect(
      await refusalOf(() =>
        verify(
          token,
          with_(() => Promise.reject(new Error("no"))),
          expected,
        ),
      ),
    ).toBe("key_unavailable");
    expect(
      await safeVerify(token, [with_(() => Promise.reject(new Error("no"))), with_(async () => true)], expected),
    ).toMatchObject({ ok: true });
  });
});

describe("keys by alg and kid", () => {
  const key = spy("one", { kid: "a" });
  it("of an alg that no key has, there is none, with kid and without", () => {
    for (const kid of [undefined, "a", "b"]) expect(indexKeys([key])("HS256", kid)).toEqual([]);
    expect(indexKeys([key])("ES256", "a")).toEqual([key]);
    expect(indexKeys([key])("ES256", "b")).toEqual([]);
  });
});

describe("the key that a verified token names", () => {
  const both = { alg: "HS256", sign: () => new Uint8Array(32), verify: () => true };
  it("says of itself what the key said, and no more", () => {
    expect(Object.keys(withoutSign(both))).toEqual(["alg", "verify"]);
    expect(Object.getOwnPropertySymbols(withoutSign(both))).toEqual([]);
    const named = withoutSign({ ...both, kid: "k1", issuer: "https://issuer.example", verifySync: () => true });
    expect(named).toMatchObject({ alg: "HS256", kid: "k1", issuer: "https://issuer.example" });
    expect(Object.keys(named)).toEqual(["alg", "kid", "issuer", "verify", "verifySync"]);
  });

  it("of mintmark's own keys too: without kid and issuer there are no such members", async () => {
    const plain = importVerifyingKeySync(publicJwkFor(ES256), ES256);
    expect(Object.keys(plain)).toEqual(["alg", "verify", "verifySync"]);
    expect(Object.keys(withoutSign(importSecretSync(secretBytes(32), HS256))).sort()).toEqual([
      "alg",
      "verify",
      "verifySync",
    ]);
    expect(Object.keys(await exportJwk(importVerifyingKeySync(publicJwkFor(RS256), RS256))).sort()).toEqual([
      "alg",
      "e",
      "kty",
      "n",
      "use",
    ]);
  });
});
