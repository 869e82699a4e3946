// Spans of time (`Duration`) and points in time (NumericDate, RFC 7519 §2), in seconds.
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { describeSpan, readDuration, readNumericDate } from "../../../src/base/duration.ts";
import { buildClaims, createVerifier, verify } from "../../../src/index.ts";
import { at, expected, forge, goodClaims, key, second } from "../jwt/forge.ts";
import { codeOf } from "../jwt/outcome.ts";

const now = at(second);
/** The life, in seconds, of a token with this `expiresIn`. */
const lifeOf = (expiresIn: unknown): number =>
  buildClaims({}, { expiresIn: expiresIn as number, maxLifetime: 9e10, now }).exp - second;

describe("a duration is seconds as a number, or a number and its unit", () => {
  it.each<[unknown, number]>([
    [1, 1],
    [900, 900],
    [1.5, 1],
    [1e6, 1e6],
    ["1s", 1],
    ["90s", 90],
    ["15m", 900],
    ["1h", 3600],
    ["7d", 604_800],
    ["2w", 1_209_600],
    ["1.5h", 5400],
    ["0.25m", 15],
    ["1.5s", 1],
    ["3600000s", 3_600_000],
    [2_592_000, 2_592_000],
    [31_536_000, 31_536_000],
    ["007d", 604_800],
    ["10.50m", 630],
    ["1000000000s", 1e9],
  ])("%j is %d seconds", (duration, seconds) => {
    expect(lifeOf(duration)).toBe(seconds);
  });

  it.each([300_000, 900_000, 3_600_000, 7_200_000])(
    "%d is a TypeError that names minutes: it is milliseconds elsewhere",
    (ms) => {
      const message = `expected seconds, found ${ms}, which looks like milliseconds: write "${ms / 60_000}m", or "${ms}s" if you mean it`;
      expect(() => buildClaims({}, { expiresIn: ms })).toThrow(`expiresIn: ${message}`);
      expect(() => createVerifier(key, { ...expected, maxTokenAge: ms })).toThrow(`maxTokenAge: ${message}`);
    },
  );

  it("neither less than five minutes of milliseconds, nor other seconds than whole minutes of them, nor whole days are taken for them", () => {
    for (const seconds of [240_000, 300_001, 330_000, 2_160_000, 31_622_460_000])
      expect(readDuration(seconds, "expiresIn")).toBe(seconds);
    expect(() => readDuration(31_622_340_000, "expiresIn")).toThrow("which looks like milliseconds");
  });

  it('"86400" is a TypeError, not milliseconds', async () => {
    expect(await codeOf(() => buildClaims({}, { expiresIn: "86400" as never }))).toBe("invalid_argument");
  });

  it.each([
    "",
    " ",
    "m",
    "15",
    "0",
    " 15m",
    "15m ",
    "15 m",
    "15M",
    "15min",
    "15mm",
    "15m15s",
    "1h30m",
    "15ms",
    "1y",
    "1mo",
    "-15m",
    "+15m",
    "1e3s",
    "0x10s",
    ".5h",
    "5.h",
    "1..5h",
    "1,5h",
    "1_000s",
    "１５m",
    "15ｍ",
    "٣m",
    "15m\n",
    "\n15m",
    "15m\0",
    "NaNm",
    "Infinitys",
    "99999999999999999999s",
    "100000000000s",
    "1000000w",
    "000000000000000000000015m",
    "constructor",
    "5constructor",
    "__proto__",
  ])("%j is none", async (text) => {
    expect(await codeOf(() => buildClaims({}, { expiresIn: text as "15m", maxLifetime: 9e10, now }))).toBe(
      "invalid_argument",
    );
  });

  it.each<unknown>([
    NaN,
    Infinity,
    -Infinity,
    -1,
    -0.001,
    1e11,
    Number.MAX_VALUE,
    null,
    true,
    false,
    [],
    ["15m"],
    {},
    new Date(),
    15n,
    Symbol("15m"),
    () => 900,
    new String("15m"),
    new Number(900),
    { valueOf: () => 900 },
  ])("%s is none", async (value) => {
    expect(await codeOf(() => buildClaims({}, { maxLifetime: value as never, now }))).toBe("invalid_argument");
  });

  it("a text has 20 characters at most, whatever its first 20 spell", async () => {
    const longest = `${"0".repeat(17)}15m`;
    expect(longest).toHaveLength(20);
    expect(lifeOf(longest)).toBe(900);
    for (const rest of ["m", " ", "0", "5h"])
      expect(await codeOf(() => lifeOf(longest + rest))).toBe("invalid_argument");
    expect(await codeOf(() => lifeOf(`0${longest}`))).toBe("invalid_argument");
  });

  it("no life at all: expiresIn 0 would never be good", async () => {
    for (const zero of [0, -0, "0s", "0.0w"]) expect(await codeOf(() => lifeOf(zero))).toBe("invalid_argument");
  });

  it("a text of a million characters is refused in microseconds", async () => {
    for (const text of [
      "1".repeat(1e6),
      `${"1".repeat(1e6)}m`,
      `${"1.".repeat(5e5)}m`,
      " ".repeat(1e6),
      `0.${"0".repeat(1e6)}s`,
    ]) {
      let best = Infinity;
      for (let run = 0; run < 20; run++) {
        const start = performance.now();
        try {
          buildClaims({}, { expiresIn: text as "15m" });
        } catch {
          best = Math.min(best, performance.now() - start);
        }
      }
      expect(best).toBeLessThan(0.5); // milliseconds; looking at every character takes longer
    }
  });

  it.each(["maxTokenAge", "storeTimeout", "clockTolerance"])("%s of a verifier reads the same texts", async (name) => {
    for (const good of ["30m", "0.5h", 1800, "59s"])
      expect(await codeOf(() => createVerifier(key, { ...expected, [name]: good }))).toBe("accepted");
    for (const bad of ["1800", " 30m", "30 m", "", "30M", NaN, Infinity, -1, null, [], {}, true, 5n, Symbol("m")]) {
      expect(await codeOf(() => createVerifier(key, { ...expected, [name]: bad as never }))).toBe("invalid_argument");
    }
  });

  it("decimals count when verifying", async () => {
    const token = forge({ ...goodClaims, iat: second - 90 });
    expect(await codeOf(() => verify(token, key, { ...expected, clockTolerance: 0, maxTokenAge: "1.5m" }))).toBe(
      "accepted",
    );
    expect(await codeOf(() => verify(token, key, { ...expected, clockTolerance: 0, maxTokenAge: "1.49m" }))).toBe(
      "too_old",
    );
  });
});

