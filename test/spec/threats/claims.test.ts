// The rows of the threat table about what a token says and what is expected of it. Each describe quotes the fault.
import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createSigner,
  createVerifier,
  createVerifierForIssuers,
  ES256,
  HS256,
  importSecret,
  importVerifyingKey,
  RS256,
  sign,
  unchecked,
  verify,
} from "../../../src/index.ts";
import type { Expected, ReplayStore, SecretKey } from "../../../src/index.ts";
import {
  claiming,
  expected,
  goodClaims,
  hs256,
  nowSeconds,
  outcome,
  part,
  signatureOf,
  signedBy,
  verdict,
  withSignature,
} from "./forge.ts";
import type { Untyped } from "./forge.ts";
import { everyKey, goodJwk, publicPart, secretText } from "./keys.ts";

let secret: SecretKey;
beforeAll(async () => {
  secret = await importSecret(secretText, HS256);
});

const { issuer, audience } = expected;

/** JSON has no NaN, no Infinity and nothing for undefined. */
const spoken = (value: unknown): string => inspect(value);

describe("`iss` matched as a substring or inside an array (CVE-2024-53861, CVE-2025-30144)", () => {
  const others: readonly unknown[] = [
    issuer.slice(0, -1),
    `${issuer}/`,
    `${issuer}.attacker.example`,
    `x${issuer}`,
    issuer.slice(1),
    `${issuer}\n`,
    `\n${issuer}`,
    `${issuer} `,
    ` ${issuer}`,
    `${issuer}\0`,
    issuer.toUpperCase(),
    issuer.replace("h", "H"),
    issuer.replace("i", "ı"),
    issuer.replace("e", "е"),
    issuer.replace("https", "http"),
    `${issuer}#`,
    `${issuer}?`,
    "https://user@issuer.example",
    "https:\\\\issuer.example",
    "",
    ".*",
    "https://.*",
    "*",
    "%",
    "undefined",
    "null",
    "[object Object]",
  ];
  const notText: readonly unknown[] = [
    [issuer],
    [issuer, "other"],
    ["other", issuer],
    [[issuer]],
    [],
    {},
    { toString: issuer },
    { 0: issuer, length: 1 },
    null,
    true,
    false,
    0,
    1,
  ];

  it.each(others)("iss %j", async (iss) => {
    expect(await verdict(claiming(goodClaims({ iss })), secret)).toBe("issuer_mismatch");
    expect(
      await verdict(claiming(goodClaims({ iss })), secret, { ...expected, issuer: ["https://other.example", issuer] }),
    ).toBe("issuer_mismatch");
    const several = createVerifierForIssuers([
      { ...expected, keys: secret },
      { ...expected, issuer: "https://other.example", keys: secret },
    ]);
    expect(await outcome(() => several.verify(claiming(goodClaims({ iss }))))).toBe("issuer_mismatch");
  });

  it.each(notText)("iss %j", async (iss) => {
    expect(await verdict(claiming(goodClaims({ iss })), secret)).toBe("claim_invalid");
    const several = createVerifierForIssuers([{ ...expected, keys: secret }]);
    expect(["claim_invalid", "issuer_mismatch"]).toContain(
      await outcome(() => several.verify(claiming(goodClaims({ iss })))),
    );
  });

  it("missing, or only on the prototype", async () => {
    const claims = goodClaims();
    delete claims.iss;
    expect(await verdict(claiming(claims), secret)).toBe("claim_missing");
    expect(
      await verdict(claiming(JSON.stringify(claims).replace("{", `{"__proto__":{"iss":"${issuer}"},`)), secret),
    ).toBe("claim_missing");
  });

  it("written in another way: Unicode is compared as it is, not normalised", async () => {
    const composed = "https://caf\u00e9.example";
    const decomposed = "https://cafe\u0301.example";
    const policy = { issuer: composed, audience };
    expect(await verdict(claiming(goodClaims({ iss: composed })), secret, policy)).toBe("accepted");
    for (const iss of [
      decomposed,
      "https://caf\u00c9.example",
      "https://xn--caf-dma.example",
      "https://caf%C3%A9.example",
    ])
      expect(await verdict(claiming(goodClaims({ iss })), secret, policy)).toBe("issuer_mismatch");
    // An escape is another spelling of the same text.
    expect(
      await verdict(
        claiming(JSON.stringify(goodClaims({ iss: "X" })).replace('"X"', '"https://caf\\u00e9.example"')),
        secret,
        policy,
      ),
    ).toBe("accepted");
    expect(await verdict(claiming(goodClaims({ aud: "cafe\u0301" })), secret, { issuer, audience: "caf\u00e9" })).toBe(
      "audience_mismatch",
    );
    expect(
      await verdict(
        hs256({ alg: "HS256", kid: "cafe\u0301" }, goodClaims()),
        await importSecret(secretText, HS256, { kid: "caf\u00e9" }),
      ),
    ).toBe("key_not_found");
  });

  it("stated twice: the last one counts, for the policy that is picked and for the one that checks", async () => {
    const twice = JSON.stringify(goodClaims()).replace("{", '{"iss":"https://other.example",');
    expect(await verdict(claiming(twice), secret)).toBe("accepted");
    const other = await importSecret(`${secretText}-of-another-issuer`, HS256);
    const several = createVerifierForIssuers([
      { ...expected, keys: other },
      { ...expected, issuer: "https://other.example", keys: secret },
    ]);
    // Signed by the keys of the first name, and says the second in the end.
    expect(await outcome(() => several.verify(claiming(twice)))).toBe("signature_invalid");
  });
});

