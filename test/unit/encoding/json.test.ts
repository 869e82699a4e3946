// JSON as JOSE reads it: objects only, unique member names in headers (RFC 7515 §4, RFC 7519 §4), bounded depth, own
// members only; and as mintmark writes it: nothing that JSON would drop or change.
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import {
  deepFreeze,
  isObject,
  jsonCopy,
  maxDepth,
  own,
  parseJsonObject,
  parseUniqueJsonObject,
} from "../../../src/encoding/json.ts";
import { generateSecret, HS256, isJwtError, unchecked, verify, verifyJws, verifySync } from "../../../src/index.ts";
import type { SecretKey } from "../../../src/index.ts";

const parsers = [
  ["parseJsonObject", parseJsonObject],
  ["parseUniqueJsonObject", parseUniqueJsonObject],
] as const;

describe.each(parsers)("%s", (_name, parse) => {
  it.each([
    "{}",
    " {} ",
    '\t{"a":\n1}\r\n',
    '{"a":{"b":[{"c":null}]}}',
    '{"a":"{\\"b\\":1,\\"b\\":2}"}',
    '{"a":":::","b":"{{{"}',
    '{"a":"\\\\","b":"\\\\\\""}',
    '{"":1}',
    '{"a":{"x":1},"b":{"x":2}}',
    "[{}]".replace(/^\[|\]$/g, ""),
    '{"\\ud83e\\ude99":1}',
    '{"a":1e400}',
    '{"a":[":"]}',
    '{"a":["}","{"]}',
  ])("reads the object %s as the engine does", (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each(["[]", "null", "1", '"text"', "true", "[{}]", '"{}"', "-0"])(
    "refuses %s: JSON, but no object (RFC 7519 §7.2, step 10)",
    (text) => {
      expect(parse(text)).toBeUndefined();
    },
  );

  it.each([
    "",
    " ",
    "{",
    "}",
    "{]",
    "{}{}",
    "{},",
    '{"a"}',
    '{"a":}',
    "{a:1}",
    "{'a':1}",
    '{"a":1,}',
    '{"a":01}',
    '{"a":NaN}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    "\ufeff{}",
    "\u00a0{}",
    "{}\0",
    '{"a":1}//',
    '{"a":"}',
  ])("refuses %j: not JSON (RFC 8259)", (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it("reads __proto__ as a member like any other, and the prototype stays", () => {
    const object = parse('{"__proto__":{"admin":true},"constructor":1}')!;
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.hasOwn(object, "__proto__")).toBe(true);
    expect((object as { admin?: unknown }).admin).toBeUndefined();
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  const nested = (depth: number, open: string, close: string, core = "1"): string =>
    `{"a":${open.repeat(depth)}${core}${close.repeat(depth)}}`;
  it.each([
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("refuses %s 10^5 deep without running out of stack", (_what, open, close) => {
    for (const depth of [1000, 100_000]) {
      expect(parse(nested(depth, open, close))).toBeUndefined();
      expect(parse(nested(depth, open, ""))).toBeUndefined();
    }
  });

  it.each([
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("reads 200 levels and not one more, of %s", (_what, open, close) => {
    expect(parse(nested(maxDepth - 1, open, close))).toEqual(JSON.parse(nested(maxDepth - 1, open, close)));
    expect(parse(nested(maxDepth, open, close))).toBeUndefined();
    // Levels that were left do not count.
    const beside = nested(maxDepth - 2, open, close);
    expect(parse(`{"a":${beside},"b":${beside},"c":[${beside.slice(5, -1)}]}`)).toBeDefined();
    expect(parse(`{"a":1,"b":${nested(maxDepth - 1, open, close)}}`)).toBeUndefined();
  });

  it("reads what claims need, and brackets in a string are not depth", () => {
    expect(parse(nested(50, "[", "]"))).toBeDefined();
    expect(parse(nested(50, '{"a":', "}"))).toBeDefined();
    expect(parse(JSON.stringify({ a: "[".repeat(100_000) }))).toEqual({ a: "[".repeat(100_000) });
    expect(parse(JSON.stringify({ a: '\\"[{'.repeat(10_000) }))).toEqual({ a: '\\"[{'.repeat(10_000) });
  });

  it.each([
    ["lists", "[]"],
    ["objects", "{}"],
    ["both", '[{}],{"b":[]}'],
  ])("reads very many siblings: %s", (_what, sibling) => {
    const text = `{"a":[${`${sibling},`.repeat(50_000)}1]}`;
    expect((parse(text)?.a as unknown[]).length).toBe(sibling.length > 2 ? 100_001 : 50_001);
  });

  it.each([
    ["a number", "1,", 0],
    ["a space", " ", 0],
    ["a line end", "\n", 0],
    ["null", "null,", 0],
    ["an exponent", "-1.5e+3,", 0],
    ["a text", '"",', 0],
    ["brackets in a text", '"]}[{",', 0],
    ["an empty list", "[],", 1],
    ["an empty object", "{},", 1],
  ])("counts levels right with %s between them", (_what, between, deeper) => {
    // `deeper`: what stands there is itself one level below the list that it is in.
    const lists = (count: number): string => `{"a":${`[${between}`.repeat(count)}0${"]".repeat(count)}}`;
    expect(parse(lists(maxDepth - 1 - deeper))).toEqual(JSON.parse(lists(maxDepth - 1 - deeper)));
    expect(parse(lists(maxDepth - deeper))).toBeUndefined();
  });
});

describe("unique member names (RFC 7515 §4, RFC 8725 §2)", () => {
  it.each([
    '{"alg":"HS256","alg":"HS256"}',
    '{"alg":"none","alg":"HS256"}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061lg":"none","alg":"HS256"}',
    '{"a":1,"b":2,"a":3}',
    '{"a":{"b":1,"b":1}}',
    '{"a":[{"b":1,"c":2,"b":3}]}',
    '{"a":[[{"b":1,"\\u0062":1}]]}',
    '{"__proto__":1,"__proto__":2}',
    '{"__proto__":{},"\\u005f_proto__":{}}',
    '{"":1,"":2}',
    '{"a\\"":1,"a\\u0022":2}',
    '{"\\\\":1,"\\u005c":2}',
    '{"a":":","a":"::"}',
    '{"1":1,"1":2}',
    '{"é":1,"\\u00e9":2}',
    '{"\\/":1,"/":2}',
    '{ "a" : 1 , "a" : 2 }',
    '{"a":{"a":1},"a":1}',
    '{"toString":1,"toString":2}',
  ])("refuses %s; the lenient parser shows that it is the duplicate alone", (text) => {
    expect(parseUniqueJsonObject(text)).toBeUndefined();
    expect(parseJsonObject(text)).toEqual(JSON.parse(text));
  });

  it.each([
    '{"a":{"a":{"a":1}}}',
    '{"a":1,"A":2}',
    '{"a":"a:1,a:2"}',
    '{"a":[":",":"]}',
    '{"é":1,"e\\u0301":2}',
    '{"a":"\\\\","b":":"}',
    '{"a":"\\"","b":"\\":"}',
    '{"__proto__":{"__proto__":1}}',
    '{"a\\u0000":1,"a":2}',
    '{"0":1,"00":2}',
  ])("reads %s, in which no object has a name twice", (text) => {
    expect(parseUniqueJsonObject(text)).toEqual(JSON.parse(text));
  });
});

describe("in tokens", () => {
  let key: SecretKey;
  const expected = { issuer: unchecked, audience: unchecked } as const;
  const base64url = (text: string): string => Buffer.from(text).toString("base64url");
  beforeAll(async () => {
    key = await generateSecret(HS256);
  });
  const signed = async (header: string, payload: string): Promise<string> => {
    const input = `${base64url(header)}.${base64url(payload)}`;
    return `${input}.${Buffer.from(await key.sign(Uint8Array.from(Buffer.from(input)))).toString("base64url")}`;
  };
  /** The code of the refusal by all who read tokens; it is the same. */
  const refusalOf = async (token: string, maxTokenLength = 1e7): Promise<string> => {
    const codes = new Set<string>();
    const note = (error: unknown): void => {
      codes.add(isJwtError(error) ? error.code : String(error));
    };
    await verify(token, key, { ...expected, maxTokenLength }).then(() => codes.add("accepted"), note);
    try {
      verifySync(token, key, { ...expected, maxTokenLength });
      codes.add("accepted");
    } catch (error) {
      note(error);
    }
    return [...codes].join(", ");
  };

  const claims = `{"iat":${String(Math.floor(Date.now() / 1000))},"exp":${String(Math.floor(Date.now() / 1000) + 60)}`;
  const header = '{"alg":"HS256"';

  it("accept what the following tests change", async () => {
    expect(await refusalOf(await signed(`${header}}`, `${claims}}`))).toBe("accepted");
  });

  it.each([
    ["alg twice", ',"alg":"HS256"}'],
    ["alg twice, once escaped", ',"\\u0061lg":"HS256"}'],
    ["a name twice, deep inside", ',"x":[{"y":1,"y":2}]}'],
    ["__proto__ twice", ',"__proto__":1,"__proto__":1}'],
    ["10^5 arrays", `,"x":${"[".repeat(1e5)}${"]".repeat(1e5)}}`],
    ["10^5 objects", `,"x":${'{"x":'.repeat(1e5)}1${"}".repeat(1e5)}}`],
    ["a byte order mark", "}\ufeff"],
    ["text after it", "} x"],
  ])("a header with %s is header_invalid, however good the signature", async (_what, rest) => {
    expect(await refusalOf(await signed(header + rest, `${claims}}`))).toBe("header_invalid");
    await expect(verifyJws(await signed(header + rest, "x"), key)).rejects.toMatchObject({ code: "header_invalid" });
  });

  it("a header with kid inside __proto__ has no kid", async () => {
    const token = await signed(`${header},"__proto__":{"kid":"other"}}`, `${claims}}`);
    const verified = await verify(token, key, expected);
    expect(verified.header.kid).toBeUndefined();
    expect(Object.getPrototypeOf(verified.header)).toBe(Object.prototype);
  });

  it.each([
    ["10^5 arrays", `,"x":${"[".repeat(1e5)}${"]".repeat(1e5)}}`],
    ["10^5 objects", `,"x":${'{"x":'.repeat(1e5)}1${"}".repeat(1e5)}}`],
  ])("a payload with %s is payload_invalid, never a RangeError", async (_what, rest) => {
    expect(await refusalOf(await signed(`${header}}`, claims + rest))).toBe("payload_invalid");
  });

  it.each(["[]", "null", "1", '"x"', " ", "\ufeff{}", "{}x"])("a payload %j is payload_invalid", async (payload) => {
    expect(await refusalOf(await signed(`${header}}`, payload))).toBe("payload_invalid");
  });
});

describe("own", () => {
  it("finds own members only: not those of the prototype", () => {
    expect(own({ a: 1 }, "a")).toBe(1);
    for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty"])
      expect(own({}, name), name).toBeUndefined();
    expect(own(Object.create({ kid: "inherited" }) as object, "kid")).toBeUndefined();
    expect(own(JSON.parse('{"__proto__":5}') as object, "__proto__")).toBe(5);
    expect(own(Object.assign(Object.create(null) as object, { a: 2 }), "a")).toBe(2);
    expect(own({ hasOwnProperty: () => true }, "a")).toBeUndefined();
  });
});

describe("isObject", () => {
  it("is true of objects that are neither null nor lists", () => {
    for (const value of [{}, Object.create(null), { length: 0 }]) expect(isObject(value)).toBe(true);
    for (const value of [null, undefined, [], "{}", 1, true, () => ({}), Symbol("x"), runInNewContext("[]")])
      expect(isObject(value)).toBe(false);
  });
});

describe("deepFreeze", () => {
  it("freezes a parsed value with everything in it, and gives it back", () => {
    const value = { a: [{ b: { c: [] } }], d: null, e: "text" };
    expect(deepFreeze(value)).toBe(value);
    for (const part of [value, value.a, value.a[0], value.a[0]!.b, value.a[0]!.b.c])
      expect(Object.isFrozen(part)).toBe(true);
    expect(deepFreeze("text")).toBe("text");
    expect(deepFreeze(null)).toBeNull();
  });
});

/** What jsonCopy says is wrong with a value. */
const jsonFault = (value: unknown, path: string, depth?: number): string | undefined => {
  try {
    expect(jsonCopy(value, path, depth)).toEqual(JSON.parse(JSON.stringify(value)));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe("jsonCopy: what would not survive JSON is named with its path", () => {
  class Money {
    readonly amount = 5;
    get currency(): string {
      return `EUR ${this.amount}`;
    }
  }
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const list: unknown[] = [];
  list.push(list);
  const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });

  it.each<readonly [string, unknown]>([
    ["a string", "text"],
    ["the empty string", ""],
    ["a pair of surrogates", "🪙"],
    ["true", true],
    ["zero", 0],
    ["a negative number", -1.5],
    ["null", null],
    ["an empty object", {}],
    ["an empty list", []],
    ["nested", { a: [1, { b: [null, "x"] }] }],
    ["a Date, by its toJSON", new Date(0)],
    ["a URL, by its toJSON", new URL("https://issuer.example/")],
    ["an object without prototype", Object.assign(Object.create(null) as object, { a: 1 })],
    ["an instance of a class with plain members", new Money()],
    ["a member called toJSON that is no function", { toJSON: 1 }],
    ["an object of another realm", runInNewContext("({ a: [1, { b: 'x' }] })")],
    ["a toJSON that gives an object", { toJSON: () => ({ a: 1 }) }],
    ["__proto__ as an own member", JSON.parse('{"__proto__":1}')],
  ])("finds none in %s", (_what, value) => {
    expect(jsonFault(value, "claims")).toBeUndefined();
    expect(jsonFault({ a: [value] }, "claims")).toBeUndefined();
  });

  it.each<readonly [string, unknown]>([
    ["undefined", undefined],
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["-Infinity", -Infinity],
    ["a bigint", 1n],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["half of a pair of surrogates", "\ud83e"],
    ["a Map", new Map([["a", 1]])],
    ["a Set", new Set([1])],
    ["bytes", Uint8Array.of(1)],
    ["an ArrayBuffer", new ArrayBuffer(1)],
    ["a RegExp", /a/],
    ["an Error", new Error("x")],
    ["a promise", Promise.resolve(1)],
    ["a WeakMap", new WeakMap()],
    ["an invalid Date", new Date(NaN)],
    ["a boxed string", Object("text")],
    ["a boxed number", Object(NaN)],
    ["a Map of another realm", runInNewContext("new Map()")],
    ["a toJSON that gives nothing", { toJSON: () => undefined }],
    ["a toJSON that gives a function", { toJSON: () => () => 1 }],
    ["a circle", circle],
    ["a list in a circle", list],
    ["10^4 levels", deep(10_000)],
    [
      "a toJSON that gives itself, again and again",
      {
        toJSON() {
          return this;
        },
      },
    ],
    [
      "a list with a hole",
      Array.from({ length: 2, 1: 1 } as ArrayLike<unknown>, (item, i) => item ?? (i === 0 ? undefined : 1)),
    ],
    ["a sparse list", Object.assign([], { length: 2 })],
  ])("finds one in %s, at any depth, under the path", (_what, value) => {
    expect(jsonFault(value, "claims")).toMatch(/^claims/);
    expect(jsonFault({ a: { b: [0, value] } }, "claims")).toMatch(/^claims\.a\.b\[1\]/);
  });

  it("finds half of a surrogate pair in a member's name", () => {
    expect(jsonFault({ ok: { "a\udc00": 1 } }, "claims")).toMatch(/^claims\.ok/);
  });

  it("looks at a list's own items, not at an inherited toJSON's absence", () => {
    expect(jsonFault([1, [2, [NaN]]], "roles")).toMatch(/^roles\[1\]\[1\]\[0\]/);
  });

  it("200 levels are copied, and not one more", () => {
    expect(maxDepth).toBe(200);
    expect(jsonFault(deep(200), "claims")).toBeUndefined();
    expect(jsonFault(deep(201), "claims")).toMatch(/nested too deep/);
    expect(jsonFault(deep(200), "claims", 0)).toBeUndefined();
    expect(jsonFault(deep(200), "claims", 1)).toMatch(/nested too deep/);
    let list: unknown = [];
    for (let level = 1; level < 200; level++) list = [list];
    expect(jsonFault(list, "claims")).toBeUndefined();
    expect(jsonFault([list], "claims")).toMatch(/nested too deep/);
  });

  it("the path has plain names as they are, up to 24 characters, and others quoted", () => {
    const at = (name: string): string | undefined => jsonFault({ [name]: NaN }, "claims");
    expect(at("a")).toBe("claims.a: JSON has no NaN");
    expect(at("given_name2")).toBe("claims.given_name2: JSON has no NaN");
    expect(at("x".repeat(24))).toBe(`claims.${"x".repeat(24)}: JSON has no NaN`);
    expect(at("x".repeat(25))).toBe(`claims."${"x".repeat(24)}…": JSON has no NaN`);
    for (const name of ["", "a b", "é", "a-b", "ab\n", " a", "a "])
      expect(at(name)).toBe(`claims.${JSON.stringify(name)}: JSON has no NaN`);
  });

  it("says what it is that JSON has not", () => {
    const said = (value: unknown): string | undefined => jsonFault(value, "claims")?.replace("claims: ", "");
    expect(said(1n)).toBe("JSON has no bigint");
    expect(said(Infinity)).toBe("JSON has no Infinity");
    expect(said("\ud800")).toBe("JSON has no half of a surrogate pair");
    expect(said(new Map())).toBe("JSON has no Map");
    expect(said(Uint8Array.of(1))).toBe("JSON has no bytes");
    expect(said(Buffer.of(1))).toBe("JSON has no bytes");
    expect(said({ toJSON: () => null })).toBe("becomes null in JSON");
    expect(said({ toJSON: () => Symbol("x") })).toBe("JSON has no symbol");
    expect(said({ toJSON: () => new Set() })).toBe("JSON has no Set");
  });

  it("asks toJSON once, of the value and not of what it gives", () => {
    let asked = 0;
    const inner = {
      a: 1,
      toJSON: (): unknown => {
        asked++;
        return { b: 2 };
      },
    };
    expect(jsonCopy(inner, "claims")).toEqual({ b: 2 });
    expect(asked).toBe(1);
    expect(jsonCopy({ toJSON: () => ({ c: 3, toJSON: 4 }) }, "claims")).toEqual({ c: 3, toJSON: 4 });
  });

  it("bounds what it repeats of long names", () => {
    expect(jsonFault({ ["x".repeat(10_000)]: NaN }, "claims")!.length).toBeLessThan(200);
  });
});
