// The rows of the threat table about what is remembered, in which order it is asked, and how long it takes.
// Each describe quotes the fault.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createVerifier,
  ES256,
  HS256,
  HS384,
  HS512,
  importSecret,
  importVerifyingKey,
  sign,
  verify,
} from "../../../src/index.ts";
import type { Expected, ReplayStore, SecretKey, VerifyingKey } from "../../../src/index.ts";
import { claiming, expected, goodClaims, hs256, macOver, outcome, part, verdict } from "./forge.ts";
import { held } from "../hostile/memory.ts";
import { secretText } from "./keys.ts";

let secret: SecretKey;
beforeAll(async () => {
  secret = await importSecret(secretText, HS256);
});

describe("Verified-token cache confuses tokens, or skips time checks (CVE-2026-35039)", () => {
  const start = 1_800_000_000;
  let now: number;
  let asked: number;
  beforeEach(({ skip }) => {
    skip(process.env.FAST_PATHS !== undefined, "verifiers remember no tokens in this run");
    now = start;
    asked = 0;
  });
  const clock = (): Date => new Date(now * 1000);
  const counting = (): VerifyingKey => ({
    alg: "HS256",
    verify: (data, signature) => {
      asked++;
      return secret.verify(data, signature);
    },
    verifySync: (data, signature) => {
      asked++;
      return secret.verifySync!(data, signature);
    },
  });
  const cached = (more: Partial<Expected> = {}, keys: VerifyingKey = counting()) =>
    createVerifier(keys, { ...expected, cache: 100, now: clock, ...more });
  const claims = (more: object = {}): object => ({ ...goodClaims(), iat: start, exp: start + 100, ...more });

  it("a hit is a hit: the signature is not checked again", async () => {
    const verifier = cached();
    const token = claiming(claims());
    for (let time = 0; time < 5; time++) {
      expect(await outcome(() => verifier.verify(token))).toBe("accepted");
      expect(await outcome(() => verifier.verifySync(token))).toBe("accepted");
    }
    expect(asked).toBe(1);
  });

  it("expiry is checked on every hit, with iat and without", async () => {
    for (const token of [
      claiming(claims()),
      claiming({ ...claims(), iat: undefined }),
      claiming({ ...claims(), nbf: start }),
    ]) {
      now = start;
      const verifier = cached({ optional: ["iat"] });
      expect(await outcome(() => verifier.verify(token))).toBe("accepted");
      now = start + 104;
      expect(await outcome(() => verifier.verify(token))).toBe("accepted");
      now = start + 105;
      for (const again of [() => verifier.verify(token), () => verifier.verifySync(token)])
        expect(await outcome(again)).toBe("expired");
      now = start;
      expect(await outcome(() => verifier.verify(token)), "the clock went back").toBe("accepted");
    }
  });

  it("nbf and maxTokenAge are checked on every hit", async () => {
    const verifier = cached({ maxTokenAge: 50 });
    const token = claiming(claims({ nbf: start }));
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
    now = start + 56;
    expect(await outcome(() => verifier.verify(token))).toBe("too_old");
    now = start - 6;
    expect(await outcome(() => verifier.verify(token))).toBe("not_yet_valid");
    now = start;
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
    expect(asked).toBe(1);
  });

  it("a token that was refused first, and is good later, and the reverse", async () => {
    const verifier = cached();
    const token = claiming(claims({ nbf: start + 50 }));
    expect(await outcome(() => verifier.verify(token))).toBe("not_yet_valid");
    now = start + 50;
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
    now = start + 200;
    expect(await outcome(() => verifier.verify(token))).toBe("expired");
  });

  it("denylist, replay and schema are asked on every hit", async () => {
    const revoked = new Set<string>();
    const used = new Set<string>();
    const token = claiming(claims({ jti: "1" }));
    const denying = cached({ denylist: { has: (key) => revoked.has(key) } });
    expect(await outcome(() => denying.verify(token))).toBe("accepted");
    revoked.add(JSON.stringify(["revoked", expected.issuer, "1"]));
    expect(await outcome(() => denying.verify(token))).toBe("revoked");

    const once = cached({ replay: { add: (key) => !used.has(key) && used.add(key) === used } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => outcome(() => once.verify(token))));
    expect(answers.sort()).toEqual(["accepted", ...Array.from({ length: 19 }, () => "replayed")]);

    let validated = 0;
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) => (++validated > 2 ? { issues: [{ message: "no more" }] } : { value }),
      },
    };
    const strict = cached({ schema: schema as never });
    expect([
      await outcome(() => strict.verify(token)),
      await outcome(() => strict.verify(token)),
      await outcome(() => strict.verify(token)),
    ]).toEqual(["accepted", "accepted", "schema_mismatch"]);
  });

  it("every other token is another token: colliding prefixes, suffixes, cases, one character", async () => {
    const verifier = cached();
    const token = claiming(claims());
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
    for (let at = 0; at < token.length; at++) {
      const flipped = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      if (flipped !== token) expect(await outcome(() => verifier.verify(flipped))).not.toBe("accepted");
    }
    for (const other of [
      token.slice(0, -1),
      `${token}A`,
      token.toLowerCase(),
      token.toUpperCase(),
      `${token} `,
      ` ${token}`,
      token.slice(1),
      token.slice(0, 64),
      token.split(".").slice(0, 2).join("."),
      `${token}.`,
    ])
      expect(await outcome(() => verifier.verify(other))).not.toBe("accepted");
    for (const other of [Object(token), [token], { toString: () => token }])
      expect(await outcome(() => verifier.verify(other as string))).toBe("token_malformed");
    // Two long tokens that are alike but for their claims' last character.
    const long = (last: string): string => claiming(claims({ pad: "x".repeat(1000), user: `user_${last}` }));
    for (const last of ["1", "2", "1", "2"])
      expect((await verifier.verify(long(last))).claims.user).toBe(`user_${last}`);
    const spliced = `${long("1").slice(0, long("1").lastIndexOf("."))}${long("2").slice(long("2").lastIndexOf("."))}`;
    expect(await outcome(() => verifier.verify(spliced))).toBe("signature_invalid");
  });

  it("a key that was rotated away no longer counts, and one that comes back has to check again", async () => {
    const first = counting();
    const second: VerifyingKey = { alg: "HS256", verify: () => false, verifySync: () => false };
    let current: readonly VerifyingKey[] = [first];
    const select = (): readonly VerifyingKey[] => current;
    const verifier = createVerifier(
      { algorithms: ["HS256"], select, selectSync: select },
      { ...expected, cache: 10, now: clock },
    );
    const token = claiming(claims());
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
    current = [second];
    for (const again of [() => verifier.verify(token), () => verifier.verifySync(token)])
      expect(await outcome(again)).toBe("signature_invalid");
    current = [];
    expect(await outcome(() => verifier.verify(token))).toBe("key_not_found");
    current = [{ ...second, alg: "ES256" }];
    expect(await outcome(() => verifier.verify(token))).toBe("key_not_found");
    current = [counting()];
    asked = 0;
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
    expect(asked, "the same material in another object").toBe(1);
  });

  it("failures are never remembered", async () => {
    let good = false;
    const verifier = cached({}, { alg: "HS256", verify: () => good });
    const token = claiming(claims());
    expect(await outcome(() => verifier.verify(token))).toBe("signature_invalid");
    good = true;
    expect(await outcome(() => verifier.verify(token))).toBe("accepted");
  });

  it("concurrent verifications of one token, and of a good and a forged one", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: VerifyingKey = {
      alg: "HS256",
      verify: async (data, signature) => {
        await gate;
        return secret.verify(data, signature);
      },
    };
    const verifier = cached({}, slow);
    const good = claiming(claims());
    const bad = hs256({ alg: "HS256" }, claims(), "an attacker's own secret of more than 32 bytes");
    const pending = [good, bad, good, bad, good].map((token) => outcome(() => verifier.verify(token)));
    release();
    expect(await Promise.all(pending)).toEqual([
      "accepted",
      "signature_invalid",
      "accepted",
      "signature_invalid",
      "accepted",
    ]);
    expect(await outcome(() => verifier.verify(bad))).toBe("signature_invalid");
  });

  it("what one caller does with the claims does not reach the next", async () => {
    const verifier = cached();
    const token = claiming(claims({ roles: ["user"], nested: { admin: false } }));
    for (let time = 0; time < 3; time++) {
      const { claims: found, payload, header } = await verifier.verify(token);
      expect(found).toMatchObject({ roles: ["user"], nested: { admin: false }, sub: "user_123" });
      for (const change of [
        () => {
          (found.roles as string[]).push("admin");
        },
        () => {
          (found.nested as { admin: boolean }).admin = true;
        },
        () => {
          (payload as { sub: string }).sub = "admin";
        },
        () => {
          (header as { alg: string }).alg = "none";
        },
        () => {
          Object.setPrototypeOf(payload, { admin: true });
        },
        () => {
          delete (payload as { exp?: number }).exp;
        },
      ])
        expect(change).toThrow(TypeError);
    }
  });

  it("a schema answers the same for a remembered token as for a new one", async () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) => {
          (value as Record<string, unknown>).seen = true;
          return { value };
        },
      },
    };
    const token = claiming(claims());
    const verdicts = [];
    for (const verifier of [
      cached({ schema: schema as never }),
      createVerifier(secret, { ...expected, now: clock, schema: schema as never }),
    ]) {
      for (let time = 0; time < 2; time++) verdicts.push(await outcome(() => verifier.verify(token)));
    }
    expect(new Set(verdicts).size, verdicts.join(", ")).toBe(1);
  });

  it("is bounded: no more tokens than it says are remembered", async () => {
    const verifier = cached({ cache: 50 });
    const tokens = Array.from({ length: 1000 }, (_, n) => claiming(claims({ n })));
    for (const token of tokens) verifier.verifySync(token);
    expect(asked).toBe(1000);
    // From the newest to the oldest, so that asking does not make them new.
    for (const token of tokens.slice().reverse()) verifier.verifySync(token);
    expect(asked).toBeGreaterThanOrEqual(1950);
  });

  it("nor is more memory held, after any number of distinct tokens", () => {
    const verifier = cached({ cache: 50 }, secret);
    const use = (from: number, to: number): void => {
      for (let n = from; n < to; n++) verifier.verifySync(claiming(claims({ n, pad: "x".repeat(400) })));
    };
    use(0, 2000);
    const before = held();
    use(2000, 22_000);
    expect(held() - before).toBeLessThan(1_000_000);
  }, 30_000);

  it("the token's own length does not make it larger than the limit", async () => {
    const verifier = cached({ maxTokenLength: 300 });
    expect(await outcome(() => verifier.verify(claiming(claims({ pad: "x".repeat(300) }))))).toBe("token_too_large");
    expect(asked).toBe(0);
  });
});