describe("`aud` missing, empty, not checked, wrong type (CVE-2020-26160, CVE-2025-62610)", () => {
  it("missing", async () => {
    const claims = goodClaims();
    delete claims.aud;
    expect(await verdict(claiming(claims), secret)).toBe("claim_missing");
  });

  it.each([
    [],
    0,
    5,
    null,
    true,
    {},
    { 0: audience, length: 1 },
    [[audience]],
    [audience, 5],
    [audience, null],
    [null],
    [{}],
    [[]],
    { includes: audience },
  ])("aud %j", async (aud) => {
    expect(await verdict(claiming(goodClaims({ aud })), secret)).toBe("claim_invalid");
    // Not even where nobody asks.
    expect(await verdict(claiming(goodClaims({ aud })), secret, { issuer, audience: unchecked })).toBe("claim_invalid");
  });

  it.each([
    "",
    "ap",
    "pi",
    "apis",
    "xapi",
    "API",
    "api ",
    " api",
    "api\n",
    "api\0",
    "api,web",
    "api web",
    "*",
    ".*",
    [""],
    ["ap"],
    ["web"],
    ["web", "API"],
    ["api,web"],
  ])("aud %j", async (aud) => {
    expect(await verdict(claiming(goodClaims({ aud })), secret)).toBe("audience_mismatch");
    expect(await verdict(claiming(goodClaims({ aud })), secret, { issuer, audience: ["other", audience] })).toBe(
      "audience_mismatch",
    );
  });

  it.each([audience, [audience], ["web", audience], [audience, audience]])("aud %j is right", async (aud) => {
    expect(await verdict(claiming(goodClaims({ aud })), secret)).toBe("accepted");
    expect(await verdict(claiming(goodClaims({ aud })), secret, { issuer, audience: ["other", audience] })).toBe(
      "accepted",
    );
  });

  it("not checking is written down", async () => {
    expect(await verdict(claiming(goodClaims({ aud: "anything" })), secret, { issuer, audience: unchecked })).toBe(
      "accepted",
    );
    for (const policy of [
      { issuer },
      { audience },
      {},
      { issuer, audience: undefined },
      { issuer: undefined, audience },
      { issuer, audience: Symbol("mintmark.unchecked") },
    ])
      expect(await verdict(claiming(goodClaims()), secret, policy)).toBe("invalid_argument");
  });
});

