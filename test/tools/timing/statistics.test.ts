import { expect, it } from "vitest";
import { compare } from "./statistics.mjs";

const times = (shift: number): number[] => Array.from({ length: 1000 }, (_, i) => 100 + shift + (i % 10));

it("the same times do not differ", () => {
  expect(compare(times(0), times(0))).toMatchObject({ difference: 0, t: 0, d: 0, superiority: 0.5 });
});

it("a difference has a size, a direction, and a share of pairs that show it", () => {
  // Without the slowest: 100 to 108 each as often, and 102 to 108.
  const { difference, d, t, superiority } = compare(times(0), times(2));
  expect(difference).toBeCloseTo(105 - 104, 10);
  expect(d).toBeCloseTo(1 / Math.sqrt((60 / 9 + 28 / 7) / 2), 2);
  expect(t).toBeCloseTo(1 / Math.sqrt(60 / 9 / 900 + 28 / 7 / 700), 1);
  expect(superiority).toBeCloseTo((7 * 2 + 21 + 7 / 2) / (9 * 7), 10);
  expect(compare(times(1), times(0)).superiority).toBeCloseTo(1 - compare(times(0), times(1)).superiority, 10);
});

it("what lies apart is told apart in every pair", () => {
  expect(compare(times(0), times(20)).superiority).toBe(1);
});

it("the slowest fifth is left out", () => {
  const slow = times(0).map((time, i) => (i % 5 === 0 ? 1e9 : time));
  expect(compare(slow, slow)).toMatchObject({ difference: 0, samples: 1600 });
});
