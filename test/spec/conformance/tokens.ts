// Spellings of tokens that engines read differently: base64url, UTF-8 and JSON at their edges.

import type { SecretKey } from "mintmark";
import { assert, equal, refused, type Case, type Mintmark } from "./case.ts";
import { base64url, octets, utf8 } from "./text.ts";

export function tokens(mintmark: Mintmark): Case[] {
  const expected = { issuer: mintmark.unchecked, audience: mintmark.unchecked, optional: ["exp", "iat"] } as const;
  const key = (): Promise<SecretKey> => mintmark.importSecret(octets(32), mintmark.HS256);

  /** A well-signed token of these very segments. */
  const signed = async (header: string, payload: string): Promise<string> =>
    `${header}.${payload}.${base64url(await (await key()).sign(utf8(`${header}.${payload}`)))}`;
  const signedText = (header: string, payload: string | Uint8Array): Promise<string> =>
    signed(base64url(utf8(header)), base64url(typeof payload === "string" ? utf8(payload) : payload));
  const verify = async (token: string) => mintmark.verify(token, await key(), expected);

  const goodHeader = '{"alg":"HS256"}';
  const headers: [string, string, string | readonly string[]][] = [
    ["a member twice", '{"alg":"HS256","alg":"HS256"}', "header_invalid"],
    ["a member twice, once escaped", '{"alg":"HS256","\\u0061lg":"HS256"}', "header_invalid"],
    ["a member twice, deep inside", '{"alg":"HS256","x":{"y":1,"y":1}}', "header_invalid"],
    ["an array", '["HS256"]', "header_invalid"],
    ["null", "null", "header_invalid"],
    ["alg as an array", '{"alg":["HS256"]}', "header_invalid"],
    ["no alg", '{"typ":"JWT"}', "header_invalid"],
    ["alg inherited", '{"__proto__":{"alg":"HS256"}}', "header_invalid"],
    ["a byte order mark", '\ufeff{"alg":"HS256"}', "header_invalid"],
    ["a trailing comma", '{"alg":"HS256",}', "header_invalid"],
    ["a comment", '{"alg":"HS256"/**/}', "header_invalid"],
    ["single quotes", "{'alg':'HS256'}", "header_invalid"],
    ["two objects", '{"alg":"HS256"}{"alg":"HS256"}', "header_invalid"],
    ["a no-break space", '{\u00a0"alg":"HS256"}', "header_invalid"],
    ["crit", '{"alg":"HS256","crit":["exp"],"exp":1}', "crit_unsupported"],
    ["b64", '{"alg":"HS256","b64":true}', "header_invalid"],
    ["deep nesting", `{"alg":"HS256","x":${"[".repeat(1000)}${"]".repeat(1000)}}`, "header_invalid"],
  ];
  const payloads: [string, string | Uint8Array, string][] = [
    ["an array", "[]", "payload_invalid"],
    ["a string", '"{}"', "payload_invalid"],
    ["null", "null", "payload_invalid"],
    ["nothing but a space", " ", "payload_invalid"],
    ["a byte order mark", "\ufeff{}", "payload_invalid"],
    ["NaN", '{"exp":NaN}', "payload_invalid"],
    ["a control character in a string", '{"sub":"\u0001"}', "payload_invalid"],
    ["overlong UTF-8", Uint8Array.of(0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d), "payload_invalid"],
    ["a surrogate in UTF-8", Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d), "payload_invalid"],
    ["truncated UTF-8", Uint8Array.of(0x7b, 0x22, 0xe2, 0x82, 0x22, 0x3a, 0x31, 0x7d), "payload_invalid"],
    ["UTF-16", Uint8Array.of(0x7b, 0, 0x7d, 0), "payload_invalid"],
    ["deep nesting", `{"x":${"[".repeat(5000)}${"]".repeat(5000)}}`, "payload_invalid"],
    ["exp as a text", '{"exp":"9999999999"}', "claim_invalid"],
    ["exp beyond all numbers", '{"exp":1e999}', "claim_invalid"],
    ["exp inherited", '{"__proto__":{"exp":1},"exp":"x"}', "claim_invalid"],
  ];

  const shapes: [string, (token: string) => string][] = [
    ["a line feed at the end", (token) => `${token}\n`],
    ["a space in front", (token) => ` ${token}`],
    ["a byte order mark in front", (token) => `\ufeff${token}`],
    ["a NUL at the end", (token) => `${token}\0`],
    ["a dot in front", (token) => `.${token}`],
    ["a dot at the end", (token) => `${token}.`],
    ["two parts", (token) => token.slice(0, token.lastIndexOf("."))],
    ["one part", (token) => token.replaceAll(".", "")],
    ["full-width dots", (token) => token.replaceAll(".", "\uff0e")],
    ["the alphabet of base64", (token) => `${token.slice(0, -1)}+`],
    ["a character beyond Latin-1", (token) => `${token.slice(0, -1)}\u0141`],
    ["a line feed within", (token) => token.replace(/\.(..)/, ".$1\n")],
  ];

  return [
    ...headers.map(
      ([what, header, codes]): Case => [
        `header: ${what}`,
        async () => refused(codes, async () => verify(await signedText(header, "{}"))),
      ],
    ),
    ...payloads.map(
      ([what, payload, codes]): Case => [
        `payload: ${what}`,
        async () => refused(codes, async () => verify(await signedText(goodHeader, payload))),
      ],
    ),
    ...shapes.map(
      ([what, change]): Case => [
        `token: ${what}`,
        async () => refused("token_malformed", async () => verify(change(await signedText(goodHeader, "{}")))),
      ],
    ),
    [
      "base64url: padding, unused bits and impossible lengths, in every part",
      async () => {
        // Their last character has two and four unused bits.
        for (const text of ["{} ", "{}  ", "{}"]) {
          const segment = base64url(utf8(text));
          const unusedBits =
            segment.length % 4 === 0
              ? `${segment}A`
              : segment.slice(0, -1) + String.fromCharCode(segment.charCodeAt(segment.length - 1) + 1);
          for (const wrong of [unusedBits, `${segment}=`, `${segment}==`, `${segment}A===`]) {
            await refused("token_malformed", async () => verify(await signed(base64url(utf8(goodHeader)), wrong)));
            await refused(["token_malformed", "header_invalid"], async () => verify(await signed(wrong, segment)));
          }
        }
      },
    ],
    [
      "base64url: every length and every octet, there and back",
      async () => {
        const secret = await key();
        for (let length = 0; length < 70; length++) {
          const payload = Uint8Array.from({ length }, (_, at) => at * 7 + length);
          const jws = await mintmark.signJws(payload, secret);
          equal(jws.split(".")[1], base64url(payload));
          equal((await mintmark.verifyJws(jws, secret)).payload, payload);
        }
        const large = Uint8Array.from({ length: 200_000 }, (_, at) => at ^ (at >> 8));
        equal(
          base64url((await mintmark.verifyJws(await mintmark.signJws(large, secret), secret)).payload),
          base64url(large),
        );
      },
    ],
    [
      "claims: every kind of text comes back as it was",
      async () => {
        const texts = [
          "",
          "é",
          "\u2028\u2029",
          "\ud83e\ude99",
          "\u0000\u001f\u007f",
          '"\\/',
          "\ufeff",
          "𝔘𝔫𝔦",
          "a".repeat(5000),
        ];
        const token = await mintmark.sign({ texts, __proto: 1, "": "empty", "\u00e9": 1 }, await key());
        const { claims } = await verify(token);
        equal(claims.texts, texts);
        equal([claims.__proto, claims[""], claims["\u00e9"]], [1, "empty", 1]);
      },
    ],
    [
      "claims: __proto__ in a token is a claim and no prototype",
      async () => {
        const { claims } = await verify(await signedText(goodHeader, '{"__proto__":{"admin":true},"constructor":1}'));
        assert(
          Object.getPrototypeOf(claims) === Object.prototype && !("admin" in claims),
          "the prototype is the token's",
        );
      },
    ],
    [
      "claims: what JSON would drop or change is refused",
      async () => {
        for (const value of [
          NaN,
          Infinity,
          undefined,
          () => 1,
          Symbol("s"),
          1n,
          new Map(),
          new Uint8Array(2),
          "\ud800",
          ["\udc00"],
          { "\ud800": 1 },
        ]) {
          await refused("invalid_argument", async () => mintmark.sign({ value }, await key()));
        }
      },
    ],
    [
      "numbers: as this engine's JSON reads and writes them",
      async () => {
        const numbers = [0, -1, 1.5, 1e21, 2 ** 53, 5e-324, 1.7976931348623157e308];
        equal((await verify(await mintmark.sign({ numbers }, await key()))).claims.numbers, numbers);
      },
    ],
    [
      "decode: reads without a key, and says so",
      async () => {
        const { verified, header, claims } = mintmark.decode(await mintmark.sign({ sub: "é" }, await key()));
        equal([verified, header.alg, claims.sub], [false, "HS256", "é"]);
      },
    ],
  ];
}