describe("Dates of the wrong type (CVE-2026-25537, CVE-2026-44459)", () => {
  const wrong = [
    '"123"',
    '"99999999999"',
    "null",
    "true",
    "false",
    "[]",
    "[99999999999]",
    "{}",
    '{"valueOf":99999999999}',
    "1e400",
    "-1e400",
    '"never"',
    '"Infinity"',
    '""',
  ];
  const saying = (name: string, json: string): string =>
    claiming(JSON.stringify(goodClaims({ [name]: "@" })).replace('"@"', json));

  describe.each(["exp", "nbf", "iat"])("%s", (name) => {
    it.each(wrong)("%s", async (json) => {
      expect(await verdict(saying(name, json), secret)).toBe("claim_invalid");
      for (const more of [{ maxTokenAge: "1h" }, { optional: ["exp", "iat"] }])
        expect(await verdict(saying(name, json), secret, { ...expected, ...more })).toBe("claim_invalid");
      const cached = createVerifier(secret, { ...expected, cache: 10 });
      for (let time = 0; time < 2; time++)
        expect(await outcome(() => cached.verify(saying(name, json)))).toBe("claim_invalid");
    });
  });

  it.each([
    ["exp", "0", "expired"],
    ["exp", "-1", "expired"],
    ["exp", "-0", "expired"],
    ["exp", "-1e308", "expired"],
    ["exp", "1e-300", "expired"],
    ["exp", "1", "expired"],
    ["nbf", "1e11", "not_yet_valid"],
    ["nbf", "1e308", "claim_invalid"],
    ["exp", "1e15", "claim_invalid"],
  ])("%s %s", async (name, json, code) => {
    expect(await verdict(saying(name, json), secret)).toBe(code);
  });

  it.each([
    ["iat", "1e11", "not_yet_valid"],
    ["iat", "1e15", "claim_invalid"],
    ["iat", "-1", "too_old"],
    ["iat", "0", "too_old"],
    ["iat", "-1e308", "too_old"],
  ])("%s %s with maxTokenAge", async (name, json, code) => {
    expect(await verdict(saying(name, json), secret, { ...expected, maxTokenAge: "1h" })).toBe(code);
  });

  it("at the second: exp fails from now − tolerance on, nbf until now + tolerance", async () => {
    const now = 1_800_000_000;
    const at = (offset: number): Untyped => ({ ...expected, now: () => new Date((now + offset) * 1000) });
    const token = claiming(goodClaims({ iat: now - 100, nbf: now, exp: now + 100 }));
    for (const [offset, code] of [
      [-6, "not_yet_valid"],
      [-5, "accepted"],
      [0, "accepted"],
      [104.9, "accepted"],
      [105, "expired"],
      [106, "expired"],
    ] as const)
      expect(await verdict(token, secret, at(offset)), String(offset)).toBe(code);
    for (const [offset, code] of [
      [-0.1, "not_yet_valid"],
      [0, "accepted"],
      [99.9, "accepted"],
      [100, "expired"],
    ] as const)
      expect(await verdict(token, secret, { ...at(offset), clockTolerance: 0 }), String(offset)).toBe(code);
  });

  it("sign makes none of them", async () => {
    const bad: readonly unknown[] = [
      "2h",
      "123",
      null,
      true,
      [],
      {},
      NaN,
      Infinity,
      -1,
      Date.now(),
      new Date(),
      1e11,
      undefined,
      5n,
      Symbol("exp"),
    ];
    for (const name of ["exp", "nbf", "iat"])
      for (const value of bad)
        expect(await outcome(() => sign({ [name]: value }, secret)), `${name} ${typeof value}`).toBe(
          "invalid_argument",
        );
    for (const expiresAt of [
      NaN,
      Infinity,
      -1,
      0,
      Date.now(),
      "2030-01-01",
      new Date(NaN),
      new Date(0),
      null,
      {},
      [],
      true,
      Symbol("expiresAt"),
      Object.create(null),
    ]) {
      expect(await outcome(() => sign({}, secret, { expiresAt: expiresAt as never }))).toBe("invalid_argument");
      expect(
        await outcome(() =>
          sign({}, secret, {
            notBefore: expiresAt === 0 || expiresAt instanceof Date ? (5 as never) : (expiresAt as never),
          }),
        ),
      ).toBe("invalid_argument");
    }
    for (const expiresIn of [
      NaN,
      Infinity,
      -1,
      0,
      "86400",
      "15",
      "15 m",
      "15M",
      "1y",
      "-5m",
      "",
      "m",
      "1e3s",
      null,
      {},
      [],
      true,
      "367d",
      366 * 86_400 + 1,
    ])
      expect(await outcome(() => sign({}, secret, { expiresIn: expiresIn as never })), JSON.stringify(expiresIn)).toBe(
        "invalid_argument",
      );
  });
});

