// Spans of time: clocks that are set, and machines that sleep.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClock } from "../../../src/base/moment.ts";

describe("without a clock of the caller's", () => {
  let wall = 1_800_000_000;
  let steady = 500;
  beforeEach(() => {
    wall = 1_800_000_000;
    steady = 500;
    vi.spyOn(Date, "now").mockImplementation(() => wall * 1000);
    vi.spyOn(performance, "now").mockImplementation(() => steady * 1000);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    ["both clocks go on", 100, 100, 100],
    ["the wall clock is set back", -10_000, 100, 100],
    ["the machine sleeps, and the monotonic clock with it", 10_000, 0, 10_000],
    ["the wall clock drifts a little", 100.5, 100, 100],
    ["the wall clock is off by as much as drift may be", 101, 100, 100],
    ["the wall clock is off by more", 101.5, 100, 101.5],
  ])("%s", (_, wallMoves, steadyMoves, passed) => {
    const read = createClock(undefined);
    const before = read();
    wall += wallMoves;
    steady += steadyMoves;
    const after = read();
    expect(after.elapsed - before.elapsed).toBeCloseTo(passed, 5);
    expect(after.time).toBe(1_800_000_000 + wallMoves);
  });

  it("a wall clock that jumps ahead and back never goes back", () => {
    const read = createClock(undefined);
    const first = read().elapsed;
    wall += 5000;
    const ahead = read().elapsed;
    wall -= 5000;
    steady += 1;
    expect(ahead - first).toBe(5000);
    expect(read().elapsed - ahead).toBe(1);
  });
});

describe("with a clock of the caller's", () => {
  it("time is what it says, and a clock that is set back counts as if it had gone on by as much", () => {
    let now = 1000;
    const read = createClock(() => new Date(now * 1000));
    const first = read();
    now = 1100;
    const second = read();
    now = 1040;
    const third = read();
    expect([first.time, second.time, third.time]).toEqual([1000, 1100, 1040]);
    expect(second.elapsed - first.elapsed).toBe(100);
    expect(third.elapsed - second.elapsed).toBe(60);
  });

  it("an invalid one is an error", () => {
    expect(createClock(() => new Date(NaN))).toThrow("now: expected a function that returns a valid Date");
  });
});
