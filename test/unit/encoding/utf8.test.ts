// UTF-8, strict (RFC 3629 §3): malformed bytes are refused and never mended, a byte order mark is a
// character like any other, U+FFFD itself is legal. With Buffer and without, the answers are the same.
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { browserLike, loadOn, nodeLike } from "../base/load.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 120_000 });

const malformed: readonly (readonly [string, readonly number[]])[] = [
  ["a continuation byte alone", [0x80]],
  ["the last continuation byte alone", [0xbf]],
  ["NUL, overlong in two bytes", [0xc0, 0x80]],
  ["/, overlong in two bytes", [0xc0, 0xaf]],
  ["U+007F, overlong in two bytes", [0xc1, 0xbf]],
  ["/, overlong in three bytes", [0xe0, 0x80, 0xaf]],
  ["U+07FF, overlong in three bytes", [0xe0, 0x9f, 0xbf]],
  ["/, overlong in four bytes", [0xf0, 0x80, 0x80, 0xaf]],
  ["U+FFFF, overlong in four bytes", [0xf0, 0x8f, 0xbf, 0xbf]],
  ["a high surrogate", [0xed, 0xa0, 0x80]],
  ["a low surrogate", [0xed, 0xbf, 0xbf]],
  ["a pair of surrogates (CESU-8)", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ["a first byte of five", [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ["a first byte of six", [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80]],
  ["0xFE", [0xfe]],
  ["0xFF", [0xff]],
  ["two bytes, the second missing", [0xc3]],
  ["three bytes, the third missing", [0xe2, 0x82]],
  ["four bytes, the fourth missing", [0xf0, 0x9f, 0xaa]],
  ["two bytes, the second a letter", [0xc3, 0x28]],
  ["three bytes, the third a letter", [0xe2, 0x82, 0x28]],
  ["a byte order mark of UTF-16", [0xff, 0xfe, 0x7b, 0x00]],
];

describe.each([nodeLike, browserLike])("UTF-8 ($name)", (platform) => {
  let unit: Awaited<ReturnType<typeof load>>;
  const load = () => loadOn(platform, () => import("../../../src/encoding/utf8.ts"));
  beforeAll(async () => {
    unit = await load();
  });

  it.each(malformed)("refuses %s, alone and between letters", (_what, bytes) => {
    expect(unit.decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
    expect(unit.decodeUtf8(Uint8Array.from([0x7b, ...bytes, 0x7d]))).toBeUndefined();
    // The replacement character, legal and in front, does not excuse what follows.
    expect(unit.decodeUtf8(Uint8Array.from([0xef, 0xbf, 0xbd, ...bytes]))).toBeUndefined();
  });

  it("answers as a fatal TextDecoder for every one and two bytes", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const model = (bytes: Uint8Array): string | undefined => {
      try {
        return strict.decode(bytes);
      } catch {
        return undefined;
      }
    };
    const wrong: string[] = [];
    for (let a = 0; a < 256; a++) {
      for (const bytes of [Uint8Array.of(a), ...Array.from({ length: 256 }, (_, b) => Uint8Array.of(a, b))]) {
        if (unit.decodeUtf8(bytes) !== model(bytes)) wrong.push(String(bytes));
      }
    }
    expect(wrong).toEqual([]);
  });

  it("reads back every code point that has a UTF-8 form", () => {
    let text = "";
    for (let code = 0; code <= 0x10ffff; code += code < 0x3000 ? 1 : 97) {
      if (code < 0xd800 || code > 0xdfff) text += String.fromCodePoint(code);
    }
    expect(unit.decodeUtf8(unit.encodeUtf8(text)) === text).toBe(true);
  });

  it("keeps a byte order mark, at the start too", () => {
    expect(unit.decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).toBe("\ufeff{}");
  });

  it("reads U+FFFD that is written out", () => {
    expect(unit.decodeUtf8(Uint8Array.of(0xef, 0xbf, 0xbd))).toBe("\ufffd");
  });

  it("reads a window on a larger buffer, and no more of it", () => {
    const memory = Uint8Array.from(Buffer.from("before é after"));
    expect(unit.decodeUtf8(memory.subarray(7, 9))).toBe("é");
    expect(unit.decodeUtf8(memory.subarray(7, 8))).toBeUndefined();
  });

  it("goes the way it is named after", () => {
    const bufferFrom = vi.spyOn(Buffer, "from");
    unit.decodeUtf8(Uint8Array.of(65));
    expect(bufferFrom.mock.calls.length > 0).toBe(platform.buffer);
    bufferFrom.mockRestore();
  });

  it("reads nothing as the empty text", () => {
    expect(unit.decodeUtf8(new Uint8Array())).toBe("");
    expect(unit.encodeUtf8("")).toHaveLength(0);
  });
});

describe("where there is a Buffer but no TextEncoder and no TextDecoder, as under jsdom", () => {
  beforeAll(() => {
    vi.stubGlobal("TextEncoder", undefined);
    vi.stubGlobal("TextDecoder", undefined);
    return () => {
      vi.unstubAllGlobals();
    };
  });

  it("texts are written and read all the same", async () => {
    const { decodeUtf8, encodeUtf8 } = await loadOn(nodeLike, () => import("../../../src/encoding/utf8.ts"));
    for (const text of ["", "a", "Zoë 🪙", "\ufeff"]) {
      expect([...encodeUtf8(text)]).toEqual([...Buffer.from(text)]);
      expect(decodeUtf8(Buffer.from(text))).toBe(text);
    }
  });
});

describe("isWellFormed", () => {
  const native = Object.getOwnPropertyDescriptor(String.prototype, "isWellFormed");
  afterEach(() => {
    if (native !== undefined) Object.defineProperty(String.prototype, "isWellFormed", native);
  });

  it.each(["with String.prototype.isWellFormed where the runtime has it", "without it"])(
    "tells texts that UTF-8 can write from those it cannot, %s",
    async (how) => {
      if (how === "without it") Reflect.deleteProperty(String.prototype, "isWellFormed");
      const { isWellFormed } = await loadOn(nodeLike, () => import("../../../src/encoding/utf8.ts"));
      for (const good of ["", "a", "é", "🪙", "\ufffd", "\ud7ff\ue000", "🪙🪙"])
        expect(isWellFormed(good), good).toBe(true);
      for (const bad of [
        "\ud800",
        "\udc00",
        "\udfff",
        "\udbff",
        "\udc00\ud800",
        "a\ud800b",
        "🪙\ud83e",
        "\ude99🪙",
        "\ud800\ud800\udc00",
      ])
        expect(isWellFormed(bad), JSON.stringify(bad)).toBe(false);
    },
  );
});
