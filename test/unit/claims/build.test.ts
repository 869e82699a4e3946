// What goes into a token: the caller's claims as JSON writes them, and those of the options.
import { describe, expect, it } from "vitest";
import { buildClaims, createSigner, decode, sign, signSync, verify } from "../../../src/index.ts";
import type { ClaimOptions, SignOptions } from "../../../src/index.ts";
import { at, expected, key, second } from "../jwt/forge.ts";
import { codeOf, errorOf } from "../jwt/outcome.ts";

const now = at(second);
/** The code, the same from `buildClaims`, `sign`, `signSync` and both of a signer's. */
async function codeOfClaims(claims: unknown, options: ClaimOptions = {}): Promise<string> {
  const object = claims as object;
  const signer = createSigner(key, { now });
  const codes = [
    await codeOf(() => buildClaims(object, { now, ...options })),
    await codeOf(() => sign(object, key, { now, ...options })),
    await codeOf(() => signSync(object, key, { now, ...options })),
    await codeOf(() => signer.sign(object, options)),
    await codeOf(() => signer.signSync(object, options)),
  ];
  expect(new Set(codes)).toEqual(new Set([codes[0]]));
  return codes[0]!;
}

describe("buildClaims is what sign() puts in the token", () => {
  const claimSets: readonly object[] = [
    {},
    { sub: "user_123" },
    { role: "admin", scopes: ["a", "b"], nested: { deep: [{ x: null }, true, 0, -1.5, "ünï🪙"] } },
    { iat: second - 10, exp: second + 100, nbf: second + 5 },
    { "": 1, " ": 2, 'quo"te': 3, "new\nline": 4, 7: "seven" },
    JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "toString": "x", "hasOwnProperty": false}') as object,
  ];
  const options: readonly SignOptions[] = [
    {},
    { issuer: "i", audience: "a" },
    {
      subject: undefined,
      issuer: undefined,
      audience: undefined,
      jwtId: undefined,
      expiresIn: undefined,
      expiresAt: undefined,
      notBefore: undefined,
      maxLifetime: undefined,
      sensitiveClaims: undefined,
    },
    { audience: ["a", "b"], jwtId: "id-1" },
    { issuer: 'quo"te\n', audience: ["one"], maxLifetime: "2w", sensitiveClaims: "allow" },
  ];
  const cases = claimSets.flatMap((claims, i) =>
    options.map((option, j) => [`claims ${i}, options ${j}`, claims, option] as const),
  );

  it.each(cases)("%s", async (_name, claims, option) => {
    const built = buildClaims(claims, { now, ...option });
    const tokens = [
      await sign(claims, key, { now, ...option }),
      signSync(claims, key, { now, ...option }),
      await createSigner(key, { now, ...option }).sign(claims),
      createSigner(key, { now }).signSync(claims, option),
    ];
    for (const token of tokens) {
      const payload = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as object;
      expect(payload).toEqual(built);
      expect(Object.entries(payload)).toEqual(Object.entries(built)); // "__proto__" and order included
      expect(Object.entries(decode(token).claims)).toEqual(Object.entries(built));
    }
  });

  it.each<[SignOptions, object]>([
    [{ expiresIn: "1h" }, { iat: second, exp: second + 3600 }],
    [{ expiresAt: new Date(second * 1000 + 5000) }, { iat: second, exp: second + 5 }],
    [{ expiresAt: second + 5 }, { iat: second, exp: second + 5 }],
    [{ notBefore: "1s" }, { iat: second, nbf: second + 1, exp: second + 900 }],
    [
      { issuer: "i", subject: "s", audience: "a", jwtId: "j" },
      { iss: "i", sub: "s", aud: "a", jti: "j", iat: second, exp: second + 900 },
    ],
    [{ audience: ["a"] }, { aud: ["a"], iat: second, exp: second + 900 }],
  ])("options %# become claims", (option, claims) => {
    expect(buildClaims({}, { now, ...option })).toEqual(claims);
    expect(decode(signSync({}, key, { now, ...option })).claims).toEqual(claims);
  });

  it("jwtId: true is a random UUID, new for each token", async () => {
    const signer = createSigner(key, { jwtId: true });
    const ids = [
      decode(await signer.sign({})),
      decode(signer.signSync({})),
      decode(await sign({}, key, { jwtId: true })),
    ].map(({ claims }) => claims.jti);
    expect(new Set([...ids, buildClaims({}, { jwtId: true }).jti]).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("a value with toJSON, such as a Date, stands as JSON writes it", () => {
    const claims = { since: new Date(0), url: new URL("https://example.org/"), own: { toJSON: () => ({ a: 1 }) } };
    const written = { since: "1970-01-01T00:00:00.000Z", url: "https://example.org/", own: { a: 1 } };
    expect(decode(signSync(claims, key, { now })).claims).toMatchObject(written);
    expect(JSON.parse(JSON.stringify(buildClaims(claims, { now })))).toMatchObject(written);
  });

  it("header options are not buildClaims': unknown names are a TypeError", async () => {
    for (const option of [{ typ: "JWT" }, { header: {} }, { algorithm: "HS256" }, { issuers: "x" }]) {
      expect(await codeOf(() => buildClaims({}, option as never))).toBe("invalid_argument");
    }
  });
});

describe("the caller's object is never changed", () => {
  it("a deeply frozen one works", async () => {
    const claims = Object.freeze({ sub: "user_123", list: Object.freeze([Object.freeze({ a: 1 })]) });
    const options = Object.freeze({ now, issuer: "i", audience: Object.freeze(["a"]), jwtId: "j" } as const);
    expect(decode(await sign(claims, key, options)).claims).toMatchObject({
      sub: "user_123",
      iss: "i",
      exp: second + 900,
    });
    expect(buildClaims(claims, options)).toMatchObject({ sub: "user_123", iss: "i" });
  });

  it("an open one stays as it was, and so do the options", async () => {
    const claims = { sub: "user_123", list: [1, { a: 2 }] };
    const options: SignOptions = { now, issuer: "i", audience: ["a"], jwtId: true, header: { x: 1 } };
    const before = [structuredClone(claims), Object.entries(options)];
    await sign(claims, key, options);
    signSync(claims, key, options);
    buildClaims(claims, { now, issuer: "i" });
    expect([claims, Object.entries(options)]).toEqual(before);
  });

  it("what buildClaims returns is another object", () => {
    const claims = { sub: "user_123" };
    expect(buildClaims(claims)).not.toBe(claims);
  });

  it("a list of audiences changed after createSigner changes nothing", async () => {
    const audience = ["a"];
    const signer = createSigner(key, { now, audience });
    audience.push("b");
    expect(decode(await signer.sign({})).claims.aud).toEqual(["a"]);
  });
});

describe("claims of the wrong type are a TypeError that names the claim", () => {
  const dates: readonly unknown[] = [
    "2h",
    "",
    "1800000900",
    null,
    true,
    NaN,
    Infinity,
    -Infinity,
    -1,
    1e11,
    (second + 60) * 1000,
    new Date(),
    [],
    [second + 60],
    {},
    5n,
    Symbol("date"),
    () => second,
    undefined,
  ];
  const texts: readonly unknown[] = [
    "",
    5,
    0,
    null,
    true,
    [],
    ["x"],
    {},
    "\ud800",
    "x\udc00",
    undefined,
    NaN,
    5n,
    Symbol("text"),
    () => "x",
    new String("x"),
  ];
  const audiences: readonly unknown[] = [
    "",
    5,
    null,
    true,
    [],
    [""],
    ["a", ""],
    ["a", 5],
    ["a", null],
    [["a"]],
    {},
    { 0: "a", length: 1 },
    undefined,
    [undefined],
    ["\ud800"],
    new Set(["a"]),
  ];
  const cases = [
    ...["exp", "nbf", "iat"].flatMap((name) => dates.map((value) => [name, value] as const)),
    ...["iss", "sub", "jti"].flatMap((name) => texts.map((value) => [name, value] as const)),
    ...audiences.map((value) => ["aud", value] as const),
  ];

  it.each(cases)("%s: %o", async (name, value) => {
    expect(await codeOfClaims({ [name]: value })).toBe("invalid_argument");
    expect(String(await errorOf(() => buildClaims({ [name]: value })))).toContain(name);
  });

  it.each([
    ["issuer", texts],
    ["subject", texts],
    ["jwtId", [...texts.filter((value) => value !== true), false]],
    ["audience", audiences],
  ] as const)("option %s of the wrong type; undefined is not given", async (name, values) => {
    for (const value of values) {
      expect(await codeOfClaims({}, { [name]: value })).toBe(value === undefined ? "accepted" : "invalid_argument");
    }
  });
});

describe("a refusal says first what it is about", () => {
  it.each<[string, unknown]>([
    ["issuer", 5],
    ["subject", ""],
    ["audience", 5],
    ["audience", [""]],
    ["jwtId", false],
    ["expiresIn", "soon"],
    ["expiresAt", "soon"],
    ["maxLifetime", -1],
    ["notBefore", 5],
    ["notBefore", "soon"],
    ["notBefore", new Date(NaN)],
  ])("the option %s: %o", async (name, value) => {
    expect(String(await errorOf(() => buildClaims({}, { now, [name]: value })))).toMatch(
      new RegExp(`^TypeError: ${name}: expected`),
    );
  });

  it.each<[string, unknown]>([
    ["issuer", "iss"],
    ["subject", "sub"],
    ["audience", "aud"],
    ["jwtId", "jwtId"],
  ])("the option %s with half of a surrogate pair, by the name of its claim", async (option, claim) => {
    expect(String(await errorOf(() => buildClaims({}, { [option]: "\ud800" })))).toBe(
      `TypeError: options.${String(claim)}: JSON has no half of a surrogate pair`,
    );
  });

  it.each<[string, unknown]>([
    ["iss", 5],
    ["sub", ""],
    ["aud", [5]],
    ["exp", "soon"],
    ["nbf", "soon"],
    ["iat", -1],
    ["jti", 5],
    ...["exp", "nbf", "iat"].map((name): [string, unknown] => [name, new Date((second + 60) * 1000)]),
  ])("the claim %s: %o", async (name, value) => {
    expect(String(await errorOf(() => buildClaims({ [name]: value }, { now })))).toMatch(
      new RegExp(`^TypeError: ${name}: expected`),
    );
  });

  it("what is given twice, by the name of its claim", async () => {
    for (const [claims, options, name, option] of [
      [{ iss: "a" }, { issuer: "a" }, "iss", "issuer"],
      [{ sub: "a" }, { subject: "a" }, "sub", "subject"],
      [{ aud: "a" }, { audience: "a" }, "aud", "audience"],
      [{ jti: "a" }, { jwtId: true }, "jti", "jwtId"],
      [{ exp: second + 9 }, { expiresIn: 9 }, "exp", "expiresIn or expiresAt"],
      [{ exp: second + 9 }, { expiresAt: second + 9 }, "exp", "expiresIn or expiresAt"],
      [{ nbf: second }, { notBefore: "1s" }, "nbf", "notBefore"],
    ] as const)
      expect(String(await errorOf(() => buildClaims(claims, { now, ...options })))).toBe(
        `TypeError: ${name}: given both as a claim and as the option ${option}`,
      );
    expect(String(await errorOf(() => buildClaims({}, { now, expiresIn: 9, expiresAt: second + 9 })))).toBe(
      "TypeError: expiresIn, expiresAt: expected one of them, found both",
    );
  });

  it("the claims as a whole", async () => {
    for (const claims of [null, [], "x", { toJSON: () => ({}) }])
      expect(String(await errorOf(() => buildClaims(claims as object)))).toMatch(
        /^TypeError: claims: expected a plain object/,
      );
    expect(String(await errorOf(() => buildClaims(new Map())))).toMatch(/^TypeError: claims: /);
    expect(String(await errorOf(() => buildClaims({ a: new Map() })))).toMatch(
      /^TypeError: claims\.a: JSON has no Map/,
    );
    expect(String(await errorOf(() => buildClaims({ a: "\ud800" })))).toMatch(
      /^TypeError: claims\.a: JSON has no half/,
    );
    expect(String(await errorOf(() => buildClaims({ kty: "oct", k: "AQAB" })))).toMatch(
      /^TypeError: "claims" is readable/,
    );
    // An instance of a class is copied first.
    expect(
      String(
        await errorOf(() =>
          buildClaims(
            new (class {
              kty = "EC";
              d = "AQAB";
            })(),
          ),
        ),
      ),
    ).toMatch(/^TypeError: "claims" is readable/);
    expect(
      String(await errorOf(() => buildClaims({ list: [new Date(0)], text: `-----BEGIN PRIVATE KEY-----` }))),
    ).toMatch(/^TypeError: "text" is readable/);
  });
});

describe("a value that JSON drops or changes is a TypeError that names the claim", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const circularList: unknown[] = [];
  circularList.push([circularList]);
  const deep = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);
  const faults: readonly (readonly [string, unknown])[] = [
    ["undefined", undefined],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a bigint", 5n],
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["-Infinity", -Infinity],
    ["a Map", new Map([["a", 1]])],
    ["a Set", new Set([1])],
    ["a WeakMap", new WeakMap()],
    ["bytes", new Uint8Array(2)],
    ["a Buffer of numbers", new Float64Array(2)],
    ["an ArrayBuffer", new ArrayBuffer(2)],
    ["a promise", Promise.resolve(1)],
    ["a RegExp", /x/],
    ["an Error", new Error("x")],
    ["a boxed text", new String("x")],
    ["a boxed number", new Number(1)],
    ["a boxed boolean", new Boolean(false)],
    ["an invalid Date", new Date(NaN)],
    ["half a surrogate pair", "a\ud800"],
    ["the other half", "\udfffb"],
    ["two in the wrong order", "\udc00\ud800"],
    ["a sparse list", [1, , 3]], // eslint-disable-line no-sparse-arrays -- that is the case
    ["a list with undefined", [undefined]],
    ["a circle", circular],
    ["a circle of lists", circularList],
    ["a nesting 10000 deep", deep(10_000)],
    ["toJSON to undefined", { toJSON: () => undefined }],
    ["toJSON to NaN", { toJSON: () => NaN }],
    ["toJSON to a Map", { toJSON: () => new Map() }],
    ["toJSON to a Date, which JSON does not ask again and writes as {}", { toJSON: () => new Date(0) }],
    [
      "toJSON in a circle",
      {
        toJSON() {
          return this;
        },
      },
    ],
  ];

  it.each(faults)("%s, at the top, in an object, in a list and deeper", async (_name, value) => {
    for (const claims of [
      { found: value },
      { found: { inner: value } },
      { found: [value] },
      { ok: 1, found: [{ a: [{ b: value }] }] },
    ]) {
      expect(await codeOfClaims(claims)).toBe("invalid_argument");
      expect(String(await errorOf(() => buildClaims(claims)))).toContain("found");
    }
  });

  it("half a surrogate pair in a name, at the top and deep", async () => {
    for (const claims of [{ "\ud800": 1 }, { a: { "x\udc00": 1 } }, { a: [{ b: { "\ud800x": {} } }] }]) {
      expect(await codeOfClaims(claims)).toBe("invalid_argument");
    }
  });

  it("whole pairs, NULs and what looks dangerous but is JSON survives", async () => {
    const claims = {
      "🪙": "🪙\0\u2028\u2029</script>\ufffd\ufeff",
      list: [],
      object: {},
      nothing: null,
      no: false,
      zero: 0,
      tiny: 5e-324,
      big: 1e308,
      text: "",
    };
    expect(decode(await sign(claims, key)).claims).toMatchObject(claims);
  });

  it("a claim called toJSON is a claim, unless it is a function", async () => {
    const claims: object = { toJSON: "text", nested: { toJSON: { a: 1 } } };
    expect(decode(await sign(claims, key)).claims).toMatchObject(claims);
  });

  it("what JSON writes is what was looked at: toJSON is called once, not on what it gives", async () => {
    const claims = { user: { toJSON: () => ({ password: "hunter2", toJSON: () => ({}) }) } };
    expect(await codeOfClaims(claims)).toBe("invalid_argument");
  });

  it("as many levels as a verifier reads, the claims themselves counted, and no more", async () => {
    const objects = (levels: number) =>
      Array.from({ length: levels }).reduce<unknown>((inner) => ({ inner }), "value") as object;
    for (const nested of [objects, (levels: number) => ({ lists: deep(levels - 1) })]) {
      const token = await sign(nested(200), key, { ...expected, now });
      expect((await verify(token, key, expected)).claims).toMatchObject(nested(200));
      expect(await codeOfClaims(nested(201))).toBe("invalid_argument");
    }
  });

  it("the same object twice is no circle", async () => {
    const shared = { a: 1 };
    expect(decode(await sign({ one: shared, two: [shared, shared] }, key)).claims).toMatchObject({
      one: shared,
      two: [shared, shared],
    });
  });
});

