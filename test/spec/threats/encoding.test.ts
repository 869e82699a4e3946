// The rows of the threat table about how a token is written. Each describe quotes the fault.
import { beforeAll, describe, expect, it } from "vitest";
import {
  createVerifierForIssuers,
  decode,
  HS256,
  importSecret,
  sign,
  signJws,
  signJwsJson,
  verify,
  verifyJws,
  verifyJwsJson,
  verifySync,
} from "../../../src/index.ts";
import type { FlattenedJws, SecretKey } from "../../../src/index.ts";
import { base64url, claiming, expected, goodClaims, hs256, macOver, outcome, part, verdict } from "./forge.ts";
import { held, taken } from "../hostile/memory.ts";
import { secretText } from "./keys.ts";

let secret: SecretKey;
beforeAll(async () => {
  secret = await importSecret(secretText, HS256);
});

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

/** Where the three parts of a token are put together by the signer, so that the MAC is right whatever the text is. */
const macOfText = (header: string, payload: string): string => macOver(`${header}.${payload}`);

/** Other spellings of the same bytes that lenient decoders take. */
const twins = (segment: string): readonly string[] => {
  const last = alphabet.indexOf(segment.slice(-1));
  const spare = [0, 0, 4, 2][segment.length % 4]!; // bits of the last character that say nothing
  const neighbours = Array.from(
    { length: 2 ** spare },
    (_, low) => segment.slice(0, -1) + alphabet.charAt(((last >> spare) << spare) | low),
  );
  return neighbours.filter((twin) => twin !== segment);
};
const garbled = (segment: string): readonly string[] =>
  [
    `${segment}=`,
    `${segment}==`,
    `${segment}===`,
    `=${segment}`,
    `${segment.slice(0, 3)}=${segment.slice(3)}`,
    ...[
      " ",
      "\n",
      "\r\n",
      "\t",
      "\v",
      "\f",
      "\0",
      "\u00a0",
      "\u2028",
      "\ufeff",
      "\u200b",
      "!",
      "*",
      "~",
      ",",
      ":",
      "%3D",
      "\u00e9",
      "\u0141",
      "\u{1f600}",
      "\ud800",
    ].flatMap((junk) => [`${segment}${junk}`, `${junk}${segment}`, segment.slice(0, 4) + junk + segment.slice(4)]),
    segment.replace("-", "+"),
    segment.replace("_", "/"),
    segment.replaceAll("-", "+").replaceAll("_", "/"),
    // Code units whose low byte is the right character.
    String.fromCharCode(segment.charCodeAt(0) + 0x100) + segment.slice(1),
    // One character can begin no byte.
    ...(segment.length % 4 === 0 ? [`${segment}A`] : []),
  ].filter((other) => other !== segment);

