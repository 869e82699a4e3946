// base64url without padding, strict (RFC 4648 §5, RFC 7515 §2; one byte string has one accepted
// spelling). The three ways that runtimes offer are held against one model that knows no runtime: the alphabet.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { browserLike, loadOn, nodeLike, type Platform } from "../base/load.ts";
import {
  fromBase64,
  install,
  setFromBase64,
  toBase64,
  type Base64Functions,
  type FromBase64,
  type FromBase64Options,
  type SetFromBase64,
  type ToBase64,
} from "./uint8array-base64.ts";

// Much computing on a shared machine.
vi.setConfig({ testTimeout: 120_000 });

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The one spelling of some bytes, by arithmetic on big integers. */
function spell(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  const letters = Math.ceil((bytes.length * 8) / 6);
  let number = bytes.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n) << BigInt(letters * 6 - bytes.length * 8);
  let text = "";
  for (let i = 0; i < letters; i++) {
    text = alphabet.charAt(Number(number & 63n)) + text;
    number >>= 6n;
  }
  return text;
}

/** A generator of the same numbers in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

function someBytes(length: number, next: () => number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => next() & 255);
}

const next = numbers(1);
/** All lengths up to a few of base64's groups, some long ones, the extremes of every octet. */
const samples = [
  ...Array.from({ length: 66 }, (_, length) => someBytes(length, next)),
  ...[0, 255].flatMap((octet) => [1, 2, 3, 4, 31, 32].map((length) => new Uint8Array(length).fill(octet))),
  ...[255, 256, 257, 1000, 16384, 100_001].map((length) => someBytes(length, next)),
];

const spelledShort = new Map<string, readonly number[]>();
for (let a = 0; a < 256; a++) {
  spelledShort.set(spell(Uint8Array.of(a)), [a]);
  for (let b = 0; b < 256; b++) spelledShort.set(spell(Uint8Array.of(a, b)), [a, b]);
}

const own = {
  fromBase64: Reflect.get(Uint8Array, "fromBase64") as FromBase64 | undefined,
  setFromBase64: Reflect.get(Uint8Array.prototype, "setFromBase64") as SetFromBase64 | undefined,
  toBase64: Reflect.get(Uint8Array.prototype, "toBase64") as ToBase64 | undefined,
};
const isWhole = (functions: typeof own): functions is Base64Functions =>
  Object.values(functions).every((one) => one !== undefined);
const runtimesOwn = isWhole(own) ? own : undefined;

interface Way {
  readonly name: string;
  readonly platform: Platform;
  readonly functions: Base64Functions | undefined;
}

const ways: readonly Way[] = [
  { name: "Buffer", platform: nodeLike, functions: undefined },
  {
    name:
      runtimesOwn === undefined
        ? "Uint8Array.prototype.setFromBase64 (a stand-in: this runtime has none)"
        : "the runtime's own Uint8Array.prototype.setFromBase64",
    platform: browserLike,
    functions: runtimesOwn ?? { fromBase64, setFromBase64, toBase64 },
  },
  { name: "atob and btoa", platform: browserLike, functions: undefined },
];