describe("RegExp matchers, time-span parsing: ReDoS and state (CVE-2026-35040, CVE-2026-35041)", () => {
  it("no RegExp from outside, anywhere", async () => {
    const token = claiming(goodClaims());
    for (const any of [/.*/, /https/g, /^api$/y, new RegExp("(a+)+$")]) {
      for (const name of ["issuer", "audience", "subject", "typ", "required", "optional"]) {
        for (const value of [any, [any]])
          expect(await verdict(token, secret, { ...expected, [name]: value })).toBe("invalid_argument");
      }
      expect(await verdict(token, secret, { ...expected, match: { sub: any } })).toBe("invalid_argument");
    }
    // And a text that looks like one is a text.
    for (const text of [".*", "/.*/", "^https", "https://.*", "(a+)+$"]) {
      expect(await verdict(token, secret, { ...expected, issuer: text })).toBe("issuer_mismatch");
      expect(await verdict(token, secret, { ...expected, audience: text })).toBe("audience_mismatch");
    }
  });

  it("10^6-character durations", async () => {
    const n = 1e6;
    const durations = [
      "1".repeat(n),
      `${"1".repeat(n)}s`,
      "1.".repeat(n),
      " ".repeat(n),
      `${" ".repeat(n)}1s`,
      `1s${" ".repeat(n)}`,
      "s".repeat(n),
      `${"0".repeat(n)}1m`,
      `0.${"0".repeat(n)}1m`,
      `${"1s".repeat(n / 2)}!`,
      `${"-".repeat(n)}1s`,
    ];
    const start = performance.now();
    for (const text of durations) {
      for (const options of [{ expiresIn: text }, { maxLifetime: text }, { notBefore: text }])
        expect(await outcome(() => sign({}, secret, options as never))).toBe("invalid_argument");
      for (const options of [{ clockTolerance: text }, { maxTokenAge: text }, { storeTimeout: text }])
        expect(await outcome(() => createVerifier(secret, { ...expected, ...options } as never))).toBe(
          "invalid_argument",
        );
    }
    expect(performance.now() - start).toBeLessThan(500);
  });

  it("durations have no state: the same text gives the same life each time", async () => {
    for (const [text, seconds] of [
      ["15m", 900],
      ["1h", 3600],
      ["1.5h", 5400],
      ["2d", 172_800],
      ["1w", 604_800],
      ["90s", 90],
    ] as const) {
      for (let time = 0; time < 3; time++) {
        const { payload } = await verify(await sign({}, secret, { ...expected, expiresIn: text }), secret, expected);
        expect(payload.exp! - payload.iat!).toBe(seconds);
      }
    }
  });

  // A pattern that backtracks takes most of a second for this length, one that is linear a millisecond.
  const n = 30_000;
  const slow: readonly (readonly [string, () => unknown])[] = [
    [
      "PEM: equals signs that do not end it",
      () => importVerifyingKey(`-----BEGIN PUBLIC KEY-----${"=".repeat(n)}A-----END PUBLIC KEY-----`, ES256),
    ],
    ["PEM: begun again and again", () => importVerifyingKey("-----BEGIN PUBLIC KEY-----".repeat(n / 26), ES256)],
    ["PEM: begun and never ended", () => importVerifyingKey(`-----BEGIN PUBLIC KEY-----${"A".repeat(n)}`, ES256)],
    ["PEM: hyphens", () => importVerifyingKey("-".repeat(n), ES256)],
    [
      "PEM: single hyphens in the body",
      () => importVerifyingKey(`-----BEGIN PUBLIC KEY-----${"-A".repeat(n / 2)}`, ES256),
    ],
    ["PEM: a long label", () => importVerifyingKey(`-----BEGIN ${"A ".repeat(n / 2)}-----`, ES256)],
    [
      "PEM: white space in the body",
      () => importVerifyingKey(`-----BEGIN PUBLIC KEY-----${" \n".repeat(n / 2)}!-----END PUBLIC KEY-----`, ES256),
    ],
    ["PEM: \\n as two characters", () => importVerifyingKey("\\n".repeat(n / 2), ES256)],
    [
      "PEM: DER of nothing but empty elements",
      () =>
        importVerifyingKey(
          `-----BEGIN PUBLIC KEY-----${Buffer.concat([Buffer.from([0x30, 0x83, 0, 0x75, 0x30]), Buffer.alloc(30_000)]).toString("base64")}-----END PUBLIC KEY-----`,
          ES256,
        ),
    ],
    [
      "a secret: white space before what is no base64",
      () => importSecret(`${" ".repeat(n)}!`, HS256, { encoding: "base64" }),
    ],
    ["a secret: equals signs", () => importSecret(`${"A".repeat(n)}${"=".repeat(n)}!`, HS256, { encoding: "base64" })],
    ["a secret: hexadecimal with a wrong end", () => importSecret(`${"ab".repeat(n)}!`, HS256, { encoding: "hex" })],
    ["a secret: text of white space", () => importSecret(`${" ".repeat(n)}=${" ".repeat(n)}!`, HS256)],
    ["a secret: hyphens", () => importSecret(`${"-".repeat(n)}!`, HS256)],
    ["a secret: PEM begun again and again", () => importSecret("-----BEGIN A ".repeat(n / 13), HS256)],
    ["a secret: SSH begun again and again", () => importSecret("ssh-a ".repeat(n / 6), HS256)],
    ["a secret: braces", () => importSecret(`${"{".repeat(n)}${"}".repeat(n)}`, HS256)],
    ["a secret: a quoted text without an end", () => importSecret(`{"${"\\".repeat(n)}}`, HS256)],
    ["the alg of a key: white space", () => createVerifier({ alg: `${" ".repeat(n)}x`, verify: () => true }, expected)],
    [
      "the alg of a key: white space around none",
      () => createVerifier({ alg: `${" ".repeat(n)}none${" ".repeat(n)}x`, verify: () => true }, expected),
    ],
    ["a claim's name: to be normalised", () => sign({ [`pass${"\ufdfa".repeat(n)}word`]: 1 }, secret)],
    ["a claim's name: punctuation", () => sign({ [`pass${"_-".repeat(n)}word`]: 1 }, secret)],
    ["a claim's value: a private key begun", () => sign({ text: "-----BEGIN PRIVATE KEY----".repeat(n / 26) }, secret)],
    ["a claim's value: braces", () => sign({ text: `{"kty"${"{".repeat(n)}` }, secret)],
    [
      "a header's alg",
      () => verify(`${part({ alg: "\u202e".repeat(n) })}.e30.AA`, secret, { ...expected, maxTokenLength: 1e9 }),
    ],
    [
      "a header's typ",
      () =>
        verify(macOver(`${part({ alg: "HS256", typ: "A".repeat(n) })}.${part(goodClaims())}`), secret, {
          ...expected,
          maxTokenLength: 1e9,
        }),
    ],
  ];
  it.each(slow)("%s", async (_what, attempt) => {
    const times: number[] = [];
    for (let time = 0; time < 2; time++) {
      const start = performance.now();
      await outcome(attempt);
      times.push(performance.now() - start);
    }
    expect(Math.min(...times)).toBeLessThan(200);
  });
});