describe("Lenient base64url (CVE-2022-25898, GHSA-hxm8-2xgr-2p9m)", () => {
  it("the payload: every other spelling is refused although the MAC over it is right", async () => {
    const header = part({ alg: "HS256" });
    // Three payloads: 0, 1 and 2 octets over a multiple of three, with both special characters in them.
    for (const pad of ["", "a", "aa"]) {
      const payload = part(goodClaims({ pad, special: "\u00ff\u00fe??>>~~" }));
      expect(await verdict(macOfText(header, payload), secret)).toBe("accepted");
      for (const other of [...twins(payload), ...garbled(payload)]) {
        expect(await verdict(macOfText(header, other), secret), JSON.stringify(other.slice(-12))).toBe(
          "token_malformed",
        );
        expect(await outcome(() => verifyJws(macOfText(header, other), secret))).toBe("token_malformed");
        expect(
          await outcome(() => {
            decode(macOfText(header, other));
          }),
        ).toBe("token_malformed");
      }
    }
  });

  it("the header: every other spelling is refused although the MAC over it is right", async () => {
    const payload = part(goodClaims());
    for (const pad of ["", "a", "aa"]) {
      const header = part({ alg: "HS256", pad, special: "\u00ff\u00fe??>>~~" });
      expect(await verdict(macOfText(header, payload), secret)).toBe("accepted");
      for (const other of [...twins(header), ...garbled(header)]) {
        expect(await verdict(macOfText(other, payload), secret), JSON.stringify(other.slice(-12))).toBe(
          "token_malformed",
        );
        expect(await outcome(() => verifyJws(macOfText(other, payload), secret))).toBe("token_malformed");
        expect(
          await outcome(() => {
            decode(macOfText(other, payload));
          }),
        ).toBe("token_malformed");
      }
    }
  });

  it("the signature: each last-character twin and every other spelling is refused", async () => {
    const token = claiming(goodClaims());
    const at = token.lastIndexOf(".") + 1;
    const signature = token.slice(at);
    const others = [...twins(signature), ...garbled(signature)];
    expect(others.length).toBeGreaterThan(60);
    for (const other of others) {
      expect(await verdict(token.slice(0, at) + other, secret)).toBe("token_malformed");
      expect(await outcome(() => verifyJws(token.slice(0, at) + other, secret))).toBe("token_malformed");
    }
  });

  it("a plug-in key sees the same bytes for one spelling only", async () => {
    const token = claiming(goodClaims());
    const at = token.lastIndexOf(".") + 1;
    const plugIn = { alg: "HS256", verify: () => true, verifySync: () => true };
    expect(await verdict(token, plugIn)).toBe("accepted");
    for (const other of [...twins(token.slice(at)), ...garbled(token.slice(at))])
      expect(await verdict(token.slice(0, at) + other, plugIn)).toBe("token_malformed");
  });

  it("in a JSON serialization too", async () => {
    const flat = await signJwsJson(bytesOf("payload?>~"), secret, { flattened: true });
    for (const name of ["payload", "protected", "signature"] as const) {
      for (const other of [...twins(flat[name]!), ...garbled(flat[name]!)]) {
        expect(["token_malformed", "signature_invalid"]).toContain(
          await outcome(() => verifyJwsJson({ ...flat, [name]: other }, secret)),
        );
      }
    }
  });

  it("with b64: false, half of a surrogate pair is not taken for U+FFFD, whose bytes were signed", async () => {
    const flat = await signJwsJson(bytesOf("a\ufffdb"), secret, { flattened: true, b64: false });
    expect(await outcome(() => verifyJwsJson(flat, secret))).toBe("accepted");
    for (const lone of ["\ud800", "\udfff"])
      expect(await outcome(() => verifyJwsJson({ ...flat, payload: `a${lone}b` }, secret))).not.toBe("accepted");
  });
});