describe("Options that switch a check off silently (GHSA-687g-22h4-j4w4)", () => {
  const nothing: readonly unknown[] = [
    undefined,
    null,
    "",
    NaN,
    Infinity,
    [],
    0,
    false,
    true,
    {},
    [undefined],
    [null],
    [""],
    Symbol("x"),
  ];
  const checks = [
    "issuer",
    "audience",
    "subject",
    "typ",
    "required",
    "match",
    "maxTokenAge",
    "schema",
    "denylist",
    "replay",
  ];
  // As a number of seconds, or as a claim's value, these do say something.
  const meant = (name: string, value: unknown): boolean =>
    name === "match" &&
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0;

  describe.each(checks)("%s", (name) => {
    it.each(nothing.filter((value) => !meant(name, value)).map((value) => [spoken(value), value] as const))(
      "%s",
      async (_what, value) => {
        expect(await verdict(claiming(goodClaims({ jti: "1" })), secret, { ...expected, [name]: value })).toBe(
          "invalid_argument",
        );
      },
    );
  });

  it.each(["optional", "clockTolerance", "maxTokenLength", "now"])("%s", async (name) => {
    for (const value of [null, "", NaN, Infinity, -Infinity, {}, [undefined], ["nbf"], ["exp", ""], Symbol("x")]) {
      expect(
        await verdict(claiming(goodClaims()), secret, { ...expected, [name]: value }),
        `${name}: ${spoken(value)}`,
      ).toBe("invalid_argument");
    }
  });

  it("match with a value that says nothing", async () => {
    for (const value of [undefined, null, "", NaN, Infinity, [], {}, () => true, /x/, Symbol("x"), 5n])
      expect(
        await verdict(claiming(goodClaims({ nonce: "n" })), secret, { ...expected, match: { nonce: value } }),
      ).toBe("invalid_argument");
    expect(await verdict(claiming(goodClaims({ nonce: "n" })), secret, { ...expected, match: { nonce: "n" } })).toBe(
      "accepted",
    );
    for (const nonce of ["N", "n ", ["n"], { n: 1 }, null, 0])
      expect(await verdict(claiming(goodClaims({ nonce })), secret, { ...expected, match: { nonce: "n" } })).toBe(
        "claim_mismatch",
      );
    for (const admin of [1, "true", [true], {}])
      expect(await verdict(claiming(goodClaims({ admin })), secret, { ...expected, match: { admin: true } })).toBe(
        "claim_mismatch",
      );
  });

  it.each([
    "maxAge",
    "audiance",
    "ignoreExpiration",
    "algorithms",
    "aud",
    "iss",
    "Issuer",
    "issuers",
    "complete",
    "toString",
    "__proto__ ",
  ])("a name that does not exist: %s", async (name) => {
    expect(await verdict(claiming(goodClaims()), secret, { ...expected, [name]: true })).toBe("invalid_argument");
    expect(await outcome(() => createVerifierForIssuers([{ ...expected, keys: secret, [name]: true }]))).toBe(
      "invalid_argument",
    );
    expect(await outcome(() => sign({}, secret, { [name]: true }))).toBe("invalid_argument");
  });

  it("cache, given to a single verification, is a mistake", async () => {
    expect(await outcome(() => verify(claiming(goodClaims()), secret, { ...expected, cache: 10 }))).toBe(
      "invalid_argument",
    );
    for (const cache of [null, true, 0, -1, NaN, Infinity, "10", {}])
      expect(await outcome(() => createVerifier(secret, { ...expected, cache: cache as never }))).toBe(
        "invalid_argument",
      );
  });

  it.each(["toString", "constructor", "__proto__", "hasOwnProperty", "valueOf"])(
    "required: [%j] is not satisfied by a prototype",
    async (name) => {
      expect(await verdict(claiming(goodClaims()), secret, { ...expected, required: [name] })).toBe("claim_missing");
      const text = JSON.stringify(goodClaims()).replace("{", `{"${name}":1,`);
      expect(await verdict(claiming(text), secret, { ...expected, required: [name] })).toBe("accepted");
      expect(await verdict(claiming(text), secret, { ...expected, match: Object.fromEntries([[name, 1]]) })).toBe(
        "accepted",
      );
      expect(
        await verdict(claiming(goodClaims()), secret, { ...expected, match: Object.fromEntries([[name, 1]]) }),
      ).toBe("claim_missing");
    },
  );

  it("exp and iat are demanded unless waived in writing", async () => {
    for (const name of ["exp", "iat"]) {
      const claims = goodClaims();
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- one of two names
      delete claims[name];
      expect(await verdict(claiming(claims), secret)).toBe("claim_missing");
      expect(await verdict(claiming(claims), secret, { ...expected, optional: [name] })).toBe("accepted");
      expect(await verdict(claiming(claims), secret, { ...expected, optional: [name === "exp" ? "iat" : "exp"] })).toBe(
        "claim_missing",
      );
      expect(await verdict(claiming(claims), secret, { ...expected, optional: [] })).toBe("claim_missing");
    }
    expect(
      await verdict(claiming(goodClaims({ iat: 1, exp: 2 })), secret, { ...expected, optional: ["exp", "iat"] }),
    ).toBe("expired");
  });

  it("options that are changed after the verifier was made", async () => {
    const lists = {
      issuer: ["other"],
      audience: ["other"],
      required: ["nonce"],
      typ: ["at+jwt"],
      match: { role: "admin" } as Record<string, string>,
      optional: [] as ("exp" | "iat")[],
    };
    const options: Record<string, unknown> = { ...lists };
    const verifier = createVerifier(secret, options as unknown as Expected);
    lists.issuer[0] = issuer;
    lists.audience[0] = audience;
    lists.required.length = 0;
    lists.typ[0] = "JWT";
    delete lists.match.role;
    lists.optional.push("exp", "iat");
    for (const name of Object.keys(options)) options[name] = unchecked;
    expect(await outcome(() => verifier.verify(claiming({ iss: issuer, aud: audience })))).not.toBe("accepted");

    for (const one of ["issuer", "audience"] as const) {
      const names = ["other"];
      const made = createVerifier(secret, { ...expected, [one]: names });
      names[0] = expected[one];
      expect(await outcome(() => made.verify(claiming(goodClaims())))).toBe(`${one}_mismatch`);
    }
    const policies = [{ ...expected, issuer: ["https://other.example"], keys: secret }];
    const several = createVerifierForIssuers(policies);
    policies[0]!.issuer[0] = issuer;
    expect(await outcome(() => several.verify(claiming(goodClaims())))).toBe("issuer_mismatch");
  });

  it("a signer's options that are changed after it was made", async () => {
    const header: Record<string, unknown> = { cty: "x" };
    const options: Record<string, unknown> = { ...expected, audience: ["api"], header };
    const signer = createSigner(secret, options);
    header.alg = "none";
    header.kid = "evil";
    options.issuer = "https://attacker.example";
    (options.audience as string[])[0] = "evil";
    for (const token of [await signer.sign({}), await signer.sign({}, { subject: "someone" })]) {
      expect(await verdict(token, secret)).toBe("accepted");
      expect(JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString())).not.toHaveProperty("kid");
    }
  });

  it("typ: absent or JWT unless another is expected (RFC 8725 §3.11)", async () => {
    const typed = (typ: unknown): string => hs256({ alg: "HS256", typ }, goodClaims());
    for (const typ of [
      "at+jwt",
      "dpop+jwt",
      "logout+jwt",
      "application/at+jwt",
      "",
      "JWS",
      "JOSE",
      "ＪＷＴ",
      "JWT ",
      "application/",
      "application/application/jwt",
      "x/jwt",
    ])
      expect(await verdict(typed(typ), secret), typ).toBe("typ_mismatch");
    for (const typ of ["JWT", "jwt", "Jwt", "application/jwt", "APPLICATION/JWT"])
      expect(await verdict(typed(typ), secret)).toBe("accepted");
    for (const typ of [null, 5, ["JWT"], {}, true]) expect(await verdict(typed(typ), secret)).toBe("header_invalid");
    const access = { ...expected, typ: "at+jwt" };
    for (const typ of ["at+jwt", "AT+JWT", "application/at+jwt"])
      expect(await verdict(typed(typ), secret, access)).toBe("accepted");
    for (const typ of ["JWT", "at+jwt ", "at+jw", "xat+jwt"])
      expect(await verdict(typed(typ), secret, access)).toBe("typ_mismatch");
    expect(await verdict(hs256({ alg: "HS256" }, goodClaims()), secret, access)).toBe("typ_mismatch");
  });
});