describe.each(ways)("base64url by $name", ({ platform, functions }) => {
  let unit: Awaited<ReturnType<typeof load>>;
  const asked = { toDecode: 0, toEncode: 0 };
  let undo = (): void => {};
  const load = () => loadOn(platform, () => import("../../../src/encoding/base64url.ts"));

  beforeAll(async () => {
    undo = install(
      functions && {
        fromBase64: functions.fromBase64,
        setFromBase64(text, options) {
          asked.toDecode++;
          return functions.setFromBase64.call(this, text, options);
        },
        toBase64(options) {
          asked.toEncode++;
          return functions.toBase64.call(this, options);
        },
      },
    );
    unit = await load();
  });
  afterAll(() => {
    undo();
  });

  /** The inputs for which `decode` does not answer as the model says; a few are enough to see what is wrong. */
  const wrong = (texts: Iterable<string>, model: (text: string) => readonly number[] | undefined): string[] => {
    const found: string[] = [];
    for (const text of texts) {
      const bytes = unit.decodeBase64url(text);
      const want = model(text);
      const same =
        bytes === undefined || want === undefined
          ? bytes === want
          : bytes.length === want.length && want.every((octet, i) => bytes[i] === octet);
      if (!same && found.push(`${JSON.stringify(text)}: ${String(bytes)}`) > 5) break;
    }
    return found;
  };
  const expectRefused = (texts: Iterable<string>): void => {
    expect(wrong(texts, () => undefined)).toEqual([]);
  };

  it("encodes every byte string in the one way of RFC 4648 §5, without padding", () => {
    for (const bytes of samples) {
      const text = unit.encodeBase64url(bytes);
      if (bytes.length < 20_000) expect(text).toBe(spell(bytes));
      expect(text).toMatch(/^[\w-]*$/);
      expect(text).toHaveLength(Math.ceil((bytes.length * 4) / 3));
    }
  });

  it("decodes what it encodes", () => {
    for (const bytes of samples) {
      const decoded = unit.decodeBase64url(unit.encodeBase64url(bytes));
      expect(Buffer.compare(decoded ?? Buffer.from("refused"), bytes)).toBe(0);
    }
  });

  it("encodes a window on a larger buffer, and no more of it", () => {
    const memory = someBytes(64, numbers(7));
    const view = memory.subarray(5, 38);
    expect(unit.encodeBase64url(view)).toBe(spell(Uint8Array.from(view)));
    expect(unit.encodeBase64url(Buffer.from(view))).toBe(spell(Uint8Array.from(view)));
  });

  it("decodes the test vectors of RFC 4648 §10, their padding left out, and refuses them with it", () => {
    for (const [text, base64] of [
      ["", ""],
      ["f", "Zg=="],
      ["fo", "Zm8="],
      ["foo", "Zm9v"],
      ["foob", "Zm9vYg=="],
      ["fooba", "Zm9vYmE="],
      ["foobar", "Zm9vYmFy"],
    ] as const) {
      const plain = base64.replace(/=+$/, "");
      expect(unit.decodeBase64urlText(plain)).toBe(text);
      expect(unit.encodeBase64urlText(text)).toBe(plain);
      if (plain !== base64) expectRefused([base64]);
    }
  });

  it("decodes all 64^2 texts of two letters and all 64^3 of three: the canonical ones, and no other", () => {
    function* texts(): Generator<string> {
      for (const a of alphabet)
        for (const b of alphabet) {
          yield a + b;
          for (const c of alphabet) yield a + b + c;
        }
    }
    expect(wrong(texts(), (text) => spelledShort.get(text))).toEqual([]);
  });

  it("refuses every twin of a last letter: stray bits (RFC 4648 §3.5)", () => {
    for (const bytes of samples.filter(({ length }) => length % 3 !== 0 && length < 300)) {
      const text = spell(bytes);
      const last = alphabet.indexOf(text.at(-1) ?? "");
      const step = bytes.length % 3 === 1 ? 16 : 4;
      const twins = Array.from({ length: step }, (_, bits) => alphabet.charAt(last + bits)).slice(1);
      expect(twins).toHaveLength(step - 1);
      expectRefused(twins.map((twin) => text.slice(0, -1) + twin));
    }
  });

  it("refuses a length of 4n + 1, which no bytes have", () => {
    expectRefused(alphabet);
    const random = numbers(3);
    for (const length of [5, 9, 13, 65, 401]) {
      expectRefused(
        Array.from({ length: 200 }, () => Array.from({ length }, () => alphabet.charAt(random() & 63)).join("")),
      );
    }
  });

  const strays = [
    "=",
    "==",
    "===",
    "+",
    "/",
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\f",
    "\v",
    "\0",
    "\u007f",
    "\u0080",
    "\u00a0",
    "é",
    "Ł",
    "\u0141\u0100",
    "A\u0300",
    "\ufeff",
    "\u2028",
    "𝔸",
    "\ud800",
    "\udc00",
    ".",
    ",",
    "!",
    "%",
    "*",
    "~",
    "@",
    "[",
    "`",
    "{",
  ];
  it.each(strays.map((stray) => [JSON.stringify(stray), stray]))(
    "refuses %s anywhere, in place of a letter and beside it",
    (_name, stray) => {
      for (const length of [0, 1, 2, 3, 4, 6, 32]) {
        const text = spell(someBytes(length, next));
        for (let at = 0; at <= text.length; at++) {
          expectRefused([text.slice(0, at) + stray + text.slice(at)]);
          if (at < text.length) expectRefused([text.slice(0, at) + stray + text.slice(at + 1)]);
        }
      }
    },
  );

  it("refuses all texts of two and three characters with one from outside the alphabet", () => {
    const outside = [
      ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
      "Ł",
      "\uff21",
      "\u0430",
    ].filter((character) => !alphabet.includes(character));
    const letters = "AQgw9-_";
    function* texts(): Generator<string> {
      for (const stray of outside) {
        for (const a of alphabet) yield* [a + stray, stray + a];
        for (const a of letters) for (const b of letters) yield* [a + b + stray, a + stray + b, stray + a + b];
      }
    }
    expectRefused(texts());
  });

  it("gives bytes of their own: not a window on memory that others use", () => {
    const bytes = unit.decodeBase64url("Zm9vYmFy");
    expect(bytes?.buffer.byteLength).toBe(6);
    expect(bytes?.constructor).toBe(Uint8Array);
  });

  it("reads and writes text as UTF-8 (RFC 3629)", () => {
    for (const text of [
      "",
      "a",
      "Zoë",
      "日本語",
      "🪙",
      "\u0000",
      "\ufeff",
      "\ufffd",
      "\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}",
    ]) {
      const segment = unit.encodeBase64urlText(text);
      expect(segment).toBe(spell(Uint8Array.from(Buffer.from(text))));
      expect(unit.decodeBase64urlText(segment)).toBe(text);
    }
  });

  it("refuses a text whose base64url or whose UTF-8 is malformed", () => {
    for (const segment of [
      "Zm8=",
      "Zm9",
      "A",
      "Zm 8",
      spell(Uint8Array.of(0xff)),
      spell(Uint8Array.of(0xc0, 0x80)),
      spell(Uint8Array.of(0xed, 0xa0, 0x80)),
    ]) {
      expect(unit.decodeBase64urlText(segment)).toBeUndefined();
    }
  });

  it("reads base64 in either alphabet, padded or not, with line ends and spaces anywhere (RFC 4648 §4, RFC 7468 §3)", () => {
    for (const bytes of samples.filter(({ length }) => length < 300)) {
      const padded = Buffer.from(bytes).toString("base64");
      const url = spell(bytes);
      for (const text of [
        padded,
        padded.replace(/=+$/, ""),
        url,
        padded.replace(/.{1,5}/g, "$&\r\n"),
        ` \t${padded}\n`,
        padded.replace(/=/g, "\n="),
      ]) {
        expect(Buffer.compare(unit.decodeBase64(text) ?? Buffer.from("refused"), bytes), JSON.stringify(text)).toBe(0);
      }
    }
  });

  it("refuses base64 of another alphabet, with stray bits, or with padding that does not fit", () => {
    for (const text of [
      "A",
      "AB",
      "AB==",
      "AAB=",
      "AA=",
      "AAA==",
      "AAAA=",
      "AAAA==",
      "AAAAAA=",
      "=",
      "==",
      "===",
      "====",
      "=AAA",
      "==AA",
      "A=A=",
      "AA==AA",
      "AA===",
      "A===",
      "AA=A",
      "*AAA",
      "A.AA",
      "AAAé",
      "\0AAA",
    ]) {
      expect(unit.decodeBase64(text), text).toBeUndefined();
    }
  });

  it("goes the way it is named after, and no other", () => {
    const bufferFrom = vi.spyOn(Buffer, "from");
    const [atobCalls, btoaCalls] = [vi.spyOn(globalThis, "atob"), vi.spyOn(globalThis, "btoa")];
    const before = { ...asked };
    unit.encodeBase64url(Uint8Array.of(1));
    unit.encodeBase64urlText("text");
    unit.decodeBase64url("AQ");
    unit.decodeBase64urlText("AQ");
    expect(bufferFrom.mock.calls.length > 0).toBe(platform.buffer);
    expect(asked.toDecode > before.toDecode).toBe(functions !== undefined);
    expect(asked.toEncode > before.toEncode).toBe(functions !== undefined);
    const isLast = !platform.buffer && functions === undefined;
    expect([atobCalls, btoaCalls].map(({ mock }) => mock.calls.length > 0)).toEqual([isLast, isLast]);
    vi.restoreAllMocks();
  });
});