describe("`crit` ignored (CVE-2025-59420, CVE-2026-32597, CVE-2026-35042)", () => {
  const cases: readonly (readonly [string, object | string, string])[] = [
    ["an unknown name", { crit: ["x"], x: 1 }, "crit_unsupported"],
    ["a name of the prototype", { crit: ["toString"] }, "header_invalid"],
    ["an own name of the prototype", { crit: ["toString"], toString: 1 }, "crit_unsupported"],
    ["an empty list", { crit: [] }, "header_invalid"],
    ["a duplicate", { crit: ["x", "x"], x: 1 }, "header_invalid"],
    ["an absent member", { crit: ["x"] }, "header_invalid"],
    ["a registered name", { crit: ["alg"] }, "header_invalid"],
    ["crit itself", { crit: ["crit"] }, "header_invalid"],
    ["typ", { crit: ["typ"], typ: "JWT" }, "header_invalid"],
    ["not an array: a string", { crit: "x", x: 1 }, "header_invalid"],
    ["not an array: an object", { crit: { 0: "x", length: 1 }, x: 1 }, "header_invalid"],
    ["not an array: null", { crit: null }, "header_invalid"],
    ["not an array: false", { crit: false }, "header_invalid"],
    ["not strings: a number", { crit: [1], 1: 1 }, "header_invalid"],
    ["not strings: null", { crit: [null], null: 1 }, "header_invalid"],
    ["not strings: a list", { crit: [["x"]], x: 1 }, "header_invalid"],
    ["an empty name", { crit: [""] }, "header_invalid"],
    ["known and unknown", { crit: ["b64", "x"], b64: true, x: 1 }, "crit_unsupported"],
    ["twice in the header", '{"alg":"HS256","crit":["x"],"crit":["b64"],"b64":true,"x":1}', "header_invalid"],
  ];
  it.each(cases)("%s", async (_what, members, code) => {
    const header = typeof members === "string" ? members : { alg: "HS256", ...members };
    const token = hs256(header, goodClaims());
    expect(["crit_unsupported", "header_invalid"]).toContain(await verdict(token, secret));
    expect(await outcome(() => verifyJws(token, secret))).toBe(code);
    const [head, payload, signature] = token.split(".") as [string, string, string];
    expect(await outcome(() => verifyJwsJson({ payload, protected: head, signature }, secret))).toBe(code);
  });

  it("before the key is asked, and whoever signed", async () => {
    let asked = 0;
    const plugIn = {
      alg: "HS256",
      verify: () => {
        asked++;
        return true;
      },
    };
    expect(
      await outcome(() => verify(hs256({ alg: "HS256", crit: ["x"], x: 1 }, goodClaims()), plugIn, expected)),
    ).toBe("crit_unsupported");
    expect(asked).toBe(0);
  });

  it("understood by the caller of verifyJws, by name, and by nobody in a JWT", async () => {
    const token = hs256({ alg: "HS256", crit: ["x"], x: 1 }, goodClaims());
    expect(await outcome(() => verifyJws(token, secret, { understood: ["x"] }))).toBe("accepted");
    expect(await outcome(() => verifyJws(token, secret, { understood: ["X", "y"] }))).toBe("crit_unsupported");
    for (const understood of [undefined, null, "x", [""], [1], {}])
      expect(["crit_unsupported", "invalid_argument"]).toContain(
        await outcome(() => verifyJws(token, secret, { understood: understood as never })),
      );
  });

  it("in the unprotected header, where nobody vouches for it", async () => {
    const flat = await signJwsJson(bytesOf("x"), secret, { flattened: true });
    for (const header of [{ crit: ["x"], x: 1 }, { crit: [] }, { b64: false }, { alg: "HS256" }, { typ: "JWT" }])
      expect(await outcome(() => verifyJwsJson({ ...flat, header }, secret))).toBe("header_invalid");
    const critical = await signJwsJson(bytesOf("x"), { key: secret, unprotected: { x: 1 } }, { flattened: true });
    const input = `${part({ alg: "HS256", crit: ["x"] })}.${critical.payload!}`;
    const [head, , signature] = macOver(input).split(".") as [string, string, string];
    expect(
      await outcome(() =>
        verifyJwsJson({ payload: critical.payload!, protected: head, signature, header: { x: 1 } }, secret, {
          understood: ["x"],
        }),
      ),
    ).toBe("header_invalid");
  });
});