describe("Payload that is not an object skips the claims (fast-jwt #638)", () => {
  const bom = Buffer.concat([Buffer.from("efbbbf", "hex"), Buffer.from(JSON.stringify(goodClaims()))]);
  const payloads: readonly (readonly [string, string | Uint8Array])[] = [
    ["[]", "[]"],
    ["null", "null"],
    ['"x"', '"x"'],
    ["1", "1"],
    ["true", "true"],
    ["a list with the claims", JSON.stringify([goodClaims()])],
    ["nothing", ""],
    ["a space", " "],
    ["invalid UTF-8", Buffer.concat([Buffer.from('{"iss":"'), Buffer.from([0xff]), Buffer.from('"}')])],
    ["overlong UTF-8", Buffer.from("7b2261223a22c0af227d", "hex")],
    ["a surrogate in UTF-8", Buffer.from("7b2261223a22eda080227d", "hex")],
    ["a BOM", bom],
    ["UTF-16", Buffer.from(JSON.stringify(goodClaims()), "utf16le")],
    ["two objects", '{"a":1}{"b":2}'],
    ["a trailing comma", '{"a":1,}'],
    ["a comment", '{"a":1/**/}'],
    ["single quotes", "{'a':1}"],
    ["NaN", '{"exp":NaN}'],
    ["hexadecimal", '{"exp":0xffffffffff}'],
    ["a leading zero", '{"exp":099999999999}'],
    ["a control character", '{"a":"\n"}'],
    ["a NUL at the end", `${JSON.stringify(goodClaims())}\0`],
    ["a text", "hello"],
    ["another token", claiming(goodClaims())],
  ];
  it.each(payloads)("%s", async (_what, payload) => {
    for (const options of [expected, { issuer: unchecked, audience: unchecked, optional: ["exp", "iat"] }]) {
      expect(["payload_invalid", "token_malformed"]).toContain(await verdict(claiming(payload), secret, options));
    }
    const several = createVerifierForIssuers([{ ...expected, keys: secret }]);
    expect(["payload_invalid", "token_malformed"]).toContain(await outcome(() => several.verify(claiming(payload))));
  });

  it("sign takes only an object of members", async () => {
    const claims: readonly unknown[] = [
      undefined,
      null,
      "x",
      1,
      true,
      [],
      [{ sub: "x" }],
      () => ({}),
      Symbol("claims"),
      5n,
      JSON.stringify({ sub: "x" }),
      new Date(),
      new Map([["sub", "x"]]),
      new Set(["sub"]),
      Promise.resolve({ sub: "x" }),
      new Uint8Array(3),
      Buffer.from('{"sub":"x"}'),
      new Error("x"),
      /x/,
      new String("x"),
      Object(5),
      new WeakMap(),
      new URLSearchParams("sub=x"),
      { toJSON: () => ({ sub: "x" }) },
    ];
    for (const any of claims)
      expect(await outcome(() => sign(any as object, secret, expected)), Object.prototype.toString.call(any)).toBe(
        "invalid_argument",
      );
  });

  it("sign drops nothing that the caller said without a word", async () => {
    const nested: readonly unknown[] = [
      undefined,
      () => 1,
      Symbol("x"),
      5n,
      NaN,
      Infinity,
      new Map(),
      new Set(),
      new Uint8Array(1),
      Promise.resolve(1),
      /x/,
      new Error("x"),
      new String("x"),
      [undefined],
      new Array<unknown>(1),
      { a: undefined },
      "\ud800",
      { "\udc00": 1 },
      new Date(NaN),
    ];
    for (const value of nested)
      for (const claims of [{ value }, { deep: { value } }, { list: [value] }])
        expect(await outcome(() => sign(claims, secret, expected))).toBe("invalid_argument");
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(await outcome(() => sign(circle, secret, expected))).toBe("invalid_argument");
  });

  it.each(["exp", "iat"])(
    "a claim %s that JSON would not write: the token still has one, or is not made",
    async (name) => {
      const claims = Object.defineProperty({ sub: "x" }, name, {
        value: nowSeconds() + (name === "exp" ? 60 : 0),
        enumerable: false,
      });
      const made = await sign(claims, secret, expected).catch((error: unknown) => error as Error);
      if (made instanceof Error) expect(made).toMatchObject({ code: "invalid_argument" });
      else expect(await verdict(made, secret)).toBe("accepted");
    },
  );
});