describe("what is no set of claims is a TypeError", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a text", "sub"],
    ["JSON", '{"sub":"x"}'],
    ["a number", 5],
    ["true", true],
    ["a list", [{ sub: "x" }]],
    ["a function", () => ({})],
    ["a symbol", Symbol("claims")],
    ["a Date", new Date()],
    ["an object with toJSON", { sub: "x", toJSON: () => ({ sub: "y" }) }],
  ])("%s", async (_name, claims) => {
    expect(await codeOfClaims(claims)).toBe("invalid_argument");
  });

  it.each<[string, unknown]>([
    ["a Map, whose entries JSON drops", new Map([["sub", "user_123"]])],
    ["a Set", new Set(["sub"])],
    ["URLSearchParams", new URLSearchParams("sub=user_123")],
    ["a promise that nobody awaited", Promise.resolve({ sub: "user_123" })],
    ["an Error", new Error("sub")],
    ["a boxed text", new String("sub")],
    ["bytes", new Uint8Array(2)],
  ])("%s", async (_name, claims) => {
    expect(await codeOfClaims(claims)).toBe("invalid_argument");
  });
});

describe("claims called like members of every object survive and do not pollute (own properties)", () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "__defineGetter__",
  ];

  it.each(names)("%s", async (name) => {
    const claims = JSON.parse(`{"${name}": {"polluted": "yes"}}`) as object;
    for (const payload of [
      decode(await sign(claims, key)).claims,
      decode(signSync(claims, key)).claims,
      buildClaims(claims),
    ]) {
      expect(Object.hasOwn(payload, name)).toBe(true);
      expect(Object.getOwnPropertyDescriptor(payload, name)!.value).toEqual({ polluted: "yes" });
      expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
    }
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it("and deep inside", async () => {
    const text = '{"a":[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]}';
    const [, payload] = (await sign(JSON.parse(text), key)).split(".");
    expect(Buffer.from(payload!, "base64url").toString()).toContain(text.slice(1, -1));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("an object without a prototype is a set of claims, and a claim", async () => {
    const bare = Object.assign(Object.create(null) as object, { sub: "user_123" });
    const inner = Object.assign(Object.create(null) as object, { a: 1 });
    expect(decode(await sign(Object.assign(bare, { inner }), key)).claims).toMatchObject({
      sub: "user_123",
      inner: { a: 1 },
    });
  });
});