describe("`b64: false` misread (CVE-2026-48525)", () => {
  const claims = JSON.stringify(goodClaims());

  it("in a JWT, with crit and without, true or false", async () => {
    for (const b64 of [false, true, null, "false", 0]) {
      for (const crit of [["b64"], undefined, ["b64", "b64"]]) {
        const header = part({ alg: "HS256", b64, ...(crit && { crit }) });
        for (const payload of [claims, base64url(claims)])
          expect(["crit_unsupported", "header_invalid", "token_malformed"]).toContain(
            await verdict(macOfText(header, payload), secret),
          );
      }
    }
  });

  it("without crit", async () => {
    for (const b64 of [false, true]) {
      for (const crit of [undefined, ["x"]]) {
        const header = part({ alg: "HS256", b64, ...(crit && { crit, x: 1 }) });
        expect(
          await outcome(() => verifyJws(macOfText(header, base64url("payload")), secret, { understood: ["x"] })),
        ).toBe("header_invalid");
      }
    }
  });

  it("that is no boolean", async () => {
    for (const b64 of ["false", "", 0, 1, null, [], {}]) {
      expect(
        await outcome(() =>
          verifyJws(macOfText(part({ alg: "HS256", b64, crit: ["b64"] }), base64url("payload")), secret),
        ),
      ).toBe("header_invalid");
    }
  });

  it("with a payload part when detached", async () => {
    const payload = bytesOf("the payload");
    for (const b64 of [true, false]) {
      const detached = await signJws(payload, secret, { detached: true, b64 });
      expect(await outcome(() => verifyJws(detached, secret, { payload }))).toBe("accepted");
      const [head, , signature] = detached.split(".") as [string, string, string];
      for (const middle of [base64url(payload), "the payload", "AAAA", base64url("another payload")]) {
        expect(await outcome(() => verifyJws(`${head}.${middle}.${signature}`, secret, { payload }))).toBe(
          "token_malformed",
        );
        expect(
          await outcome(() => verifyJwsJson({ protected: head, payload: middle, signature }, secret, { payload })),
        ).toBe("token_malformed");
      }
      expect(await outcome(() => verifyJws(detached, secret, { payload: bytesOf("the payloae") }))).toBe(
        "signature_invalid",
      );
      expect(await outcome(() => verifyJws(detached, secret))).toBe("signature_invalid");
    }
  });

  it("the payload arrives as it was meant: text signed as it is, is not decoded", async () => {
    const text = "SGVsbG8"; // base64url of another word
    const raw = await signJws(bytesOf(text), secret, { b64: false });
    expect(Buffer.from((await verifyJws(raw, secret)).payload).toString()).toBe(text);
    const encoded = await signJws(bytesOf("Hello"), secret);
    expect(Buffer.from((await verifyJws(encoded, secret)).payload).toString()).toBe("Hello");
    // The same text under the other header is another signature.
    const swap = (from: string, to: string): string =>
      `${to.split(".")[0]!}.${from.split(".")[1]!}.${from.split(".")[2]!}`;
    for (const swapped of [swap(raw, encoded), swap(encoded, raw)])
      expect(await outcome(() => verifyJws(swapped, secret))).toBe("signature_invalid");
  });

  it("a payload that the compact form cannot carry", async () => {
    for (const text of ["a.b", "a\nb", "é", "\0"])
      expect(await outcome(() => signJws(bytesOf(text), secret, { b64: false }))).toBe("invalid_argument");
    const header = part({ alg: "HS256", b64: false, crit: ["b64"] });
    for (const text of ["a\nb", "é", "\0", "a b\u0085"])
      expect(await outcome(() => verifyJws(macOfText(header, text), secret))).toBe("token_malformed");
  });
});