describe("A forged token is reported as expired (CVE-2024-51744)", () => {
  it("bad signature and everything else wrong too: signature_invalid", async () => {
    const other = `${secretText}, but another`;
    for (const claims of [
      goodClaims({ iat: 1, exp: 2 }),
      goodClaims({ nbf: 9e9 }),
      goodClaims({ iss: "other" }),
      goodClaims({ aud: "other" }),
      {},
      "[]",
      "not JSON",
      goodClaims({ exp: "never" }),
      goodClaims({ jti: undefined }),
    ]) {
      const forged = hs256({ alg: "HS256" }, claims, other);
      const all: Untyped = {
        ...expected,
        maxTokenAge: 1,
        subject: "x",
        required: ["nonce"],
        match: { role: "x" },
        typ: "at+jwt",
      };
      for (const options of [expected, all]) expect(await verdict(forged, secret, options)).toBe("signature_invalid");
      for (const error of [await verify(forged, secret, expected).catch((thrown: unknown) => thrown)])
        expect(error).not.toHaveProperty("claims");
    }
  });

  it("the lifetime comes last: expired says that all else is right, and whose token it was", async () => {
    const late = { iat: 1, exp: 2 };
    for (const [claims, code] of [
      [{ iss: "other" }, "issuer_mismatch"],
      [{ aud: "other" }, "audience_mismatch"],
      [{ sub: 5 }, "claim_invalid"],
      [{}, "expired"],
    ] as const) {
      expect(await verdict(claiming(goodClaims({ ...late, ...claims })), secret)).toBe(code);
    }
    const error = await verify(claiming(goodClaims(late)), secret, expected).catch(
      (thrown: unknown) => thrown as object,
    );
    expect(error).toMatchObject({ claim: "exp", claims: { sub: "user_123" } });
    expect(Object.keys(error)).not.toContain("claims");
    expect(JSON.stringify(error)).not.toContain("user_123");
  });
});

describe("A `kid` used as a path or query", () => {
  it.each([
    "../../dev/null",
    "/etc/passwd",
    "' OR 1=1",
    "1; DROP TABLE keys",
    "${7*7}",
    "{{7*7}}",
    "http://169.254.169.254/",
    "file:///dev/null",
    "\0",
    "kid\0",
    "__proto__",
    "constructor",
    "toString",
    "undefined",
    "*",
    "%00",
    "..\\..\\nul",
  ])("%j is compared as text", async (kid) => {
    const asked: unknown[] = [];
    const select = (wanted: object): readonly SecretKey[] => {
      asked.push(wanted);
      return [secret];
    };
    const token = hs256({ alg: "HS256", kid }, goodClaims());
    expect(await verdict(token, { algorithms: ["HS256"], select, selectSync: select })).toBe("accepted");
    for (const wanted of asked) expect(wanted).toEqual({ alg: "HS256", kid });

    const named = await importSecret(secretText, HS256, { kid });
    const other = await importSecret(`${secretText}, but another`, HS256, { kid: "other" });
    expect(await verdict(token, [other, named])).toBe("accepted");
    expect(await verdict(token, other)).toBe("key_not_found");
    expect(await verdict(hs256({ alg: "HS256", kid: `${kid}x` }, goodClaims()), named)).toBe("key_not_found");
  });

  it("1 MB of it: refused, and bounded in the message", async () => {
    const token = hs256({ alg: "HS256", kid: "k".repeat(1e6) }, goodClaims());
    expect(await verdict(token, secret)).toBe("token_too_large");
    const named = await importSecret(secretText, HS256, { kid: "other" });
    const error = await verify(token, named, { ...expected, maxTokenLength: 1e7 }).catch(
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toMatchObject({ code: "key_not_found" });
    expect((error as Error).message.length).toBeLessThan(200);
  });

  it.each<unknown>([null, 5, true, [], ["a"], {}, { toString: "a" }])("%j, which is no text", async (kid) => {
    expect(await verdict(hs256({ alg: "HS256", kid }, goodClaims()), secret)).toBe("header_invalid");
    // In a JWK, an empty member is one that is not there.
    const code = kid === null || (Array.isArray(kid) && kid.length === 0) ? "accepted" : "invalid_key";
    for (const importer of [
      () => importSecret({ kty: "oct", k: part(secretText), kid } as never, HS256),
      () => importVerifyingKey({ ...publicPart(goodJwk("p256")), kid } as never, ES256),
    ])
      expect(await outcome(importer)).toBe(code);
  });

  it("more keys than 32 that could all be it are not tried", async () => {
    let tried = 0;
    const keys = Array.from({ length: 33 }, () => ({
      alg: "HS256",
      verify: () => {
        tried++;
        return false;
      },
    }));
    const failed = await verify(claiming(goodClaims()), keys, expected).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: "key_not_found" });
    expect(tried).toBe(0);
    expect(await outcome(() => verify(claiming(goodClaims()), keys.slice(1), expected))).toBe("signature_invalid");
    expect(tried).toBe(32);
  });
});

