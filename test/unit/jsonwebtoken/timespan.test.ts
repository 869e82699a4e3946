// Spans of time in the grammar of the package ms.
import { describe, expect, it } from "vitest";
import { addSpan, hasNoUnit } from "../../../src/jsonwebtoken/timespan.ts";

describe("addSpan", () => {
  it.each([
    [60, 1060],
    [-60, 940],
    [1.5, 1001.5],
    ["60", 1000],
    ["2000", 1002],
    ["2 days", 173_800],
    ["1d", 87_400],
    ["10h", 37_000],
    ["2.5 hrs", 10_000],
    ["5m", 1300],
    ["1y", 31_558_600],
    ["1 week", 605_800],
    ["5000 milliseconds", 1005],
    ["5000 msecs", 1005],
    ["5000ms", 1005],
    [".5h", 2800],
    ["-1 MIN", 940],
    ["1 fortnight", undefined],
    ["", undefined],
    [`${"1".repeat(101)}s`, undefined],
    [undefined, undefined],
    [null, undefined],
    [{}, undefined],
  ])("%j after 1000: %j", (span, expected) => {
    expect(addSpan(span, 1000)).toBe(expected);
  });
});

describe("hasNoUnit", () => {
  it.each([
    ["3600", true],
    [" -1.5 ", true],
    ["1h", false],
    [3600, false],
    [undefined, false],
  ])("%j: %j", (span, expected) => {
    expect(hasNoUnit(span)).toBe(expected);
  });
});