describe("Secret compared or truncated by code unit", () => {
  const narrow = (text: string): string =>
    Array.from(text, (character) => String.fromCharCode(character.charCodeAt(0) & 0xff)).join("");

  it.each([
    "Ł".repeat(10) + "ɂŃńŅ".repeat(20),
    "密鑰".repeat(20) + "長",
    "\u{1f511}\u{1f5dd}".repeat(20),
    "é".repeat(63) + "è",
  ])("a secret beyond Latin-1 is UTF-8: %s", async (text) => {
    for (const [alg, hash] of [
      [HS256, "sha256"],
      [HS384, "sha384"],
      [HS512, "sha512"],
    ] as const) {
      const key = await importSecret(text, alg);
      const signed = (by: string | Uint8Array): string =>
        macOver(`${part({ alg: alg.name })}.${part(goodClaims())}`, by, hash);
      expect(await verdict(signed(Buffer.from(text, "utf8")), key)).toBe("accepted");
      for (const other of [
        Buffer.from(narrow(text), "latin1"),
        Buffer.from(text, "utf16le"),
        Buffer.from(text, "ascii"),
        text.normalize("NFD") === text ? `${text}x` : text.normalize("NFD"),
      ])
        expect(await verdict(signed(other), key)).toBe("signature_invalid");
    }
  });

  it("a secret longer than the hash's block is used whole, and none is cut at a NUL", async () => {
    const long = Uint8Array.from({ length: 300 }, (_, at) => (at * 7 + 1) % 256);
    const key = await importSecret(long, HS256);
    for (const cut of [64, 128, 255, 256, 299]) {
      expect(await verdict(hs256({ alg: "HS256" }, goodClaims(), long.slice(0, cut)), key)).toBe("signature_invalid");
      expect(await outcome(() => importSecret(long.slice(0, cut), HS256))).toBe("accepted");
    }
    const holed = `${secretText.slice(0, 40)}\0${secretText.slice(40)}`;
    expect(
      await verdict(hs256({ alg: "HS256" }, goodClaims(), holed.split("\0")[0]), await importSecret(holed, HS256)),
    ).toBe("signature_invalid");
    expect(await verdict(hs256({ alg: "HS256" }, goodClaims(), holed), await importSecret(holed, HS256))).toBe(
      "accepted",
    );
  });

  it("half of a surrogate pair is no secret: all of them would be one", async () => {
    for (const lone of ["\ud800", "\udbff", "\udc00", "\udfff"])
      expect(await outcome(() => importSecret(secretText + lone, HS256))).toBe("invalid_key");
  });

  it("the caller's bytes are copied: what is done to them later does not change the key", async () => {
    const bytes = Uint8Array.from(Buffer.from(secretText));
    const key = await importSecret(bytes, HS256);
    bytes.fill(0x41);
    expect(await verdict(claiming(goodClaims()), key)).toBe("accepted");
    expect(await verdict(hs256({ alg: "HS256" }, goodClaims(), "A".repeat(64)), key)).toBe("signature_invalid");
    const window = Buffer.from(`before${secretText}after`).subarray(6, 6 + secretText.length);
    expect(await verdict(claiming(goodClaims()), await importSecret(window, HS256))).toBe("accepted");
  });
});