describe("Prototype pollution through claims", () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "then",
    "toJSON",
    "__defineGetter__",
  ];

  it.each(names)("%s as a claim's name", async (name) => {
    const text = JSON.stringify(goodClaims()).replace("{", `{"${name}":{"polluted":true,"exp":1,"iss":"evil"},`);
    const { claims, payload } = await verify(claiming(text), secret, expected);
    expect(Object.hasOwn(claims, name)).toBe(true);
    expect(claims.iss).toBe(issuer);
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(names)("%s as a header member's name", async (name) => {
    const { header } = await verify(
      hs256(`{"alg":"HS256","${name}":{"polluted":true,"kid":"evil","typ":"evil"}}`, goodClaims()),
      secret,
      expected,
    );
    expect(Object.hasOwn(header, name)).toBe(true);
    expect(header.kid).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(names.filter((name) => name !== "toJSON"))("%s in what is signed", async (name) => {
    const claims = JSON.parse(`{"${name}":{"polluted":true},"nested":{"${name}":1}}`) as object;
    const { payload } = await verify(await sign(claims, secret, expected), secret, expected);
    expect(Object.hasOwn(payload, name)).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("registered claims and checks inside __proto__ count for nothing", async () => {
    const hidden = (more: object): string => claiming(`{"__proto__":${JSON.stringify(goodClaims(more))}}`);
    expect(await verdict(hidden({}), secret)).toBe("claim_missing");
    expect(
      await verdict(
        claiming(JSON.stringify(goodClaims({ exp: 2, iat: 1 })).replace("{", '{"__proto__":{"exp":99999999999},')),
        secret,
      ),
    ).toBe("expired");
  });
});

describe("Replay by malleable signatures (OWASP CheatSheetSeries #2242)", () => {
  it("the other of the two good ECDSA signatures of a token is the same token to the store", async () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const es256 = (await everyKey()).find(({ alg }) => alg === "ES256")!;
    const token = await signedBy(es256.signing, goodClaims({ jti: "once" }));
    const signature = signatureOf(token);
    const s = BigInt(`0x${signature.subarray(32).toString("hex")}`);
    const mirrored = withSignature(
      token,
      Buffer.concat([signature.subarray(0, 32), Buffer.from((n - s).toString(16).padStart(64, "0"), "hex")]),
    );
    expect(await verdict(mirrored, es256.verifying), "both are good signatures").toBe("accepted");

    const seen = new Set<string>();
    const replay: ReplayStore = { add: (key) => !seen.has(key) && seen.add(key) === seen };
    const verifier = createVerifier(es256.verifying, { ...expected, replay });
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
    expect(await outcome(() => verifier.verify(mirrored))).toBe("replayed");
    expect(await outcome(() => verifier.verify(token))).toBe("replayed");
    expect(seen.size).toBe(1);
  });

  it("the store's key is iss and jti, so that no two tokens share one by the way they are put together", async () => {
    const keys: string[] = [];
    const replay: ReplayStore = { add: (key) => keys.push(key) > 0, addSync: (key) => keys.push(key) > 0 };
    const pairs: readonly (readonly [string | undefined, string])[] = [
      ["a", "b"],
      ['a","b', ""],
      ["", "ab"],
      ["ab", ""],
      [undefined, "ab"],
      ["null", "ab"],
      ["a", '","b'],
      ["a\u0000", "b"],
      ["a", "\u0000b"],
      ["\ud83d", "\ude00"],
      ["\ud83d\ude00", ""],
    ];
    for (const [iss, jti] of pairs)
      expect(
        await outcome(() =>
          verify(claiming(goodClaims({ iss, jti })), secret, { issuer: unchecked, audience: unchecked, replay }),
        ),
      ).toBe("accepted");
    expect(new Set(keys).size).toBe(pairs.length);
    for (const key of keys) expect(key).not.toContain("eyJ");
  });

  it.each([
    [{}, "claim_missing"],
    [{ jti: 5 }, "claim_invalid"],
    [{ jti: null }, "claim_invalid"],
    [{ jti: ["a"] }, "claim_invalid"],
  ])("a token with %j has no key there", async (claims, code) => {
    const replay: ReplayStore = { add: () => true, addSync: () => true };
    expect(await verdict(claiming(goodClaims(claims)), secret, { ...expected, replay })).toBe(code);
    expect(
      await verdict(claiming(goodClaims(claims)), secret, {
        ...expected,
        denylist: { has: () => false, hasSync: () => false },
      }),
    ).toBe(code);
  });

  it("the key is kept as long as any verifier with this tolerance would take the token", async () => {
    const now = 1_800_000_000;
    const ttls: number[] = [];
    const replay: ReplayStore = { add: (_key, ttl) => ttls.push(ttl) > 0 };
    for (const offset of [0, 0.5, 99.2, 104.9]) {
      const options = { ...expected, replay, now: () => new Date((now + offset) * 1000) };
      expect(
        await outcome(() => verify(claiming(goodClaims({ jti: "1", iat: now, exp: now + 100 })), secret, options)),
      ).toBe("accepted");
    }
    expect(ttls).toEqual([165, 165, 66, 61]);
  });
});

describe("Two issuers, two keys, one list: B signs as A (Airflow #71735)", () => {
  const [a, b] = ["https://a.example", "https://b.example"];
  const secretB = `${secretText}, that of B`;

  it("keys bound to issuers", async () => {
    const keys = [
      await importSecret(secretText, HS256, { issuer: a }),
      await importSecret(secretB, HS256, { issuer: b }),
    ];
    for (const policy of [
      { issuer: [a, b], audience },
      { issuer: unchecked, audience },
      { issuer: a, audience },
    ]) {
      expect(await verdict(claiming(goodClaims({ iss: a })), keys, policy)).toBe("accepted");
      expect(await verdict(hs256({ alg: "HS256" }, goodClaims({ iss: a }), secretB), keys, policy)).toBe(
        "issuer_mismatch",
      );
    }
    expect(
      await verdict(hs256({ alg: "HS256" }, goodClaims({ iss: b }), secretB), keys, { issuer: [a, b], audience }),
    ).toBe("accepted");
    const claims = goodClaims();
    delete claims.iss;
    expect(await verdict(claiming(claims), keys, { issuer: unchecked, audience })).toBe("claim_missing");
    for (const iss of [[a], { 0: a }, `${a}/`, a.toUpperCase()])
      expect(["claim_invalid", "issuer_mismatch"]).toContain(
        await verdict(claiming(goodClaims({ iss })), keys, { issuer: unchecked, audience }),
      );
  });

  it("keys of a source, and keys that verified before and are remembered", async () => {
    const bound = await importSecret(secretB, HS256, { issuer: b });
    const select = (): readonly SecretKey[] => [bound];
    const verifier = createVerifier({ algorithms: ["HS256"], select }, { issuer: [a, b], audience, cache: 10 });
    const forged = hs256({ alg: "HS256" }, goodClaims({ iss: a }), secretB);
    for (let time = 0; time < 3; time++) expect(await outcome(() => verifier.verify(forged))).toBe("issuer_mismatch");
  });

  it("createVerifierForIssuers", async () => {
    const [keyA, keyB] = [await importSecret(secretText, HS256), await importSecret(secretB, HS256)];
    const verifier = createVerifierForIssuers([
      { issuer: a, audience: "for-a", keys: keyA },
      { issuer: b, audience: "for-b", keys: keyB },
    ]);
    const token = (iss: unknown, aud: string, of: string): string =>
      hs256({ alg: "HS256" }, goodClaims({ iss, aud }), of);
    for (const [iss, aud, of, code] of [
      [a, "for-a", secretText, "accepted"],
      [b, "for-b", secretB, "accepted"],
      [a, "for-a", secretB, "signature_invalid"],
      [b, "for-b", secretText, "signature_invalid"],
      [a, "for-b", secretText, "audience_mismatch"],
      ["https://c.example", "for-a", secretText, "issuer_mismatch"],
      ["__proto__", "for-a", secretText, "issuer_mismatch"],
    ] as const) {
      expect(await outcome(() => verifier.verify(token(iss, aud, of))), `${iss} ${aud}`).toBe(code);
      expect(await outcome(() => verifier.verifySync(token(iss, aud, of))), `${iss} ${aud}`).toBe(code);
    }
    for (const policies of [
      [],
      undefined,
      null,
      {},
      [null],
      [{ ...expected, issuer: unchecked, keys: keyA }],
      [
        { ...expected, keys: keyA },
        { ...expected, keys: keyB },
      ],
      [{ ...expected }],
      [{ audience, keys: keyA }],
    ]) {
      expect(await outcome(() => createVerifierForIssuers(policies as never))).toBe("invalid_argument");
    }
  });

  it("an asymmetric key bound to its issuer", async () => {
    const [es256, rs256] = await Promise.all([
      importVerifyingKey(publicPart(goodJwk("p256")), ES256, { issuer: a }),
      importVerifyingKey(publicPart(goodJwk("rsa")), RS256, { issuer: b }),
    ]);
    const keys = await everyKey();
    const policy = { issuer: [a, b], audience };
    for (const [alg, iss, code] of [
      ["ES256", a, "accepted"],
      ["ES256", b, "issuer_mismatch"],
      ["RS256", b, "accepted"],
      ["RS256", a, "issuer_mismatch"],
    ] as const) {
      expect(
        await verdict(
          await signedBy(keys.find((key) => key.alg === alg)!.signing, goodClaims({ iss })),
          [es256, rs256],
          policy,
        ),
      ).toBe(code);
    }
    for (const wrong of ["", undefined, null, 5, [a]])
      expect(
        await outcome(() => importVerifyingKey(publicPart(goodJwk("p256")), ES256, { issuer: wrong as never })),
      ).toBe("invalid_argument");
  });
});