describe("Splitting on dots, oversized input (CVE-2025-30204, CVE-2025-27144, CVE-2025-22868, CVE-2025-61920)", () => {
  /** Milliseconds for one, from many. */
  const timed = async (times: number, attempt: () => unknown): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < times; i++) await outcome(attempt);
    return (performance.now() - start) / times;
  };

  it.each([
    ["10^6 dots", ".".repeat(1e6)],
    ["10^7 characters", "A".repeat(1e7)],
    ["10^7 characters in three parts", `${"A".repeat(3e6)}.${"A".repeat(3e6)}.${"A".repeat(4e6)}`],
    ["10^7 characters and 10^6 dots", `${"A".repeat(9)}.`.repeat(1e6)],
  ])("%s: refused in microseconds, whatever the length", async (_what, huge) => {
    expect(await verdict(huge, secret)).toBe("token_too_large");
    // Looking at each of the characters would take milliseconds.
    expect(await timed(300, () => verify(huge, secret, expected))).toBeLessThan(1);
    const several = createVerifierForIssuers([{ ...expected, keys: secret }]);
    expect(await outcome(() => several.verify(huge))).toBe("token_too_large");
    expect(await timed(300, () => several.verify(huge))).toBeLessThan(1);
  });

  it.each([
    ["10^6 dots", ".".repeat(1e6)],
    ["10^7 characters", "A".repeat(1e7)],
    ["10^7 characters in three parts", `${"A".repeat(3e6)}.${"A".repeat(3e6)}.${"A".repeat(4e6)}`],
  ])("%s: nothing is taken that grows with them", async (_what, huge) => {
    const takenBy = async (attempt: () => unknown): Promise<number> => {
      held();
      const before = taken();
      await outcome(attempt);
      return taken() - before;
    };
    const attempts = [
      () => verify(huge, secret, expected),
      () => verifySync(huge, secret, expected),
      () => createVerifierForIssuers([{ ...expected, keys: secret }]).verify(huge),
    ];
    for (const attempt of attempts) {
      await outcome(attempt);
      expect(await takenBy(attempt)).toBeLessThan(300_000);
    }
    // The measure sees what splitting takes.
    if (huge.startsWith("."))
      expect(await takenBy(() => Promise.resolve(huge.split(".").length))).toBeGreaterThan(4_000_000);
  });

  it("where no length is given, many dots are refused without a list of the parts", async () => {
    const dots = ".".repeat(1e7);
    for (const attempt of [() => decode(dots), () => verifyJws(dots, secret, { maxTokenLength: 1e7 })]) {
      expect(await outcome(attempt)).toBe("token_malformed");
      expect(await timed(3, attempt)).toBeLessThan(100);
    }
  });

  it("maxTokenLength is a limit in characters: 16384, or what is said", async () => {
    const padded = (length: number): string => {
      const bare = claiming(goodClaims({ pad: "" })).length;
      let token = "";
      for (let pad = Math.floor((length - bare) * 0.75); token.length < length; pad++)
        token = claiming(goodClaims({ pad: "x".repeat(pad) }));
      return token;
    };
    const [long, longest] = [padded(16_390), padded(16_380)];
    expect(longest.length).toBeLessThanOrEqual(16_384);
    expect(await verdict(longest, secret)).toBe("accepted");
    expect(await verdict(long, secret)).toBe("token_too_large");
    expect(await verdict(long, secret, { ...expected, maxTokenLength: 20_000 })).toBe("accepted");
    for (const maxTokenLength of [0, -1, NaN, Infinity, "100", null, []])
      expect(await verdict(long, secret, { ...expected, maxTokenLength })).toBe("invalid_argument");
  });

  it.each([
    "",
    ".",
    "..",
    "...",
    "a",
    "a.b",
    "a.b.c",
    "a.b.c.d",
    "a.b.c.d.e",
    ".a.b",
    "a..b",
    "a.b.",
    "a..",
    "..a",
    " . . ",
    "null",
    "undefined",
    "[object Object]",
    "Bearer a.b.c",
  ])("%j is not three parts of a token", async (text) => {
    expect(["token_malformed", "header_invalid"]).toContain(await verdict(text, secret));
    expect(["token_malformed", "header_invalid"]).toContain(await outcome(() => decode(text)));
    expect(["token_malformed", "header_invalid"]).toContain(await outcome(() => verifyJws(text, secret)));
  });

  it("exactly three parts: none left out, none added", async () => {
    const token = claiming(goodClaims());
    const [header, payload, signature] = token.split(".") as [string, string, string];
    for (const other of [
      `${token}.`,
      `.${token}`,
      `${token}.${signature}`,
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `.${payload}.${signature}`,
      `${header}.${payload}..${signature}`,
      `${token} `,
      ` ${token}`,
      `${token}\n`,
      `${token},${token}`,
      `Bearer ${token}`,
      `"${token}"`,
      `${header}.${payload}.${signature}.AAAA.BBBB`,
      token.replaceAll(".", ". "),
      token.replaceAll(".", "\u3002"),
      token.replaceAll(".", "%2E"),
    ])
      expect(await verdict(other, secret), JSON.stringify(other.slice(-9))).toBe("token_malformed");
    expect(["token_malformed", "signature_invalid"]).toContain(await verdict(`${header}..${signature}`, secret));
  });
});