describe("the memory that texts pass through", () => {
  it("is made once for all texts of up to 21,845 characters, and anew for longer ones", async () => {
    const { decodeBase64urlText, encodeBase64urlText, isCanonical } = await loadOn(
      nodeLike,
      () => import("../../../src/encoding/base64url.ts"),
    );
    const made = vi.spyOn(Buffer, "allocUnsafeSlow");
    for (const text of ["a", "Zoë", "a".repeat(16_000), ""])
      expect(decodeBase64urlText(encodeBase64urlText(text))).toBe(text);
    expect(isCanonical("A".repeat(21_844))).toBe(true);
    encodeBase64urlText("\uffff".repeat(21_845));
    expect(made.mock.calls).toEqual([[3 * 21_845]]);
    encodeBase64urlText("\uffff".repeat(21_846));
    encodeBase64urlText("a".repeat(30_000));
    expect(made.mock.calls).toEqual([[3 * 21_845], [3 * 21_846], [90_000]]);
    made.mockRestore();
  });
});

describe("the stand-in for Uint8Array's own base64", () => {
  const options: readonly FromBase64Options[] = [
    {},
    { alphabet: "base64" },
    { alphabet: "base64url" },
    { lastChunkHandling: "strict" },
    { alphabet: "base64url", lastChunkHandling: "strict" },
    { alphabet: "base64url", lastChunkHandling: "stop-before-partial" },
  ];
  const texts = [
    "",
    "A",
    "AA",
    "AAA",
    "AAAA",
    "AAAAA",
    "AB",
    "AAB",
    "AA==",
    "AA=",
    "AB==",
    "AAA=",
    "AAB=",
    "AA= =",
    "AA ==",
    " A A\n",
    "====",
    "=",
    "A===",
    "AAAA=",
    "AAAA====",
    "AA==AA",
    "+/",
    "-_",
    "+_",
    "\0AAA",
    "é",
    "AA\u00a0",
  ];
  const answer = (decode: () => Uint8Array): string => {
    try {
      return decode().join(" ");
    } catch (error) {
      return (error as Error).name;
    }
  };

  const outcomeOf = (set: SetFromBase64, length: number, text: string, option: FromBase64Options): string => {
    const array = new Uint8Array(length);
    try {
      const { read, written } = set.call(array, text, option);
      return `read ${read}, written ${written}: ${array.join(" ")}`;
    } catch (error) {
      return `${(error as Error).name}: ${array.join(" ")}`;
    }
  };

  it("does what the specification's examples say", () => {
    expect(answer(() => fromBase64("SGVsbG8=", { alphabet: "base64" }))).toBe("72 101 108 108 111");
    expect(answer(() => fromBase64(" SGVs bG8", { lastChunkHandling: "loose" }))).toBe("72 101 108 108 111");
    expect(answer(() => fromBase64("SGVsbG8", { lastChunkHandling: "strict" }))).toBe("SyntaxError");
    expect(answer(() => fromBase64("SGVsbG8", { lastChunkHandling: "stop-before-partial" }))).toBe("72 101 108");
    expect(toBase64.call(Uint8Array.of(0xfb, 0xff), { alphabet: "base64url", omitPadding: true })).toBe("-_8");
    expect(toBase64.call(Uint8Array.of(0xfb, 0xff), { alphabet: "base64" })).toBe("+/8=");
  });

  it("writes what fits into an array, and says what it read of the text and wrote", () => {
    const set = (length: number, text: string, option: FromBase64Options = {}): string =>
      outcomeOf(setFromBase64, length, text, option);
    expect(set(8, "SGVsbG8=")).toBe("read 8, written 5: 72 101 108 108 111 0 0 0");
    expect(set(4, "SGVsbG8=")).toBe("read 4, written 3: 72 101 108 0");
    expect(set(3, "SGVsbG8=")).toBe("read 4, written 3: 72 101 108");
    expect(set(0, "SGVs")).toBe("read 0, written 0: ");
    expect(set(8, "SGVs!!!!")).toBe("SyntaxError: 72 101 108 0 0 0 0 0");
  });

  // Not skipped but not there: on a runtime without, there is nothing to compare with.
  if (runtimesOwn !== undefined)
    it("answers as the runtime's own", () => {
      for (const option of options) {
        const { alphabet: letters = "base64", ...rest } = option;
        const full = { alphabet: letters, ...rest };
        for (const text of texts)
          expect(
            answer(() => fromBase64(text, full)),
            `${JSON.stringify(text)} ${JSON.stringify(option)}`,
          ).toBe(answer(() => runtimesOwn.fromBase64(text, full)));
        // With room for all of it: some runtimes look at what comes after the last octet that fits, against the specification.
        for (const text of texts)
          for (const length of [0, 9])
            expect(outcomeOf(setFromBase64, length, text, full), JSON.stringify([text, length, option])).toBe(
              outcomeOf(runtimesOwn.setFromBase64, length, text, full),
            );
        for (const omitPadding of [true, false]) {
          for (const bytes of samples.slice(0, 20)) {
            const how = { alphabet: letters, omitPadding };
            expect(toBase64.call(bytes, how)).toBe(runtimesOwn.toBase64.call(bytes, how));
          }
        }
      }
    });
});
