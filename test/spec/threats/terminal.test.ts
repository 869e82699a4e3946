// The command line's part of a row of the threat table: what tokens, key files and arguments say reaches neither terminal nor log as it is.
import { describe, expect, it, vi } from "vitest";
import { call, folder, spawned, type Answer } from "../../unit/cli/session.ts";
import { base64url, goodClaims, macOver, part } from "./forge.ts";
import { goodJwk, publicPart, secretText } from "./keys.ts";

// There is much to look at, and machines are busy.
vi.setConfig({ testTimeout: 30_000 });

const files = folder();
const secret = { SECRET: secretText };
const anything = ["--any-issuer", "--any-audience", "--any-typ"];

/** Sequences that colour, retitle, move, delete, hide, reorder or fake a line, and characters that could be part of more. */
const driving = [
  "\u001b[31mred\u001b[0m",
  "\u001b[2J\u001b[H",
  "\u001b]0;title\u0007",
  "\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\",
  "\u001b]52;c;aGk=\u0007",
  "\u001bP+q544e\u001b\\",
  "\u009b31m",
  "\u009d0;title\u009c",
  "\u0090",
  "\r\ngood  signature (HS256), lifetime, issuer, audience",
  "\n\n",
  "\u0000",
  "\u0008\u0008\u0008",
  "\t",
  "\u000b\u000c",
  "\u007f",
  "\u0085",
  "\u00ad",
  "\u034f",
  "\u061c",
  "\u115f\u3164\uffa0",
  "\u180e",
  "\u200b\u200c\u200d",
  "\u200e\u200f",
  "\u202a\u202b\u202c\u202d\u202e",
  "\u2028",
  "\u2029",
  "\u2060\u2064",
  "\u2066\u2067\u2068\u2069",
  "\u206f",
  "\ufe0f",
  "\ufeff",
  "\ufff9\ufffa\ufffb",
  "\u{e0001}\u{e0041}\u{e007f}",
  "\u{e0100}",
  "\u{1d173}",
  "\ue000",
  "\u{f0000}",
  "\ud800",
  "\udfff",
];

/** Some of them, and all in one, for what is said in many ways. */
const some = [...driving.filter((_, i) => i % 5 === 0), driving.join("")];

/** Every character that Unicode calls a control, a format, a separator of lines, or to be ignored. */
const every = Array.from({ length: 0x110000 }, (_, i) => (i >= 0xd800 && i < 0xe000 ? "" : String.fromCodePoint(i)))
  .filter((character) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(character))
  .join("");