it.each([
  [0, "0 seconds"],
  [1, "1 second"],
  [1.9, "1 second"],
  [2, "2 seconds"],
  [119, "119 seconds"],
  [120, "2 minutes"],
  [7199, "119 minutes"],
  [7200, "2 hours"],
  [172_799, "47 hours"],
  [172_800, "2 days"],
])("a message says %d seconds as %j", (seconds, words) => {
  expect(describeSpan(seconds)).toBe(words);
});

describe("a point in time is a Date, or seconds since 1970", () => {
  const exp = (expiresAt: unknown): number => buildClaims({}, { expiresAt: expiresAt as number, now }).exp;

  it("a number as it is, a Date in whole seconds", () => {
    expect(exp(second + 60)).toBe(second + 60);
    expect(exp(new Date((second + 60) * 1000))).toBe(second + 60);
    expect(exp(new Date((second + 60) * 1000 + 999))).toBe(second + 60);
  });

  it("a Date of another realm is a Date (Jest and jsdom realms)", () => {
    expect(exp(runInNewContext(`new Date(${(second + 60) * 1000})`))).toBe(second + 60);
  });

  it("milliseconds (1e11 or more) are a TypeError", async () => {
    for (const value of [1e11, (second + 60) * 1000, Number.MAX_SAFE_INTEGER]) {
      expect(await codeOf(() => exp(value))).toBe("invalid_argument");
      expect(await codeOf(() => buildClaims({ exp: value }, { now, maxLifetime: 9e10 }))).toBe("invalid_argument");
    }
  });

  it("the first one is 0, the last one lies before 1e11, wherever one is read", () => {
    for (const [value, seconds] of [
      [0, 0],
      [new Date(0), 0],
      [new Date(999), 0],
      [1e11 - 1, 1e11 - 1],
      [new Date(1e14 - 1), 1e11 - 1],
    ] as const) {
      expect(readNumericDate(value, "exp")).toBe(seconds);
    }
    for (const value of [-1, new Date(-1), 1e11, new Date(1e14), 1e11 + 1])
      expect(() => readNumericDate(value, "exp")).toThrow(TypeError);
  });

  it.each([
    NaN,
    Infinity,
    -Infinity,
    -1,
    new Date(NaN),
    null,
    "",
    "15m",
    "2033-01-01",
    String(second + 60),
    true,
    [],
    [second + 60],
    {},
    5n,
    Symbol("exp"),
    Object.create(null),
    () => second,
  ])("%o is none", async (value) => {
    expect(await codeOf(() => exp(value))).toBe("invalid_argument");
  });

  it("notBefore: a Date is a point, a text counts from now, a number says neither", async () => {
    expect(buildClaims({}, { notBefore: "5m", now }).nbf).toBe(second + 300);
    expect(buildClaims({}, { notBefore: "0s", now }).nbf).toBe(second);
    expect(buildClaims({}, { notBefore: new Date((second - 60) * 1000 + 500), now }).nbf).toBe(second - 60);
    for (const value of [
      0,
      300,
      second,
      NaN,
      "300",
      "",
      new Date(NaN),
      null,
      true,
      [],
      {},
      Symbol("nbf"),
      Object.create(null),
    ]) {
      expect(await codeOf(() => buildClaims({}, { notBefore: value as never, now }))).toBe("invalid_argument");
    }
  });
});
