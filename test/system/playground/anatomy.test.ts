import { describe, expect, it } from "vitest";
import { takeApart } from "../../../docs/playground/src/anatomy.ts";
import { splitInvisible } from "../../../docs/playground/src/invisible.ts";
import { layOut, parseWhatIsThere } from "../../../docs/playground/src/json-text.ts";

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString("base64url");
const header = encode('{"alg":"HS256"}');

describe("takeApart", () => {
  it("takes a good token apart, and finds no fault", () => {
    const {
      header: head,
      payload,
      signature,
      rest,
      faults,
    } = takeApart(`${header}.${encode('{"sub":"1","n":[1,2]}')}.AAAA`);
    expect([head.members, payload.members, signature.length]).toEqual([{ alg: "HS256" }, { sub: "1", n: [1, 2] }, 3]);
    expect([head.faults, payload.faults, signature.faults, rest, faults]).toEqual([[], [], [], "", []]);
  });

  it.each([
    ["no dot", "hello", /no dot/],
    ["JSON", '{"payload":"x"}', /This is JSON/],
    ["two parts", `${header}.e30`, /two parts/],
    ["four parts", `${header}.e30.a.b`, /4 parts/],
    ["five parts", `${header}.a.b.c.d`, /encrypted/],
    ["no signature", `${header}.e30.`, /signature is empty/],
  ])("says what is wrong with %s", (_, token, fault) => {
    expect(takeApart(token).faults.join(" ")).toMatch(fault);
  });

  it.each([
    ["padding", `${encode('{"a":1}')}=`, /padded/, { a: 1 }],
    ["the other alphabet", Buffer.from('{"a":"???>>>"}').toString("base64"), /\+ or \//, { a: "???>>>" }],
    ["characters of no alphabet", `${encode('{"a":1}')}!`, /no base64/, { a: 1 }],
    ["a character too many", `${encode('{"ab":1}')}AA`, /fits no bytes/, { ab: 1 }],
    ["stray bits", `${encode('{"a":1}').slice(0, -1)}R`, /stray bits/, { a: 1 }],
    [
      "bytes that are no UTF-8",
      encode(Uint8Array.of(...Buffer.from('{"a":"'), 0xff, 0x22, 0x7d)),
      /not UTF-8/,
      { a: "\ufffd" },
    ],
    ["JSON that is broken off", encode('{"a":1,"b":{"c":[2,3'), /broken/, { a: 1, b: { c: [2] } }],
    ["no object", encode("[1]"), /not a JSON object/, {}],
  ])("decodes a payload with %s all the same", (_, payload, fault, members) => {
    const { payload: found } = takeApart(`${header}.${payload}.AAAA`);
    expect(found.faults.join(" ")).toMatch(fault);
    expect(found.members).toEqual(members);
  });
});

describe("JSON as a text", () => {
  it("keeps what parsing would lose", () => {
    expect(layOut('{"n":12345678901234567890,"n":1.0,"t":"\\u0041 {,}","e":{},"l":[ ]}')).toBe(
      '{\n  "n": 12345678901234567890,\n  "n": 1.0,\n  "t": "\\u0041 {,}",\n  "e": {},\n  "l": []\n}',
    );
  });

  it.each(['{"a":"\\', '{"a', "{", '{"a":{"b":"}', "]]]", "", "nothing", '"', "{,}", '{"a":1}}'])(
    "goes as far as it can with %s",
    (text) => {
      expect(layOut(text).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      expect(parseWhatIsThere(text).whole).toBe(false);
    },
  );

  it("is quick with long hostile texts", () => {
    const since = performance.now();
    for (const piece of ["{", "[", ",", '{"a":', '"', "\\", "}"]) {
      layOut(piece.repeat(20_000));
      parseWhatIsThere(piece.repeat(20_000));
    }
    expect(performance.now() - since).toBeLessThan(2000);
  });
});

describe("text that cannot be seen", () => {
  it.each([
    ["controls", "a\u0007\u001b[31m", "a\\u{7}\\u{1b}[31m"],
    ["bidi marks", "user\u202egnp", "user\\u{202e}gnp"],
    ["zero width", "a\u200b\ufeffb", "a\\u{200b}\\u{feff}b"],
    ["tags", "a\u{e0041}", "a\\u{e0041}"],
    ["half a surrogate pair", "a\ud83d", "a\\u{d83d}"],
    ["line separators", "a\u2028\r", "a\\u{2028}\\u{d}"],
    ["plain text", "ünï ✓ 日本 😀\n", "ünï ✓ 日本 😀\n"],
  ])("is spelt out: %s", (_, text, shown) => {
    expect(
      splitInvisible(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(shown);
    expect(splitInvisible(text).some(({ escaped }) => escaped)).toBe(text !== shown);
  });
});