/** What is left of an answer that is not printable, but for line ends, and for the colours that a terminal gets. */
function left({ out, err }: Answer, isTerminal: boolean): readonly string[] {
  const said = out + err;
  const own = isTerminal ? said.replaceAll(/\u001b\[(?:[0-2]|3[1-3])m/g, "") : said; // eslint-disable-line no-control-regex
  return own.match(/[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu) ?? [];
}

/** Runs a command in every way that output comes in, and looks at all of it. */
async function quiet(
  words: readonly string[],
  given: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  for (const tty of [false, true]) {
    for (const more of [[], ["--json"]])
      expect(left(await call([...words, ...more], { ...given, tty }), tty), words.join(" ").slice(0, 80)).toEqual([]);
  }
  return call([...words, "--json"], given);
}

describe("Text from a token drives the terminal or the log", () => {
  const header = (text: string): object => ({ alg: "HS256", typ: text, [text]: text, nested: { [text]: [text] } });
  const claims = (text: string): Record<string, unknown> =>
    goodClaims({
      iss: text,
      sub: text,
      aud: [text],
      jti: text,
      [text]: text,
      deep: [[{ [text]: text }]],
      exp: Math.floor(Date.now() / 1000) + 1e6,
      [`password${text}`]: text,
    });
  const tokenOf = (text: string): string => macOver(`${part(header(text))}.${part(claims(text))}`);

  it.each(
    driving.map((text) => [JSON.stringify(text).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`), text]),
  )("decode and verify: %s", async (_, text) => {
    const token = tokenOf(text);
    const decoded = await quiet(["decode", token]);
    expect(decoded.code).toBe(0);
    expect(JSON.parse(decoded.out)).toMatchObject({ header: header(text), claims: { sub: text, [text]: text } });
    const verified = await quiet(["verify", token, "--secret-env", "SECRET", ...anything], { env: secret });
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true, claims: { sub: text, [text]: text } });
  });

  it("decode: every such character, in names and in values", async () => {
    const decoded = await quiet(["decode"], {
      stdin: macOver(`${part({ alg: "HS256", x: every })}.${part({ [every]: every })}`),
    });
    expect(JSON.parse(decoded.out)).toMatchObject({ header: { x: every }, claims: { [every]: every } });
    expect(every.length).toBeGreaterThan(4000);
  });

  it("every refusal of a token that quotes it", async () => {
    for (const text of some) {
      const token = tokenOf(text);
      const given = { env: secret };
      const verify = ["verify", "--secret-env", "SECRET"];
      const refusals: readonly (readonly [string, readonly string[]])[] = [
        [token, ["--issuer", "x", "--any-audience", "--any-typ"]],
        [token, ["--any-issuer", "--audience", "x", "--any-typ"]],
        [token, ["--any-issuer", "--any-audience"]],
        [token, [...anything, "--subject", "x"]],
        [token, [...anything, "--match", "jti=x"]],
        [token, [...anything, "--required", "nonce"]],
        [token, [...anything, "--alg", "HS384"]],
        [macOver(`${part({ alg: text })}.${part({})}`), anything],
        [macOver(`${part({ alg: "HS256", crit: [text], [text]: 1 })}.${part({})}`), anything],
        [macOver(`${part({ alg: "HS256" })}.${part({ exp: text, iat: text })}`), anything],
        [text, anything],
        [`${text}.${text}.${text}`, anything],
        [`${base64url(text)}.${base64url(text)}.AAAA`, anything],
      ];
      for (const [one, words] of refusals)
        expect([1, 2]).toContain((await quiet([...verify, ...words, "--", one], given)).code);
    }
  });

  it("what a JWK Set says of its keys", async () => {
    for (const text of some) {
      const jwk = publicPart(goodJwk("p256"));
      const keys = [
        { ...jwk, kid: text, use: text },
        { ...jwk, kid: text, alg: text },
        { kty: text, kid: text },
        { ...jwk, kid: text, issuer: text },
        { ...jwk, kid: text, x: text },
      ];
      const set = JSON.stringify({ keys });
      const token = `${part({ alg: "ES256", kid: "other" })}.${part({})}.${"A".repeat(86)}`;
      expect(
        (
          await quiet(["verify", token, "--key", "-", "--alg", "ES256", "--issuer", "x", "--any-audience"], {
            stdin: set,
          })
        ).code,
      ).toBe(1);
      await quiet(["sign", "--key", "-"], { stdin: set });
      await quiet(["thumbprint", "--key", "-"], { stdin: set });
      for (const key of keys) await quiet(["jwks", "--key", "-"], { stdin: JSON.stringify(key) });
    }
  });

  it("what is signed, and what is misspelt", async () => {
    for (const text of some) {
      const wellFormed = !/[\ud800-\udfff]/u.test(text);
      const signed = await quiet(
        [
          "sign",
          "--secret-env",
          "SECRET",
          "--claims",
          "-",
          "--kid",
          text,
          "--expires-in",
          "2d",
          "--sensitive-claims",
          text,
        ],
        { env: secret, stdin: JSON.stringify({ [text]: text }) },
      );
      expect(signed.code).toBe(wellFormed ? 0 : 2);
      for (const words of [
        [`--${text}`],
        ["--issuer", text, text],
        ["--alg", text],
        ["--expires-in", text],
        ["--claim", text],
        ["--secret", text],
        ["--secret-env", text],
        ["--key", `https://${text}`],
      ]) {
        await quiet(["sign", ...words]);
        await quiet(["verify", ...words]);
      }
      await quiet([text]);
      await quiet(["completions", text]);
      await quiet(["keygen", "--out", files.path(`missing/${text}`.replaceAll("\0", ""))]);
    }
  });

  it("in the process itself", async () => {
    const token = tokenOf(driving.slice(0, -2).join(""));
    for (const words of [
      ["decode"],
      ["decode", "--json"],
      ["verify", "--secret-env", "SECRET", ...anything],
      ["verify", "--secret-env", "SECRET", "--issuer", "x", "--any-audience"],
    ]) {
      const answer = await spawned(words, { stdin: token, env: secret });
      expect(answer.out + answer.err).not.toBe("");
      expect(left(answer, false)).toEqual([]);
    }
  });
});