describe("Deeply nested JSON (GHSA-8wjv-2p76-3863, CVE-2025-53864)", () => {
  const deep = (open: string, close: string, inner = "0"): string => open.repeat(1e5) + inner + close.repeat(1e5);
  const options = { ...expected, maxTokenLength: 1e7 };
  const nests: readonly (readonly [string, string])[] = [
    ["lists", deep("[", "]")],
    ["objects", deep('{"a":', "}")],
    ["both", deep('[{"a":', "}]")],
    ["lists that do not end", "[".repeat(1e5)],
    ["objects that do not end", '{"a":'.repeat(1e5)],
  ];

  it.each(nests)("10^5 %s in the header", async (_what, nested) => {
    for (const header of [`{"alg":"HS256","x":${nested}}`, nested]) {
      const token = hs256(header, goodClaims());
      for (const attempt of [() => verify(token, secret, options), () => verifySync(token, secret, options)])
        expect(await outcome(attempt)).toBe("header_invalid");
      expect(await outcome(() => decode(token))).toBe("header_invalid");
      expect(await outcome(() => verifyJws(token, secret))).toBe("header_invalid");
    }
  });

  it.each(nests)("10^5 %s in the payload", async (_what, nested) => {
    for (const payload of [`{"iss":"https://issuer.example","x":${nested}}`, nested]) {
      const token = claiming(payload);
      for (const attempt of [() => verify(token, secret, options), () => verifySync(token, secret, options)])
        expect(await outcome(attempt)).toBe("payload_invalid");
      expect(await outcome(() => decode(token))).toBe("payload_invalid");
      const several = createVerifierForIssuers([{ ...options, keys: secret }]);
      expect(await outcome(() => several.verify(token))).toBe("payload_invalid");
    }
  });

  it("brackets within a text are no nesting", async () => {
    expect(await verdict(claiming(goodClaims({ text: '[{"\\'.repeat(400) })), secret)).toBe("accepted");
  });

  it("what is signed can be verified, as deep as sign lets it be", async () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 300; depth++) {
      let token: string;
      try {
        token = await sign({ nested }, secret, { ...expected, header: { nested: { nested } } });
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid_argument" });
        break;
      }
      expect(await outcome(() => verify(token, secret, expected)), `depth ${String(depth)}`).toBe("accepted");
      nested = [nested];
    }
  });
});

describe("JSON serialisation accepted where compact is meant (CVE-2022-39227)", () => {
  it.each(["flattened", "general"])("%s, as an object and as text", async (form) => {
    const [header, payload, signature] = claiming(goodClaims()).split(".") as [string, string, string];
    const flat: FlattenedJws = { protected: header, payload, signature };
    const jws = form === "flattened" ? flat : { payload, signatures: [{ protected: header, signature }] };
    for (const any of [
      jws,
      JSON.stringify(jws),
      [jws],
      JSON.stringify([jws]),
      Object.assign(Object.create(String.prototype), jws),
    ]) {
      expect(await verdict(any, secret)).toBe("token_malformed");
      expect(await outcome(() => decode(any as string))).toBe("token_malformed");
      expect(await outcome(() => verifyJws(any as string, secret))).toBe("token_malformed");
    }
  });

  it("a text that is both: JSON to one parser, three parts to another", async () => {
    const token = claiming(goodClaims());
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const evil = part({ ...goodClaims(), admin: true });
    for (const text of [
      `{"  ${header}.":"","protected":"${header}", "payload":"${payload}","signature":"${signature}"}`,
      `{"payload":"${evil}","protected":"${header}","signature":".${payload}.${signature}"}`,
      `${header}.{"payload":"${payload}"}.${signature}`,
    ])
      expect(await verdict(text, secret)).toBe("token_malformed");
    expect(await outcome(() => verifyJwsJson(token as never, secret))).toBe("token_malformed");
  });

  it.each<unknown>([undefined, null, 5, true, Symbol("token"), 5n, [], ["a.b.c"], new Uint8Array(5), () => "a.b.c"])(
    "%s is no token",
    async (any) => {
      expect(await verdict(any, secret)).toBe("token_malformed");
      expect(await outcome(() => decode(any as string))).toBe("token_malformed");
    },
  );

  it("neither is an object that turns into a token", async () => {
    const token = claiming(goodClaims());
    for (const any of [
      Object(token),
      [token],
      { toString: () => token },
      { [Symbol.toPrimitive]: () => token },
      new Proxy({}, { get: () => () => token }),
    ])
      expect(await verdict(any, secret)).toBe("token_malformed");
  });
});