describe("A schema failure burns a one-time token; scopes checked after the burn", () => {
  const refusing = (answer: unknown) => ({
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: () => {
        if (answer instanceof Error) throw answer;
        return answer as never;
      },
    },
  });

  it("every other check comes before the burn", async () => {
    let burnt = 0;
    const replay: ReplayStore = { add: () => ++burnt > 0, addSync: () => ++burnt > 0 };
    const wrong: readonly (readonly [object, object, string])[] = [
      [{}, { schema: refusing({ issues: [{ message: "no" }] }) }, "schema_mismatch"],
      [{}, { schema: refusing({ issues: [] }) }, "schema_mismatch"],
      [{}, { schema: refusing(new Error("no")) }, "schema_mismatch"],
      ...[undefined, null, {}, "ok", true].map(
        (answer) => [{}, { schema: refusing(answer) }, "schema_mismatch"] as const,
      ),
      [{}, { denylist: { has: () => true, hasSync: () => true } }, "revoked"],
      [
        {},
        {
          denylist: {
            has: () => {
              throw new Error("down");
            },
            hasSync: () => {
              throw new Error("down");
            },
          },
        },
        "store_unavailable",
      ],
      [{ exp: 5, iat: 1 }, {}, "expired"],
      [{ nbf: 9e9 }, {}, "not_yet_valid"],
      [{ iss: "x" }, {}, "issuer_mismatch"],
      [{ aud: "x" }, {}, "audience_mismatch"],
      [{}, { subject: "x" }, "subject_mismatch"],
      [{}, { match: { role: "admin" } }, "claim_missing"],
      [{}, { required: ["nonce"] }, "claim_missing"],
      [{}, { typ: "at+jwt" }, "typ_mismatch"],
      [{ iat: 1 }, { maxTokenAge: 5 }, "too_old"],
    ];
    for (const [claims, options, code] of wrong)
      expect(
        await verdict(claiming(goodClaims({ jti: "1", ...claims })), secret, { ...expected, ...options, replay }),
      ).toBe(code);
    expect(
      await verdict(hs256({ alg: "HS256" }, goodClaims({ jti: "1" }), "x".repeat(40)), secret, { ...expected, replay }),
    ).toBe("signature_invalid");
    expect(burnt).toBe(0);
    expect(await outcome(() => verify(claiming(goodClaims({ jti: "1" })), secret, { ...expected, replay }))).toBe(
      "accepted",
    );
    expect(burnt).toBe(1);
  });

  it("stores are asked about good tokens only, the denylist before the replay store", async () => {
    const order: string[] = [];
    const options = {
      ...expected,
      schema: {
        "~standard": {
          version: 1 as const,
          vendor: "test",
          validate: (value: unknown) => {
            order.push("schema");
            return { value };
          },
        },
      },
      denylist: {
        has: () => {
          order.push("denylist");
          return false;
        },
        revokedBefore: () => {
          order.push("revokedBefore");
          return undefined;
        },
      },
      replay: {
        add: () => {
          order.push("replay");
          return true;
        },
      },
    };
    expect(await outcome(() => verify(claiming(goodClaims({ jti: "1" })), secret, options))).toBe("accepted");
    expect(order).toEqual(["schema", "denylist", "revokedBefore", "replay"]);
  });

  it("a store that throws, rejects, or takes too long fails closed", async () => {
    const token = claiming(goodClaims({ jti: "1" }));
    const never = new Promise<never>(() => undefined);
    for (const bad of [
      () => {
        throw new Error("down");
      },
      () => Promise.reject(new Error("down")),
      () => never,
    ]) {
      expect(
        await outcome(() => verify(token, secret, { ...expected, storeTimeout: 0.02, replay: { add: bad } })),
      ).toBe("store_unavailable");
      expect(
        await outcome(() => verify(token, secret, { ...expected, storeTimeout: 0.02, denylist: { has: bad } })),
      ).toBe("store_unavailable");
      expect(
        await outcome(() =>
          verify(token, secret, {
            ...expected,
            storeTimeout: 0.02,
            denylist: { has: () => false, revokedBefore: bad },
          }),
        ),
      ).toBe("store_unavailable");
    }
  });

  it("a store has the time it is given, however much that is", async () => {
    const token = claiming(goodClaims({ jti: "1" }));
    const add = (): Promise<boolean> =>
      new Promise((resolve) => {
        setTimeout(resolve, 20, true);
      });
    for (const storeTimeout of [5, "1h", "24d", "4w", "52w"] as const)
      expect(
        await outcome(() => verify(token, secret, { ...expected, storeTimeout, replay: { add } })),
        String(storeTimeout),
      ).toBe("accepted");
  });

  it.each([NaN, Infinity, "soon", null, {}, true])("revokedBefore that gives %s", async (answer) => {
    const give = (): never => answer as never;
    const denylist = { has: () => false, hasSync: () => false, revokedBefore: give, revokedBeforeSync: give };
    expect(await verdict(claiming(goodClaims({ jti: "1" })), secret, { ...expected, denylist })).toBe(
      answer === Infinity ? "revoked" : "store_unavailable",
    );
  });
});
